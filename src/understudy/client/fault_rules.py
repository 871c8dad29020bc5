"""The short forms of a fault rule, and the contract's shape of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict

from understudy import times as lengths
from understudy.client.arguments import Span, duration, given, known, millis

__tracebackhide__ = True  # pytest shows the caller's line instead

Method = Literal["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
OffContract = Literal[
    "missing_field", "wrong_type", "undocumented_field", "truncated", "malformed", "empty"
]
"""How the form of an answer is broken."""

Breakdown = Literal["close", "reset", "hang", "trickle"]
"""How a connection breaks."""

EFFECTS = ("error", "status", "retry_after", "off_contract", "connection")
"""What may happen besides a delay."""

ANSWER = ("status", "body", "content_type", "headers")
"""What makes an answer, documented or not."""

Shape = Mapping[str, Any]
"""What goes to the server as it is, in the contract's own form."""


class FaultChange(TypedDict, total=False):
    """What of a rule can be changed.

    Which of the calls that match: calls (3: the third; or several, `[3, 5]`), every (5: each
    fifth), first (3: the first three), after (so many are let through before these count),
    probability (above 0 to 1, seeded). Until: times (so many strikes), lasting (a length of the
    sandbox's time). note: what the rule is for. is_enabled: whether it counts and strikes.
    """

    calls: int | Iterable[int] | None
    every: int | None
    first: int | None
    after: int | None
    probability: float | None
    times: int | None
    lasting: Span | None
    note: str | None
    is_enabled: bool


class FaultRule(FaultChange, total=False):
    """A fault rule: which calls, which of those, what happens to them, and until when.

    Which calls: operation and path (or patterns of them, `defects.*`), method, user; all if none is
    given. Which of those: see FaultChange.

    What happens: delay (a length of time, or `(shortest, longest)`), and at most one of the others:
    error (a documented status, or `(status, code)`), status (any at all, with body, content_type
    and headers), retry_after (429; in seconds), off_contract (a kind such as `missing_field`, or
    `(kind, field)`), connection (a kind such as `close`). Each of them may also be a dict in the
    contract's own form.

    id: the rule's name; left out, the server makes one.
    """

    operation: str | None
    method: Method | None
    path: str | None
    user: str | None
    delay: Span | tuple[Span, Span] | Shape | None
    error: int | tuple[int, str] | Shape | None
    status: int | Shape | None
    body: Any
    content_type: str | None
    headers: Mapping[str, str] | None
    retry_after: int | None
    off_contract: OffContract | tuple[OffContract, str] | Shape | None
    connection: Breakdown | Shape | None
    id: str | None


def rule(fields: FaultRule) -> dict[str, Any]:
    """A rule as the contract writes it. Raises TypeError for a field that there is not, and where
    nothing happens or too much; ValueError for what is no length of time.
    """
    told = known(fields, FaultRule.__optional_keys__)
    _check_effects(told)
    match = _some(told, "operation", "method", "path", "user")
    does = {"do": _effects(told)}
    return _some(told, "id") | ({"match": match} if match else {}) | does | _conditions(told)


def change(fields: FaultChange) -> dict[str, Any]:
    """What to change of a rule, as the contract writes it. Raises like `rule`."""
    return _conditions(known(fields, FaultChange.__optional_keys__))


def argument(field: str) -> str:
    """What of a rule is called so in the contract, as the argument that gave it:
    `do.error.status` → `error`, `until.for` → `lasting`.
    """
    part, _, rest = field.partition(".")
    if part in ("match", "on", "until"):
        return "lasting" if rest == "for" else rest
    if part != "do":
        return field
    effect, _, option = rest.partition(".")
    if effect in ("status", "rate_limit"):
        return option or effect
    is_short = option in ("kind", "ms") or (effect, option) == ("error", "status")
    return effect if is_short else rest or "what happens"


def _check_effects(told: Shape) -> None:
    answer = [name for name in ANSWER if name in told]
    found = [name for name in EFFECTS if name in told and name != "status"] + answer[:1]
    if not found and "delay" not in told:
        raise TypeError(f"say what happens: delay, {', '.join(EFFECTS[:-1])} or {EFFECTS[-1]}")
    if len(found) > 1:
        clash = " and ".join(found)
        raise TypeError(f"{clash} do not go together: besides a delay, one thing happens")
    if answer and "status" not in told:
        raise TypeError(f"{answer[0]} is part of an answer, which needs its status")


def _conditions(told: Shape) -> dict[str, Any]:
    on = _some(told, "calls", "every", "first", "after", "probability")
    if "calls" in on:
        calls = on["calls"]
        on["calls"] = [calls] if isinstance(calls, int) else list(calls)
    until = _some(told, "times")
    if "lasting" in told:
        until["for"] = duration(told["lasting"])
    parts = {"on": on, "until": until}
    return _some(told, "note", "is_enabled") | {name: part for name, part in parts.items() if part}


def _effects(told: Shape) -> dict[str, Any]:
    effects = given(
        delay=_delay(told.get("delay")),
        error=_pair(told.get("error"), "status", "code"),
        off_contract=_pair(told.get("off_contract"), "kind", "field"),
        connection=_pair(told.get("connection"), "kind"),
    )
    if "retry_after" in told:
        effects["rate_limit"] = {"retry_after": told["retry_after"]}
    answer = _some(told, *ANSWER)
    if answer:
        effects["status"] = {**answer, **(_pair(told.get("status"), "status") or {})}
    return effects


def _delay(given_as: Any) -> Shape | None:
    if given_as is None or isinstance(given_as, Mapping):
        return given_as
    if isinstance(given_as, tuple):
        shortest, longest = map(millis, given_as)
        if shortest > longest:
            told = map(lengths.shown_duration, (shortest, longest))
            raise ValueError(f"delay: {' is longer than '.join(told)}")
        return {"distribution": "uniform", "min_ms": shortest, "max_ms": longest}
    return {"distribution": "fixed", "ms": millis(given_as)}


def _pair(given_as: Any, *names: str) -> Shape | None:
    """A value, or a tuple of them, under these names."""
    if given_as is None or isinstance(given_as, Mapping):
        return given_as
    values = given_as if isinstance(given_as, tuple) else (given_as,)
    return dict(zip(names, values, strict=False))


def _some(told: Shape, *names: str) -> dict[str, Any]:
    return {name: told[name] for name in names if name in told}

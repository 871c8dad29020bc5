"""The short forms of a fault rule, and the contract's shape of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from understudy.client.arguments import Span, duration, given, known, millis

Shape = Mapping[str, Any]
"""What goes to the server as it is, in the contract's own form."""


class FaultChange(TypedDict, total=False):
    """What of a rule can be changed.

    Which of the calls that match: calls (`[3]`: the third), every (5: each fifth), first (3: the
    first three), after (so many are let through before these count), probability (above 0 to 1,
    seeded). Until: times (so many strikes), lasting (a length of the sandbox's time). note: what
    the rule is for. is_enabled: whether it counts and strikes.
    """

    calls: Iterable[int] | None
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
    method: str | None
    path: str | None
    user: str | None
    delay: Span | tuple[Span, Span] | Shape | None
    error: int | tuple[int, str] | Shape | None
    status: int | Shape | None
    body: Any
    content_type: str | None
    headers: Mapping[str, str] | None
    retry_after: int | None
    off_contract: str | tuple[str, str] | Shape | None
    connection: str | Shape | None
    id: str | None


def rule(fields: FaultRule) -> dict[str, Any]:
    """A rule as the contract writes it. Raises TypeError for a field that there is not, ValueError
    for what is no length of time.
    """
    told = known(fields, FaultRule.__optional_keys__)
    match = _some(told, "operation", "method", "path", "user")
    does = {"do": _effects(told)}
    return _some(told, "id") | ({"match": match} if match else {}) | does | _conditions(told)


def change(fields: FaultChange) -> dict[str, Any]:
    """What to change of a rule, as the contract writes it. Raises like `rule`."""
    return _conditions(known(fields, FaultChange.__optional_keys__))


def _conditions(told: Shape) -> dict[str, Any]:
    on = _some(told, "calls", "every", "first", "after", "probability")
    if "calls" in on:
        on["calls"] = list(on["calls"])
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
    answer = _some(told, "status", "body", "content_type", "headers")
    if answer:
        effects["status"] = {**answer, **(_pair(told.get("status"), "status") or {})}
    return effects


def _delay(given_as: Any) -> Shape | None:
    if given_as is None or isinstance(given_as, Mapping):
        return given_as
    if isinstance(given_as, tuple):
        shortest, longest = map(millis, given_as)
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

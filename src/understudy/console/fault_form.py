"""What the form for a fault rule asks, and the rule that the answers make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from understudy.client.fault_rules import Breakdown, FaultRule, Method, OffContract

METHODS = get_args(Method)
KINDS = get_args(OffContract)
BREAKDOWNS = get_args(Breakdown)
EFFECTS = {
    "error": "a documented error",
    "status": "any status",
    "retry_after": "429, try again later",
    "connection": "the connection breaks",
    "off_contract": "an answer off the contract",
    "delay": "nothing but a delay",
}
"""What may happen to a call that is struck."""


def rule_of(form: Mapping[str, str]) -> FaultRule:
    """The rule that a form describes; what is empty is left out.

    Raises ValueError, which names the field, for what is no number.
    """
    told = {name: value.strip() for name, value in form.items() if value.strip()}
    fields: dict[str, Any] = {
        name: told[name]
        for name in ("id", "operation", "method", "path", "user", "note", "lasting")
        if name in told
    }
    for name in ("every", "first", "after", "times"):
        if name in told:
            fields[name] = _whole(name, told[name])
    if "calls" in told:
        fields["calls"] = [_whole("calls", one) for one in told["calls"].split(",")]
    if "probability" in told:
        fields["probability"] = _number("probability", told["probability"])
    rule: Any = fields | _delay(told) | _effect(told)
    return rule  # type: ignore[no-any-return]


def _delay(told: Mapping[str, str]) -> dict[str, Any]:
    shortest, longest = told.get("delay"), told.get("longest")
    if shortest is None:
        return {}
    return {"delay": (shortest, longest) if longest else shortest}


def _effect(told: Mapping[str, str]) -> dict[str, Any]:
    effect = told.get("effect")
    if effect == "error":
        status, code = _whole("status", told.get("status", "")), told.get("code")
        return {"error": (status, code) if code else status}
    if effect == "status":
        answer = {"status": _whole("status", told.get("status", "")), "body": told.get("body")}
        return {**answer, "content_type": told.get("content_type")}
    if effect == "retry_after":
        return {"retry_after": _whole("retry_after", told.get("retry_after", ""))}
    if effect == "connection":
        kind = told.get("breakdown", "close")
        is_after = "processed" in told
        return {"connection": {"kind": kind, "processed": True} if is_after else kind}
    if effect == "off_contract":
        kind, field = told.get("kind", ""), told.get("field")
        return {"off_contract": (kind, field) if field else kind}
    return {}


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{name}: {text!r} is not a whole number") from None


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{name}: {text!r} is not a number") from None

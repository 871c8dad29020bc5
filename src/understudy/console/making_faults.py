"""A fault out of an exchange: what may happen to the next such request, and the rule of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from understudy.client import Sandbox
from understudy.client.exchanges import Exchange
from understudy.client.fault_rules import FaultRule

USUAL = (500, 503)
RETRY_AFTER = 30
TIMES = {"once": 1, "thrice": 3, "always": None}
PHRASES = {int(one): one.phrase for one in HTTPStatus}


@dataclass(frozen=True)
class Choice:
    """Something that may happen. group: the heading it stands below; rule: what does it."""

    key: str
    group: str
    label: str
    rule: FaultRule


NETWORK = (
    Choice("lost", "The network", "Connection lost, nothing was done", {"connection": "close"}),
    Choice(
        "lost-after",
        "The network",
        "Connection lost, though it was done",
        {"connection": {"kind": "close", "processed": True}},
    ),
    Choice("timeout", "The network", "Timeout: no answer ever comes", {"connection": "hang"}),
    Choice("reset", "The network", "Connection reset", {"connection": "reset"}),
    Choice("slow", "The network", "Slow: waits first", {}),
    Choice("trickle", "The network", "Trickle: 100 bytes a second", {"connection": "trickle"}),
)
SPOILED = (
    Choice("truncated", "The answer", "JSON that breaks off", {"off_contract": "truncated"}),
    Choice("malformed", "The answer", "Text that is no JSON", {"off_contract": "malformed"}),
    Choice("missing", "The answer", "A field is missing", {"off_contract": "missing_field"}),
)


def choices(s: Sandbox, one: Exchange) -> list[Choice]:
    """All that may happen to such a request, the answers that its operation documents included."""
    documented = _documented(s, one)
    statuses = sorted({*USUAL, *documented} - {429})
    answers = [_answer(status, is_documented=status in documented) for status in statuses]
    limit: FaultRule = {"retry_after": RETRY_AFTER}
    label = f"429 Too Many Requests, try again after {RETRY_AFTER} s"
    answers.append(Choice("429", "An error", label, limit))
    spoiled = SPOILED if one.operation else ()
    return [*sorted(answers, key=lambda each: int(each.key)), *NETWORK, *spoiled]


def rule_of(s: Sandbox, one: Exchange, form: Mapping[str, str]) -> FaultRule:
    """The rule that a form asks for. Raises ValueError for a choice that there is not."""
    known = {each.key: each for each in choices(s, one)}
    chosen, often = form.get("what", ""), form.get("often", "")
    if chosen not in known or often not in TIMES:
        raise ValueError("Choose what happens, and how often.")
    rule: FaultRule = {**known[chosen].rule, **_match(one)}
    rule["note"] = f"made of exchange {one.sequence}"
    if chosen == "slow":
        rule["delay"] = form.get("delay", "").strip() or "3s"
    if TIMES[often] is not None:
        rule["times"] = TIMES[often]
    if form.get("user") and one.user:
        rule["user"] = one.user
    return rule


def _answer(status: int, *, is_documented: bool) -> Choice:
    label = f"{status} {PHRASES.get(status, '')}".strip()
    if is_documented:
        return Choice(str(status), "An error", label, {"error": status})
    told = f"{label} (the contract does not say so)"
    return Choice(str(status), "An error", told, {"status": status})


def _match(one: Exchange) -> FaultRule:
    if one.operation:
        return {"operation": one.operation}
    method: Any = one.method
    return {"method": method, "path": one.path}


def _documented(s: Sandbox, one: Exchange) -> set[int]:
    """The errors that the operation documents."""
    covered = (each for each in s.journal.coverage().operations if each.operation == one.operation)
    found = next((each.documented for each in covered), ())
    return {int(status) for status in found if status.isdigit() and int(status) >= 400}

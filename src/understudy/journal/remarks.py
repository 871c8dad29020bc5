"""What the contract warns of: undocumented fields and parameters, and calls that nobody answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.journal.blanking import without_tokens
from understudy.journal.decoding import shortened
from understudy.journal.entry import MOST_NAMES

if TYPE_CHECKING:
    from understudy.journal.reading import Exchange

LONGEST = 200
"""Characters of a path that are shown."""


def has_warnings(exchange: Exchange) -> bool:
    """Whether there is anything to warn of; costs less than the warnings."""
    return bool(exchange.entry.unknown) or _is_unanswered(exchange)


def warnings(exchange: Exchange) -> list[str]:
    """Everything to warn of, in sentences without a full stop."""
    found = [_unanswered(exchange)] if _is_unanswered(exchange) else []
    return found + _undocumented(exchange)


def _is_unanswered(exchange: Exchange) -> bool:
    """An answer without an operation is the contract itself, or what a browser asks beforehand."""
    entry = exchange.entry
    return entry.operation is None and not 200 <= entry.status < 300


def _unanswered(exchange: Exchange) -> str:
    allowed = exchange.answer_headers.get("allow", "")
    others = f", only {_listed(allowed.split(', '))}" if allowed else ""
    where = shortened(exchange.path, LONGEST)
    return f"no operation answers {exchange.entry.method} {where}{others}"


def _undocumented(exchange: Exchange) -> list[str]:
    names = exchange.entry.unknown
    in_query = _unknown_parameters(exchange) if names else frozenset()
    found = [
        f"{'query parameter' if name in in_query else 'field'} {without_tokens(name)!r} is not "
        "documented"
        for name in names[: MOST_NAMES - 1]
    ]
    return found + (["and more is not documented"] if len(names) == MOST_NAMES else [])


def _unknown_parameters(exchange: Exchange) -> frozenset[str]:
    operation = exchange.entry.operation
    given = operation.parameters if operation is not None else ()
    known = {one["name"] for one in given if one["in"] == "query"}
    return frozenset(name for name in exchange.parameters if name not in known)


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

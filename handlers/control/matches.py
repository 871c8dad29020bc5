"""Which exchanges a request means: with a mistyped name nothing would ever match, and what should
never be asked would look as if it never was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from understudy.errors import InvalidParameter, ValidationFailed
from understudy.faults.naming import name_problems
from understudy.journal.matching import Match
from understudy.journal.pace import Pace

if TYPE_CHECKING:
    from understudy.context import ServerContext

Given = Mapping[str, Any]


def of_query(ctx: ServerContext, filters: Given) -> Match:
    """The match of a query. Raises InvalidParameter for an operation or a method that is none."""
    problems = _problems(ctx, filters)
    if problems:
        raise InvalidParameter(details=problems)
    return Match(filters)


async def of_body(ctx: ServerContext, given: Mapping[str, Given]) -> list[Match]:
    """The matches of a body, by the fields that they stand in. Raises ValidationFailed for every
    operation and method that is none.
    """
    problems: dict[str, list[str]] = {}
    pace = Pace()
    for field, match in given.items():
        problems |= {f"{field}.{name}": told for name, told in _problems(ctx, match).items()}
        await pace.breathe()
    if problems:
        raise ValidationFailed(details=problems)
    return [Match(match) for match in given.values()]


def _problems(ctx: ServerContext, match: Given) -> dict[str, list[str]]:
    method = (match.get("method") or "").upper()
    named = {"operation": match.get("operation"), "method": method}
    return {name: [told] for name, told in name_problems(named, ctx.app.contract)}

"""What is wrong with a rule that the contract's schema lets through: each field, and why.

A rule must be able to strike: what it matches exists, what it answers is documented, what it does
goes together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.faults.answer_checks import answer_problems
from understudy.faults.effect_checks import effect_problems
from understudy.faults.matching import is_pattern
from understudy.faults.naming import name_problems, named

if TYPE_CHECKING:
    from understudy.contract.model import Contract

LONGEST_PATH = 1000
"""Characters of the pattern of a path, as the contract says."""

Problem = tuple[str, str]
"""The dotted name of a field, and the clause about it."""


def problems(rule: Mapping[str, Any], contract: Contract) -> dict[str, list[str]]:
    """Everything that is wrong with a rule to add, by field; `{}` if nothing is. `contract` is that
    of the served API.
    """
    found: dict[str, list[str]] = {}
    for field, message in _problems(rule, contract):
        found.setdefault(field, []).append(message)
    return found


def change_problems(changes: Mapping[str, Any]) -> dict[str, list[str]]:
    """The same for what is to be changed of a rule."""
    return {field: [message] for field, message in _until_problems(changes.get("until", {}))}


def _problems(rule: Mapping[str, Any], contract: Contract) -> Iterator[Problem]:
    match = rule.get("match", {})
    wrong = [*_match_problems(match, contract)]
    yield from wrong
    yield from _until_problems(rule.get("until", {}))
    yield from effect_problems(rule["do"])
    if not wrong:
        yield from answer_problems(rule["do"], named(match, contract), contract.document)


def _match_problems(match: Mapping[str, str], contract: Contract) -> Iterator[Problem]:
    for field, message in name_problems(match, contract):
        yield f"match.{field}", message
    if "path" in match:
        path, base = whole_path(match["path"], contract), contract.base_path
        if not _is_below(path, f"{base}/"):
            message = f"is nowhere below {base}; it begins with that, or with / and what is"
            yield "match.path", message
        elif len(path) > LONGEST_PATH:
            yield "match.path", f"must have at most {LONGEST_PATH} characters with {base}"


def whole_path(path: str, contract: Contract) -> str:
    """The pattern of a path with the base path, which may be left out."""
    base = contract.base_path
    first = base.partition("/")[2].partition("/")[0]
    begins_alike = f"{path}/".startswith(f"/{first}/")
    if begins_alike or not path.startswith("/") or _is_below(path, f"{base}/"):
        return path
    return base + path


def _is_below(path: str, base: str) -> bool:
    """Whether a path, or any that a pattern fits, is below the base path."""
    literal = re.split(r"[*?[]", path, maxsplit=1)[0]
    return literal.startswith(base) or (is_pattern(path) and base.startswith(literal))


def _until_problems(until: Mapping[str, Any]) -> Iterator[Problem]:
    if "for" in until and times.duration(until["for"]) == 0:
        yield "until.for", "must be longer than nothing"

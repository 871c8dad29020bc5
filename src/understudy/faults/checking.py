"""What is wrong with a rule that the contract's schema lets through: each field, and why.

A rule must be able to strike: what it matches exists, what it answers is documented, what it does
goes together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.faults.answer_checks import answer_problems
from understudy.faults.effect_checks import effect_problems
from understudy.faults.matching import fits, is_pattern
from understudy.faults.wording import are, listed

if TYPE_CHECKING:
    from understudy.contract.model import Contract, OperationSpec

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
        operations = _operations(match, contract)
        yield from answer_problems(rule["do"], operations, contract.document)


def _operations(match: Mapping[str, str], contract: Contract) -> list[OperationSpec]:
    """Those that a rule is about."""
    is_named = fits(match.get("operation", "*"))
    return [
        spec
        for spec in contract.operations
        if is_named(spec.operation_id) and match.get("method") in (None, *_methods(spec))
    ]


def _methods(spec: OperationSpec) -> tuple[str, ...]:
    return (spec.method, "HEAD") if spec.method == "GET" else (spec.method,)


def _match_problems(match: Mapping[str, str], contract: Contract) -> Iterator[Problem]:
    name = match.get("operation")
    if name is not None:
        named = _operations({"operation": name}, contract)
        if not named:
            yield "match.operation", _no_operation(name, contract)
        elif not _operations(match, contract):
            methods = sorted({method for spec in named for method in _methods(spec)})
            yield "match.method", f"is not one that {name} answers, which {are(methods)}"
    path = match.get("path")
    if path is not None and not _is_below(path, f"{contract.base_path}/"):
        message = f"is nowhere below {contract.base_path}; a path is matched with it"
        yield "match.path", message


def _no_operation(name: str, contract: Contract) -> str:
    known = [spec.operation_id for spec in contract.operations]
    near = get_close_matches(name, known, 3)
    return "names no operation" + (f"; is {listed(near, 'or')} meant?" if near else "")


def _is_below(path: str, base: str) -> bool:
    """Whether a path, or any that a pattern fits, is below the base path."""
    literal = re.split(r"[*?[]", path, maxsplit=1)[0]
    return literal.startswith(base) or (is_pattern(path) and base.startswith(literal))


def _until_problems(until: Mapping[str, Any]) -> Iterator[Problem]:
    if "for" in until and times.duration(until["for"]) == 0:
        yield "until.for", "must be longer than nothing"

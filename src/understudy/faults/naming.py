"""Whether the operation and the method that somebody names are any of the served contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from http import HTTPMethod
from typing import TYPE_CHECKING, Any

from understudy.faults.matching import fits
from understudy.faults.wording import are, listed

if TYPE_CHECKING:
    from understudy.contract.model import Contract, OperationSpec

METHODS = tuple(method.value for method in HTTPMethod)


def named(match: Mapping[str, Any], contract: Contract) -> list[OperationSpec]:
    """The operations that a match is about, by its `operation` and its `method`."""
    is_named = fits(match.get("operation") or "*")
    method = match.get("method") or None
    return [
        spec
        for spec in contract.operations
        if is_named(spec.operation_id) and method in (None, *_methods(spec))
    ]


def name_problems(match: Mapping[str, Any], contract: Contract) -> Iterator[tuple[str, str]]:
    """`operation` or `method` with a clause about it, where the one or the other fits nothing."""
    name, method = match.get("operation"), match.get("method")
    if method and method not in METHODS:
        yield "method", f"names no method{_meant(method, METHODS)}"
        method = None
    if not name:
        return
    found = named({"operation": name}, contract)
    if not found:
        known = [spec.operation_id for spec in contract.operations]
        yield "operation", f"names no operation{_meant(name, known)}"
    elif method and not named({"operation": name, "method": method}, contract):
        methods = sorted({each for spec in found for each in _methods(spec)})
        yield "method", f"is not one that {name} answers, which {are(methods)}"


def _methods(spec: OperationSpec) -> tuple[str, ...]:
    return (spec.method, "HEAD") if spec.method == "GET" else (spec.method,)


def _meant(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 3)
    return f"; is {listed(near, 'or')} meant?" if near else ""

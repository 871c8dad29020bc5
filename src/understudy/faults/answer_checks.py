"""What is wrong with a rule's answers, by the contract of the operations that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from understudy.contract.refs import resolve
from understudy.contract.schemas import KnownFields
from understudy.faults.examples import documented, documented_codes
from understudy.faults.wording import are, listed

if TYPE_CHECKING:
    from understudy.contract.model import Document, OperationSpec, Schema

DEEPEST = 3
"""Levels of fields that are looked at for the one that is meant."""
MOST_NAMES = 12
Problem = tuple[str, str]


def answer_problems(
    do: Mapping[str, Any], operations: Sequence[OperationSpec], document: Document
) -> Iterator[Problem]:
    """Errors that no operation documents, and fields that none answers."""
    whose = operations[0].operation_id if len(operations) == 1 else "any of the operations"
    if "error" in do:
        yield from _error(do["error"], operations, document, whose)
    if "field" in do.get("off_contract", ()):
        yield from _field(do["off_contract"], operations, document, whose)


def _error(
    error: Mapping[str, Any], operations: Sequence[OperationSpec], document: Document, whose: str
) -> Iterator[Problem]:
    status, code = error["status"], error.get("code")
    if any(documented(spec, document, status, code) for spec in operations):
        return
    if any(documented(spec, document, status) for spec in operations):
        codes = {one for spec in operations for one in documented_codes(spec, document, status)}
        yield "do.error.code", f"is not documented for {whose} with {status}; {are(sorted(codes))}"
    else:
        statuses = {one for spec in operations for one in spec.responses if one >= "400"}
        yield "do.error.status", f"is not documented for {whose}; {are(sorted(statuses))}"


def _field(
    options: Mapping[str, Any], operations: Sequence[OperationSpec], document: Document, whose: str
) -> Iterator[Problem]:
    field, is_new = options["field"], options["kind"] == "undocumented_field"
    if any(_is_documented(field, spec, document) != is_new for spec in operations):
        return
    if is_new:
        yield "do.off_contract.field", f"{field!r} is one of the fields that {whose} answers"
    else:
        known = sorted({name for spec in operations for name in _fields(spec, document)})
        told = f"{field!r} is no field that {whose} answers; {_meant(field, known)}"
        yield "do.off_contract.field", told


def _meant(field: str, known: Sequence[str]) -> str:
    """The fields that are meant instead, else the first of those that there are, without those that
    are inside others.
    """
    near = get_close_matches(field, known, 3)
    if near:
        return f"is {listed(near, 'or')} meant?"
    outer = [name for name in known if "." not in name]
    more = ", …" if len(outer) > MOST_NAMES else ""
    return f"there are {', '.join(outer[:MOST_NAMES])}{more}" if outer else "there are none"


def _fields(spec: OperationSpec, document: Document) -> Iterator[str]:
    """The fields of successful answers, dotted, and those inside them."""
    for status, answer in spec.responses.items():
        if status < "300" and answer.schema is not None:
            yield from _names(answer.schema, document, "", DEEPEST)


def _names(schema: Schema, document: Document, prefix: str, levels: int) -> Iterator[str]:
    schema = resolve(schema, document)
    parts = [schema, *(part for key in ("allOf", "anyOf", "oneOf") for part in schema.get(key, ()))]
    inside = [
        pair
        for part in (resolve(part, document) for part in parts)
        for pair in (*part.get("properties", {}).items(), ("0", part.get("items")))
        if pair[1] is not None
    ]
    for name, inner in inside if levels else ():
        yield f"{prefix}{name}"
        yield from _names(inner, document, f"{prefix}{name}.", levels - 1)


def _is_documented(field: str, spec: OperationSpec, document: Document) -> bool:
    """Whether a successful answer has this field."""
    value = _nested(field.split("."))
    return any(
        answer.schema is not None and not KnownFields(answer.schema, document).unknown(value)
        for status, answer in spec.responses.items()
        if status < "300"
    )


def _nested(parts: Sequence[str]) -> Any:
    """A value that has a dotted field."""
    if not parts:
        return None
    inner = _nested(parts[1:])
    return [inner] if parts[0].isdecimal() else {parts[0]: inner}

"""What is wrong with a rule's answers, by the contract of the operations that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from understudy.contract.schemas import KnownFields
from understudy.faults.examples import documented, documented_codes
from understudy.faults.wording import are

if TYPE_CHECKING:
    from understudy.contract.model import Document, OperationSpec

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
    is_new = options["kind"] == "undocumented_field"
    if not any(_is_documented(options["field"], spec, document) != is_new for spec in operations):
        what = "one of the fields" if is_new else "not one of the fields"
        yield "do.off_contract.field", f"is {what} that {whose} answers"


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

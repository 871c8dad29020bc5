"""Rules about links: they lead to operations that exist, with values that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from understudy.contract.lint.subject import Pointer, Problem, Rule, Subject
from understudy.contract.model import OperationSpec, Schema
from understudy.contract.source import split_pointer

_EXPRESSION = re.compile(
    r"\$(?:url|method|statusCode"
    r"|(?P<side>request|response)\."
    r"(?:body(?:#(?P<pointer>(?:/.*)?))?|(?P<where>header|query|path)\.(?P<name>[\w-]+)))"
)


@dataclass(frozen=True, slots=True)
class _Link:
    """A link, with the operation and the answer that it starts from."""

    pointer: Pointer
    link: Mapping[str, Any]
    operation: OperationSpec
    answer: Mapping[str, Any]


def link_leads_somewhere(subject: Subject) -> Iterator[Problem]:
    """The operation that a link names exists."""
    for found in _links(subject):
        name = found.link.get("operationId")
        if name not in subject.by_id:
            yield (*found.pointer, "operationId"), f"there is no operation {name!r} to link to"


def link_is_described(subject: Subject) -> Iterator[Problem]:
    """A link says what it is for."""
    for found in _links(subject):
        if not found.link.get("description"):
            yield found.pointer, "the link has no description"


def link_parameters_exist(subject: Subject) -> Iterator[Problem]:
    """The target takes the parameters that a link gives, and gets those it requires."""
    for found, target in _targets(subject):
        given = {str(name).rpartition(".")[2] for name in found.link.get("parameters", {})}
        for name in sorted(given - {parameter["name"] for parameter in target.parameters}):
            message = f"{target.operation_id} has no parameter {name!r}"
            yield (*found.pointer, "parameters"), message
        needed = {one["name"] for one in target.parameters if one.get("required")}
        for name in sorted(needed - given):
            yield found.pointer, f"the link does not give {target.operation_id} its {name!r}"


def link_body_exists(subject: Subject) -> Iterator[Problem]:
    """The target takes the body that a link gives it, and gets the fields it requires."""
    for found, target in _targets(subject):
        pointer = (*found.pointer, "requestBody")
        if "requestBody" not in found.link:
            if target.request_required:
                yield found.pointer, f"the link does not give {target.operation_id} its body"
        elif target.request_schema is None:
            yield pointer, f"{target.operation_id} takes no body"
        elif isinstance(body := found.link["requestBody"], dict):
            for name in body:
                if _inside(subject, target.request_schema, [name]) is None:
                    yield (*pointer, name), f"the body of {target.operation_id} has no {name!r}"
            for name in subject.resolve(target.request_schema).get("required", ()):
                if name not in body:
                    yield pointer, f"the link does not give {target.operation_id} its {name!r}"


def link_values_exist(subject: Subject) -> Iterator[Problem]:
    """What a runtime expression points to is documented."""
    for found in _links(subject):
        for key in ("parameters", "requestBody"):
            for pointer, text in _expressions((*found.pointer, key), found.link.get(key)):
                if not _exists(subject, found, text):
                    yield pointer, f"{text} points to nothing that is documented"


def _links(subject: Subject) -> Iterator[_Link]:
    for pointer, operation in subject.operations():
        for status, answer in operation.raw["responses"].items():
            for name, link in answer.get("links", {}).items():
                place = (*pointer, "responses", status, "links", name)
                yield _Link(place, subject.resolve(link), operation, answer)


def _targets(subject: Subject) -> Iterator[tuple[_Link, OperationSpec]]:
    for found in _links(subject):
        target = subject.by_id.get(found.link.get("operationId", ""))
        if target is not None:
            yield found, target


def _expressions(pointer: Pointer, value: Any) -> Iterator[tuple[Pointer, str]]:
    if isinstance(value, str) and value.startswith("$"):
        yield pointer, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _expressions((*pointer, name), part)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _expressions((*pointer, index), part)


def _exists(subject: Subject, found: _Link, text: str) -> bool:
    match = _EXPRESSION.fullmatch(text)
    if match is None:
        return False
    if match["name"]:
        return match["name"].lower() in _names(found, match["side"], match["where"])
    if match["pointer"]:
        schema = _body_of(found, match["side"])
        parts = split_pointer(match["pointer"])
        return schema is not None and _inside(subject, schema, parts) is not None
    return True


def _names(found: _Link, side: str, where: str) -> set[str]:
    if side == "response":
        return {name.lower() for name in found.answer.get("headers", {}) if where == "header"}
    given = found.operation.parameters
    return {parameter["name"].lower() for parameter in given if parameter["in"] == where}


def _body_of(found: _Link, side: str) -> Schema | None:
    if side == "request":
        return found.operation.request_schema
    schema: Schema | None = (
        found.answer.get("content", {}).get("application/json", {}).get("schema")
    )
    return schema


def _inside(subject: Subject, schema: Schema, parts: list[str]) -> Schema | None:
    """The schema of a part of a value; None if there can be no such part."""
    for part in parts:
        schema = subject.resolve(schema)
        if schema.get("type", "object") not in ("array", "object"):
            return None
        others = schema.get("additionalProperties", not schema.get("properties"))
        if schema.get("type") == "array":
            inner = schema.get("items") if part.isdigit() else None
        else:
            inner = schema.get("properties", {}).get(part, others if others is not True else {})
        if not isinstance(inner, dict):
            return None
        schema = inner
    return schema


RULES: tuple[Rule, ...] = (
    link_leads_somewhere,
    link_is_described,
    link_parameters_exist,
    link_body_exists,
    link_values_exist,
)

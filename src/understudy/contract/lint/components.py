"""Rules about the parts that operations are made of: parameters, bodies, answers, components."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from understudy.contract.lint.subject import Pointer, Problem, Rule, Subject
from understudy.contract.source import join_pointer

_PASCAL_CASE = re.compile(r"(?:[A-Z][a-z0-9]*)+")


def component_is_pascal_case(subject: Subject) -> Iterator[Problem]:
    """`DefectFolder`; security schemes have names of their own."""
    for kind, components in subject.document["components"].items():
        for name in components:
            if kind != "securitySchemes" and not _PASCAL_CASE.fullmatch(name):
                yield ("components", kind, name), f"{name!r} is not in PascalCase"


def component_is_described(subject: Subject) -> Iterator[Problem]:
    """A component says what it is; parameters and answers have a rule of their own."""
    for kind, components in subject.document["components"].items():
        for name, component in components.items():
            if kind in ("parameters", "responses"):
                continue
            if "$ref" not in component and not component.get("description"):
                yield ("components", kind, name), f"the component {name} has no description"


def component_is_used(subject: Subject) -> Iterator[Problem]:
    """A component that nothing refers to says nothing."""
    used = {*_references(subject.document)} | {*_security_schemes(subject)}
    for kind, components in subject.document["components"].items():
        for name in components:
            pointer = ("components", kind, name)
            if f"#{join_pointer(pointer)}" not in used:
                yield pointer, f"nothing refers to {name}"


def parameter_is_described(subject: Subject) -> Iterator[Problem]:
    """A parameter has a description and a schema."""
    for pointer, parameter in subject.parameters():
        for key in ("description", "schema"):
            if not parameter.get(key):
                yield pointer, f"the parameter {parameter['name']!r} has no {key}"


def answer_is_described(subject: Subject) -> Iterator[Problem]:
    """An answer says when it is given, and has a body; a refusal's is JSON."""
    for pointer, answer in subject.answers():
        if not answer.get("description"):
            yield pointer, "the answer has no description"
        content = answer.get("content", {})
        is_success = pointer[-2] == "responses" and str(pointer[-1]).startswith("2")
        if not content:
            yield pointer, "the answer has no body"
        elif "application/json" not in content and not is_success:
            yield pointer, "the answer has no JSON body"


def content_has_schema(subject: Subject) -> Iterator[Problem]:
    """A body has a schema."""
    for pointer, media in subject.contents():
        if "schema" not in media:
            yield pointer, "the body has no schema"


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from _references(part)
    elif isinstance(value, list):
        for part in value:
            yield from _references(part)


def _security_schemes(subject: Subject) -> Iterator[str]:
    requirements = [*subject.document.get("security", ())]
    for _, operation in subject.operations():
        requirements += operation.raw.get("security", ())
    for requirement in requirements:
        for name in requirement:
            pointer: Pointer = ("components", "securitySchemes", name)
            yield f"#{join_pointer(pointer)}"


RULES: tuple[Rule, ...] = (
    component_is_pascal_case,
    component_is_described,
    component_is_used,
    parameter_is_described,
    answer_is_described,
    content_has_schema,
)

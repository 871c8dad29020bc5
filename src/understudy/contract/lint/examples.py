"""Rules about examples: bodies and required parameters have one, and each is valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.contract.lint.subject import Pointer, Problem, Rule, Subject
from understudy.contract.schemas import Validator


def content_has_example(subject: Subject) -> Iterator[Problem]:
    """Every body has an example."""
    for pointer, media in subject.contents():
        if not {*_examples(pointer, media)}:
            yield pointer, "the body has no example"


def required_parameter_has_example(subject: Subject) -> Iterator[Problem]:
    """A parameter that must be given has an example."""
    for pointer, parameter in subject.parameters():
        if parameter.get("required") and not {*_examples(pointer, parameter)}:
            yield pointer, f"the parameter {parameter['name']!r} has no example"


def optional_parameter_has_none(subject: Subject) -> Iterator[Problem]:
    """Swagger UI sends the example of a parameter, also of one that may be left out.

    A list would come back filtered by all examples at once, and for somebody else's workspace.
    """
    for pointer, parameter in subject.parameters():
        if parameter.get("required"):
            continue
        inner, schema = (*pointer, "schema"), subject.resolve(parameter.get("schema", {}))
        message = f"the parameter {parameter['name']!r} is optional, and tools send examples"
        for where in (*_examples(pointer, parameter), *_examples(inner, schema)):
            yield where, message


def example_is_valid(subject: Subject) -> Iterator[Problem]:
    """An example is valid and has no undocumented fields."""
    for pointer, part in (*subject.contents(), *subject.parameters()):
        if "schema" in part:
            for where in _examples(pointer, part):
                yield from _check(subject, part["schema"], where, _value(part, where, pointer))
    for pointer, schema in subject.schemas():
        if "example" in schema:
            yield from _check(subject, schema, (*pointer, "example"), schema["example"])


def _examples(pointer: Pointer, part: Mapping[str, Any]) -> Iterator[Pointer]:
    """Where the values of the examples are."""
    if "example" in part:
        yield (*pointer, "example")
    for name in part.get("examples", {}):
        yield (*pointer, "examples", name, "value")


def _value(part: Mapping[str, Any], where: Pointer, pointer: Pointer) -> Any:
    value: Any = part
    for key in where[len(pointer) :]:
        value = value.get(key)
    return value


def _check(
    subject: Subject, schema: Mapping[str, Any], where: Pointer, value: Any
) -> Iterator[Problem]:
    validator = Validator(schema, subject.document, closed=True)
    if not validator.is_valid(value):
        for name, clauses in validator.problems(value).items():
            place = (*where, *name.split(".")) if name != "body" else where
            yield place, f"example: {name} {', '.join(clauses)}"


RULES: tuple[Rule, ...] = (
    content_has_example,
    required_parameter_has_example,
    optional_parameter_has_none,
    example_is_valid,
)

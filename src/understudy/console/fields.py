"""Forms out of JSON Schema: what to ask for, and what the answers come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NUMBERS = ("integer", "number")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One argument of a form. `type`: of JSON Schema; `given`: what stands there at first."""

    name: str
    type: str
    hint: str
    is_required: bool
    given: str
    placeholder: str
    minimum: Any
    maximum: Any
    choices: tuple[str, ...]

    @property
    def label(self) -> str:
        """`is_active` → `Is active`, `set.defects` → `Defects`."""
        return self.name.rpartition(".")[2].replace("_", " ").capitalize()

    @property
    def is_number(self) -> bool:
        """Whether it is asked for as a number."""
        return self.type in NUMBERS

    @property
    def step(self) -> str:
        """How fine a number may be."""
        return "1" if self.type == "integer" else "any"


def fields_of(schema: Mapping[str, Any], given: Mapping[str, Any]) -> list[Field]:
    """The fields of an object's schema; `given`: what is filled in already."""
    example, required = schema.get("example") or {}, schema.get("required", ())
    return [
        _field(name, part, name in required, given.get(name), example.get(name))
        for name, part in schema.get("properties", {}).items()
    ]


def read(fields: Iterable[Field], form: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in, by name; what is empty is left out.

    Raises ValueError, which names the field, for what is no number.
    """
    given = ((field, form.get(field.name, "").strip()) for field in fields)
    return {field.name: _value(field, text) for field, text in given if text}


def _field(
    name: str, part: Mapping[str, Any], is_required: bool, given: Any, example: Any
) -> Field:
    shown = part.get("default") if given is None else given
    kind = str(part.get("type", "string"))
    choices = ("true", "false") if kind == "boolean" else part.get("enum", ())
    return Field(
        name=name,
        type=kind,
        hint=str(part.get("description") or "").strip(),
        is_required=is_required,
        given=_text(shown),
        placeholder=_text(example),
        minimum=part.get("minimum"),
        maximum=part.get("maximum"),
        choices=tuple(_text(one) for one in choices if one is not None),
    )


def _value(field: Field, text: str) -> Any:
    if field.type == "boolean":
        return text == "true"
    if not field.is_number:
        return text
    try:
        return int(text) if field.type == "integer" else float(text)
    except ValueError:
        kind = "a whole number" if field.type == "integer" else "a number"
        raise ValueError(f"{field.name}: {text!r} is not {kind}") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

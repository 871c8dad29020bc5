"""Readable names for objects: from what people call them, each once in its collection."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from understudy.contract.refs import resolve
from understudy.scenarios.stored import UUID

if TYPE_CHECKING:
    from understudy.contract.model import CollectionSpec, Document

LONGEST = 48
"""So many characters of a title become a name."""
_FIRST = ("name", "title", "email", "username", "label", "key")
_LIKE = ("_name", "_number")
_EMAIL = re.compile(r"[\w.+-]+@[\w.-]+")
_BETWEEN = re.compile(r"[\W_]+")


def named(
    spec: CollectionSpec, document: Document, records: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """The name of each object of a collection, by its id: `pay-by-card`, `pay-by-card-2`.

    An object that nobody calls anything is named by its place: `memberships-3`.
    """
    field = _title(spec, document)
    names: dict[str, str] = {}
    taken: set[str] = set()
    repeats: dict[str, int] = {}
    for place, record in enumerate(records, 1):
        short = _short(record.get(field)) if field else ""
        name = short or f"{spec.name}-{place}"
        while name in taken:
            repeats[short] = repeats.get(short, 1) + 1
            name = f"{short or spec.name}-{repeats[short]}"
        taken.add(name)
        names[record["id"]] = name
    return names


def _title(spec: CollectionSpec, document: Document) -> str | None:
    """The field that people call the objects by: a text that each of them has."""
    required = spec.schema.get("required", ())
    texts = [
        name
        for name, part in spec.schema["properties"].items()
        if name in required and not name.startswith("_") and _is_free_text(resolve(part, document))
    ]
    ranked = [name for name in _FIRST if name in texts]
    return next(iter([*ranked, *(name for name in texts if name.endswith(_LIKE))]), None)


def _is_free_text(schema: Mapping[str, Any]) -> bool:
    return (
        schema.get("type") == "string"
        and not schema.get("nullable")
        and "enum" not in schema
        and schema.get("format") in (None, "email")
    )


def _short(text: Any) -> str:
    """A text as a name; one that could be taken for an id is none."""
    if not isinstance(text, str):
        return ""
    if _EMAIL.fullmatch(text):
        return text
    name = _BETWEEN.sub("-", text.casefold()).strip("-")[:LONGEST].rstrip("-")
    return "" if UUID.match(name) else name

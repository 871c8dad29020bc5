"""The conditions that a selection is made of; plain values mean equality.

store["defects"].select(
    {"_workspace_id": ws, "status": "OPEN", "created_at": Range(lo, hi), "tags": HasAny(["ui"])},
    search=Contains("crash", ("title", "summary")),
    order=("created_at", "desc"), offset=0, limit=50,
)
"""

from __future__ import annotations

from collections.abc import Collection as AnyCollection
from dataclasses import dataclass
from typing import Any, Literal

Direction = Literal["asc", "desc"]
Order = tuple[str, Direction]


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both included; None leaves an end open. A null field is in no range."""

    low: Any = None
    high: Any = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """The field equals one of these."""

    values: AnyCollection[Any]


@dataclass(frozen=True, slots=True)
class HasAny:
    """The field is a list that holds at least one of these."""

    values: AnyCollection[Any]


@dataclass(frozen=True, slots=True)
class Contains:
    """One of the text fields contains the text, whatever the case."""

    text: str
    fields: tuple[str, ...]

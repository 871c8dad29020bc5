"""The records of what a sandbox holds: collections, snapshots, and how two of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from understudy.client.answer import Answer, Json


@dataclass(frozen=True, kw_only=True)
class CollectionInfo(Answer):
    """A collection. references: field → the collection that its ids lead to. secrets: the fields of
    which only `***` is shown.
    """

    name: str
    description: str | None
    count: int
    fields: tuple[str, ...]
    references: Mapping[str, str]
    secrets: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ObjectPage(Answer):
    """Some objects of those that were asked for. total: how many there are in all."""

    objects: tuple[Json, ...]
    total: int


@dataclass(frozen=True, kw_only=True)
class Removal(Answer):
    """How many objects of which collections went, and how many changed."""

    removed: Mapping[str, int]
    changed: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Snapshot(Answer):
    """All that a sandbox held at one moment. ids_issued: how many ids it had given."""

    name: str
    taken_at: datetime
    objects: int
    ids_issued: int


@dataclass(frozen=True, kw_only=True)
class FieldChange(Answer):
    """A field that is not as it was; None on the side where it is not there."""

    field: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, kw_only=True)
class ChangedObject(Answer):
    """An object that is not as it was. title: what people call it."""

    id: str
    title: str | None
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, kw_only=True)
class DifferenceCounts(Answer):
    """How many objects are different, listed or not."""

    added: int
    removed: int
    changed: int


@dataclass(frozen=True, kw_only=True)
class Difference(Answer):
    """How one collection differs: the objects that came, those that went, those that changed."""

    collection: str
    counts: DifferenceCounts
    added: tuple[Json, ...]
    removed: tuple[Json, ...]
    changed: tuple[ChangedObject, ...]


@dataclass(frozen=True, kw_only=True)
class Comparison(Answer):
    """How a snapshot and what came later differ; collections without a difference are not listed.

    snapshot: what is compared. to: the later one, None for what the sandbox holds now.
    """

    snapshot: str
    to: str | None
    counts: DifferenceCounts
    collections: tuple[Difference, ...]

    @classmethod
    def of(cls, answer: Json) -> Self:
        """The record of an answer, in which `snapshot` is called `from`."""
        return super().of({**answer, "snapshot": answer["from"]})

    @property
    def is_empty(self) -> bool:
        """Whether there is no difference."""
        return not self.collections

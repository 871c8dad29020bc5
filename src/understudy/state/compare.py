"""What is different between two states: objects added, removed, and changed field by field.

Records never change in place, so what is the same record, or the same table, is skipped at once.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from understudy.contract.secret import HIDDEN
from understudy.state.listing import shown
from understudy.state.marks import Node
from understudy.state.secrets import ABSENT, hidden

if TYPE_CHECKING:
    from understudy.state.kinds import Kind, Kinds
    from understudy.store import Record
    from understudy.store.rows import Rows

MOST_FIELDS = 1000
"""So many fields of an object are told one by one."""
LONGEST_PATH = 1000
"""Characters of a dotted field."""
DEEPEST = 1000
"""More levels than any object has."""

Tables = Mapping[str, "Rows"]


@dataclass(slots=True)
class Difference:
    """How one collection differs: how many objects were added, removed and changed, and the first
    of each; `changed` has each record before and after.
    """

    kind: Kind
    counts: Counter[str] = field(default_factory=Counter)
    added: list[Record] = field(default_factory=list)
    removed: list[Record] = field(default_factory=list)
    changed: list[tuple[Record, Record]] = field(default_factory=list)

    def take(self, how: str, what: Record | tuple[Record, Record], limit: int) -> None:
        """Count it, and have it if it is one of the first."""
        self.counts[how] += 1
        if self.counts[how] <= limit:
            getattr(self, how).append(what)


def differences(kinds: Kinds, before: Tables, after: Tables, limit: int) -> list[Difference]:
    """Every collection that differs, in the contract's order; its objects oldest first, and so many
    of them at most.
    """
    found = (
        _difference(kind, before.get(name), after.get(name), limit) for name, kind in kinds.items()
    )
    return [each for each in found if each.counts]


def changes(kind: Kind, before: Record, after: Record) -> list[dict[str, Any]]:
    """Each field that differs, dotted, with its value before and after as far as it was there.

    Lists of the same length are compared item by item, others are one field. Of a secret, only that
    it changed is told. Of what would be too long a list, the fields of the object itself are told.
    """
    found = [*islice(_changes(kind.secrets, before, after), MOST_FIELDS + 1)]
    if len(found) > MOST_FIELDS or any(len(path) > LONGEST_PATH for path, _, _ in found):
        found = [*_changes(kind.secrets, before, after, levels=1)]
    return [
        {"field": path, **_side("before", was), **_side("after", now)} for path, was, now in found
    ]


def told(differences: list[Difference], limit: int) -> list[dict[str, Any]]:
    """The differences as JSON, with their true counts and, of all collections together, so many
    objects.
    """
    return [*_told(differences, limit)]


def counts(*differences: Difference) -> dict[str, int]:
    """How many objects were added, removed and changed."""
    return {
        name: sum(each.counts[name] for each in differences)
        for name in ("added", "removed", "changed")
    }


def _difference(kind: Kind, before: Rows | None, after: Rows | None, limit: int) -> Difference:
    difference = Difference(kind)
    if before is after:
        return difference
    for record in () if before is None else before.apart_from(after):
        now = None if after is None else after.find(record.doc_id)
        if now is None:
            difference.take("removed", record, limit)
        elif not _is_same(record, now):
            difference.take("changed", (record, now), limit)
    for record in () if after is None else after.apart_from(before):
        if before is None or before.find(record.doc_id) is None:
            difference.take("added", record, limit)
    return difference


def _told(differences: list[Difference], left: int) -> Iterator[dict[str, Any]]:
    for each in differences:
        kind = each.kind
        added = [shown(kind, record) for record in each.added[:left]]
        left -= len(added)
        removed = [shown(kind, record) for record in each.removed[:left]]
        left -= len(removed)
        changed = [_changed(kind, *pair) for pair in each.changed[:left]]
        left -= len(changed)
        yield {
            "collection": kind.name,
            "counts": counts(each),
            "added": added,
            "removed": removed,
            "changed": changed,
        }


def _changed(kind: Kind, before: Record, after: Record) -> dict[str, Any]:
    return {
        "id": after.doc_id,
        "title": after.get(kind.title) if kind.title else None,
        "fields": changes(kind, before, after),
    }


def _side(name: str, value: Any) -> dict[str, Any]:
    return {} if value is ABSENT else {name: value}


def _changes(
    secrets: Node, before: Any, after: Any, path: str = "", levels: int = DEEPEST
) -> Iterator[tuple[str, Any, Any]]:
    """What differs, looked for so many levels deep."""
    if _is_same(before, after):
        return
    if secrets.mark is not None:
        yield path, _covered(before), _covered(after)
    elif levels and isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            was, now = before.get(name, ABSENT), after.get(name, ABSENT)
            inner = f"{path}.{name}" if path else name
            yield from _changes(secrets.child(name), was, now, inner, levels - 1)
    elif levels and _are_alike(before, after):
        for index, (was, now) in enumerate(zip(before, after, strict=True)):
            yield from _changes(secrets.child(index), was, now, f"{path}.{index}", levels - 1)
    else:
        yield path, hidden(secrets, before), hidden(secrets, after)


def _are_alike(before: Any, after: Any) -> bool:
    """Whether both are lists of the same length."""
    return isinstance(before, list) and isinstance(after, list) and len(before) == len(after)


def _is_same(before: Any, after: Any) -> bool:
    """Equal as JSON is: true is not 1, and 1.0 is another number than 1."""
    return before is after or (before == after and _text(before) == _text(after))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _covered(value: Any) -> Any:
    return value if value is ABSENT or value is None else HIDDEN

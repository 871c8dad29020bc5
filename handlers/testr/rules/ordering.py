"""The order in which things are shown: a number for each, the older first where two share it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from understudy.errors import ValidationFailed

from .common import owned

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.store import Collection, Record

HIGHEST = 2_147_483_647
"""The contract's highest number; what comes next shares it and still comes last, being younger."""


def next_order(collection: Collection, siblings: Mapping[str, Any]) -> int:
    """The number after those of the siblings, which the conditions select; 0 for the first."""
    last = collection.last(siblings, "display_order")
    return min(last["display_order"] + 1, HIGHEST) if last else 0


def repeats(
    entries: Iterable[Mapping[str, Any]], id_field: str, prefix: str = ""
) -> dict[str, list[str]]:
    """The details of a refusal: each entry whose id an earlier one has; empty if all differ."""
    seen: set[str] = set()
    found = {}
    for index, entry in enumerate(entries):
        if entry[id_field] in seen:
            found[f"{prefix}{index}.{id_field}"] = ["is there twice"]
        seen.add(entry[id_field])
    return found


def reorder(
    ctx: Context, collection: str, entries: Sequence[Mapping[str, Any]], id_field: str
) -> None:
    """Give objects of the active workspace the `display_order` of their entries.

    Raises ValidationFailed for an id that is there twice, NotFound for one that is not in the
    workspace.
    """
    repeated = repeats(entries, id_field)
    if repeated:
        raise ValidationFailed(details=repeated)
    records = [owned(ctx, collection, entry[id_field]) for entry in entries]
    for record, entry in zip(records, entries, strict=True):
        change(ctx.store[collection], record, {"display_order": entry["display_order"]}, ctx.now())


def change(collection: Collection, record: Record, fields: Mapping[str, Any], now: str) -> None:
    """Store the fields that differ, and `updated_at` with them; nothing where none does."""
    different = {name: value for name, value in fields.items() if record[name] != value}
    if different:
        collection.change(record["id"], **different, updated_at=now)

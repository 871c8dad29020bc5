"""Deleting an object, with what cannot be without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from understudy.background import let_go
from understudy.longwork import Done, done_aside
from understudy.state.errors import StillReferenced
from understudy.state.references import GONE
from understudy.store.shards import Shards

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.state.kinds import Kinds
    from understudy.store import Change, Store

MANY = 2_000
"""Up to so many objects are looked through in next to no time."""
Ids = Shards[str, None]
Key = tuple[str, str]
"""A collection and the id of one of its objects."""


class Counts(NamedTuple):
    """How many objects of each collection a deletion removed, and how many it changed."""

    removed: dict[str, int]
    changed: dict[str, int]


@dataclass(slots=True)
class Removal:
    """What a deletion does: the ids of the objects that go, by collection, and the objects that are
    changed, as they will be. `changes`: what it did, step by step.
    """

    gone: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[Key, Mapping[str, Any]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)

    def counts(self) -> Counts:
        """How many they are."""
        removed = {name: len(ids) for name, ids in self.gone.items()}
        return Counts(removed, dict(Counter(name for name, _ in self.changed)))


def remove(
    kinds: Kinds, store: Store, collection: str, object_id: str, *, cascade: bool
) -> Removal:
    """Delete an object, in one transaction.

    With `cascade`, what refers to it does without, and goes if it cannot, and so on. Without,
    StillReferenced is raised if anything does. KeyError if there is no such object.
    """
    if object_id not in store[collection]:
        raise KeyError(object_id)
    if not cascade:
        _require_unreferenced(kinds, store, collection, object_id)
    removal = _plan(kinds, store, (collection, object_id))
    with store.transaction() as done:
        for (name, changed_id), document in removal.changed.items():
            store[name].replace(changed_id, document)
        for name in sorted(removal.gone):
            store[name].remove_all(removal.gone[name])
    removal.changes = done.changes
    return removal


async def remove_many(
    kinds: Kinds, sandbox: Sandbox, collection: str, object_id: str, *, cascade: bool
) -> Counts:
    """The same in a sandbox, without keeping anybody else waiting."""

    def removed(twin: Sandbox) -> Done[Counts]:
        removal = remove(kinds, twin.store, collection, object_id, cascade=cascade)
        counts, changes = removal.counts(), removal.changes
        let_go(removal.changed, levels=0)
        return Done(counts, changes)

    return await done_aside(sandbox, removed)


def takes_long(kinds: Kinds, store: Store) -> bool:
    """Whether it may take long to find what refers to an object: there are many."""
    return sum(len(store[name]) for name in kinds) > MANY


def _require_unreferenced(kinds: Kinds, store: Store, collection: str, object_id: str) -> None:
    told: dict[str, list[str]] = {}
    for reference in kinds.referring[collection]:
        referrers = reference.referrers(store, {object_id})
        if reference.collection == collection:
            referrers = [each for each in referrers if each.doc_id != object_id]
        if referrers:
            count = f"{len(referrers)} {'refers' if len(referrers) == 1 else 'refer'}"
            told.setdefault(reference.collection, []).append(f"{count} to it by {reference.field}")
    if told:
        raise StillReferenced(details=told)


def _plan(kinds: Kinds, store: Store, first: Key) -> Removal:
    """What goes and what changes, round by round; nothing is written yet."""
    removal = Removal(gone={first[0]: [first[1]]})
    going = {first[0]: _ids(first[1])}
    known = {first[0]: _ids(first[1])}
    while going:
        following: dict[str, Ids] = {}
        for target, ids in going.items():
            for reference in kinds.referring[target]:
                name = reference.collection
                already = known.setdefault(name, _ids())
                for record in reference.referrers(store, ids):
                    gone_id = record.doc_id
                    if gone_id in already:
                        continue
                    left = reference.without(removal.changed.get((name, gone_id), record), ids)
                    if left is not GONE:
                        removal.changed[name, gone_id] = left
                        continue
                    removal.changed.pop((name, gone_id), None)
                    removal.gone.setdefault(name, []).append(gone_id)
                    already.put(gone_id, None)
                    following.setdefault(name, _ids()).put(gone_id, None)
        for done in going.values():
            done.let_go()
        going = following
    for done in known.values():
        done.let_go()
    return removal


def _ids(*ids: str) -> Ids:
    """A set of ids that grows without long calls, during which no other thread can go on."""
    made: Ids = Shards(None)
    for each in ids:
        made.put(each, None)
    return made

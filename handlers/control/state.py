"""What a sandbox holds: its objects, one by one, and snapshots of all of them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy.background import aside, paced
from understudy.context import Stream
from understudy.errors import NoSuchSandbox, UsageError
from understudy.longwork import looked_at
from understudy.scenarios.export import Still, pieces
from understudy.scenarios.problems import hint
from understudy.state import changes, compare, listing, removal

from . import errors

if TYPE_CHECKING:
    from understudy.context import Answer, Body, ServerContext
    from understudy.sandbox import Sandbox
    from understudy.scenarios import Scenario
    from understudy.state.kinds import Kind
    from understudy.state.snapshots import Snapshot


def list_collections(ctx: ServerContext, sandbox: str) -> Answer:
    """Every collection of the served contract, with the number of its objects."""
    store = ctx.sandbox(sandbox).store
    kinds = ctx.app.kinds.values()
    return {"collections": [_collection(kind, len(store[kind.name])) for kind in kinds]}


async def list_objects(ctx: ServerContext, sandbox: str, collection: str, **query: Any) -> Answer:
    """A page of the objects of a collection."""
    store, kind = ctx.sandbox(sandbox).store, _kind(ctx, collection)
    asked = listing.Query(**query)
    page = await looked_at(store, partial(listing.page, kind, query=asked))
    return {"objects": [listing.shown(kind, one) for one in page.items], "total": page.total}


def get_object(ctx: ServerContext, sandbox: str, collection: str, object_id: str) -> Answer:
    """One object."""
    store, kind = ctx.sandbox(sandbox).store, _kind(ctx, collection)
    record = store[kind.name].get(object_id)
    if record is None:
        raise _no_such_object(kind)
    return listing.shown(kind, record)


def create_object(ctx: ServerContext, sandbox: str, collection: str, body: Body) -> Answer:
    """Make an object of some of its fields."""
    inside, kind = ctx.sandbox(sandbox), _kind(ctx, collection)
    return listing.shown(kind, changes.create(ctx.app.kinds, kind, inside, body)), 201


def put_object(
    ctx: ServerContext, sandbox: str, collection: str, object_id: str, body: Body
) -> Answer:
    """Store a whole object."""
    inside, kind = ctx.sandbox(sandbox), _kind(ctx, collection)
    record, is_new = changes.put(kind, inside, object_id, body)
    return listing.shown(kind, record), 201 if is_new else 200


async def delete_object(
    ctx: ServerContext, sandbox: str, collection: str, object_id: str, cascade: bool
) -> Answer:
    """Delete an object and, if asked for, what cannot be without it."""
    inside = ctx.sandbox(sandbox)
    store, kind = inside.store, _kind(ctx, collection)
    if object_id not in store[kind.name]:
        raise _no_such_object(kind)
    kinds = ctx.app.kinds
    try:
        if removal.takes_long(kinds, store):
            done = await removal.remove_many(kinds, inside, kind.name, object_id, cascade=cascade)
        else:
            done = removal.remove(kinds, store, kind.name, object_id, cascade=cascade).counts()
    except KeyError:  # somebody else has deleted it meanwhile
        raise _no_such_object(kind) from None
    except OSError:
        if ctx.app.sandboxes.get(sandbox) is inside:
            raise
        raise NoSuchSandbox(f"Sandbox {sandbox!r} was deleted meanwhile.") from None
    return {"removed": done.removed, "changed": done.changed}


def list_snapshots(ctx: ServerContext, sandbox: str) -> Answer:
    """The sandbox's snapshots, oldest first."""
    return {"snapshots": [_shown(snapshot) for snapshot in ctx.sandbox(sandbox).snapshots]}


def take_snapshot(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Keep all that the sandbox holds."""
    inside = ctx.sandbox(sandbox)
    return _shown(inside.snapshots.take(inside, body.get("name"))), 201


def delete_snapshot(ctx: ServerContext, sandbox: str, snapshot: str) -> Answer:
    """Forget a snapshot."""
    inside = ctx.sandbox(sandbox)
    inside.snapshots.remove(_snapshot(inside, snapshot).name)
    return {"success": True}


async def restore_snapshot(ctx: ServerContext, sandbox: str, snapshot: str, body: Body) -> Answer:
    """Go back to a snapshot."""
    inside = ctx.sandbox(sandbox)
    async with ctx.turn(inside):
        name = _snapshot(inside, snapshot).name
        return _shown(await inside.snapshots.restore(inside, name, clock=body["clock"]))


async def compare_snapshot(
    ctx: ServerContext, sandbox: str, snapshot: str, to: str | None, limit: int
) -> Answer:
    """What is different between a snapshot and another one, or now."""
    inside = ctx.sandbox(sandbox)
    before = _snapshot(inside, snapshot).store_snapshot.tables
    later = inside.store.snapshot() if to is None else _snapshot(inside, to).store_snapshot

    def compared() -> dict[str, Any]:
        found = compare.differences(ctx.app.kinds, before, later.tables, limit)
        return {"counts": compare.counts(*found), "collections": compare.told(found, limit)}

    return {"from": snapshot, "to": to, **await aside(compared)}


async def export_scenario(
    ctx: ServerContext, sandbox: str, name: str | None, title: str | None, times: str
) -> Answer:
    """All that the sandbox holds as a scenario file."""
    inside = ctx.sandbox(sandbox)
    contract, still, accounts = (
        ctx.app.contract,
        Still.of(inside),
        beginning_of(ctx, inside).accounts,
    )
    head, relative = {"scenario": name, "title": title}, times == "relative"

    def written() -> list[bytes]:
        text = pieces(contract, still, head, accounts, relative=relative)
        return [piece.encode() for piece in text]

    return Stream(paced(await aside(written)))


def _kind(ctx: ServerContext, collection: str) -> Kind:
    kind = ctx.app.kinds.get(collection)
    if kind is None:
        known = hint(collection, ctx.app.kinds)
        raise errors.NoSuchCollection(f"There is no collection {collection!r}; {known}")
    return kind


def _no_such_object(kind: Kind) -> errors.NoSuchObject:
    return errors.NoSuchObject(f"There is no object with this id in {kind.name}.")


def _snapshot(inside: Sandbox, name: str) -> Snapshot:
    try:
        return inside.snapshots.get(name)
    except KeyError:
        known = hint(name, [one.name for one in inside.snapshots])
        raise errors.NoSuchSnapshot(f"There is no snapshot {name!r}; {known}") from None


def _collection(kind: Kind, count: int) -> dict[str, Any]:
    return {
        "name": kind.name,
        "description": kind.description,
        "count": count,
        "fields": list(kind.fields),
        "references": dict(kind.spec.references),
        "secrets": [name for name in kind.fields if kind.is_secret(name)],
    }


def _shown(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "name": snapshot.name,
        "taken_at": snapshot.taken_at,
        "objects": snapshot.objects,
        "ids_issued": snapshot.issued,
    }


def beginning_of(ctx: ServerContext, inside: Sandbox) -> Scenario:
    """What the sandbox began with if the server still knows it, else what the server began with."""
    if inside.scenario != ctx.app.scenario.name:
        with suppress(UsageError):
            return ctx.app.find_scenario(inside.scenario)
    return ctx.app.scenario

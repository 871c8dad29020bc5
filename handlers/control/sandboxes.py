"""Sandboxes: make, list, show, fork, reset, delete."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy import scenarios
from understudy.clock import Clock, stopwatch
from understudy.copies import Copy
from understudy.errors import (
    TooManySandboxes,
    UsageError,
    ValidationFailed,
)
from understudy.scenarios.problems import hint

from . import errors
from .clock import moment, shown

if TYPE_CHECKING:
    from understudy.context import Answer, Body, ServerContext
    from understudy.sandbox import Sandbox
    from understudy.scenes import Origin, Scene
    from understudy.state.snapshots import Snapshot

SOURCES = ("scenario", "definition", "snapshot")


def list_sandboxes(ctx: ServerContext, limit: int, offset: int) -> Answer:
    """All sandboxes, oldest first."""
    ctx.app.sandboxes.sweep(stopwatch())
    found = list(ctx.app.sandboxes)
    page = found[offset : offset + limit]
    return {"sandboxes": [described(ctx, one) for one in page], "total": len(found)}


async def create_sandbox(ctx: ServerContext, body: Body) -> Answer:
    """Make one from a scenario, a definition or a snapshot."""
    _require_one_source(body)
    clock = None if body.get("clock") is None else Clock(moment("clock", body["clock"]))
    name, seed, sandboxes = body.get("name"), body.get("seed"), ctx.app.sandboxes
    with limits_told():
        sandboxes.require_free(name)
        if body.get("snapshot") is not None:
            source = ctx.sandbox(body["snapshot"]["sandbox"])
            snapshot = _snapshot(source, body["snapshot"]["name"])
            origin: Origin = sandboxes.copy_of(source, snapshot, clock)
        else:
            origin = await _scene(ctx, body, clock)
        made = await sandboxes.make(name, origin, seed=seed)
    return described(ctx, made), 201


def get_sandbox(ctx: ServerContext, sandbox: str) -> Answer:
    """Show one, which is no use of it."""
    return described(ctx, ctx.app.sandboxes.named(sandbox))


async def delete_sandbox(ctx: ServerContext, sandbox: str) -> Answer:
    """Forget one."""
    await ctx.app.sandboxes.remove(sandbox)
    return {"success": True}


async def fork_sandbox(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Make another one with the same contents."""
    source = ctx.sandbox(sandbox)
    with limits_told():
        ctx.app.sandboxes.require_free(body.get("name"))
        origin = Copy.of(source)
        fork = await ctx.app.sandboxes.make(body.get("name"), origin, seed=body.get("seed"))
    return described(ctx, fork), 201


async def reset_sandbox(ctx: ServerContext, sandbox: str) -> Answer:
    """Have one begin anew."""
    found = ctx.sandbox(sandbox)
    try:
        origin = await ctx.app.sandboxes.beginning_of(found)
    except UsageError as error:
        raise errors.UnknownScenario(f"{error}.") from None
    async with ctx.turn(found):
        await found.begin_anew(origin)
    return described(ctx, found)


async def load_sandbox(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Have one begin anew from another scenario."""
    found = ctx.sandbox(sandbox)
    _require_one_source(body)
    if body.get("scenario") is None and body.get("definition") is None:
        raise ValidationFailed(details={"scenario": ["is required, or a definition"]})
    scene = await _scene(ctx, body)
    async with ctx.turn(found):
        await found.begin_anew(scene)
    return described(ctx, found)


def described(ctx: ServerContext, sandbox: Sandbox) -> dict[str, Any]:
    """A sandbox as the contract shows it."""
    store = sandbox.store
    return {
        "name": sandbox.name,
        "scenario": sandbox.scenario,
        "seed": sandbox.seed,
        "forked_from": sandbox.forked_from,
        "clock": shown(sandbox.clock),
        "objects": sum(len(store[name]) for name in ctx.app.contract.collections),
        "exchanges": len(sandbox.journal),
        "faults": len(sandbox.faults.rules),
        "snapshots": [snapshot.name for snapshot in sandbox.snapshots],
        "idle_seconds": max(0.0, round(stopwatch() - sandbox.touched, 3)),
        "api_path": ctx.app.contract.base_path,
    }


def _require_one_source(body: Body) -> None:
    given = [name for name in SOURCES if body.get(name) is not None]
    if len(given) > 1:
        raise ValidationFailed(
            details={name: ["is one source too many: give one alone"] for name in given[1:]}
        )
    if body.get("parameters") and given == ["snapshot"]:
        raise ValidationFailed(
            details={"parameters": ["are those of a scenario, not a snapshot's"]}
        )


async def _scene(ctx: ServerContext, body: Body, clock: Clock | None = None) -> Scene:
    """What a sandbox is to begin with, built: reading and building may take seconds."""
    scenes, contract = ctx.app.sandboxes.scenes, ctx.app.contract
    definition, parameters = body.get("definition"), body.get("parameters") or {}
    field = "scenario" if definition is None else "definition"
    try:
        if definition is None:
            return await scenes.prepared(body.get("scenario"), parameters, clock)
        read = partial(scenarios.read, contract, definition, parameters=parameters)
        return await scenes.prepared_from(read, clock)
    except scenarios.WrongParameters as error:
        wrong = {f"parameters.{name}": told for name, told in error.details.items()}
        raise ValidationFailed(details=wrong) from None
    except UsageError as error:
        raise ValidationFailed(details={field: str(error).splitlines()[:100]}) from None


def _snapshot(source: Sandbox, name: str) -> Snapshot:
    try:
        return source.snapshots.get(name)
    except KeyError:
        known = hint(name, [one.name for one in source.snapshots])
        said = f"There is no snapshot {name!r} of sandbox {source.name!r}; {known}"
        raise errors.NoSuchSnapshot(said) from None


@contextmanager
def limits_told() -> Iterator[None]:
    """A full server is 409 here; the served API has other words for it."""
    try:
        yield
    except TooManySandboxes as error:
        raise errors.TooManySandboxes(error.message) from None

"""The journal: list, wait, verify, export, count, follow."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import understudy
from understudy import times
from understudy.context import Stream
from understudy.errors import ValidationFailed
from understudy.journal import curl, har
from understudy.journal.coverage import coverage
from understudy.journal.events import events
from understudy.journal.matching import matching
from understudy.journal.pace import Pace
from understudy.journal.reading import Reader
from understudy.journal.record import as_json
from understudy.journal.verification import Bounds, verify_count, verify_order
from understudy.journal.waiting import wait
from understudy.pipeline.hooks import Hooks

from . import errors, matches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from understudy.context import Answer, Body, ServerContext
    from understudy.journal import Journal
    from understudy.journal.nearest import Near
    from understudy.journal.reading import Exchange

Shape = TypeVar("Shape")
COUNTS = ("exactly", "at_least", "at_most")


async def list_exchanges(
    ctx: ServerContext,
    sandbox: str,
    order: str,
    bodies: str,
    limit: int,
    offset: int,
    **filters: Any,
) -> Answer:
    """The exchanges that the filters let through, a page of them."""
    journal, reader = _opened(ctx, sandbox)
    match = matches.of_query(ctx, filters)
    found = await matching(match, journal.after(match.since), reader)
    if order == "newest":
        found.reverse()
    return {
        "exchanges": await _each(found[offset : offset + limit], partial(as_json, bodies=bodies)),
        "total": len(found),
        "last": journal.last,
        "lost": journal.lost(match.since),
    }


def get_exchange(ctx: ServerContext, sandbox: str, exchange: int) -> Answer:
    """One exchange."""
    journal, reader = _opened(ctx, sandbox)
    entry = journal.get(exchange)
    if entry is None:
        there = f"the journal has {journal.first} to {journal.last}"
        told = there if len(journal) else "the journal is empty"
        raise errors.NoSuchExchange(f"There is no exchange {exchange}; {told}.")
    return as_json(reader.read(entry))


def clear_journal(ctx: ServerContext, sandbox: str) -> Answer:
    """Forget every exchange."""
    return {"cleared": ctx.sandbox(sandbox).journal.clear()}


async def wait_for_exchange(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Answer as soon as enough exchanges match."""
    journal, reader = _opened(ctx, sandbox)
    [match] = await matches.of_body(ctx, {"match": body["match"]})
    millis = times.duration(body["timeout"])
    waited = await wait(journal, reader, match, body["count"], millis)
    return {
        "found": waited.found,
        "message": waited.message,
        "exchanges": await _each(waited.exchanges, as_json),
        "nearest": _shown(waited.nearest),
        "lost": waited.lost,
    }


async def verify_exchanges(ctx: ServerContext, sandbox: str, body: Body) -> Answer:
    """Whether what should have been asked was asked."""
    journal, reader = _opened(ctx, sandbox)
    bounds = _bounds(body)
    if body.get("order") is not None:
        steps = {f"order.{place}": step for place, step in enumerate(body["order"])}
        verdict = await verify_order(journal, reader, await matches.of_body(ctx, steps))
    else:
        [match] = await matches.of_body(ctx, {"match": body["match"]})
        verdict = await verify_count(journal, reader, match, bounds)
    return {
        "verified": verdict.verified,
        "count": verdict.count,
        "message": verdict.message,
        "exchanges": verdict.exchanges,
        "nearest": _shown(verdict.nearest),
        "lost": verdict.lost,
    }


async def export_har(ctx: ServerContext, sandbox: str, limit: int | None, **filters: Any) -> Answer:
    """The exchanges as an HTTP archive."""
    found = (await _found(ctx, sandbox, filters))[:limit]
    return har.archive(await _each(found, har.entry), understudy.__version__)


async def export_curl(
    ctx: ServerContext, sandbox: str, limit: int | None, **filters: Any
) -> Answer:
    """The requests as commands for curl."""
    found = (await _found(ctx, sandbox, filters))[:limit]
    return curl.script(sandbox, await _each(found, curl.command))


def get_coverage(ctx: ServerContext, sandbox: str) -> Answer:
    """What of the served contract was called."""
    return coverage(ctx.app.contract, ctx.sandbox(sandbox).journal)


def stream_exchanges(
    ctx: ServerContext,
    sandbox: str,
    since: int | None,
    limit: int | None,
    seconds: float | None,
    **filters: Any,
) -> Answer:
    """The exchanges as they come."""
    journal, reader = _opened(ctx, sandbox)
    seen = ctx.headers.get(b"last-event-id")
    begin = since if seen is None else int(seen)
    match = matches.of_query(ctx, filters)
    return Stream(events(journal, reader, match, since=begin, limit=limit, seconds=seconds))


def _opened(ctx: ServerContext, name: str) -> tuple[Journal, Reader]:
    sandbox, contract = ctx.sandbox(name), ctx.app.contract
    return sandbox.journal, Reader(contract, sandbox, Hooks(contract).identify())


async def _found(ctx: ServerContext, name: str, filters: Mapping[str, Any]) -> list[Exchange]:
    journal, reader = _opened(ctx, name)
    match = matches.of_query(ctx, filters)
    return await matching(match, journal.after(match.since), reader)


async def _each(exchanges: list[Exchange], shape: Callable[[Exchange], Shape]) -> list[Shape]:
    """Each exchange in some shape; that takes its time, so other requests are let through."""
    shaped, pace = [], Pace()
    for exchange in exchanges:
        shaped.append(shape(exchange))
        await pace.breathe()
    return shaped


def _shown(nearest: Iterable[Near]) -> list[dict[str, Any]]:
    return [
        {"exchange": as_json(near.exchange), "differences": near.differences} for near in nearest
    ]


def _bounds(body: Body) -> Bounds:
    """How often is right. Raises ValidationFailed where the fields do not go together."""
    exactly, least, most = (body.get(name) for name in COUNTS)
    problems: dict[str, list[str]] = {}
    if (body.get("match") is None) is (body.get("order") is None):
        problems["match"] = ["is needed, or `order`, and not both"]
    if body.get("order") is not None:
        given = (name for name in COUNTS if body.get(name) is not None)
        problems |= {name: ["belongs to `match`, not to `order`"] for name in given}
    elif exactly is not None:
        given = (name for name in COUNTS[1:] if body.get(name) is not None)
        problems |= {name: ["does not go with `exactly`"] for name in given}
    elif least is not None and most is not None and least > most:
        problems["at_most"] = ["must not be less than `at_least`"]
    if problems:
        raise ValidationFailed(details=problems)
    if exactly is not None:
        return Bounds(exactly, exactly)
    return Bounds() if least is most is None else Bounds(least, most)

"""A large store is written in a thread while others are served; small ones take a moment."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from understudy.background import aside, beside
from understudy.store.database import are_many
from understudy.store.keeper import Keeper
from understudy.store.rows import Rows
from understudy.store.snapshot_file import SnapshotDraft

Drafted = AbstractAsyncContextManager[SnapshotDraft | None]


@asynccontextmanager
async def drafted(
    keeper: Keeper, contents: Mapping[str, Rows], former: Iterable[Rows] = ()
) -> AsyncIterator[SnapshotDraft | None]:
    """These contents, which nobody changes, on the disk but for the last step, which is the
    block's: what was kept until then counts until then, later changes included.

    None where both they and the former ones, whose file is to go, are few, and where none are kept.
    A block that does not take the last step leaves nothing.
    """
    is_quick = not are_many(contents.values()) and not are_many(former)
    draft = None if is_quick else keeper.draft()
    if draft is None:
        yield None
        return
    try:
        await at_rest(keeper)
        await aside(partial(_write, draft, contents))
        await at_rest(keeper)
        yield draft
    finally:
        beside(draft.close)  # no waiting: what has happened must not be given up any more


async def at_rest(keeper: Keeper) -> None:
    """Wait until no thread writes what the keeper keeps."""
    while keeper.is_busy:
        await aside(keeper.wait)


def _write(draft: SnapshotDraft, contents: Mapping[str, Rows]) -> None:
    draft.add((name, rows.by_id) for name, rows in contents.items())
    draft.settle()

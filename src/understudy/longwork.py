"""Work on a sandbox's data that takes long: done in a thread on a twin of the sandbox, while the
event loop goes on serving, and taken over in one step, or not at all.

Who only looks needs no more than the twin. Of those who write, one works at a time. Where the data
has changed meanwhile, the work begins again, and now whoever else would write waits: so a second
time is all it takes, but for what does not wait its turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from understudy.background import PORTION, aside, resting
from understudy.store.effort import ALLOWED, TakesLong, allowance

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Change, Store
    from understudy.store.keeper import Changes

Result = TypeVar("Result")


@dataclass(slots=True)
class Done(Generic[Result]):
    """What the work came to, and what it changed, step by step."""

    result: Result
    changes: list[Change]


Work = Callable[["Sandbox"], Done[Result]]


async def done_in_time(
    sandbox: Sandbox,
    work: Work[Result],
    *,
    only_looks: bool = False,
    require: Callable[[], None] = lambda: None,
) -> Result:
    """The same as `done_aside`, but done at once if it takes no more than a moment. Work that ends
    early has to leave the store as it was.
    """
    issued = sandbox.ids.issued
    allowance.left = ALLOWED
    try:
        return work(sandbox).result
    except TakesLong:
        sandbox.ids.issued = issued
    finally:
        allowance.left = None
    return await done_aside(sandbox, work, only_looks=only_looks, require=require)


async def looked_at(store: Store, look: Callable[[Store], Result]) -> Result:
    """What a look at a store gives, which must not write to it: at once if that takes no more than
    a moment, else in a thread, on a fork.
    """
    allowance.left = ALLOWED
    try:
        return look(store)
    except TakesLong:
        pass
    finally:
        allowance.left = None
    return await aside(partial(look, store.fork()))


async def done_aside(
    sandbox: Sandbox,
    work: Work[Result],
    *,
    only_looks: bool = False,
    require: Callable[[], None] = lambda: None,
) -> Result:
    """The result of work on the sandbox, which is given a twin of it, and may have to be done more
    than once.

    only_looks: it is not expected to write, and waits for nobody. `require` raises where nothing
    must be written any more.
    """
    if only_looks:
        done = await _attempt(sandbox, work, require)
        if done is not None:
            return done.result
    async with sandbox.turns.taken():
        while (done := await _attempt(sandbox, work, require)) is None:
            sandbox.turns.is_held = True
    return done.result


async def _attempt(
    sandbox: Sandbox, work: Work[Result], require: Callable[[], None]
) -> Done[Result] | None:
    """What the work came to; None where somebody else has written meanwhile."""
    twin = sandbox.twin()
    before, issued = twin.store.snapshot(), twin.ids.issued
    done, ready = await aside(partial(_worked, sandbox.store, work, twin))
    if not done.changes and twin.ids.issued == issued:
        return done
    after = twin.store.snapshot()
    try:
        async with nullcontext() if ready is not None else sandbox.store.drafted(after) as draft:
            require()
            if sandbox.ids.issued != issued:
                return None
            sandbox.ids.issued = twin.ids.issued
            is_taken = not done.changes
            try:
                is_taken = is_taken or sandbox.store.take_over(before, after, ready, draft)
            finally:
                if not is_taken:
                    sandbox.ids.issued = issued
            return done if is_taken else None
    finally:
        if len(done.changes) > PORTION:
            loop = asyncio.get_running_loop()
            loop.run_in_executor(None, _let_go, done.changes)


def _worked(store: Store, work: Work[Result], twin: Sandbox) -> tuple[Done[Result], Changes | None]:
    """What the work came to, and its changes as the store keeps them."""
    done = work(twin)
    return done, store.ready(done.changes)


def _let_go(changes: list[Change]) -> None:
    """Be the last to have what is gone, and let go of it bit by bit: all of it at once would be one
    long call.
    """
    with resting():
        while changes:
            del changes[-PORTION:]

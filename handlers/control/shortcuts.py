"""What the served API's contract offers to set a scene in one step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from understudy.errors import NoSuchSandbox
from understudy.longwork import done_in_time

from . import errors

if TYPE_CHECKING:
    from understudy.context import Answer, Body, ServerContext


def list_shortcuts(ctx: ServerContext, sandbox: str) -> Answer:
    """All of them; they are the same in every sandbox."""
    ctx.sandbox(sandbox)
    return {"shortcuts": [shortcut.shown for shortcut in ctx.app.shortcuts.values()]}


async def run_shortcut(ctx: ServerContext, sandbox: str, shortcut: str, body: Body) -> Answer:
    """Do one, and tell what has happened."""
    world, found = ctx.sandbox(sandbox), ctx.app.shortcuts.get(shortcut)
    if found is None:
        known = ", ".join(ctx.app.shortcuts) or "none"
        raise errors.NoSuchShortcut(f"There is no shortcut {shortcut!r}; there are {known}.")
    life = world.life

    def require_same() -> None:
        if ctx.app.sandboxes.get(sandbox) is not world or world.life != life:
            raise NoSuchSandbox(f"Sandbox {sandbox!r} was deleted or begun anew meanwhile.")

    message, result = await done_in_time(
        world, partial(found.run, given=body), require=require_same
    )
    return {"shortcut": shortcut, "message": message, "result": result}

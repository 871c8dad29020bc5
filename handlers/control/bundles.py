"""Bundles: a sandbox as a file, and a sandbox of a file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from understudy.background import aside, paced
from understudy.bundles import BundleError, opening, saving
from understudy.context import Stream

from . import errors
from .sandboxes import described, limits_told
from .state import beginning_of

if TYPE_CHECKING:
    from understudy.context import Answer, ServerContext

PIECE = 1 << 18
"""Bytes of a file that are sent in one go."""


async def save_bundle(ctx: ServerContext, sandbox: str) -> Answer:
    """The sandbox in one file."""
    inside = ctx.sandbox(sandbox)
    taken = saving.take(
        ctx.app.contract, inside, beginning_of(ctx, inside), is_strict=ctx.app.is_strict
    )
    saved = await aside(taken.file)
    parts = (saved[at : at + PIECE] for at in range(0, len(saved), PIECE))

    file = f'attachment; filename="{inside.name}.understudy"'
    return Stream(paced(parts)), 200, {"content-disposition": file}


async def open_bundle(ctx: ServerContext, name: str | None, at: str, body: bytes) -> Answer:
    """A sandbox as it was when the bundle was saved, or when it began."""
    try:
        check = partial(opening.check, ctx.app, body, at_beginning=at == "beginning")
        found = await aside(check)
        with limits_told():
            opened = await opening.make(ctx.app, found, name)
    except BundleError as error:
        raise errors.BadBundle(error.code, f"{error}") from None
    return {"sandbox": described(ctx, opened.sandbox), "notes": opened.notes}, 201

"""What sandboxes can be made from and loaded with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from understudy.errors import UsageError

from . import errors

if TYPE_CHECKING:
    from understudy.context import Answer, ServerContext


async def list_scenarios(ctx: ServerContext) -> Answer:
    """All of them; the first time, each is read for it."""
    return {"scenarios": await asyncio.to_thread(ctx.app.described_scenarios)}


async def get_scenario(ctx: ServerContext, scenario: str) -> Answer:
    """One of them, with the parameters that follow its name."""
    try:
        return await asyncio.to_thread(ctx.app.described_scenario, scenario)
    except UsageError as error:
        raise errors.NoSuchScenario(_sentence(str(error))) from None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."

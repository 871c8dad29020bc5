"""The server as a whole: what is served, and its limits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from understudy import __version__

if TYPE_CHECKING:
    from understudy.context import Answer, ServerContext


async def get_server(ctx: ServerContext) -> Answer:
    """Tell what is served."""
    # The first time, every scenario is read for it.
    known = await asyncio.to_thread(lambda: ctx.app.known_scenarios)
    contract, sandboxes = ctx.app.contract, ctx.app.sandboxes
    info = contract.document["info"]
    return {
        "version": __version__,
        "contract": {
            "name": contract.name,
            "title": info["title"],
            "version": info["version"],
            "base_path": contract.base_path,
            "operations": len(contract.operations),
            "digest": contract.digest,
        },
        "scenario": sandboxes.scenes.default,
        "scenarios": [{"name": name, "title": title} for name, title in known.items()],
        "sandboxes": {
            "count": len(sandboxes),
            "limit": sandboxes.limit,
            "idle_seconds": sandboxes.idle_limit,
        },
        "strict": ctx.app.is_strict,
    }

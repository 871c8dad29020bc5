"""`--reload`: take up changed contracts, handlers and scenarios while the server runs."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.pipeline.app import Application

SUFFIXES = {".py", ".yaml"}


async def watch(app: Application, tell: Callable[[str], object]) -> None:
    """Reload the application at each change of its files, until cancelled; what is wrong with them is told in a line."""
    from watchfiles import awatch

    async for changes in awatch(*folders(app), raise_interrupt=False):
        changed = sorted({Path(name).name for _, name in changes if Path(name).suffix in SUFFIXES})
        if changed:
            tell(f"{', '.join(changed)} changed: {_reload(app)}")


def folders(app: Application) -> set[Path]:
    """Where the application's contract, handlers and scenario lie."""
    handlers = importlib.import_module(f"understudy.handlers.{app.contract.extension['handlers']}")
    return {app.contract.files[0].parent, app.scenario.file.parent, *map(Path, handlers.__path__)}


def _reload(app: Application) -> str:
    try:
        app.reload()
    except UsageError as error:
        return f"not taken up.\n{error}"
    except Exception as error:  # a handler's module may fail in any way while it is being written
        return f"not taken up: {type(error).__name__}: {error}"
    return "taken up."

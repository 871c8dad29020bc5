"""`--reload`: take up changed contracts, handlers and scenarios while the server runs."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.pipeline.app import Application

SUFFIXES = {".py", ".yaml", ".yml"}


async def watch(app: Application, tell: Callable[[str], object]) -> None:
    """Reload the application at each change of its files, until cancelled; what is wrong with them
    is told, and where.
    """
    from watchfiles import awatch

    try:
        async for changes in awatch(*set(folders(app)), recursive=False):
            names = {Path(name).name for _, name in changes if Path(name).suffix in SUFFIXES}
            if names:
                tell(f"{', '.join(sorted(names))} changed: {_reload(app)}")
    except OSError as error:
        tell(f"--reload takes up no more changes: {error}")


def folders(app: Application) -> Iterator[Path]:
    """Where the application's contract, scenario and handlers lie, without the folders below:
    a scenario may lie in somebody's home.
    """
    yield from (file.parent for file in app.contract.files)
    yield from (file.parent for file in app.scenario.files)
    handlers = importlib.import_module(f"understudy.handlers.{app.contract.extension['handlers']}")
    for folder in map(Path, handlers.__path__):
        yield from {file.parent for file in folder.rglob("*.py")}


def _reload(app: Application) -> str:
    try:
        app.reload()
    except UsageError as error:
        return f"not taken up.\n{error}"
    except (
        Exception,
        SystemExit,
    ) as error:  # a handler's module may fail in any way while it is being written
        return f"not taken up.\n{_told(error)}"
    return "taken up; sandboxes that are there keep what they hold."


def _told(error: BaseException) -> str:
    """`FILE:LINE: what failed`."""
    if isinstance(error, SyntaxError):
        return f"{error.filename}:{error.lineno}: {error.msg}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename}:{last.lineno}: {type(error).__name__}: {error}"

"""Importing Connexion when it is needed: by one thread at a time, for its modules import each other
in circles, and where it may be without Flask, a seventh of all that it takes along.
"""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

IS_ALONE = False
"""Whether nobody else in this process may want Connexion with Flask: `understudy serve` says so."""

FLASK = threading.RLock()
"""Who imports Flask, or needs it out of the way, holds this."""


def import_connexion() -> None:
    """Import Connexion. What follows it in the importer's code finds it there."""
    with FLASK, warnings.catch_warnings(), _without("flask") if IS_ALONE else nullcontext():
        # Connexion imports Starlette's test client, which warns of its own dependencies.
        warnings.simplefilter("ignore")
        import connexion.middleware.main  # noqa: F401


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Import what can do without a module as if that were not there."""
    modules: dict[str, Any] = sys.modules
    if module in modules:
        yield
        return
    modules[module] = None
    try:
        yield
    finally:
        del modules[module]

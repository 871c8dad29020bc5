"""Understudy stands in for a backend: a stateful fake, driven by one hand-written OpenAPI contract.

`create_app(...)` gives the ASGI application, `run(...)` a running server as a context manager,
`connect(...)` one that runs elsewhere; both are a `Server`. A `Sandbox` of either moves time,
breaks the network, and sees what the application did.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.client import (
        ControlError,
        Sandbox,
        Server,
        Unreachable,
        VerificationFailed,
        connect,
    )
    from understudy.errors import UsageError
    from understudy.pipeline.app import create_app
    from understudy.server import run

__all__ = [
    "ControlError",
    "Sandbox",
    "Server",
    "Unreachable",
    "UsageError",
    "VerificationFailed",
    "connect",
    "create_app",
    "run",
]
__version__ = "0.1.0"

_HOMES = {
    "ControlError": "understudy.client",
    "Sandbox": "understudy.client",
    "Server": "understudy.client",
    "Unreachable": "understudy.client",
    "UsageError": "understudy.errors",
    "VerificationFailed": "understudy.client",
    "connect": "understudy.client",
    "create_app": "understudy.pipeline.app",
    "run": "understudy.server",
}


if not TYPE_CHECKING:  # which would take every name for one of ours

    def __getattr__(name: str) -> Any:
        """Import the public names when they are first used: `understudy --help` needs none."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)

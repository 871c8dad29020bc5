"""What comes with `understudy[verify]` alone, because a server does without."""

from __future__ import annotations

from importlib.util import find_spec

from understudy.errors import UsageError

MODULES = ("pytest", "xdist", "hypothesis", "schemathesis", "openapi_core")


def need_verify() -> None:
    """Raise UsageError, with what to do, where something that rules are written with is missing."""
    missing = [name for name in MODULES if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise UsageError(f"{names}: not installed; say: pip install 'understudy[verify]'")

"""What a sandbox can be called, for those who ask a server about it."""

from __future__ import annotations

import re

NO_NAME = "is not a name of 1 to 63 letters, digits, dots, dashes and underscores"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def is_name(text: str) -> bool:
    """Whether a sandbox can be called so."""
    return _NAME.fullmatch(text) is not None

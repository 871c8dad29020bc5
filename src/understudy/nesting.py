"""How deep JSON goes that this server takes, and writes again."""

from __future__ import annotations

from typing import Any

DEEPEST = 100
"""So many levels of objects and lists; what could be read deeper than 254 could not be written
again.
"""


def is_too_deep(raw: bytes, value: Any) -> bool:
    """Whether a value has more levels than that; `raw` is the JSON it was read from."""
    if raw.count(b"{") + raw.count(b"[") <= DEEPEST:
        return False
    level = [value]
    for _ in range(DEEPEST):
        inside = (one.values() if isinstance(one, dict) else one for one in level)
        level = [part for parts in inside for part in parts if isinstance(part, (dict, list))]
        if not level:
            return False
    return True

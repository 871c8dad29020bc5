"""What the values of a field are sorted by."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

Key = tuple[int, Any]
"""What a value is sorted by: its kind (null, number or rank, text, other), then within the kind.

Values that are equal have equal keys; objects and lists all have the same one.
"""


def sort_key(value: Any, positions: Mapping[str, int] | None) -> Key:
    """The key of a field's value; `positions` are the ranks of a closed list of values."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        if positions is not None and value in positions:
            return (1, positions[value])
        return (2, value.casefold())
    if isinstance(value, (int, float)):
        return (1, value)
    return (3, 0)


def bounds(
    low: Any, high: Any, positions: Mapping[str, int] | None
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What lies before and after the keys of a range; None leaves an end open."""
    first = (1,) if low is None else sort_key(low, positions)
    last = (inf,) if high is None else (*sort_key(high, positions), inf)
    return first, last

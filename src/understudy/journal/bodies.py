"""Whether a part of JSON is in the whole, and where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from understudy.contract.secret import HIDDEN
from understudy.journal.decoding import shortened

LONGEST = 80
"""Characters of a value that are shown."""
LONGEST_PLACE = 200
"""Characters of a place that are."""


def differences(wanted: Any, body: Any, shown: Any) -> Iterator[str]:
    """Where a body does not have what is wanted of it, in words; `shown` is the body, blanked.

    An object needs to have the wanted fields and may have others; a list must be as long as the
    wanted one, item by item.
    """
    waiting: list[tuple[str, Any, Any, Any]] = [("body", wanted, body, shown)]
    for where, part, found, seen in waiting:
        if isinstance(part, dict) and isinstance(found, dict):
            for name, inner in part.items():
                if name not in found:
                    yield f"{where} has no {name}"
                else:
                    blanked = seen.get(name, HIDDEN) if isinstance(seen, dict) else HIDDEN
                    place = shortened(f"{where}.{name}", LONGEST_PLACE)
                    waiting.append((place, inner, found[name], blanked))
        elif isinstance(part, list) and isinstance(found, list):
            if len(part) != len(found):
                yield f"{where} has {len(found)} items, not {len(part)}"
                continue
            items = seen if isinstance(seen, list) else [HIDDEN] * len(found)
            for index, pair in enumerate(zip(part, found, items, strict=True)):
                waiting.append((f"{where}[{index}]", *pair))
        elif not is_same(part, found):
            yield f"{where} is {_written(seen)}" if seen != HIDDEN else f"{where} is another one"


def is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: true is not 1."""
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def as_text(value: Any) -> str:
    """A value as a query has it."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _written(value: Any) -> str:
    return shortened(orjson.dumps(value).decode(), LONGEST)

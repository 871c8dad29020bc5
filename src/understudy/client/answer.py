"""What the records of answers share: frozen, read by their own type hints, tolerant of what a newer
server adds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Self, get_args, get_origin, get_type_hints

Json = Mapping[str, Any]
Reader = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer of the server. Times are datetimes in UTC; `raw` is the JSON itself."""

    raw: Json = field(repr=False, compare=False)

    @classmethod
    def of(cls, answer: Json) -> Self:
        """The record of an answer; what it has no field for stays in `raw`."""
        record: Any = cls
        readers = _readers(record)
        values = {name: read(answer[name]) for name, read in readers.items() if name in answer}
        return cls(**values, raw=answer)


@cache
def _readers(record: Any) -> dict[str, Reader]:
    hints = get_type_hints(record)
    return {name: _reader(hint) for name, hint in hints.items() if name != "raw"}


def _reader(hint: Any) -> Reader:
    """From JSON to what the hint says: a time, a record, a tuple of them, or JSON as it is."""
    if get_origin(hint) is UnionType:
        read = _reader(next(one for one in get_args(hint) if one is not NoneType))
        return lambda value: None if value is None else read(value)
    if get_origin(hint) is tuple:
        read_each = _reader(get_args(hint)[0])
        return lambda values: tuple(map(read_each, values))
    if hint is datetime:
        return datetime.fromisoformat
    if isinstance(hint, type) and issubclass(hint, Answer):
        return hint.of
    return lambda value: value

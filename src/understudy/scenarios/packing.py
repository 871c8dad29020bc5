"""What a scenario filled a store with, as lines of JSON that make the same store at another time.

A line holds some records with the same fields, column by column: a column of few values is written
as their numbers, and a time that followed the clock as its distance from now. Which times did shows
from the building: they are the very texts that it gave out. A store with a time that a factory has
worked out otherwise cannot be packed, since nobody knows what it would be later.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from understudy.store.record import Record
from understudy.store.shards import Shards

if TYPE_CHECKING:
    from understudy.scenarios.parts import GivenTimes
    from understudy.store import Store

ROWS = 400
"""So many records a line holds at most: they stay in the processor's cache while they are made."""
FEW = 256
"""A column of fewer values is written as their numbers."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_OFFSET = "\0at"
Tables = dict[str, deque[Record]]


class CannotPack(Exception):
    """A time in the store is neither as in the file nor at a distance from now."""


class Packing:
    """Packs what was filled. `texts`: those of the times that follow the clock, each with its
    distance from now. `fixed`: the times that the files give as they are. `now`: as the clock
    showed it all the while.
    """

    def __init__(self, texts: GivenTimes, fixed: Iterable[str], now: str) -> None:
        self._texts = texts  # as long as they are held, nothing else has their ids
        self._offsets: Shards[int, int] = Shards(None)
        for offset, text in texts.given():
            self._offsets.put(_identity(text), offset)
        self._fixed = frozenset(fixed)
        self._now = None if now in self._fixed else now

    def lines(self, store: Store, tables: Iterable[str]) -> Iterator[bytes]:
        """The lines, without line ends. Raises CannotPack."""
        for name in tables:
            for keys, records in groupby(store[name], key=tuple):
                for some in _batched(records):
                    columns = [self._named_column(name, key, some) for key in keys]
                    line = {"table": name, "rows": len(some), "keys": keys, "columns": columns}
                    yield orjson.dumps(line)

    def let_go(self) -> None:
        """Come to an end, bit by bit."""
        self._offsets.let_go()

    def _named_column(self, name: str, key: str, records: list[Record]) -> dict[str, Any]:
        if key == "id":
            return {"all": [one[key] for one in records]}
        try:
            return self._column([one[key] for one in records])
        except CannotPack:
            raise CannotPack(f"{name}, {key}") from None

    def _column(self, values: list[Any]) -> dict[str, Any]:
        kinds = set(map(type, values))
        if kinds & {dict, list}:
            return self._deep_column([self._deep(value) for value in values])
        if str in kinds:
            offsets = [*map(self._offset, values)]
            if any(offset is not None for offset in offsets):
                return self._times(values, offsets)
            self._check(values)
        if kinds <= {str, int, type(None)} or kinds == {bool}:
            different = [*dict.fromkeys(values)]
            if len(different) == 1 < len(values):
                return {"one": True, "few": different}
            if len(different) < min(FEW, len(values)):
                places = {value: place for place, value in enumerate(different)}
                return {"few": different, "which": [places[value] for value in values]}
        return {"all": values}

    def _offset(self, value: Any) -> int | None:
        """How far a time is from now, where it follows the clock."""
        return 0 if value == self._now else self._offsets.get(_identity(value))

    def _deep_column(self, values: list[Any]) -> dict[str, Any]:
        """Of few different values each is kept once, and is one object for all that have it."""
        texts = [*map(orjson.dumps, values)]
        different = dict(zip(texts, values, strict=True))
        if len(different) == 1 < len(values):
            return {"one": True, "deep": values[:1]}
        if len(different) < min(FEW, len(values)):
            places = {text: place for place, text in enumerate(different)}
            return {"deep": [*different.values()], "which": [places[text] for text in texts]}
        return {"deep": values}

    def _times(self, values: list[Any], offsets: list[int | None]) -> dict[str, Any]:
        """A column of times: numbers are distances, what is not is as it stands there."""
        rest = [value for value, offset in zip(values, offsets, strict=True) if offset is None]
        if not all(value is None or isinstance(value, str) for value in rest):
            raise CannotPack
        if not rest:
            return {"moments": offsets}
        self._check(rest)
        pairs = zip(values, offsets, strict=True)
        return {"times": [value if offset is None else offset for value, offset in pairs]}

    def _deep(self, value: Any) -> Any:
        if isinstance(value, str):
            offset = self._offset(value)
            if offset is None:
                self._check([value])
                return value
            return {_OFFSET: offset}
        if isinstance(value, dict):
            return {name: self._deep(part) for name, part in value.items()}
        return [self._deep(part) for part in value] if isinstance(value, list) else value

    def _check(self, values: Iterable[Any]) -> None:
        for value in values:
            if (
                isinstance(value, str)
                and len(value) == len("2026-01-26T09:00:00.000Z")
                and value not in self._fixed
                and _TIME.fullmatch(value)
            ):
                raise CannotPack


def _identity(value: object) -> int:
    """Its identity but for the last bits, which are the same in all, while `Shards` go by them."""
    return id(value) >> 4


def _batched(records: Iterable[Record]) -> Iterator[list[Record]]:
    some: list[Record] = []
    for record in records:
        some.append(record)
        if len(some) == ROWS:
            yield some
            some = []
    if some:
        yield some


def unpacked(lines: deque[bytes], text_of: Mapping[int, str]) -> Tables:
    """The records of each table, oldest first, of lines that are taken out of where they are;
    `text_of` gives the text of a time by its distance from now. Raises ValueError or KeyError for
    what was not packed.
    """
    tables: Tables = defaultdict(deque)
    while lines:
        packed = orjson.loads(lines.popleft())
        columns = [*zip(packed["keys"], packed["columns"], strict=True)]
        # What is the same in all of them is copied with the whole, in the order of the fields.
        usual = {
            key: _only(column, text_of) if "one" in column else None for key, column in columns
        }
        ids = packed["columns"][packed["keys"].index("id")]["all"]
        records = [Record(usual, doc_id) for doc_id in ids]
        rest = [(key, _values(column, text_of)) for key, column in columns if "one" not in column]
        keys = [key for key, _ in rest]
        rows = zip(*(values for _, values in rest), strict=True)
        for record, values in zip(records, rows, strict=True):
            dict.update(record, zip(keys, values, strict=False))
        tables[packed["table"]] += records
    return tables


def _only(column: Mapping[str, Any], text_of: Mapping[int, str]) -> Any:
    """What is the same in all of a column."""
    return column["few"][0] if "few" in column else _undone(column["deep"][0], text_of.__getitem__)


def _values(column: Mapping[str, Any], text_of: Mapping[int, str]) -> Iterable[Any]:
    if "few" in column:
        few: list[Any] = column["few"]
        return map(few.__getitem__, column["which"])
    if "moments" in column:
        return map(text_of.__getitem__, column["moments"])
    if "times" in column:
        return [text_of[one] if type(one) is int else one for one in column["times"]]
    if "deep" in column:
        deep = [_undone(value, text_of.__getitem__) for value in column["deep"]]
        return map(deep.__getitem__, column["which"]) if "which" in column else deep
    values: list[Any] = column["all"]
    return values


def _undone(value: Any, text_of: Callable[[int], str]) -> Any:
    if isinstance(value, dict):
        if _OFFSET in value:
            return text_of(value[_OFFSET])
        return {name: _undone(part, text_of) for name, part in value.items()}
    return [_undone(part, text_of) for part in value] if isinstance(value, list) else value

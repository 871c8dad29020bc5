"""The text of some fields of every record, casefolded, to look for a part of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from operator import itemgetter
from typing import Any

from understudy.store import effort
from understudy.store.bits import LOWEST, WINDOW, Bits, flags
from understudy.store.record import Record
from understudy.store.slots import Slots

SEPARATOR = "\0"
"""Between two fields' texts; a text with one in it has to be looked for field by field."""

PAGE = WINDOW
"""The texts of so many sequences are together."""

MANY = PAGE // 4
"""When so many of them have changed, all are made anew."""


class TextIndex:
    """The texts of the sequences by pages, made when they are first looked through.

    Those that have changed since, by page, are made anew when the page is looked through again.
    """

    __slots__ = ("_changed", "_fields", "_pages", "_values")

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self._values = itemgetter(*fields, fields[0])  # of one name it would not give a tuple
        self._pages: dict[int, list[str]] = {}
        self._changed: dict[int, set[int]] = {}

    def containing(self, needle: str, slots: Slots, among: Bits) -> Bits:
        """The records among these in which the casefolded text occurs; it holds no separator."""
        found: list[int] = []
        for first, wanted in among.windows():
            texts: Iterable[tuple[int, str]] = enumerate(self._page(first, slots), first)
            if wanted != LOWEST:
                texts = compress(texts, flags(wanted, PAGE))
            found += [sequence for sequence, text in texts if needle in text]
        return Bits.of(found)

    def prepare(self, slots: Slots, among: Bits) -> None:
        """Make the pages of these records now."""
        for first, _ in among.windows():
            self._page(first, slots)

    def forget(self, sequence: int) -> None:
        """The record of this sequence came, went or changed."""
        number, place = divmod(sequence, PAGE)
        if number in self._pages:
            changed = self._changed.setdefault(number, set())
            changed.add(place)
            if len(changed) > MANY:
                del self._pages[number], self._changed[number]

    def follow(self, before: Record, after: Record) -> None:
        """A record changed."""
        if any(before.get(field) != after.get(field) for field in self._fields):
            self.forget(after.sequence)

    def pieces(self) -> Iterable[Any]:
        """What forks may share, to be freed piece by piece."""
        return self._pages.values()

    def copy(self) -> TextIndex:
        """An index of its own with the same contents."""
        index = TextIndex(self._fields)
        index._changed = {number: {*places} for number, places in [*self._changed.items()]}
        index._pages = self._pages.copy()
        return index

    def _page(self, first: int, slots: Slots) -> list[str]:
        number = first // PAGE
        changed, page = self._changed.get(number), self._pages.get(number)
        if page is not None and not changed:
            return page
        records = slots.window(first, PAGE)
        if page is None or not changed:
            effort.spend(effort.TEXTS_MADE)
            page = [self._text(record) for record in records]
        else:
            page = page + [""] * (max(len(records), max(changed) + 1) - len(page))
            for place in changed:
                # A chunk that was emptied begins anew, and may be shorter.
                page[place] = self._text(records[place] if place < len(records) else None)
        # In this order, and read in the other: threads may look at the same page.
        self._pages[number] = page
        self._changed.pop(number, None)
        return page

    def _text(self, record: Record | None) -> str:
        if record is None:
            return ""
        try:
            return SEPARATOR.join(filter(None, self._values(record)[:-1])).casefold()
        except (KeyError, TypeError):  # a field is missing, or is no text
            values = [record.get(field) for field in self._fields]
            return SEPARATOR.join(value for value in values if isinstance(value, str)).casefold()

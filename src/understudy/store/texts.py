"""The text of some fields of every record, casefolded, to look for a part of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import compress
from operator import itemgetter

from understudy.store import effort
from understudy.store.bits import LOWEST, WINDOW, Bits, flags
from understudy.store.record import Record
from understudy.store.slots import Slots

SEPARATOR = "\0"
"""Between two fields' texts; a text with one in it has to be looked for field by field."""

PAGE = WINDOW
"""The texts of so many sequences are together; all are made anew when one of them has changed."""


class TextIndex:
    """The texts of the sequences by pages, made when they are first looked through."""

    __slots__ = ("_fields", "_pages", "_values")

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields
        self._values = itemgetter(*fields, fields[0])  # of one name it would not give a tuple
        self._pages: dict[int, list[str]] = {}

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
        self._pages.pop(sequence // PAGE, None)

    def follow(self, before: Record, after: Record) -> None:
        """A record changed."""
        if any(before.get(field) != after.get(field) for field in self._fields):
            self.forget(after.sequence)

    def copy(self) -> TextIndex:
        """An index of its own with the same contents."""
        index = TextIndex(self._fields)
        index._pages = self._pages.copy()
        return index

    def pieces(self) -> list[object]:
        """What it is made of."""
        return [*self._pages.values()]

    def _page(self, first: int, slots: Slots) -> list[str]:
        page = self._pages.get(first // PAGE)
        if page is None:
            effort.spend(effort.TEXTS_MADE)
            records = slots.window(first, PAGE)
            page = ["" if record is None else self._text(record) for record in records]
            self._pages[first // PAGE] = page
        return page

    def _text(self, record: Record) -> str:
        try:
            return SEPARATOR.join(filter(None, self._values(record)[:-1])).casefold()
        except (KeyError, TypeError):  # a field is missing, or is no text
            values = [record.get(field) for field in self._fields]
            return SEPARATOR.join(value for value in values if isinstance(value, str)).casefold()

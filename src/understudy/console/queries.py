"""What the address of a page says: which exchanges are meant, and how far to go into a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

TEXTS = ("operation", "method", "status", "user", "text")
FLAGS = {"warnings": "has_warnings", "faults": "has_fault"}


@dataclass(frozen=True)
class Filters:
    """Which exchanges are meant, as the form's fields say it."""

    fields: dict[str, str]

    @classmethod
    def of_request(cls) -> Filters:
        """Those of the page's address; what is empty is left out."""
        given = {name: request.args.get(name, "").strip() for name in (*TEXTS, *FLAGS)}
        return cls({name: value for name, value in given.items() if value})

    @property
    def match(self) -> dict[str, Any]:
        """The same in the client's words."""
        texts = {name: value for name, value in self.fields.items() if name in TEXTS}
        flags = {FLAGS[name]: True for name in self.fields if name in FLAGS}
        return {**texts, **flags}

    def get(self, name: str) -> str:
        """A field's value; nothing where it has none."""
        return self.fields.get(name, "")


def whole_number(name: str, default: int = 0) -> int:
    """A number of the page's address, 0 or more; what is none is the default."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


@dataclass(frozen=True)
class Span:
    """A part of a long list: `first` to `last` of `total`, counted from 1."""

    offset: int
    count: int
    total: int
    size: int

    @property
    def first(self) -> int:
        """The number of the first one; 0 of none."""
        return self.offset + 1 if self.count else 0

    @property
    def last(self) -> int:
        """The number of the last one."""
        return self.offset + self.count

    @property
    def before(self) -> int | None:
        """The offset of the page before; None where there is none."""
        return max(0, self.offset - self.size) if self.offset else None

    @property
    def after(self) -> int | None:
        """The offset of the page after; None where there is none."""
        return self.last if self.count and self.last < self.total else None

    @property
    def end(self) -> int:
        """The offset of the last page."""
        return max(0, self.total - 1) // self.size * self.size

"""One stored document. It never changes, so that snapshots, forks and answers can share it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NoReturn

from tinydb.table import Document


class Record(Document):
    """A dict that refuses to be changed, with its id and its place in the order of creation.

    `shown`: how it was written in an answer, and by what, which is for who answers to keep: as it
    never changes, that need not be made or checked twice.

    The slots stand in for the instance dictionary of TinyDB's class: a record of 28 fields takes
    890 bytes instead of 1,200.
    """

    __slots__ = ("_private", "doc_id", "sequence", "shown")
    _private: tuple[str, ...]
    doc_id: str  # type: ignore[assignment]  # TinyDB's are numbers
    sequence: int
    shown: tuple[object, bytes] | None

    def __init__(self, value: Mapping[str, Any], doc_id: str, sequence: int = 0) -> None:
        dict.__init__(self, value)
        self.doc_id = doc_id
        self.sequence = sequence
        self.shown = None

    @property
    def public(self) -> dict[str, Any]:
        """A copy without the server's own fields, whose names begin with `_`."""
        try:
            private = self._private
        except AttributeError:
            private = self._private = _private_of(tuple(self))
        public = dict(self)
        for name in private:
            del public[name]
        return public

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            "a record never changes: build a new object, and replace it in its collection"
        )

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """A deep copy of a record is a plain dict of one's own."""
        return dict, (dict(self),)


@lru_cache(maxsize=1000)
def _private_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Which of the names are the server's own: records of a kind have the same."""
    return tuple([name for name in names if name[:1] == "_"])

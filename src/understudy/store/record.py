"""One stored document. It never changes, so that snapshots, forks and answers can share it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from tinydb.table import Document


class Record(Document):
    """A dict that refuses to be changed, with its id and its place in the order of creation.

    The slots stand in for the instance dictionary of TinyDB's class: a record of 28 fields takes
    890 bytes instead of 1,200.
    """

    __slots__ = ("_public", "doc_id", "sequence")
    _public: dict[str, Any]
    doc_id: str  # type: ignore[assignment]  # TinyDB's are numbers
    sequence: int

    def __init__(self, value: Mapping[str, Any], doc_id: str, sequence: int = 0) -> None:
        dict.__init__(self, value)
        self.doc_id = doc_id
        self.sequence = sequence

    @property
    def public(self) -> dict[str, Any]:
        """The object without the server's own fields, whose names begin with `_`. Read only."""
        try:
            return self._public
        except AttributeError:
            public = dict(self)
            for name in self:
                if name[:1] == "_":
                    del public[name]
            self._public = public
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

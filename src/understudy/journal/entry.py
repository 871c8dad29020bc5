"""What is kept of an exchange: references to what the request path had in hand anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from understudy.contract.model import OperationSpec
    from understudy.faults import Strike
    from understudy.store import Change, Record

MOST_CHANGES = 100
"""So many changed objects of one exchange are kept; all are counted."""
MOST_NAMES = 101
"""So many undocumented names of one exchange are kept."""
LONGEST_NAME = 500
"""Characters of such a name that are kept."""


def packed(headers: Mapping[bytes, bytes]) -> bytes:
    """Headers as one text, a line for each name and each value, which hold no line ends. A ring of
    a thousand dicts would be more objects than a processor's cache holds, and every request would
    have to look for those of the oldest, to let them go.
    """
    return b"\n".join(chain.from_iterable(headers.items()))


def unpacked(text: bytes) -> dict[bytes, bytes]:
    """The headers of such a text."""
    lines = text.split(b"\n") if text else []
    return dict(zip(lines[::2], lines[1::2], strict=True))


class Difference(NamedTuple):
    """What happened to one object, without the object: a journal must not keep it alive."""

    collection: str
    id: str
    kind: str
    fields: tuple[str, ...]


class Entry(NamedTuple):
    """One exchange as it was taken down.

    `body` and `payload`: the bytes, or only how many there were, None where nobody knows.
    `unknown`: names of the request that the contract does not document. `changes`: the first
    objects that it changed; `change_count` counts all. `fault`: the rule's id and what it did.
    `status`: 0 where no answer was sent. `size`: the bytes it is reckoned at. `millis`: when it was
    answered, by the sandbox's clock; `received`: when it began, by the machine's.
    """

    sequence: int
    millis: int
    received: int
    seconds: float
    method: str
    path: str
    query: bytes
    headers: bytes
    body: bytes | int | None
    operation: OperationSpec | None
    user: str
    unknown: tuple[str, ...]
    changes: tuple[Difference, ...]
    change_count: int
    fault: tuple[str, str] | None
    status: int
    answer_headers: list[tuple[bytes, bytes]]
    media: bytes
    payload: bytes | int
    size: int


def is_silent(strike: Strike, payload: bytes | int) -> bool:
    """Whether a fault lets nothing of an answer with this body through."""
    network = strike.network
    if network is None or network.kind == "trickle":
        return False
    return network.after_bytes is None or not payload


def kept_names(names: Sequence[str]) -> tuple[str, ...]:
    """The first of these names, without the end of overlong ones."""
    return tuple([name[:LONGEST_NAME] for name in names[:MOST_NAMES]])


class Told(NamedTuple):
    """What a request changed, as `differences` tells it."""

    first: tuple[Difference, ...]
    objects: int


def differences(changes: Sequence[Change] | Told) -> Told:
    """What a request changed in the end, object by object: the first of them, and how many there
    are. The store's own bookkeeping is none of it.
    """
    if isinstance(changes, Told):  # by whoever had the time
        return changes
    if len(changes) == 1 or (len(changes) == 2 and changes[0].collection[0] == "_"):
        change = changes[-1]  # which is what most requests make
        if change.collection[0] != "_" and change.before is not change.after:
            return Told((_difference(change),), 1)
    objects: dict[tuple[str, str], Change] = {}
    for change in changes:
        if change.collection[0] != "_":
            key = change[:2]
            earlier = objects.get(key)
            objects[key] = change if earlier is None else change._replace(before=earlier.before)
    found = [change for change in objects.values() if change.before is not change.after]
    return Told(tuple([_difference(change) for change in found[:MOST_CHANGES]]), len(found))


def _difference(change: Change) -> Difference:
    collection, doc_id, before, after = change
    if before is None:
        return Difference(collection, doc_id, "added", ())
    if after is None:
        return Difference(collection, doc_id, "removed", ())
    return Difference(collection, doc_id, "changed", _changed(before, after))


def _changed(before: Record, after: Record) -> tuple[str, ...]:
    """The names of the fields that are not the same; the values of most are the same object."""
    old = before.get
    names = [name for name, value in after.items() if value is not old(name) and value != old(name)]
    if before.keys() != after.keys():
        names += [name for name in before if name not in after]
    return tuple(names)

"""Who owns what: a run changes and deletes only what it created, and takes it away at the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from understudy.verify.findings import SuiteError
from understudy.verify.spec import ApiSpec, Creation

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
LONGEST_NAME = 255
"""What is longer is no valid name, and has to be refused."""

_ID_NAMES = re.compile(r"(?:^|_)ids?$")


@dataclass(slots=True)
class Owned:
    """Something that the run created. `by`: who did, a key of the personas that are logged in."""

    kind: str
    id: str
    name: str | None
    by: Any
    parent: str | None
    remove: tuple[str, str] | None
    test: str


class Ledger:
    """What the run created and has not deleted yet, in the order of creation.

    is_made_up: whether an id is one that the suite invented, and no object has.
    """

    def __init__(self, spec: ApiSpec, prefix: str, is_made_up: Callable[[str], bool]) -> None:
        self._spec = spec
        self._prefix = prefix
        self._is_made_up = is_made_up
        self._owned: dict[str, Owned] = {}
        self._ours: set[str] = set()
        self.created = 0
        self.removed = 0
        self.remaining: dict[str, int] = {}

    def check(self, operation: str | None, path: str, content: bytes) -> None:
        """Raises SuiteError where a write names what the run did not create, or creates something
        that does not carry its prefix. operation: None for a request that is of none.
        """
        if operation in self._spec.free_writes:
            return
        body = _json(content)
        in_path = (("path", id) for id in UUID.findall(path))
        for name, id in (*in_path, *_ids(body)):
            if UUID.fullmatch(id) and not self._may_touch(id.lower()):
                raise SuiteError(f"{operation} would touch {id} ({name}), which is not this run's")
        creation = self._spec.creations.get(operation or "")
        if creation is not None and creation.name is not None and isinstance(body, dict):
            given = body.get(creation.name)
            if isinstance(given, str) and self._lacks_prefix(given):
                raise SuiteError(f"{operation} would create {given!r} without the run's prefix")

    def created_by(
        self, operation: str, by: Any, sent: Mapping[str, Any], answer: Any, test: str
    ) -> None:
        """Remember what a successful request created. sent: its parameters and its fields."""
        creation = self._spec.creations.get(operation)
        if creation is None or not isinstance(answer, dict):
            return
        things = answer.get(creation.listed) if creation.listed else [answer]
        for thing in things if isinstance(things, list) else ():
            if isinstance(thing, dict) and isinstance(thing.get("id"), str):
                self._add(operation, creation, by, sent, thing, test)

    def deleted(self, ids: Iterator[str] | list[str]) -> None:
        """These are gone, and what went along with them."""
        gone = {id.lower() for id in ids}
        while gone:
            for id in gone:
                if self._owned.pop(id, None) is not None:
                    self.removed += 1
            gone = {id for id, one in self._owned.items() if one.parent in gone}

    def lost(self, id: str) -> list[Owned]:
        """What could not be deleted, and what would go along with it; nobody looks after it."""
        found: list[Owned] = []
        gone = {id.lower()}
        while gone:
            found += [self._owned.pop(one) for one in gone if one in self._owned]
            gone = {id for id, one in self._owned.items() if one.parent in gone}
        return found

    def left(self, test: str | None = None) -> list[Owned]:
        """What can be deleted and was not yet, the newest first; of one test, if it is given."""
        return [
            one
            for one in reversed(self._owned.values())
            if one.remove is not None and (test is None or one.test == test)
        ]

    def forget(self, test: str | None = None) -> None:
        """Count what a test, or all, leave behind because nothing deletes it."""
        for id, one in list(self._owned.items()):
            if test in (None, one.test) and one.remove is None:
                del self._owned[id]
                if one.parent is None:
                    self.remaining[one.kind] = self.remaining.get(one.kind, 0) + 1

    def _lacks_prefix(self, name: str) -> bool:
        """Whether a name that can be valid does not begin as it should."""
        is_long_enough = len(self._prefix) <= len(name) <= LONGEST_NAME
        return is_long_enough and not name.strip().lower().startswith(self._prefix)

    def _may_touch(self, id: str) -> bool:
        return id in self._ours or self._is_made_up(id)

    def _add(
        self,
        operation: str,
        creation: Creation,
        by: Any,
        sent: Mapping[str, Any],
        thing: dict[str, Any],
        test: str,
    ) -> None:
        parent = sent.get(creation.parent) if creation.parent else None
        name = sent.get(creation.name) if creation.name else None
        self.created += 1
        self._ours.add(thing["id"].lower())
        self._owned[thing["id"].lower()] = Owned(
            operation, thing["id"], name if isinstance(name, str) else None, by,
            parent.lower() if isinstance(parent, str) else None, creation.remove, test,
        )  # fmt: skip


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _ids(body: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every id that a body names, with the name of its field."""
    if depth > 8:
        return
    if isinstance(body, list):
        for item in body:
            yield from _ids(item, depth + 1)
    elif isinstance(body, dict):
        for name, value in body.items():
            if isinstance(name, str) and _ID_NAMES.search(name):
                for id in value if isinstance(value, list) else [value]:
                    if isinstance(id, str):
                        yield name, id
            yield from _ids(value, depth + 1)

"""A scenario that was read and checked, ready to fill any number of sandboxes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from understudy.scenarios.building import Building, Tell, silent
from understudy.scenarios.calling import called
from understudy.scenarios.document import plain
from understudy.scenarios.layers import Find, read_layers
from understudy.scenarios.problems import Problems
from understudy.scenarios.reading import Reading
from understudy.scenarios.restoring import Restoring
from understudy.scenarios.substituting import written

if TYPE_CHECKING:
    from pathlib import Path

    from understudy.contract.model import Contract
    from understudy.sandbox import Sandbox
    from understudy.scenarios.cache import Cache


@dataclass(frozen=True, slots=True)
class Account:
    """Who can log in: the name and the password to do it with, and what the account is for."""

    name: str
    password: str
    about: str


class Scenario:
    """What a sandbox is filled with.

    `shown`: how messages call the file. `own_name`, `title`, `description`: as the file says.
    `name`: the same name with the parameters that are not as usual, `large?defects=5000`.
    `parameters`: those that there are; `values`: theirs. `file`: its path, if it was read from one;
    `files`: with those that it extends, which come first. `digest`: the SHA-256 of all their
    content and of the values. `beginning`: how a sandbox's clock and its faults begin. `accounts`:
    in the order of the file, those whose passwords it tells. Raises UsageError for one that is not
    right.
    """

    def __init__(
        self,
        contract: Contract,
        content: bytes,
        shown: str,
        file: Path | None = None,
        *,
        find: Find,
        parameters: Mapping[str, Any] | None = None,
    ) -> None:
        problems = Problems(shown)
        layers = read_layers(content, shown, file, find, problems)
        reading = Reading(contract, layers, parameters or {}, problems)
        problems.check()
        self.own_name = reading.head["scenario"]
        self.title = reading.head["title"]
        self.description = reading.head["description"]
        self.parameters = reading.parameters
        self.values = reading.values
        given = {
            name: written(value)
            for name, value in self.values.items()
            if value != self.parameters[name].read(self.parameters[name].default)
        }
        self.name = called(self.own_name, given)
        self.file = file
        self.files = tuple(one.path for one in layers if one.path)
        self.digest = _digest([*(one.content for one in layers), repr(sorted(given.items()))])
        self.beginning = reading.beginning
        self.accounts = tuple(_accounts(reading))
        self._cast = reading.cast
        self._counts = Counter[str]()
        for draft in reading.cast.drafts.values():
            self._counts[draft.spec.name] += draft.size
        self._stage = (
            Building(contract, shown, self.digest, reading.drafts, reading.cast)
            if reading.counters is None
            else Restoring(shown, reading.drafts, reading.counters)
        )

    def counts(self) -> dict[str, int]:
        """How many objects of each collection the file has; factories may make others, too."""
        return dict(self._counts)

    def told(self) -> dict[str, dict[str, Mapping[str, Any]]]:
        """By collection and name the fields of each object as the files write them."""
        found: dict[str, dict[str, Mapping[str, Any]]] = {}
        for collection, name in self._cast.drafts:
            node = self._cast.drafts[collection, name].node
            value = plain(node)
            found.setdefault(collection, {})[name] = value if isinstance(value, dict) else {}
        return found

    def build(self, sandbox: Sandbox, tell: Tell = silent, cache: Cache | None = None) -> None:
        """Make all objects in the sandbox's store, by its clock and ids, or none of them; its clock
        and its faults are for the owner of the sandbox to set. `tell`: told how far it has come.
        `cache`: where a large one is kept and found again; the clock has to stand for that.

        Raises UsageError with file and line for what only shows now: what a factory refuses, and an
        object that is not as the contract says when it is whole.
        """
        if isinstance(self._stage, Restoring):
            self._stage.build(sandbox)
        else:
            self._stage.build(sandbox, tell, cache)


def _digest(parts: list[bytes | str]) -> str:
    if len(parts) == 2 and parts[1] == "[]":  # one file alone: as of the file itself
        return hashlib.sha256(parts[0] if isinstance(parts[0], bytes) else b"").hexdigest()
    whole = hashlib.sha256()
    for part in parts:
        content = part if isinstance(part, bytes) else part.encode(errors="surrogatepass")
        whole.update(hashlib.sha256(content).digest())
    return whole.hexdigest()


def _accounts(reading: Reading) -> Iterator[Account]:
    for draft in reading.cast.drafts.values():
        parts, told = draft.shape.account, {**draft.fields, **draft.aside}
        if "secret" in parts and parts["secret"] in told and draft.count is None:
            values = (told.get(parts.get(part, "")) for part in ("name", "secret", "about"))
            yield Account(*(str(value or "") for value in values))

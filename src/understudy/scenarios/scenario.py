"""A scenario that was read and checked, ready to fill any number of sandboxes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from understudy.scenarios.building import Building
from understudy.scenarios.reading import Reading
from understudy.scenarios.restoring import Restoring

if TYPE_CHECKING:
    from pathlib import Path

    from understudy.contract.model import Contract
    from understudy.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Account:
    """Who can log in: the name and the password to do it with, and what the account is for."""

    name: str
    password: str
    about: str


class Scenario:
    """What a sandbox is filled with.

    `shown`: how messages call the file. `name`, `title`, `description`: as the file says. `file`:
    its path, if it was read from one. `digest`: the SHA-256 of its content. `accounts`: in the
    order of the file, those whose passwords it tells. Raises UsageError for one that is not right.
    """

    def __init__(
        self, contract: Contract, content: bytes, shown: str, file: Path | None = None
    ) -> None:
        reading = Reading(contract, shown, content)
        self.name = reading.head["scenario"]
        self.title = reading.head["title"]
        self.description = reading.head["description"]
        self.file = file
        self.digest = hashlib.sha256(content).hexdigest()
        self.accounts = tuple(_accounts(reading))
        self._counts = Counter(collection for collection, _ in reading.cast.drafts)
        self._stage = (
            Building(contract, shown, reading.drafts)
            if reading.counters is None
            else Restoring(shown, reading.drafts, reading.counters)
        )

    def counts(self) -> dict[str, int]:
        """How many objects of each collection the file has; factories may make others, too."""
        return dict(self._counts)

    def build(self, sandbox: Sandbox) -> None:
        """Make all objects in the sandbox's store, by its clock and ids, or none of them.

        Raises UsageError with file and line for what only shows now: what a factory refuses, and an
        object that is not as the contract says when it is whole.
        """
        self._stage.build(sandbox)


def _accounts(reading: Reading) -> Iterator[Account]:
    for draft in reading.cast.drafts.values():
        parts, told = draft.shape.account, {**draft.fields, **draft.aside}
        if "secret" in parts and parts["secret"] in told:
            values = (told.get(parts.get(part, "")) for part in ("name", "secret", "about"))
            yield Account(*(str(value or "") for value in values))

"""A scenario that was read and checked, ready to fill any number of sandboxes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.contract.source import shown
from understudy.errors import ApiError
from understudy.pipeline.hooks import Hooks
from understudy.scenarios.compiling import told
from understudy.scenarios.drafts import Draft, Key, fill, is_open
from understudy.scenarios.problems import Problems
from understudy.scenarios.reading import Reading
from understudy.scenarios.shapes import alias

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.sandbox import Sandbox
    from understudy.store import Record

Factory = Callable[["Sandbox", Mapping[str, Any]], "Record"]


@dataclass(frozen=True, slots=True)
class Account:
    """Who can log in: the name and the password to do it with, and what the account is for."""

    name: str
    password: str
    about: str


class Scenario:
    """What a sandbox is filled with.

    `name`, `title`, `description`: as the file says. `file`: its path. `digest`: the SHA-256 of its
    content. `accounts`: in the order of the file. Raises OSError for a file that cannot be read,
    UsageError for one that is not right.
    """

    def __init__(self, contract: Contract, file: Path) -> None:
        content = file.read_bytes()
        self._shown = str(shown(file))
        reading = Reading(contract, self._shown, content)
        self.name = reading.head["scenario"]
        self.title = reading.head["title"]
        self.description = reading.head["description"]
        self.file = file
        self.digest = hashlib.sha256(content).hexdigest()
        self.accounts = tuple(
            _account(draft) for draft in reading.cast.drafts.values() if draft.spec.account
        )
        self._hooks = Hooks(contract)
        self._shapes = reading.shapes
        self._counts = Counter(collection for collection, _ in reading.cast.drafts)
        self._plan = [_split(draft) for draft in reading.drafts]

    def counts(self) -> dict[str, int]:
        """How many objects of each collection the file has; factories may make others, too."""
        return dict(self._counts)

    def build(self, sandbox: Sandbox) -> None:
        """Make all objects in the sandbox's store, by its clock and ids, or none of them.

        Raises UsageError with file and line for what only shows now: what a factory refuses, and an
        object that is not as the contract says when it is whole.
        """
        now = sandbox.clock.millis()
        ids: dict[Key, str] = {
            draft.key: fixed.get("id") or sandbox.ids.named(*draft.key)
            for draft, fixed, _ in self._plan
        }
        factories: dict[str, Factory] = {
            name: self._hooks.resolve(shape.spec.factory) for name, shape in self._shapes.items()
        }
        with sandbox.store.transaction():
            for draft, fixed, open_fields in self._plan:
                filled = self._filled(draft, open_fields, now, ids)
                fields = {**fixed, **filled, "id": ids[draft.key]}
                self._make(factories[draft.spec.name], sandbox, draft, fields)
            self._check(sandbox, ids)

    def _filled(
        self, draft: Draft, fields: dict[str, Any], now: int, ids: Mapping[Key, str]
    ) -> dict[str, Any]:
        try:
            return {name: fill(value, now, ids.__getitem__) for name, value in fields.items()}
        except OverflowError:
            wrong = f"{draft.title} has a time outside the years 1 to 9999 at this clock"
            Problems(self._shown).fail(draft.begins, wrong, "set the clock to another time")

    def _make(
        self, factory: Factory, sandbox: Sandbox, draft: Draft, fields: Mapping[str, Any]
    ) -> None:
        problems = Problems(self._shown)
        try:
            factory(sandbox, fields)
        except ApiError as error:
            for field, messages in (error.details or {"": [error.message]}).items():
                for message in messages:
                    said = f"{field} {message}" if field else message.rstrip(".")
                    problems.add(draft.line(field), f"{draft.title} is refused", said)
            problems.check()
        except Exception as error:
            missing = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
            if missing not in fields and missing in self._shapes[draft.spec.name].names:
                name = alias(missing) if missing in draft.spec.references else missing
                problems.fail(draft.begins, f"{draft.title} lacks {name!r}", f"write '{name}: …'")
            said = f"{type(error).__name__} in {draft.spec.factory}: {error}"
            problems.fail(draft.begins, f"{draft.title} cannot be made", said)

    def _check(self, sandbox: Sandbox, ids: Mapping[Key, str]) -> None:
        problems = Problems(self._shown)
        for draft, _, _ in self._plan:
            record = sandbox.store[draft.spec.name].get(ids[draft.key])
            validator = self._shapes[draft.spec.name].stored
            if record is None:
                wrong = f"{draft.title} is not in the store under its id"
                right = f"{draft.spec.factory} must keep the id it is given"
                problems.add(draft.begins, wrong, right)
            elif not validator.is_valid(record):
                for path, messages in validator.problems(record).items():
                    wrong = f"{draft.title} is stored with {told(record, path)}"
                    problems.add(draft.line(path), wrong, f"it {' and '.join(messages)}")
        problems.check()


def _split(draft: Draft) -> tuple[Draft, dict[str, Any], dict[str, Any]]:
    """The draft with the fields that are the same in every sandbox, and those that are not."""
    open_fields = {name: value for name, value in draft.fields.items() if is_open(value)}
    return (
        draft,
        {name: value for name, value in draft.fields.items() if name not in open_fields},
        open_fields,
    )


def _account(draft: Draft) -> Account:
    fields = draft.spec.account or {}
    name, secret, about = (
        draft.fields.get(fields.get(part, "")) for part in ("name", "secret", "about")
    )
    return Account(str(name or ""), str(secret or ""), str(about or ""))

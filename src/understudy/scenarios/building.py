"""Making a scenario's objects in a sandbox's store, by the factories of the API.

What is the same in every sandbox of a seed is worked out once: a server builds its scenario anew
every minute or so, since the times in it are relative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.errors import ApiError
from understudy.pipeline.hooks import Hooks
from understudy.scenarios.compiling import told
from understudy.scenarios.drafts import Draft, Key, Moment, fill, is_open
from understudy.scenarios.places import alias
from understudy.scenarios.problems import Problems

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.sandbox import Sandbox
    from understudy.store import Record

Factory = Callable[["Sandbox", Mapping[str, Any]], "Record"]

_DAY = times.UNITS["d"]
_FIRST_DAY = times.EPOCH.toordinal()


class Times(dict[int, str]):
    """The written form of each offset from now, in milliseconds; each day and each time of day is
    worked out once. ValueError or OverflowError outside the years 1 to 9999.
    """

    def __init__(self, now: int) -> None:
        super().__init__()
        self._now = now
        self._times_of_day: dict[int, str] = {}

    def __missing__(self, offset: int) -> str:
        day, rest = divmod(self._now + offset, _DAY)
        time = self._times_of_day.get(rest)
        if time is None:
            time = self._times_of_day[rest] = times.to_text(rest)[len("1970-01-01") :]
        text = self[offset] = date.fromordinal(_FIRST_DAY + day).isoformat() + time
        return text


class Part:
    """One object of a scenario in the sandboxes of one seed: all of its fields but for times."""

    __slots__ = ("_deep", "_fields", "_moments", "collection", "draft", "id")

    def __init__(self, draft: Draft, fields: Mapping[str, Any]) -> None:
        self.draft = draft
        self.collection = draft.spec.name
        self.id: str = fields["id"]
        self._fields = dict(fields)
        self._moments = [(n, v.offset) for n, v in fields.items() if isinstance(v, Moment)]
        self._deep = [(n, v) for n, v in fields.items() if is_open(v) and not isinstance(v, Moment)]

    def filled(self, texts: Times) -> dict[str, Any]:
        """Its fields at some time. Raises what `Times` does."""
        fields = self._fields.copy()
        for name, offset in self._moments:
            fields[name] = texts[offset]
        for name, value in self._deep:
            fields[name] = fill(value, texts.__getitem__, str)
        return fields


class Building:
    """Builds the drafts of one file, which are in the order to make them."""

    def __init__(self, contract: Contract, file: str, drafts: Sequence[Draft]) -> None:
        self._file = file
        self._drafts = drafts
        self._hooks = Hooks(contract)
        self._seed: str | None = None
        self._parts: list[Part] = []
        self._sizes: list[int] = []

    def build(self, sandbox: Sandbox) -> None:
        """As `Scenario.build` says."""
        if sandbox.seed != self._seed:
            self._parts, self._seed = self._parts_in(sandbox), sandbox.seed
        given = all_filled(self._parts, sandbox, self._file)
        store, factories = sandbox.store, self._factories
        with store.transaction():
            for part, fields in zip(self._parts, given, strict=True):
                try:
                    factories[part.collection](sandbox, fields)
                except Exception as error:
                    self._refuse(part.draft, fields, error)
            records = [store[part.collection].get(part.id) for part in self._parts]
            sizes = [0 if record is None else len(record) for record in records]
            # What was right before is right again: only ids and times differ.
            if sizes != self._sizes:
                self._check(records)
        self._sizes = sizes

    @cached_property
    def _factories(self) -> dict[str, Factory]:
        names = {draft.spec.name: draft.spec.factory for draft in self._drafts}
        return {collection: self._hooks.resolve(name) for collection, name in names.items()}

    def _parts_in(self, sandbox: Sandbox) -> list[Part]:
        """Everything but times: ids are of the seed, and so are the links."""
        ids: dict[Key, str] = {
            draft.key: draft.fields.get("id") or sandbox.ids.named(*draft.key)
            for draft in self._drafts
        }
        parts = []
        for draft in self._drafts:
            fixed = {name: value for name, value in draft.fields.items() if not is_open(value)}
            given = {
                name: fill(value, Moment, ids.__getitem__)
                for name, value in draft.fields.items()
                if name not in fixed
            }
            parts.append(Part(draft, {**fixed, **given, "id": ids[draft.key]}))
        return parts

    def _refuse(self, draft: Draft, fields: Mapping[str, Any], error: Exception) -> None:
        """Say in the file's terms why a factory did not make an object."""
        problems = Problems(self._file)
        if isinstance(error, ApiError):
            for field, messages in (error.details or {"": [error.message]}).items():
                for message in messages:
                    said = f"{field} {message}" if field else message.rstrip(".")
                    problems.add(draft.line(field), f"{draft.title} is refused", said)
            problems.check()
        missing = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
        if missing not in fields and missing in draft.shape.names:
            name = alias(missing) if missing in draft.spec.references else missing
            problems.fail(draft.begins, f"{draft.title} lacks {name!r}", f"write '{name}: …'")
        said = f"{type(error).__name__} in {draft.spec.factory}: {error}"
        problems.fail(draft.begins, f"{draft.title} cannot be made", said)

    def _check(self, records: Sequence[Record | None]) -> None:
        problems = Problems(self._file)
        for part, record in zip(self._parts, records, strict=True):
            draft, validator = part.draft, part.draft.shape.stored
            if record is None:
                wrong = f"{draft.title} is not in the store under its id"
                right = f"{draft.spec.factory} must keep the id it is given"
                problems.add(draft.begins, wrong, right)
            elif not validator.is_valid(record):
                for path, messages in validator.problems(record).items():
                    wrong = f"{draft.title} is stored with {told(record, path)}"
                    problems.add(draft.line(path), wrong, f"it {' and '.join(messages)}")
        problems.check()


def all_filled(parts: Sequence[Part], sandbox: Sandbox, file: str) -> list[dict[str, Any]]:
    """The fields of all parts by the sandbox's clock. Raises UsageError where that cannot be."""
    made: list[dict[str, Any]] = []
    texts = Times(sandbox.clock.millis())
    try:
        for part in parts:
            made.append(part.filled(texts))
    except (ValueError, OverflowError):
        draft = parts[len(made)].draft
        wrong = f"{draft.title} has a time outside the years 1 to 9999 at this clock"
        Problems(file).fail(draft.begins, wrong, "set the clock to another time")
    return made

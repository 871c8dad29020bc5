"""Making a scenario's objects in a sandbox's store, by the factories of the API.

What is the same in every sandbox of a seed is worked out once, if it is not much: a server builds
its scenario anew every minute or so, since the times in it are relative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from understudy.background import drop, resting
from understudy.errors import ApiError, UsageError
from understudy.pipeline.hooks import Hooks
from understudy.scenarios.compiling import told
from understudy.scenarios.drafts import Draft
from understudy.scenarios.large import Shelf
from understudy.scenarios.parts import GivenTimes, Part, Times, World, parts_of
from understudy.scenarios.places import alias
from understudy.scenarios.problems import Problems

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.sandbox import Sandbox
    from understudy.scenarios.cache import Cache
    from understudy.scenarios.cast import Cast
    from understudy.store import Record, Store

Factory = Callable[["Sandbox", Mapping[str, Any]], "Record"]
Tell = Callable[[int, int, str], object]
"""Told how many objects are made, of how many, and of which collection the last one is."""

MANY = 5_000
"""A scenario of so many objects is large."""
STEP = 250
"""So many objects are made between two words about it."""


def silent(done: int, total: int, collection: str) -> None:
    """Nobody waits."""


class Building:
    """Builds the drafts of one scenario, which are in the order to make them."""

    def __init__(
        self, contract: Contract, file: str, digest: str, drafts: Sequence[Draft], cast: Cast
    ) -> None:
        self._shelf = Shelf(contract, digest, drafts)
        self._file = file
        self._drafts = drafts
        self._cast = cast
        self._hooks = Hooks(contract)
        self._seed: str | None = None
        self._parts: list[Part] = []
        self._checked: tuple[str, list[int]] | None = None
        self.size = sum(draft.size for draft in drafts)

    def build(self, sandbox: Sandbox, tell: Tell = silent, cache: Cache | None = None) -> None:
        """As `Scenario.build` says."""
        now = sandbox.clock.millis()
        if self.size < MANY:
            self._make(sandbox, Times(now), tell)
            return
        with resting():
            if cache is None:
                self._make(sandbox, Times(now), tell)
            elif not self._shelf.take(cache, sandbox):
                texts = GivenTimes(now)
                self._make(sandbox, texts, tell)
                self._shelf.put(cache, sandbox, texts)
                texts.let_go()
        tell(self.size, self.size, "")

    def _make(self, sandbox: Sandbox, texts: Times, tell: Tell) -> None:
        factories = self._factories
        made: list[tuple[Draft, str]] = []
        try:
            for part in self._all_parts(sandbox):
                fields = self._filled(part, texts)
                try:
                    factories[part.collection](sandbox, fields)
                except Exception as error:
                    self._refuse(part.draft, fields, error)
                made.append((part.draft, part.id))
                if len(made) % STEP == 0:
                    tell(len(made), self.size, part.collection)
            self._check_all(sandbox, made)
        except BaseException:
            # The store was empty. One transaction would hold every step, a million of them too.
            sandbox.store.load({})
            raise
        box: list[Any] = [made]
        del made
        drop(box)

    def _filled(self, part: Part, texts: Times) -> dict[str, Any]:
        try:
            return part.filled(texts)
        except (ValueError, OverflowError):
            wrong = f"{part.draft.title} has a time outside the years 1 to 9999 at this clock"
            Problems(self._file).fail(part.draft.begins, wrong, "set the clock to another time")

    def _check_all(self, sandbox: Sandbox, made: Sequence[tuple[Draft, str]]) -> None:
        """What was right before is right again in the same seed: only ids and times differ."""
        store = sandbox.store
        sizes = [len(store[draft.spec.name].get(object_id) or ()) for draft, object_id in made]
        if (sandbox.seed, sizes) != self._checked:
            self._check(made, store)
        self._checked = sandbox.seed, sizes

    @cached_property
    def _factories(self) -> dict[str, Factory]:
        names = {draft.spec.name: draft.spec.factory for draft in self._drafts}
        return {collection: self._hooks.resolve(name) for collection, name in names.items()}

    def _all_parts(self, sandbox: Sandbox) -> Iterator[Part]:
        """Everything but times: ids are of the seed, and so are links and what is made."""
        if self.size >= MANY:
            yield from self._parts_in(sandbox)
            return
        if sandbox.seed != self._seed:
            self._parts, self._seed = [*self._parts_in(sandbox)], sandbox.seed
        yield from self._parts

    def _parts_in(self, sandbox: Sandbox) -> Iterator[Part]:
        world = World(self._cast, sandbox.ids, sandbox.seed)
        turns = Counter[str]()
        for draft in self._drafts:
            turns[draft.spec.name] += 1
            try:
                yield from parts_of(draft, world, turns[draft.spec.name])
            except UsageError as error:
                wrong, _, right = str(error).partition("; ")
                Problems(self._file).fail(draft.begins, f"{draft.title}: {wrong}", right)
        world.let_go()

    def _refuse(self, draft: Draft, fields: Mapping[str, Any], error: Exception) -> NoReturn:
        problems = Problems(self._file)
        refusal(problems, draft, fields, error)
        problems.check()
        raise error

    def _check(self, made: Sequence[tuple[Draft, str]], store: Store) -> None:
        problems = Problems(self._file)
        wrong: set[Draft] = set()
        for draft, object_id in made:
            # Of many objects of one draft the first that is wrong is told.
            if draft in wrong:
                continue
            if not is_stored_right(problems, draft, store[draft.spec.name].get(object_id)):
                wrong.add(draft)
        problems.check()


def refusal(problems: Problems, draft: Draft, fields: Mapping[str, Any], error: Exception) -> bool:
    """Say in the file's terms why a factory did not make an object; whether it is for want of a
    field.
    """
    if isinstance(error, ApiError):
        for field, messages in (error.details or {"": [error.message]}).items():
            for message in messages:
                said = f"{field} {message}" if field else message.rstrip(".")
                problems.add(draft.line(field), f"{draft.title} is refused", said)
        return False
    missing = str(error.args[0]) if isinstance(error, KeyError) and error.args else ""
    if missing not in fields and missing in draft.shape.names:
        name = alias(missing) if missing in draft.spec.references else missing
        problems.add(draft.begins, f"{draft.title} lacks {name!r}", f"write '{name}: …'")
        return True
    said = f"{type(error).__name__} in {draft.spec.factory}: {error}"
    problems.add(draft.begins, f"{draft.title} cannot be made", said)
    return False


def is_stored_right(problems: Problems, draft: Draft, record: Record | None) -> bool:
    """Whether an object is as the contract says when it is whole; if not, say what is wrong."""
    validator = draft.shape.stored
    if record is None:
        wrong = f"{draft.title} is not in the store under its id"
        problems.add(draft.begins, wrong, f"{draft.spec.factory} must keep the id it is given")
        return False
    if validator.is_valid(record):
        return True
    for path, messages in validator.problems(record).items():
        wrong = f"{draft.title} is stored with {told(record, path)}"
        problems.add(draft.line(path), wrong, f"it {' and '.join(messages)}")
    return False


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

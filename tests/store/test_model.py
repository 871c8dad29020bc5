"""The store against a plain list of dicts, through anything that can happen to it."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter, deque
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from understudy.store import (
    CollectionSchema,
    Contains,
    HasAny,
    OneOf,
    Range,
    Record,
    Snapshot,
    Store,
    find,
    groups,
    orders,
    rows,
    select,
    shards,
    sorting,
)
from understudy.store.disk import StateDirectory

STATUSES = ("OPEN", "IN_PROGRESS", "CLOSED")
SCHEMAS = [
    CollectionSchema(
        "defects",
        indexes=("status", "tags", "title"),
        orders=("title", "status", "size", "tags"),
        ranks={"status": STATUSES},
    ),
    CollectionSchema("users", indexes=("title",), partition=None),
]

Documents = list[dict[str, Any]]
Model = dict[str, Documents]

ids = st.sampled_from([f"id-{number}" for number in range(12)])
names = st.sampled_from(["defects", "users"])
titles = st.sampled_from(["alpha", "Alpha", "beta", "BETA gamma", "", "ß", "x\0y", None])
sizes = st.sampled_from([None, 0, 1, 2.5, True, 10])
tags = st.sampled_from([None, [], ["ui"], ["ui", "db"], ["db", "ui", "ui"], "ui", [1], [True]])
statuses = st.sampled_from([*STATUSES, None])
FIELDS = {
    "_workspace_id": st.sampled_from(["w1", "w2"]),
    "title": titles,
    "status": statuses,
    "tags": tags,
    "size": sizes,
}
fields = st.fixed_dictionaries({}, optional=FIELDS)


def ranges(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(Range, values, values)


def either(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values | st.builds(OneOf, st.lists(values, max_size=3))


conditions = st.fixed_dictionaries(
    {},
    optional={
        "_workspace_id": st.sampled_from(["w1", "w1", "w2", "w3", OneOf(["w1", "w2"])]),
        "title": either(titles) | ranges(titles),
        "status": either(statuses) | ranges(statuses),
        "tags": either(tags) | st.builds(HasAny, st.lists(st.sampled_from(["ui", "db"]))),
        "size": either(sizes) | ranges(sizes),
        "id": either(ids),
    },
)
searches = st.none() | st.builds(
    Contains,
    st.sampled_from(["a", "ALPHA", "ss", "\0", "gam", ""]),
    st.sampled_from([("title",), ("title", "id"), ("tags", "title")]),
)
orders_ = st.none() | st.tuples(
    st.sampled_from(["title", "status", "size", "tags", "id", "_workspace_id"]),
    st.sampled_from(["asc", "desc"]),
)


def key(ranked: bool, value: Any) -> tuple[int, Any]:
    """What a value sorts by, said a second time."""
    if value is None:
        return (0, 0)
    if ranked and value in STATUSES:
        return (1, STATUSES.index(value))
    if isinstance(value, (int, float)):
        return (1, value)
    return (2, value.casefold()) if isinstance(value, str) else (3, 0)


def meets(value: Any, condition: Any, ranked: bool) -> bool:
    if isinstance(condition, OneOf):
        return value in list(condition.values)
    if isinstance(condition, HasAny):
        return isinstance(value, list) and any(each in value for each in condition.values)
    if isinstance(condition, Range):
        low, high = condition.low, condition.high
        return (
            value is not None
            and (low is None or key(ranked, low) <= key(ranked, value))
            and (high is None or key(ranked, value) <= key(ranked, high))
        )
    return bool(value == condition)


def contains(document: dict[str, Any], search: Contains | None) -> bool:
    if search is None or not search.text:
        return True
    texts = [document.get(field) for field in search.fields]
    return any(
        isinstance(text, str) and search.text.casefold() in text.casefold() for text in texts
    )


def expected(
    documents: Documents, where: dict[str, Any], search: Any, order: Any, ranked: str | None
) -> Documents:
    """What a selection gives; `ranked` is the field that its values' ranks order."""
    found = [
        document
        for document in documents
        if contains(document, search)
        and all(
            meets(document.get(field), condition, field == ranked)
            for field, condition in where.items()
        )
    ]
    if order is None:
        return found
    field, direction = order
    found.sort(key=lambda document: key(field == ranked, document.get(field)))
    return found if direction == "asc" else found[::-1]


def cut_small(patch: pytest.MonkeyPatch, size: int) -> None:
    """What is in large parts is in small ones."""
    patch.setattr(orders, "PART", size)
    patch.setattr(sorting, "AT_ONCE", 8)
    patch.setattr(groups, "FEW", size)
    patch.setattr(shards, "FULL", size)
    patch.setattr(shards, "SPARSE", 1)
    patch.setattr(rows, "LARGE", size)


class World:
    """A store and what it should hold."""

    def __init__(self, store: Store, model: Model) -> None:
        self.store = store
        self.model = model
        self.saved: tuple[Snapshot, Model] | None = None


class StoreMachine(RuleBasedStateMachine):
    """Any of several worlds, forks of each other, is changed and asked."""

    worlds: list[World]
    world: World
    before: Model | None = None

    @initialize(
        text_index_from=st.sampled_from([0, 2_000]),
        walk_per_test=st.sampled_from([0, 8, 1_000]),
        walk_per_sort=st.sampled_from([0, 6, 1_000]),
        merge_per_sort=st.sampled_from([0, 4, 1_000]),
        size=st.sampled_from([1, 3, None]),
        flags_per_step=st.sampled_from([1, 1_000_000]),
    )
    def begin_with_nothing(
        self,
        text_index_from: int,
        walk_per_test: int,
        walk_per_sort: int,
        merge_per_sort: int,
        size: int | None,
        flags_per_step: int,
    ) -> None:
        """Whatever the planner thinks is cheap, it has to be right."""
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(find, "TEXT_INDEX_FROM", text_index_from)
        self.patch.setattr(find, "WALK_PER_TEST", walk_per_test)
        self.patch.setattr(select, "WALK_PER_SORT", walk_per_sort)
        self.patch.setattr(select, "MERGE_PER_SORT", merge_per_sort)
        self.patch.setattr(orders, "FLAGS_PER_STEP", flags_per_step)
        if size is not None:
            cut_small(self.patch, size)
        self.worlds = [World(self.first_store(), {"defects": [], "users": []})]
        self.world = self.worlds[0]

    def first_store(self) -> Store:
        return Store(SCHEMAS)

    def teardown(self) -> None:
        if hasattr(self, "patch"):
            self.patch.undo()

    def position(self, name: str, doc_id: str) -> int | None:
        known = [document["id"] for document in self.world.model[name]]
        return known.index(doc_id) if doc_id in known else None

    @rule(name=names, doc_id=ids, fields=fields)
    def insert(self, name: str, doc_id: str, fields: dict[str, Any]) -> None:
        document = {"id": doc_id, **fields}
        if self.position(name, doc_id) is None:
            assert self.world.store[name].insert(document) == document
            self.world.model[name].append(document)
        else:
            with pytest.raises(KeyError):
                self.world.store[name].insert(document)

    @rule(name=names, doc_id=ids, fields=fields)
    def replace(self, name: str, doc_id: str, fields: dict[str, Any]) -> None:
        position = self.position(name, doc_id)
        document = {"id": doc_id, **fields}
        if position is None:
            with pytest.raises(KeyError):
                self.world.store[name].replace(doc_id, document)
        else:
            self.world.store[name].replace(doc_id, document)
            self.world.model[name][position] = document

    @rule(name=names, doc_id=ids, fields=fields)
    def change(self, name: str, doc_id: str, fields: dict[str, Any]) -> None:
        position = self.position(name, doc_id)
        if position is None:
            with pytest.raises(KeyError):
                self.world.store[name].change(doc_id, **fields)
        else:
            self.world.store[name].change(doc_id, **fields)
            documents = self.world.model[name]
            documents[position] = {**documents[position], **fields}

    @rule(name=names, doc_id=ids)
    def remove(self, name: str, doc_id: str) -> None:
        position = self.position(name, doc_id)
        if position is None:
            with pytest.raises(KeyError):
                self.world.store[name].remove(doc_id)
        else:
            self.world.store[name].remove(doc_id)
            del self.world.model[name][position]

    @rule(name=names, doc_ids=st.lists(ids, max_size=6))
    def remove_all(self, name: str, doc_ids: list[str]) -> None:
        documents = self.world.model[name]
        if {*doc_ids} <= {document["id"] for document in documents}:
            self.world.store[name].remove_all(doc_ids)
            documents[:] = [each for each in documents if each["id"] not in doc_ids]
        else:
            with pytest.raises(KeyError):
                self.world.store[name].remove_all(doc_ids)

    @rule(name=names, where=conditions, search=searches)
    def tally(self, name: str, where: Any, search: Any) -> None:
        ranked = "status" if name == "defects" else None
        wanted = expected(self.world.model[name], where, search, None, ranked)
        fields = ("title", "status", "size", "tags")
        assert self.world.store[name].tally(fields, where, search=search) == {
            field: Counter(
                value for document in wanted if not isinstance(value := document.get(field), list)
            )
            for field in fields
        }

    @precondition(lambda self: self.before is None)
    @rule()
    def prepare(self) -> None:
        self.world.store.prepare()

    @rule(name=names, where=conditions, search=searches, order=orders_, data=st.data())
    def ask(self, name: str, where: Any, search: Any, order: Any, data: st.DataObject) -> None:
        collection = self.world.store[name]
        documents, ranked = self.world.model[name], "status" if name == "defects" else None
        wanted = expected(documents, where, search, order, ranked)
        assert collection.select(where, search=search, order=order) == (wanted, len(wanted))
        assert collection.count(where, search=search) == len(wanted)
        offset = data.draw(st.integers(0, len(wanted) + 1))
        limit = data.draw(st.integers(1, 5))
        page = collection.select(where, search=search, order=order, offset=offset, limit=limit)
        assert page == (wanted[offset : offset + limit], len(wanted))
        in_creation = expected(documents, where, None, None, ranked)
        assert collection.first(where) == (in_creation[0] if in_creation else None)

    @precondition(lambda self: self.before is None)
    @rule()
    def begin(self) -> None:
        self.before = deepcopy(self.world.model)
        self.world.store.begin()

    @precondition(lambda self: self.before is not None)
    @rule()
    def commit(self) -> None:
        self.before = None
        self.world.store.commit()

    @precondition(lambda self: self.before is not None)
    @rule()
    def rollback(self) -> None:
        assert self.before is not None
        self.world.store.rollback()
        self.world.model, self.before = self.before, None

    @precondition(lambda self: self.before is None and len(self.worlds) < 4)
    @rule()
    def fork(self) -> None:
        self.worlds.append(World(self.world.store.fork(), deepcopy(self.world.model)))

    @precondition(lambda self: self.before is None)
    @rule(choice=st.integers(0, 3))
    def go_to_another_world(self, choice: int) -> None:
        self.world = self.worlds[choice % len(self.worlds)]

    @rule()
    def take_snapshot(self) -> None:
        self.world.saved = self.world.store.snapshot(), deepcopy(self.world.model)

    @precondition(lambda self: self.before is None and self.world.saved is not None)
    @rule()
    def restore(self) -> None:
        assert self.world.saved is not None
        snapshot, model = self.world.saved
        self.world.store.restore(snapshot)
        self.world.model = deepcopy(model)

    @invariant()
    def everything_is_there_in_order(self) -> None:
        for world in getattr(self, "worlds", []):
            for name, documents in world.model.items():
                assert list(world.store[name]) == documents
                assert len(world.store[name]) == len(documents)


class DiskMachine(StoreMachine):
    """The same on disk, with restarts: every world has a name in the state directory."""

    def first_store(self) -> Store:
        self.root = Path(tempfile.mkdtemp())
        self.moves = 0
        self.directory = StateDirectory(self.root / "0")
        return self.directory.open("world-0", SCHEMAS)

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "root"):
            self.directory.close()
            shutil.rmtree(self.root)

    @precondition(lambda self: self.before is None and len(self.worlds) < 3)
    @rule()
    def fork(self) -> None:
        super().fork()
        self.directory.adopt(f"world-{len(self.worlds) - 1}", self.worlds[-1].store)

    @precondition(lambda self: self.before is None)
    @rule()
    def restart(self) -> None:
        self.directory.close()
        self.open_again(self.directory.path)

    @rule()
    def crash(self) -> None:
        """The next process finds the files as they are now; what was not committed is gone."""
        self.moves += 1
        path = self.root / str(self.moves)
        shutil.copytree(self.directory.path, path, ignore=shutil.ignore_patterns("lock"))
        if self.before is not None:
            self.rollback()
        self.directory.close()
        self.open_again(path)

    def open_again(self, path: Path) -> None:
        self.directory = StateDirectory(path)
        for number, world in enumerate(self.worlds):
            world.store = self.directory.open(f"world-{number}", SCHEMAS)
            world.saved = None


def draw(strategy: dict[str, list[Any]], random: Random, chance: float) -> dict[str, Any]:
    return {
        field: random.choice(values)
        for field, values in strategy.items()
        if random.random() < chance
    }


VALUES: dict[str, list[Any]] = {
    "_workspace_id": ["w1", "w1", "w2"],
    "title": ["alpha", "Alpha", "beta", None],
    "status": [*STATUSES, None],
    "size": [None, 0, 1, 2.5, 10],
    "tags": [None, [], ["ui"], ["ui", "db"], "ui"],
    "owner": ["ann", "bob"],
}
CONDITIONS: dict[str, list[Any]] = {
    "_workspace_id": ["w1", "w1", "w1", "w1", OneOf(["w1", "w2"])],
    "title": [*VALUES["title"], OneOf(["beta", None]), Range("alpha", "alpha"), Range("b", None)],
    "status": [*STATUSES, OneOf(["OPEN", "CLOSED"]), Range("IN_PROGRESS", None)],
    "size": [0, OneOf([1, 10]), Range(1, None), Range(None, 1), Range(0, 2.5)],
    "tags": [["ui"], "ui", HasAny(["ui"]), HasAny(["db", "x"])],
    "owner": ["ann", OneOf(["bob"])],
}


@pytest.mark.parametrize("text_index_from", [0, 2_000])
@pytest.mark.parametrize("walk_per_test", [0, 1_000])
@pytest.mark.parametrize("walk_per_sort", [0, 1_000])
@pytest.mark.parametrize("merge_per_sort", [0, 1_000])
@pytest.mark.parametrize("flags_per_step", [1, 1_000_000])
def test_every_plan_gives_the_same(
    monkeypatch: pytest.MonkeyPatch,
    flags_per_step: int,
    text_index_from: int,
    walk_per_test: int,
    walk_per_sort: int,
    merge_per_sort: int,
) -> None:
    """Many questions to a fuller store than a state machine makes."""
    monkeypatch.setattr(find, "TEXT_INDEX_FROM", text_index_from)
    monkeypatch.setattr(find, "WALK_PER_TEST", walk_per_test)
    monkeypatch.setattr(select, "WALK_PER_SORT", walk_per_sort)
    monkeypatch.setattr(select, "MERGE_PER_SORT", merge_per_sort)
    monkeypatch.setattr(orders, "FLAGS_PER_STEP", flags_per_step)
    cut_small(monkeypatch, 7)
    random = Random(1)
    store = Store(SCHEMAS)
    documents = [{"id": str(number), **draw(VALUES, random, 0.9)} for number in range(60)]
    for document in documents:
        store["defects"].insert(document)
    for _ in range(250):
        where = draw(CONDITIONS, random, 0.4)
        search = random.choice([None, None, Contains("AL", ("title", "owner"))])
        order: Any = random.choice([None, *[(field, "desc") for field in VALUES]])
        wanted = expected(documents, where, search, order, "status")
        page = store["defects"].select(where, search=search, order=order, offset=2, limit=4)
        assert page == (wanted[2:6], len(wanted)), (where, search, order)
        position = random.randrange(len(documents))
        documents[position] = {**documents[position], **draw(VALUES, random, 0.3)}
        store["defects"].replace(documents[position]["id"], documents[position])


@pytest.mark.parametrize("seed", range(4))
def test_indexes_of_forks_go_their_own_ways(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """All parts of all indexes are shared at first, and each side changes some of them."""
    cut_small(monkeypatch, 4)
    random = Random(seed)
    documents = [{"id": str(number), **draw(VALUES, random, 0.9)} for number in range(60)]
    store = Store(SCHEMAS)
    store.load({"defects": deque(Record(document, document["id"]) for document in documents)})
    store.prepare()
    worlds = [(store, documents), (store.fork(), [*documents]), (store.fork(), [*documents])]
    for step in range(90):
        changed, model = worlds[step % 3]
        position = random.randrange(len(model))
        doc_id = model[position]["id"]
        if random.random() < 0.3:
            new = {"id": f"new-{step}", **draw(VALUES, random, 0.9)}
            model.append(dict(changed["defects"].insert(new)))
        elif random.random() < 0.3:
            changed["defects"].remove(doc_id)
            del model[position]
        else:
            model[position] = dict(changed["defects"].change(doc_id, **draw(VALUES, random, 0.5)))
        for each, wanted in worlds if step % 9 == 0 else []:
            check_indexes(each, wanted)


def check_indexes(store: Store, documents: Documents) -> None:
    """Every order, and every value that an index knows."""
    for field in SCHEMAS[0].orders:
        for workspace in ("w1", "w2"):
            where = {"_workspace_id": workspace}
            wanted = expected(documents, where, None, (field, "asc"), "status")
            assert store["defects"].select(where, order=(field, "asc")).items == wanted
    for field in SCHEMAS[0].indexes:
        for value in VALUES[field]:
            condition = HasAny(value) if isinstance(value, list) else value
            wanted = expected(documents, {field: condition}, None, None, "status")
            assert store["defects"].select({field: condition}).items == wanted


LIMITS = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

TestStore = StoreMachine.TestCase
TestStore.settings = settings(max_examples=150, stateful_step_count=60, **LIMITS)

TestDisk = DiskMachine.TestCase
TestDisk.settings = settings(max_examples=40, stateful_step_count=50, **LIMITS)

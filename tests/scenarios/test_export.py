"""What a sandbox holds, as a file: readable, without secrets, and the same again when it loads."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy import times
from understudy.clock import Clock
from understudy.keyring import Keyring, hash_password
from understudy.sandbox import Sandbox, store_schemas
from understudy.scenarios import Account, load, read
from understudy.scenarios.export import export
from understudy.store import Store

MONDAY = times.parse("2026-01-26T09:00:00.120Z")
GONE = "99999999-0000-4000-8000-000000000000"
UNREADABLE = "the vault's own"


def ids(number):
    return f"{number:08d}-0000-4000-8000-000000000000"


def book(number, **fields):
    return {
        "id": ids(number),
        "title": "Dune",
        "state": "IN",
        "copies": 1,
        "shelf_id": None,
        "member_ids": [],
        "loan": None,
        "notes": [],
        "extra": {},
        "created_at": "2026-01-25T09:00:00.120Z",
        "_branch_id": ids(0),
        **fields,
    }


def member(number, email, **fields):
    return {"id": ids(number), "email": email, "_password_hash": HASH, "_card": None, **fields}


HASH = hash_password("Secret12", bytes(16))
BRANCH = {"id": ids(0), "name": "Main"}


@pytest.fixture(scope="module")
def new(contract):
    """A sandbox of this library, with some objects in it."""

    def sandbox(seed="seed", **objects):
        store = Store(store_schemas(contract))
        made = Sandbox(
            "test", seed, store, Clock(MONDAY), Keyring(seed.ljust(32).encode()), scenario="stage"
        )
        for collection, records in objects.items():
            for record in records:
                store[collection].insert(record)
        return made

    return sandbox


@pytest.fixture(scope="module")
def loaded(contract, new):
    """What a text loads to, in a sandbox of another seed and with other keys."""

    def load_text(text):
        sandbox = new("another")
        read(contract, text).build(sandbox)
        return sandbox

    return load_text


@pytest.fixture
def exported(contract):
    """What a file says, as any reader of YAML understands it."""

    def text(sandbox, **options):
        return yaml.load(export(contract, sandbox, **options), Loader=yaml.BaseLoader)

    return text


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
IDS = st.integers(0, 9).map(ids)
BOOKS = st.fixed_dictionaries(
    {
        "title": TEXTS | st.sampled_from([ids(1), "null", "Dune", "dune-2", "{1..3}", "-", "12"]),
        "shelf_id": st.none() | IDS,
        "member_ids": st.lists(IDS, unique=True, max_size=3),
        "loan": st.none() | st.builds(dict, member_id=IDS, due_at=st.just("2026-03-01")),
        "extra": st.dictionaries(TEXTS, JSON, max_size=3),
        "created_at": st.integers(-(10**13), 10**13).map(times.to_text),
        "_branch_id": IDS,
    }
)


@settings(deadline=None, max_examples=60)
@given(books=st.lists(BOOKS, max_size=6), parents=st.lists(st.none() | IDS, max_size=6))
@pytest.mark.parametrize("relative", [False, True])
def test_whatever_is_there_is_there_again(contract, new, loaded, relative, books, parents):
    sandbox = new(
        books=[book(number, **fields) for number, fields in enumerate(books)],
        shelves=[
            {"id": ids(number), "name": "s", "parent_id": parent, "_branch_id": ids(0)}
            for number, parent in enumerate(parents)
        ],
    )
    sandbox.ids.issued = 3
    sandbox.store.raise_number("books", ids(1), 4)
    again = loaded(export(contract, sandbox, relative=relative))
    before, after = sandbox.store.dump(), again.store.dump()
    for collection, records in before.items():
        assert list(records.values()) == list(after[collection].values())
        assert [*map(list, records.values())] == [*map(list, after[collection].values())]
    assert again.ids.issued == 3


def test_objects_are_named_by_what_people_call_them(new, exported):
    titles = ["Dune", "DUNE!", "dune 2", "Émile, oder: über", "日本", "…", ids(3), "x" * 99, "Dune"]
    sandbox = new(books=[book(number, title=title) for number, title in enumerate(titles)])
    assert list(exported(sandbox)["collections"]["books"]) == [
        "dune",
        "dune-2",
        "dune-2-2",
        "émile-oder-über",
        "日本",
        "books-6",
        "books-7",
        "x" * 48,
        "dune-3",
    ]


def test_accounts_are_named_by_their_address(new, exported):
    sandbox = new(members=[member(1, "ann@lib.test"), member(2, '"a b"@lib.test')])
    assert list(exported(sandbox)["collections"]["members"]) == ["ann@lib.test", "a-b-lib-test"]


def test_references_are_by_name_or_to_what_is_gone(new, exported):
    sandbox = new(
        branches=[BRANCH],
        members=[member(1, "ann@lib.test")],
        books=[book(2, member_ids=[ids(1), GONE], shelf_id=GONE)],
    )
    written = exported(sandbox)["collections"]["books"]["dune"]
    assert written["members"] == ["ann@lib.test", GONE]
    assert (written["branch"], written["shelf"]) == ("main", GONE)
    assert "_branch_id" not in written


def test_what_the_store_counts(new, exported):
    sandbox = new(branches=[BRANCH])
    sandbox.ids.issued = 40
    for series, scope in ("books", ids(0)), ("books", GONE), ("calls", "all"), ("books", ids(0)):
        sandbox.store.next_number(series, scope)
    assert exported(sandbox)["stored"] == {
        "issued": "40",
        "numbers": {"books": {"branches": {"main": "2"}, GONE: "1"}, "calls": {"all": "1"}},
    }


def test_empty_collections_are_left_out(new, exported, loaded, contract):
    sandbox = new()
    assert exported(sandbox)["collections"] == {}
    assert loaded(export(contract, sandbox)).store.dump() == sandbox.store.dump()


class TestHead:
    def test_is_what_was_asked_for(self, new, exported):
        head = {
            "name": "friday",
            "title": "Two: lines\nof it",
            "description": "What\n\nfor # it is",
        }
        written = exported(new(), **head)
        assert list(written) == ["scenario", "title", "description", "stored", "collections"]
        assert written["scenario"] == "friday"
        assert (written["title"], written["description"]) == (head["title"], head["description"])

    def test_tells_sandbox_and_time_otherwise(self, new, exported):
        written = exported(new())
        assert written["scenario"] == "test"
        assert written["title"] == "Sandbox test at 2026-01-26T09:00:00.120Z"
        assert "description" not in written

    @pytest.mark.parametrize("blank", [None, "", "  ", "\x85"])
    def test_what_is_blank_is_not_taken(self, contract, new, loaded, exported, blank):
        head = {"name": blank, "title": blank, "description": blank}
        assert exported(new(), **head)["scenario"] == "test"
        loaded(export(contract, new(), **head))

    def test_says_how_to_load_it(self, contract, new):
        assert export(contract, new()).splitlines()[:3] == [
            "# All that the sandbox test held when its clock showed 2026-01-26T09:00:00.120Z.",
            "# It began with the scenario stage.",
            "# To go on from here: understudy serve --scenario THIS_FILE "
            "--clock 2026-01-26T09:00:00.120Z",
        ]
        relative = export(contract, new(), relative=True).splitlines()
        assert relative[2] == "# To go on from here: understudy serve --scenario THIS_FILE"

    def test_is_one_line_whatever_the_scenario_is_called(self, contract, new, loaded):
        sandbox = new(branches=[BRANCH])
        sandbox.scenario = "a\nscenario: b\u2028"
        assert "scenario: b" not in export(contract, sandbox).splitlines()
        assert loaded(export(contract, sandbox)).store.dump() == sandbox.store.dump()


class TestSecrets:
    def test_a_password_of_the_scenario_stands_there_as_it_did(
        self, contract, new, write, exported, loaded
    ):
        scenario = load(
            contract,
            write(
                "scenario: stage\ntitle: A stage\ncollections:\n  members:\n"
                "    ann: {email: Ann@lib.test, password: Secret12, about: Reads}\n"
                "    bob: {email: bob@lib.test, password: Secret12}\n"
                "    eve: {email: eve@lib.test, password: Secret13}\n"
            ),
        )
        addresses = ["ann@lib.test", "bob@lib.test", "eve@lib.test", "new@lib.test"]
        sandbox = new(members=[member(number, one) for number, one in enumerate(addresses)])
        written = exported(sandbox, scenario=scenario)["collections"]["members"]
        begun = HASH.rpartition("$")[0]
        told = {"_password_hash": begun, "password": "Secret12"}
        assert [
            {name: value for name, value in one.items() if name not in ("id", "email", "_card")}
            for one in written.values()
        ] == [{**told, "about": "Reads"}, told, {"_password_hash": HASH}, {"_password_hash": HASH}]
        text = export(contract, sandbox, scenario=scenario)
        assert loaded(text).store.dump() == sandbox.store.dump()
        assert read(contract, text).accounts == (
            Account("ann@lib.test", "Secret12", "Reads"),
            Account("bob@lib.test", "Secret12", ""),
        )

    def test_without_its_scenario_the_hash_is_all_there_is(self, new, exported):
        written = exported(new(members=[member(1, "ann@lib.test")]))
        assert written["collections"]["members"]["ann@lib.test"]["_password_hash"] == HASH

    def test_what_is_sealed_stays(self, contract, new, loaded):
        sealed = new().vault.encrypt(UNREADABLE)
        sandbox = new(
            members=[member(1, "ann@lib.test", _card=sealed), member(2, "bob@lib.test")],
        )
        text = export(contract, sandbox)
        assert sealed not in text
        assert UNREADABLE not in text
        again = loaded(text)
        ann, bob = again.store["members"]
        assert again.vault.decrypt(ann["_card"]) == "***"
        assert bob["_card"] is None


class TestRelative:
    def test_times_are_from_now(self, new, exported):
        note = {"page": 1, "text": "2026-01-26T09:00:00.120Z", "at": "2026-01-26T10:00:00.000Z"}
        sandbox = new(books=[book(1, notes=[note], extra={"at": "2026-01-26T09:00:00.120Z"})])
        written = exported(sandbox, relative=True)["collections"]["books"]["dune"]
        assert written["created_at"] == "-1d"
        assert written["notes"][0] == {**note, "page": "1", "at": "+59m59s880ms"}
        assert written["extra"] == {"at": "2026-01-26T09:00:00.120Z"}

    @pytest.mark.parametrize(
        ("time", "written"),
        [
            ("2026-01-26T09:00:00.120Z", "now"),
            ("2026-03-01", "2026-03-01"),
            ("1826-01-01T00:00:00.000Z", "1826-01-01T00:00:00.000Z"),
            ("2026-01-26T09:00:00Z", "2026-01-26T09:00:00Z"),
            ("2026-01-26T10:00:00.120+01:00", "2026-01-26T10:00:00.120+01:00"),
        ],
    )
    def test_other_texts_stay(self, new, exported, loaded, contract, time, written):
        """A time in another form than the written one would come back in that."""
        sandbox = new(books=[book(1, loan={"member_id": GONE, "due_at": time})])
        loan = exported(sandbox, relative=True)["collections"]["books"]["dune"]["loan"]
        assert loan["due_at"] == written
        text = export(contract, sandbox, relative=True)
        assert loaded(text).store.dump() == sandbox.store.dump()

    def test_they_move_with_the_clock_of_who_loads_them(self, contract, new):
        text = export(contract, new(books=[book(1)]), relative=True)
        sandbox = new("another")
        sandbox.clock.advance(times.UNITS["d"])
        read(contract, text).build(sandbox)
        [moved] = sandbox.store["books"]
        assert moved["created_at"] == "2026-01-26T09:00:00.120Z"

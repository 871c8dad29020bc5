"""Files in the stored form: what they say is what a sandbox then holds, to the letter."""

from __future__ import annotations

import pytest

from understudy import times
from understudy.clock import Clock
from understudy.errors import UsageError
from understudy.keyring import Keyring, hash_password, password_matches
from understudy.sandbox import Sandbox
from understudy.scenarios import Account, load, read
from understudy.store import CollectionSchema, Store

MONDAY = times.parse("2026-01-26T09:00:00Z")
IDS = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(10)]
MAIN, SF, DUNE, ANN, GONE = IDS[:5]
HASH = hash_password("S3cret!", bytes(range(16)))
HEAD = "scenario: stage\ntitle: A stage\n"
STAGE = f"""\
{HEAD}stored:
  issued: 7
  numbers:
    books:
      branches: {{main: 12}}
      {GONE}: 3
    calls: {{all: 5}}
collections:
  books:
    dune:
      id: {DUNE}
      title: Dune
      state: OUT
      copies: 1
      shelf: sf
      members: [ann, {GONE}]
      loan: {{member: ann, due_at: 2026-03-01}}
      notes:
        - {{page: 1, text: Sand, at: 2026-01-26T10:00:00+01:00}}
      extra: {{any: ['2026-01-25', -2d, null]}}
      created_at: 2026-01-25T09:00:00.123Z
      branch: {GONE}
  members:
    ann:
      email: ann@lib.test
      id: {ANN}
      _password_hash: {HASH.rpartition("$")[0]}
      password: S3cret!
      about: Reads
      _card: 4000-1
  shelves:
    sf: {{id: {SF}, name: SF, parent: sf, branch: main}}
  branches:
    main: {{id: {MAIN}, name: 'b-{{1..3}}'}}
"""
LINES = STAGE.split("\n")


@pytest.fixture
def sandbox(contract):
    schemas = [CollectionSchema(name) for name in contract.collections]
    return Sandbox("test", "seed", Store(schemas), Clock(frozen_at=MONDAY), Keyring(bytes(32)))


@pytest.fixture
def built(contract, sandbox):
    def build(text=STAGE):
        read(contract, text).build(sandbox)
        return sandbox.store

    return build


@pytest.fixture
def told(contract, sandbox):
    """What is wrong with a text, line by line."""

    def problems(text):
        with pytest.raises(UsageError) as caught:
            read(contract, text).build(sandbox)
        assert all(not records for records in sandbox.store.dump().values())
        return str(caught.value).splitlines()

    return problems


def test_objects_are_stored_as_they_are(built):
    book = built()["books"].get(DUNE)
    assert list(book.items()) == [
        ("id", DUNE),
        ("title", "Dune"),
        ("state", "OUT"),
        ("copies", 1),
        ("shelf_id", SF),
        ("member_ids", [ANN, GONE]),
        ("loan", {"member_id": ANN, "due_at": "2026-03-01"}),
        ("notes", [{"page": 1, "text": "Sand", "at": "2026-01-26T10:00:00+01:00"}]),
        ("extra", {"any": ["2026-01-25", "-2d", None]}),
        ("created_at", "2026-01-25T09:00:00.123Z"),
        ("_branch_id", GONE),
    ]


def test_names_are_no_ranges_and_circles_are_history(built):
    store = built()
    assert store["branches"].get(MAIN)["name"] == "b-{1..3}"
    assert store["shelves"].get(SF)["parent_id"] == SF
    assert len(store["branches"]) == 1


def test_the_order_of_the_file_is_that_of_creation(built):
    shelves = "".join(
        f"    s{number}: {{id: {IDS[number]}, name: s, parent: s{9 - number}, branch: {GONE}}}\n"
        for number in (3, 1, 4, 0, 5, 9, 2, 6, 8, 7)
    )
    store = built(f"{HEAD}stored:\ncollections:\n  shelves:\n{shelves}")
    assert [shelf["id"] for shelf in store["shelves"]] == [IDS[int(n)] for n in "3140592687"]


def test_counters_go_on(built, sandbox):
    sandbox.ids.issued = 2
    store = built()
    assert store.next_number("books", MAIN) == 13
    assert store.next_number("books", GONE) == 4
    assert store.next_number("calls", "all") == 6
    assert sandbox.ids.issued == 7


def test_no_id_is_given_a_second_time(built, sandbox):
    sandbox.ids.issued = 40
    built()
    assert sandbox.ids.issued == 40


def test_a_password_gives_its_hash_the_end(built, contract):
    ann = built()["members"].get(ANN)
    assert list(ann) == ["email", "id", "_password_hash", "_card"]
    assert ann["_password_hash"] == HASH
    assert read(contract, STAGE).accounts == (Account("ann@lib.test", "S3cret!", "Reads"),)


def test_another_password_makes_another_hash(built):
    ann = built(STAGE.replace("password: S3cret!", "password: An0ther!"))["members"].get(ANN)
    assert password_matches("An0ther!", ann["_password_hash"])


def test_a_whole_hash_needs_no_password(built, contract):
    text = STAGE.replace("      password: S3cret!\n      about: Reads\n", "")
    text = text.replace(HASH.rpartition("$")[0], HASH)
    assert built(text)["members"].get(ANN)["_password_hash"] == HASH
    assert read(contract, text).accounts == ()


def test_a_secret_is_sealed_by_who_loads_it(built, sandbox):
    card = built()["members"].get(ANN)["_card"]
    assert card != "4000-1"
    assert sandbox.vault.decrypt(card) == "4000-1"


def test_a_secret_that_is_null_stays_null(built):
    assert built(STAGE.replace("_card: 4000-1", "_card: null"))["members"].get(ANN)["_card"] is None


def test_relative_times_move_with_the_clock(contract, sandbox):
    scenario = read(contract, STAGE.replace("2026-01-25T09:00:00.123Z", "-1d2h30ms"))
    scenario.build(sandbox)
    assert sandbox.store["books"].get(DUNE)["created_at"] == "2026-01-25T06:59:59.970Z"


def test_a_file_is_built_again_and_again(contract):
    scenario = read(contract, STAGE)
    dumps = []
    for seed in ("one", "two"):
        store = Store([CollectionSchema(name) for name in contract.collections])
        scenario.build(Sandbox("test", seed, store, Clock(MONDAY), Keyring(bytes(32))))
        assert store["members"].get(ANN)["_card"]
        store["members"].change(ANN, _card="sealed, each time in another way")
        dumps.append(store.dump())
    assert dumps[0] == dumps[1]


def test_what_a_stored_scenario_tells_of_itself(contract, write):
    scenario = load(contract, write(STAGE))
    assert (scenario.name, scenario.file.name) == ("stage", "stage.yaml")
    assert scenario.counts() == {"books": 1, "members": 1, "shelves": 1, "branches": 1}
    assert read(contract, STAGE).file is None


def test_no_factory_is_called(built, rules):
    rules.create_book = None
    assert built()["books"].get(DUNE)


def test_a_sandbox_that_has_the_object_already(contract, sandbox, built):
    built()
    before = sandbox.store.dump()
    with pytest.raises(UsageError) as caught:
        built()
    assert str(caught.value) == (
        "definition:13: books 'dune' has the id of an object that is there already; give another id"
    )
    assert sandbox.store.dump() == before


BAD = {
    "a field is missing": (
        "      state: OUT\n",
        "",
        ["12: books 'dune' has no state; it is required"],
    ),
    "one of the server's own fields is missing": (
        f"      branch: {GONE}\n",
        "",
        ["12: books 'dune' has no _branch_id; it is required"],
    ),
    "an unknown field": (
        "copies: 1",
        "copys: 1",
        [
            "12: books 'dune' has no copies; it is required",
            "16: books 'dune' has no field 'copys'; did you mean 'copies'?",
        ],
    ),
    "a wrong type": (
        "copies: 1",
        "copies: one",
        ["16: books 'dune' has copies = \"one\"; it must be an integer"],
    ),
    "a wrong type in a list": (
        "{page: 1, text",
        "{page: x, text",
        ["21: books 'dune' has notes.0.page = \"x\"; it must be an integer"],
    ),
    "no time": (
        "2026-01-25T09:00:00.123Z",
        "yesterday",
        ["23: books 'dune' has created_at = \"yesterday\"; it must be a time such as *"],
    ),
    "a time too far away": (
        "2026-01-25T09:00:00.123Z",
        "-999999w",
        ["23: books 'dune' has the time '-999999w'; write now, *"],
    ),
    "no id": (
        f"      id: {DUNE}\n",
        "",
        ["12: books 'dune' has no id; it is required"],
    ),
    "a bad id": (
        f"id: {DUNE}",
        "id: dune",
        ["13: books 'dune' has id = \"dune\"; it must be a UUID"],
    ),
    "a dangling name": (
        "shelf: sf",
        "shelf: fs",
        ["17: books 'dune': there is no 'fs' among the shelves; there are: sf"],
    ),
    "a dangling name in a list": (
        f"[ann, {GONE}]",
        "[ann, anne]",
        ["18: books 'dune': there is no 'anne' among the members; did you mean 'ann'?"],
    ),
    "an object without anything": (
        f"    main: {{id: {MAIN}, name: 'b-{{1..3}}'}}",
        "    main:",
        [
            "36: branches 'main' has no id; it is required",
            "36: branches 'main' has no name; it is required",
        ],
    ),
    "no hash": (
        HASH.rpartition("$")[0],
        "S3cret!",
        [
            "29: members 'ann' has a _password_hash that is not of the form "
            "scrypt$COST$SALT$HASH; without $HASH it is made of 'password' anew"
        ],
    ),
    "half a hash without a password": (
        "      password: S3cret!\n",
        "",
        ["29: members 'ann' has a _password_hash that ends with its salt; write 'password: …'"],
    ),
    "a password that is none": (
        "password: S3cret!",
        "password: 12",
        ["30: members 'ann' has password = 12; it must be a string"],
    ),
    "a part of the counters": (
        "issued: 7",
        "isued: 7",
        ["4: 'isued' is nothing that a store counts; did you mean 'issued'?"],
    ),
    "ids that were not issued": (
        "issued: 7",
        "issued: -1",
        ["4: 'issued' is no number; it must be an integer of 0 or more"],
    ),
    "a number that is none": (
        "{main: 12}",
        "{main: twelve}",
        ["7: 'main' is no number; it must be an integer of 1 or more"],
    ),
    "a number of nothing": (
        "{main: 12}",
        "{mein: 12}",
        ["7: there is no 'mein' among the branches; did you mean 'main'?"],
    ),
    "a number of no collection": (
        "branches: {main: 12}",
        "brunches: {main: 12}",
        ["7: there is no collection 'brunches'; did you mean 'branches'?"],
    ),
    "a list of numbers": (
        "calls: {all: 5}",
        "calls: [5]",
        ["9: 'calls' is not a mapping; write 'name: …' lines below it, indented"],
    ),
    "defaults": (
        "collections:\n",
        "defaults: {branch: main}\ncollections:\n",
        ["10: 'defaults' has no place next to 'stored'; leave it out: objects are whole there"],
    ),
    "stored what": (
        LINES[2] + "\n" + "\n".join(LINES[3:9]) + "\n",
        "stored: yes\n",
        ["3: 'stored' is not a mapping; write 'name: …' lines below it, indented"],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), BAD.values(), ids=BAD)
def test_problems(told, old, new, expected):
    assert STAGE.count(old) == 1
    for line, wanted in zip(told(STAGE.replace(old, new)), expected, strict=True):
        begin, *rest = f"definition:{wanted}".split("*")
        assert line.startswith(begin) if rest else line == begin

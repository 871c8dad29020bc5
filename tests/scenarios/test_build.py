"""What a scenario puts into a sandbox: order, ids, times, defaults, and nothing by halves."""

from __future__ import annotations

import pytest

from understudy import times
from understudy.clock import Clock
from understudy.errors import ApiError, UsageError, ValidationFailed
from understudy.keyring import Keyring
from understudy.sandbox import Sandbox
from understudy.scenarios import Account, load, rehearse
from understudy.store import CollectionSchema, Store

HEAD = "scenario: stage\ntitle: A stage\n"
MONDAY = times.parse("2026-01-26T09:00:00Z")
BRANCH = "  branches:\n    main: {name: Main}\n"


@pytest.fixture
def sandbox(contract):
    schemas = [CollectionSchema(name) for name in contract.collections]
    clock = Clock(frozen_at=MONDAY)
    return Sandbox("test", "seed", Store(schemas), clock, Keyring(bytes(32)))


@pytest.fixture
def build(contract, write, sandbox, rules):
    def built(text):
        load(contract, write(HEAD + text)).build(sandbox)
        return sandbox.store

    return built


@pytest.fixture
def refused(contract, write, sandbox, rules):
    """What `build` says of a scenario that loads, line by line; nothing must be left behind."""

    def told(text):
        scenario = load(contract, write(HEAD + text))
        with pytest.raises(UsageError) as caught:
            scenario.build(sandbox)
        assert all(not records for records in sandbox.store.dump().values())
        return str(caught.value).splitlines()

    return told


def named(store, collection, field="name"):
    return {record[field]: record for record in store[collection].select({}).items}


def test_what_a_scenario_tells_of_itself(contract, write, tmp_path):
    text = (
        HEAD + "description: |\n  Two members\n  and a shelf.\ncollections:\n  members:\n"
        "    ann: {email: ann@lib.test, password: S3cret!, about: Reads a lot}\n"
        "    bob: {email: bob@lib.test, password: '12345678'}\n"
        "  shelves:\n    - {name: A}\n  books: {}\n  branches:\n"
    )
    scenario = load(contract, write(text))
    assert (scenario.name, scenario.title) == ("stage", "A stage")
    assert scenario.description == "Two members\nand a shelf."
    assert scenario.file.resolve() == tmp_path / "stage.yaml"
    assert scenario.counts() == {"members": 2, "shelves": 1}
    assert scenario.accounts[0] == Account("ann@lib.test", "S3cret!", "Reads a lot")


def test_a_password_that_looks_like_a_number_needs_quotes(contract, write):
    text = "collections:\n  members:\n    bob: {email: bob@lib.test, password: 12345678}\n"
    with pytest.raises(UsageError, match="password = 12345678; it must be a string"):
        load(contract, write(HEAD + text))


def test_the_digest_is_of_the_content(contract, write):
    digests = [load(contract, write(HEAD + end)).digest for end in ("", "", "# changed\n")]
    assert digests[0] == digests[1] != digests[2]
    assert len(digests[0]) == 64


def test_plain_words_are_what_json_says(build):
    store = build(
        "collections:\n  books:\n"
        "    dune:\n      title: no\n      branch: main\n      copies: 3\n      extra:\n"
        "        {yes: yes, on: true, date: 2026-01-25, time: 12:30, half: .5, huge: 1e999,"
        " none: ~, quoted: '7', relative: -2d}\n" + BRANCH
    )
    [dune] = store["books"].select({}).items
    assert (dune["title"], dune["copies"]) == ("no", 3)
    assert dune["extra"] == {
        "yes": "yes",
        "on": True,
        "date": "2026-01-25",
        "time": "12:30",
        "half": 0.5,
        "huge": "1e999",
        "none": None,
        "quoted": "7",
        "relative": "-2d",
    }


def test_references_become_ids(build, sandbox):
    store = build(
        "collections:\n  books:\n    dune:\n      branch: main\n      shelf: sf\n"
        "      members: [ann, bob]\n      loan: {member: bob, due_at: +2w}\n"
        "      created_at: -1d12h\n"
        "    emma: {_branch_id: main, shelf_id: null, members: [], title: Emma}\n"
        "  shelves:\n    sf: {name: SF, branch: main}\n"
        "  members:\n    ann: {email: ann@lib.test, password: x}\n"
        "    bob: {email: bob@lib.test, password: x}\n" + BRANCH
    )
    ids = sandbox.ids.named
    dune = store["books"].get(ids("books", "dune"))
    assert dune["_branch_id"] == ids("branches", "main")
    assert dune["shelf_id"] == ids("shelves", "sf")
    assert dune["member_ids"] == [ids("members", "ann"), ids("members", "bob")]
    assert dune["loan"] == {
        "member_id": ids("members", "bob"),
        "due_at": "2026-02-09T09:00:00.000Z",
    }
    assert dune["created_at"] == "2026-01-24T21:00:00.000Z"
    assert named(store, "books", "title")["Emma"]["shelf_id"] is None


def test_an_object_is_found_by_its_explicit_id(build):
    shelf_id = "6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11"
    store = build(
        f"collections:\n  books:\n    dune: {{shelf_id: {shelf_id}, branch: main}}\n"
        f"  shelves:\n    - {{id: {shelf_id}, name: A, branch: main}}\n" + BRANCH
    )
    assert store["shelves"].get(shelf_id)["name"] == "A"
    assert store["books"].first({})["shelf_id"] == shelf_id


def test_what_is_referred_to_comes_first_whatever_the_file_says(build):
    """A folder's parent may come later; apart from that the file's order is kept."""
    store = build(
        "collections:\n  shelves:\n"
        "    z: {name: z, branch: main}\n"
        "    c: {name: c, branch: main, parent: b}\n"
        "    b: {name: b, branch: main, parent: a}\n"
        "    y: {name: y, branch: main}\n"
        "    a: {name: a, branch: main}\n" + BRANCH
    )
    order = [shelf["name"] for shelf in store["shelves"].select({}).items]
    assert order.index("a") < order.index("b") < order.index("c")
    assert [name for name in order if name in "zya"] == ["z", "y", "a"]


def test_a_long_chain_is_no_trouble(build):
    lines = [f"    s{n}: {{name: s{n}, branch: main, parent: s{n + 1}}}\n" for n in range(3000)]
    store = build(
        "collections:\n"
        + BRANCH
        + "  shelves:\n"
        + "".join(lines)
        + "    s3000: {name: s, branch: main}\n"
    )
    assert store["shelves"].count({}) == 3001


def test_ids_depend_on_collection_name_and_seed_alone(contract, write, sandbox, rules):
    long = HEAD + "collections:\n" + BRANCH + "    other: {name: Other}\n"
    load(contract, write(long)).build(sandbox)
    main = sandbox.store["branches"].get(sandbox.ids.named("branches", "main"))
    assert main["name"] == "Main"
    short = load(contract, write(HEAD + "collections:\n" + BRANCH))
    assert rehearse(contract, short, seed="seed").store["branches"].get(main["id"])
    assert not rehearse(contract, short, seed="other").store["branches"].get(main["id"])


def test_nameless_objects_are_named_by_their_place(build, sandbox):
    store = build("collections:\n  branches:\n    - {name: First}\n    - {name: Second}\n")
    ids = [sandbox.ids.named("branches", index) for index in "01"]
    assert [store["branches"].get(one)["name"] for one in ids] == ["First", "Second"]


def test_numbered_objects(build, sandbox):
    store = build(
        "collections:\n"
        "  branches:\n    b-{08..11}: {name: 'Branch {n} of {n}'}\n"
        "  books:\n    'x{1..2}y': {title: 'No {n}', branch: b-08, created_at: '-{n}h'}\n"
    )
    names = [branch["name"] for branch in store["branches"].select({}).items]
    assert names == [f"Branch {n} of {n}" for n in ("08", "09", "10", "11")]
    book = store["books"].get(sandbox.ids.named("books", "x2y"))
    assert (book["title"], book["created_at"]) == ("No 2", "2026-01-26T07:00:00.000Z")


def test_an_object_without_fields(build, rules, sandbox):
    rules.create_branch = lambda sandbox, fields: sandbox.store["branches"].insert(
        {"name": "Nameless", **fields}
    )
    store = build("collections:\n  branches:\n    main:\n")
    assert store["branches"].first({})["name"] == "Nameless"


def test_times_follow_the_clock_at_each_build(contract, write, rules):
    scenario = load(
        contract,
        write(HEAD + "collections:\n  books:\n    a: {branch: main, created_at: -1h}\n" + BRANCH),
    )
    first = rehearse(contract, scenario, clock=Clock(frozen_at=MONDAY))
    later = rehearse(contract, scenario, clock=Clock(frozen_at=MONDAY + 60_000))
    assert first.store["books"].first({})["created_at"] == "2026-01-26T08:00:00.000Z"
    assert later.store["books"].first({})["created_at"] == "2026-01-26T08:01:00.000Z"


def test_one_scenario_fills_sandboxes_of_any_seed(contract, write, rules):
    """Ids, links and times of each are its own, whichever was filled before."""
    text = "collections:\n  books:\n    a: {branch: main, created_at: -1h}\n" + BRANCH
    scenario = load(contract, write(HEAD + text))
    for seed, minutes in ("one", 0), ("two", 1), ("one", 2), ("one", 3):
        clock = Clock(frozen_at=MONDAY + minutes * 60_000)
        sandbox = rehearse(contract, scenario, clock=clock, seed=seed)
        [book], [branch] = sandbox.store["books"], sandbox.store["branches"]
        assert book["id"] == sandbox.ids.named("books", "a")
        assert book["_branch_id"] == branch["id"] == sandbox.ids.named("branches", "main")
        assert book["created_at"] == f"2026-01-26T08:0{minutes}:00.000Z"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"colour": "red"}, 'is stored with colour = "red"; it is not a known field'),
        ({"id": "6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11"}, "is not in the store under its id; *"),
    ],
)
def test_an_object_that_is_another_the_second_time(contract, write, rules, fields, expected):
    scenario = load(contract, write(HEAD + "collections:\n" + BRANCH))
    more = {}
    rules.create_branch = lambda sandbox, given: sandbox.store["branches"].insert({**given, **more})
    rehearse(contract, scenario)
    more.update(fields)
    with pytest.raises(UsageError) as caught:
        rehearse(contract, scenario)
    assert str(caught.value).startswith(f"stage.yaml:5: branches 'main' {expected.rstrip('*')}")


def test_a_time_or_a_date(build):
    store = build(
        "collections:\n  books:\n"
        "    a: {title: a, branch: main, loan: {member: ann, due_at: 2026-03-01}}\n"
        "    b: {title: b, branch: main, loan: {member: ann, due_at: 2026-03-01T10:00:00+01:00}}\n"
        "  members: {ann: {email: ann@lib.test, password: x}}\n" + BRANCH
    )
    due = {name: book["loan"]["due_at"] for name, book in named(store, "books", "title").items()}
    assert due == {"a": "2026-03-01", "b": "2026-03-01T09:00:00.000Z"}


class TestDefaults:
    def test_hold_where_the_reference_is_left_out(self, build):
        store = build(
            "defaults: {branch: main}\ncollections:\n" + BRANCH + "    east: {name: East}\n"
            "  shelves:\n    a: {name: A}\n    b: {name: B, branch: east}\n"
        )
        branches = {branch["id"]: name for name, branch in named(store, "branches").items()}
        of_shelf = {
            name: branches[shelf["_branch_id"]] for name, shelf in named(store, "shelves").items()
        }
        assert of_shelf == {"A": "Main", "B": "East"}

    def test_give_way_to_what_the_object_refers_to(self, build):
        """A book on a shelf of the east branch is the east branch's, and so is a shelf on it."""
        store = build(
            "defaults: {branch: main}\ncollections:\n" + BRANCH + "    east: {name: East}\n"
            "  books:\n    dune: {title: Dune, shelf: inner}\n    emma: {title: Emma}\n"
            "  shelves:\n    inner: {name: Inner, parent: outer}\n"
            "    outer: {name: Outer, branch: east}\n"
        )
        branches = {branch["id"]: name for name, branch in named(store, "branches").items()}
        books = named(store, "books", "title")
        assert branches[books["Dune"]["_branch_id"]] == "East"
        assert branches[books["Emma"]["_branch_id"]] == "Main"
        assert branches[named(store, "shelves")["Inner"]["_branch_id"]] == "East"

    def test_may_be_empty(self, build):
        assert build("defaults:\ncollections:\n" + BRANCH)["branches"].count({}) == 1


class TestRefusals:
    def test_a_field_that_the_factory_needs(self, refused):
        told = refused("collections:\n  shelves:\n    a: {branch: main}\n" + BRANCH)
        assert told == ["stage.yaml:5: shelves 'a' lacks 'name'; write 'name: …'"]

    def test_a_reference_that_the_factory_needs_has_its_readable_name(self, refused, rules):
        rules.create_shelf = lambda sandbox, fields: fields["_branch_id"]
        told = refused("collections:\n  shelves:\n    a: {name: A}\n")
        assert told == ["stage.yaml:5: shelves 'a' lacks 'branch'; write 'branch: …'"]

    def test_what_the_factory_refuses_field_by_field(self, refused, rules):
        def create(sandbox, fields):
            raise ValidationFailed(details={"loan.due_at": ["is a Sunday"], "title": ["is taken"]})

        rules.create_book = create
        told = refused(
            "collections:\n  members: {ann: {email: ann@lib.test, password: x}}\n"
            "  books:\n    dune:\n      loan:\n        member: ann\n        due_at: now\n"
        )
        assert told == [
            "stage.yaml:6: books 'dune' is refused; title is taken",
            "stage.yaml:9: books 'dune' is refused; loan.due_at is a Sunday",
        ]

    def test_what_the_factory_refuses_as_a_whole(self, refused, rules):
        def create(sandbox, fields):
            raise ApiError("There is no room.")

        rules.create_branch = create
        told = refused("collections:\n" + BRANCH)
        assert told == ["stage.yaml:5: branches 'main' is refused; There is no room"]

    def test_a_factory_that_fails(self, refused, rules):
        rules.create_branch = lambda sandbox, fields: 1 / 0
        told = refused("collections:\n" + BRANCH)
        expected = "branches 'main' cannot be made; ZeroDivisionError in rules.create_branch"
        assert told == [f"stage.yaml:5: {expected}: division by zero"]

    def test_a_factory_that_misses_a_key_of_its_own(self, refused, rules):
        rules.create_branch = lambda sandbox, fields: {}["colour"]
        told = refused("collections:\n" + BRANCH)
        expected = "branches 'main' cannot be made; KeyError in rules.create_branch: 'colour'"
        assert told == [f"stage.yaml:5: {expected}"]

    def test_an_object_that_is_not_whole(self, refused):
        told = refused("collections:\n  books:\n    dune: {notes: [{page: 1}]}\n")
        assert told == ["stage.yaml:5: books 'dune' is stored with no notes.0.text; it is required"]

    def test_an_object_that_the_factory_spoils(self, refused, rules):
        rules.create_branch = lambda sandbox, fields: sandbox.store["branches"].insert(
            {**fields, "name": 7, "colour": "red"}
        )
        told = refused("collections:\n  branches:\n    main:\n      name: Main\n")
        stored = "branches 'main' is stored with"
        assert told == [
            f'stage.yaml:5: {stored} colour = "red"; it is not a known field',
            f"stage.yaml:6: {stored} name = 7; it must be a string",
        ]

    def test_a_factory_that_forgets_the_id(self, refused, rules):
        rules.create_branch = lambda sandbox, fields: sandbox.store["branches"].insert(
            {"id": sandbox.ids.new(), "name": "Main"}
        )
        told = refused("collections:\n" + BRANCH)
        expected = "branches 'main' is not in the store under its id"
        assert told == [
            f"stage.yaml:5: {expected}; rules.create_branch must keep the id it is given"
        ]

    def test_a_clock_at_the_end_of_time(self, contract, write, rules):
        text = HEAD + "collections:\n" + BRANCH + "  books:\n    a: {created_at: +1d}\n"
        scenario = load(contract, write(text))
        clock = Clock(times.parse("9999-12-31T12:00:00Z"))
        with pytest.raises(UsageError) as caught:
            rehearse(contract, scenario, clock=clock)
        wrong = "books 'a' has a time outside the years 1 to 9999 at this clock"
        assert str(caught.value) == f"stage.yaml:7: {wrong}; set the clock to another time"

    def test_a_factory_that_does_not_exist(self, contract, write, sandbox, rules):
        del rules.create_branch
        scenario = load(contract, write(HEAD + "collections:\n" + BRANCH))
        with pytest.raises(UsageError, match="has no function create_branch"):
            scenario.build(sandbox)

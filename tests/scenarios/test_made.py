"""Many objects of one, and values that are made: the same for the same seed, each for itself."""

from __future__ import annotations

import pytest

from understudy import times
from understudy.clock import Clock
from understudy.scenarios import load, rehearse

NOW = times.parse("2026-01-26T09:00:00Z")
HEAD = "scenario: s\ntitle: S\ndefaults: {branch: main}\ncollections:\n"
BRANCH = "  branches: {main: {name: Main}}\n"


@pytest.fixture
def books(contract, write, rules):
    def made(fields, *, seed="0", name="book-{n}", count=200, more=""):
        text = f"{HEAD}{BRANCH}{more}  books:\n    '{name}': {{$count: {count}, {fields}}}\n"
        scenario = load(contract, write(text))
        assert scenario.counts()["books"] == count
        store = rehearse(contract, scenario, clock=Clock(NOW), seed=seed).store
        return list(store["books"])

    return made


def test_numbers_in_names_and_texts(books):
    made = books("title: 'Book {n:03} of {n}', extra: {place: '{n}'}", count=12)
    assert [one["title"] for one in made][::11] == ["Book 001 of 1", "Book 012 of 12"]
    assert made[3]["extra"] == {"place": "4"}
    assert len({one["id"] for one in made}) == 12


def test_none_at_all(books):
    assert books("title: x", count=0) == []


def test_the_same_seed_makes_the_same_and_another_seed_another(books):
    fields = "title: {$fake: sentence, words: 5}, copies: {$between: [1, 1000]}"
    first = books(fields)
    assert books(fields) == first
    assert [one["title"] for one in books(fields, seed="1")] != [one["title"] for one in first]


def test_a_value_depends_on_neither_other_fields_nor_the_order_nor_the_count(books):
    title = "title: {$fake: sentence}"
    first = [one["title"] for one in books(title)]
    assert [one["title"] for one in books(f"copies: {{$pick: [1, 2]}}, {title}")] == first
    more = "  members: {'m-{n}': {$count: 3, email: 'm{n}@lib.test', password: S3cret!}}\n"
    assert [one["title"] for one in books(title, more=more)] == first
    assert [one["title"] for one in books(title, count=20)] == first[:20]


def test_pick_by_weight(books):
    made = books("title: x, state: {$pick: {IN: 9, OUT: 1}}", count=1000)
    out = sum(one["state"] == "OUT" for one in made)
    assert 50 < out < 150
    assert {one["copies"] for one in books("title: x, copies: {$pick: [3, 5]}")} == {3, 5}


def test_pick_may_pick_what_is_made(books):
    made = books("title: x, extra: {a: {$pick: [null, {$between: [5, 6]}, {b: '{n}'}]}}")
    values = [one["extra"]["a"] for one in made]
    assert all(one in (None, 5, 6, {"b": f"{n}"}) for n, one in enumerate(values, 1))
    assert all(one in values for one in (None, 5, 6))


def test_times_between(books):
    made = books("title: x, created_at: {$between: [-2d, now]}")
    shown = [times.parse(one["created_at"]) for one in made]
    assert all(NOW - 2 * times.UNITS["d"] <= at <= NOW for at in shown)
    assert len(set(shown)) > 150


def test_numbers_between(books):
    made = books("title: x, copies: {$between: [3, 5]}, extra: {r: {$between: [0.5, 1]}}")
    assert {one["copies"] for one in made} == {3, 4, 5}
    assert all(0.5 <= one["extra"]["r"] <= 1 for one in made)


def test_references(contract, write, rules):
    text = (
        f"{HEAD}{BRANCH}  members:\n"
        "    m-{n:02}: {$count: 3, email: 'm{n}@lib.test', password: x}\n"
        "  shelves:\n    s-{n}: {$count: 9, name: 'S {n}'}\n"
        "  books:\n    b-{n}: {$count: 9, title: '{n}', shelf: 's-{n}',\n"
        "            loan: {member: {$each: members}, due_at: '+{n}d'},\n"
        "            members: [{$any: members, like: 'm-*'}]}\n"
    )
    store = rehearse(contract, load(contract, write(text)), clock=Clock(NOW)).store
    members = [one["id"] for one in store["members"]]
    shelves = {one["id"]: one["name"] for one in store["shelves"]}
    made = list(store["books"])
    assert [shelves[one["shelf_id"]] for one in made] == [f"S {n}" for n in range(1, 10)]
    assert [one["loan"]["member_id"] for one in made] == members * 3
    assert made[1]["loan"]["due_at"] == "2026-01-28T09:00:00.000Z"
    assert {one["member_ids"][0] for one in made} <= {*members}


def test_a_range_and_a_single_object_may_have_made_values(contract, write, rules):
    text = f"{HEAD}{BRANCH}  books:\n    b-{{01..03}}: {{title: {{$fake: word}}, copies: 1}}\n"
    text += "    one: {title: 'x', copies: {$between: [4, 4]}}\n"
    made = list(rehearse(contract, load(contract, write(text))).store["books"])
    assert len({one["title"] for one in made[:3]}) == 3
    assert made[3]["copies"] == 4


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("b-{n}: {$count: many}", "books 'b-{n}' has no number of objects; write '$count: …', *"),
        ("b: {$count: 3}", "books 'b' would be 3 objects of one name; put the number into it, *"),
        ("b-{1..1}: {$count: 3}", "books 'b-1' has a range and $count; keep one of them"),
        (
            "b-{n}: {$count: 3, id: 27cc5e80-7b38-46e6-b3e0-97ce8585f000}",
            "books 'b-{n}' gives an id to many objects; *",
        ),
        ("b: {title: {$fake: sentenc}}", "books 'b': Faker has no 'sentenc'; did you mean *"),
        ("b: {title: {$fake: word, x: 1}}", "books 'b': Faker's 'word' takes no 'x'; *"),
        ("b: {title: {$fake: date}}", "books 'b': Faker's 'date' depends on this machine's clock*"),
        ("b: {title: {$fake: bothify, text: 1}}", "books 'b': Faker's 'bothify' refuses that *"),
        ("b: {state: {$pick: [IN, AWAY]}}", "books 'b' has state = \"AWAY\"; it must be one of *"),
        ("b: {state: {$pick: []}}", "books 'b': $pick has nothing to choose from; *"),
        ("b: {state: {$pick: {IN: x}}}", "books 'b': a weight is no number; *"),
        ("b: {state: {$pick: {IN: 0}}}", "books 'b': $pick has no weight above 0; *"),
        ("b: {state: {$pick: [IN], x: 1}}", "books 'b': $pick takes no 'x'; there are: $pick"),
        ("b: {title: {$any: members}}", "books 'b': $any stands where no reference belongs; *"),
        ("b: {shelf: {$any: members}}", "books 'b': $any names 'members' where one of the sh*"),
        ("b: {shelf: {$any: shelves}}", "books 'b': there are no shelves; add some under 'sh*"),
        ("b: {copies: {$between: [1]}}", "books 'b': $between has no two ends; *"),
        ("b: {copies: {$between: [2, 1]}}", "books 'b': $between ends before it begins; *"),
        ("b: {copies: {$between: [a, b]}}", "books 'b': $between has the end 'a'; *"),
        ("b: {copies: {$between: [1, now]}}", "books 'b': $between has two ends of different *"),
        ("b-{n}: {$count: 2, shelf: 's-{n}'}", "books 'b-{n}': there is no 's-1' among the sh*"),
        ("b-{n}: {$count: 2, created_at: 'in {n}'}", "books 'b-{n}' has the time 'in {n}'; *"),
        ("b-1: {}\n    b-{n}: {$count: 2}", "books 'b-{n}' makes a second 'b-1'; *"),
    ],
)
def test_mistakes(problems, fields, told):
    [line] = problems(f"{HEAD}{BRANCH}  books:\n    {fields}\n")
    begin, _, end = told.partition("*")
    place, _, said = line.partition(": ")
    assert place in ("stage.yaml:7", "stage.yaml:8")
    assert said.startswith(begin)
    assert said.endswith(end)

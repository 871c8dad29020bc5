"""A scenario that builds on another one: what comes together, and what goes wrong on the way."""

from __future__ import annotations

import pytest

from understudy.errors import UsageError
from understudy.scenarios import load, read, rehearse

PARENT = """\
scenario: below
title: Below
parameters: {copies: {default: 2, minimum: 0, about: how many copies}, state: IN}
clock: {at: '2026-01-26T09:00:00Z'}
defaults: {branch: main}
collections:
  branches:
    main: {name: Main}
    side: {name: Side}
  members:
    - {email: ann@lib.test, password: S3cret!}
  books:
    old-{1..3}: {title: 'Old {n}', copies: '${copies}', state: '${state}'}
"""


@pytest.fixture
def below(write, rules):
    return write(PARENT, "below.yaml")


@pytest.fixture
def built(contract, write, below):
    def build(text, **parameters):
        head = "scenario: above\ntitle: Above\nextends: below.yaml\n"
        scenario = load(contract, write(head + text), parameters)
        return scenario, rehearse(contract, scenario).store

    return build


def titles(store):
    return {book["title"]: book for book in store["books"]}


def test_the_head_is_the_childs_and_all_else_is_there(built):
    scenario, store = built("")
    assert (scenario.name, scenario.title) == ("above", "Above")
    assert titles(store).keys() == {"Old 1", "Old 2", "Old 3"}
    assert scenario.beginning.at is not None
    assert [one.name for one in scenario.files] == ["below.yaml", "stage.yaml"]


def test_an_object_of_the_same_name_takes_the_childs_fields_over_the_parents(built):
    _, store = built("collections: {books: {old-2: {title: New, notes: []}}}\n")
    assert titles(store).keys() == {"Old 1", "New", "Old 3"}
    assert titles(store)["New"]["copies"] == 2


def test_null_removes_an_object_and_a_whole_collection(built):
    _, store = built("collections: {books: {old-2: null}, members: null}\n")
    assert titles(store).keys() == {"Old 1", "Old 3"}
    assert not len(store["members"])


def test_lists_are_appended(built):
    _, store = built("collections: {members: [{email: bob@lib.test, password: S3cret!}]}\n")
    assert [one["email"] for one in store["members"]] == ["ann@lib.test", "bob@lib.test"]


def test_parameters_defaults_and_clock_win_key_by_key(built):
    scenario, store = built(
        "parameters: {copies: 5}\nclock: {factor: 60}\ndefaults: {branch: side}\n"
    )
    assert scenario.values == {"copies": 5, "state": "IN"}
    assert scenario.parameters["copies"].about == "how many copies"
    assert scenario.beginning.at is not None
    assert scenario.beginning.factor == 60
    [side] = [one["id"] for one in store["branches"] if one["name"] == "Side"]
    assert {one["_branch_id"] for one in store["books"]} == {side}
    assert {one["copies"] for one in store["books"]} == {5}


def test_several_levels(contract, write, below):
    write("scenario: middle\ntitle: Middle\nextends: below.yaml\n", "middle.yaml")
    top = write("scenario: top\ntitle: Top\nextends: middle.yaml\n", "top.yaml")
    scenario = load(contract, top)
    assert scenario.counts()["books"] == 3


def test_the_digest_covers_all_files_and_the_parameters(contract, write, below):
    above = write("scenario: above\ntitle: Above\nextends: below.yaml\n")
    first = load(contract, above)
    assert load(contract, above, {"copies": 2}).digest == first.digest
    assert load(contract, above, {"copies": 3}).digest != first.digest
    write(PARENT.replace("Old {n}", "Older {n}"), "below.yaml")
    assert load(contract, above).digest != first.digest


def test_mistakes_name_the_file_they_are_in(contract, write, rules):
    write(PARENT.replace("title: 'Old {n}'", "titel: 'Old {n}'"), "below.yaml")
    with pytest.raises(UsageError) as caught:
        load(contract, write("scenario: a\ntitle: A\nextends: below.yaml\nx: 1\n"))
    first, second, *_ = str(caught.value).splitlines()
    assert first.startswith("stage.yaml:4: 'x' is no part of a scenario; ")
    assert second == "below.yaml:13: books 'old-1' has no field 'titel'; did you mean 'title'?"


@pytest.mark.parametrize(
    ("extends", "told"),
    [
        ("none.yaml", "stage.yaml:3: none.yaml cannot be read: No such file or directory; *"),
        ("nobody", "stage.yaml:3: there is no scenario 'nobody' (known: none); *"),
        ("stage.yaml", "stage.yaml:3: these extend each other in a circle: *; remove one"),
        ("[a]", "stage.yaml:3: 'extends' is no text; write 'extends: …'"),
    ],
)
def test_what_cannot_be_extended(contract, write, rules, extends, told):
    with pytest.raises(UsageError) as caught:
        load(contract, write(f"scenario: a\ntitle: A\nextends: {extends}\n"))
    begin, _, end = told.partition("*")
    assert str(caught.value).startswith(begin)
    assert str(caught.value).endswith(end)


def test_an_export_has_no_parent_and_is_none(contract, write, rules):
    write("scenario: e\ntitle: E\nstored: {issued: 0}\ncollections: {}\n", "export.yaml")
    with pytest.raises(UsageError, match=r"export\.yaml is an export, whose objects are whole"):
        load(contract, write("scenario: a\ntitle: A\nextends: export.yaml\n"))
    with pytest.raises(UsageError, match=r":3: 'extends' has no place next to 'stored'"):
        load(contract, write("scenario: a\ntitle: A\nextends: export.yaml\nstored: {}\n"))


def test_what_is_sent_along_reads_no_file_here(contract, below):
    with pytest.raises(UsageError, match=r"definition:3: 'below\.yaml' is a path"):
        read(contract, "scenario: a\ntitle: A\nextends: below.yaml\n")


def test_there_must_be_something_to_remove(built):
    with pytest.raises(UsageError, match=r"stage\.yaml:4: books 'old-9' is not there to be rem"):
        built("collections: {books: {old-9: null}}\n")

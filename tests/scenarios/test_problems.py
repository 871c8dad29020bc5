"""Every kind of mistake in a scenario file, with its exact line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from understudy.errors import UsageError
from understudy.scenarios import document, load, merging, names

HEAD = "scenario: stage\ntitle: A stage\ncollections:\n"
"""Three lines: what a case adds begins in line 4."""

CASES = {
    "tab": (
        "  branches:\n\tmain: {name: Main}\n",
        5,
        "this is not YAML: *; indent with spaces, not tabs",
    ),
    "colon in a text": (
        "  branches:\n    main: {}\n    a: b: c\n",
        6,
        "this is not YAML: *; put quotes around a text that holds ': '",
    ),
    "open bracket": (
        "  branches:\n    main: {name: [x}\n",
        5,
        "this is not YAML: *; check the indentation, brackets and colons here and above",
    ),
    "open quotes": (
        "  branches:\n    main: {name: 'Main}\n",
        6,
        "this is not YAML: *; close the quotes",
    ),
    "two documents": (
        "  branches: {}\n---\nscenario: other\n",
        5,
        "this is not YAML: *; keep one scenario in a file, without '---' between",
    ),
    "undefined alias": (
        "  branches:\n    main: {name: *x}\n",
        5,
        "this is not YAML: *; put quotes around a text that begins with '*'",
    ),
    "alias": (
        "  branches:\n    main: &m {name: Main}\n    other: *m\n",
        5,
        "an alias (*name) stands for this value elsewhere; write the value out there",
    ),
    "endless alias": (
        "  branches: &b\n    main: *b\n",
        4,
        "an alias (*name) stands for this value elsewhere; write the value out there",
    ),
    "tag": (
        "  branches:\n    main: !!python/object:os.system {name: Main}\n",
        5,
        "the tag 'tag:yaml.org,2002:python/object:os.system' is not read; leave it out",
    ),
    "odd key": (
        "  branches:\n    ? [main]\n    : {name: Main}\n",
        5,
        "a name must be a word or a text; put quotes around it",
    ),
    "object twice": (
        "  branches:\n    main: {name: Main}\n    main: {name: Other}\n",
        6,
        "'main' is given twice, first in line 5; keep one, or rename one",
    ),
    "collection twice": (
        "  branches:\n    main: {name: Main}\n  branches: {}\n",
        6,
        "'branches' is given twice, first in line 4; keep one, or rename one",
    ),
    "field twice": (
        "  branches:\n    main:\n      name: Main\n      name: Other\n",
        7,
        "'name' is given twice, first in line 6; keep one, or rename one",
    ),
    "unknown part": (
        "  branches: {}\ndefault: {}\n",
        5,
        "'default' is no part of a scenario; did you mean 'defaults'?",
    ),
    "unknown collection": (
        "  brunches:\n    main: {name: Main}\n",
        4,
        "there is no collection 'brunches'; did you mean 'branches'?",
    ),
    "unlike any collection": (
        "  planets: {}\n",
        4,
        "there is no collection 'planets'; there are: books, shelves, members, branches",
    ),
    "collection is a text": (
        "  branches: main\n",
        4,
        "the collection 'branches' holds no objects; "
        "write 'name: {field: value}' or '- {field: value}' lines below it",
    ),
    "object is a text": (
        "  branches:\n    main: Main\n",
        5,
        "branches 'main' is not a mapping; write it as 'field: value' lines",
    ),
    "unknown field": (
        "  books:\n    dune:\n      titel: Dune\n",
        6,
        "books 'dune' has no field 'titel'; did you mean 'title'?",
    ),
    "unlike any field": (
        "  branches:\n    main: {colour: red}\n",
        5,
        "branches 'main' has no field 'colour'; there are: id, name",
    ),
    "unknown nested field": (
        "  books:\n    dune:\n      notes:\n        - page: 1\n          txt: Sand\n",
        8,
        "books 'dune' has no field 'notes.0.txt'; did you mean 'text'?",
    ),
    "unknown field of a nameless object": (
        "  books:\n    - {title: Dune}\n    - title: Emma\n      titel: Emma\n",
        7,
        "books number 2 has no field 'titel'; did you mean 'title'?",
    ),
    "dangling reference": (
        "  shelves:\n    fiction: {name: Fiction}\n  books:\n    dune:\n      shelf: fictoin\n",
        8,
        "books 'dune': there is no 'fictoin' among the shelves; did you mean 'fiction'?",
    ),
    "dangling, unlike any": (
        "  shelves:\n    a: {name: A}\n    b: {name: B}\n  books:\n    dune: {shelf: history}\n",
        8,
        "books 'dune': there is no 'history' among the shelves; there are: a, b",
    ),
    "dangling, nothing there": (
        "  books:\n    dune: {shelf: fiction}\n",
        5,
        "books 'dune': there is no 'fiction' among the shelves; there are none",
    ),
    "dangling id": (
        "  books:\n    dune: {shelf_id: 6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11}\n",
        5,
        "books 'dune': there is no '6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11' among the shelves; "
        "there are none",
    ),
    "dangling in a list": (
        "  members:\n    ann: {email: ann@lib.test, password: x}\n"
        "  books:\n    dune:\n      members:\n        - ann\n        - bob\n",
        10,
        "books 'dune': there is no 'bob' among the members; there are: ann",
    ),
    "dangling, nested": (
        "  members:\n    ann: {email: ann@lib.test, password: x}\n"
        "  books:\n    dune:\n      loan:\n        member: anne\n",
        9,
        "books 'dune': there is no 'anne' among the members; did you mean 'ann'?",
    ),
    "another collection's": (
        "  branches:\n    main: {name: Main}\n  shelves:\n    a: {name: A}\n"
        "  books:\n    dune: {shelf: main}\n",
        9,
        "books 'dune': 'main' is one of the branches, not of the shelves; there are: a",
    ),
    "another collection's, nothing there": (
        "  branches:\n    main: {name: Main}\n  books:\n    dune: {shelf: main}\n",
        7,
        "books 'dune': 'main' is one of the branches, not of the shelves; there are none",
    ),
    "an object for a name": (
        "  books:\n    dune:\n      shelf: {name: A}\n",
        6,
        "books 'dune' gives an object where a name belongs; name one of the shelves",
    ),
    "a list for a name": (
        "  shelves:\n    a: {name: A}\n  books:\n    dune:\n      shelf: [a]\n",
        8,
        "books 'dune' has shelf_id = [\"*\"]; it must be a string",
    ),
    "reference twice": (
        "  shelves:\n    a: {name: A}\n  books:\n    dune:\n      shelf: a\n      shelf_id: a\n",
        9,
        "books 'dune' gives both 'shelf' and 'shelf_id'; they are the same: keep one",
    ),
    "id twice": (
        "  branches:\n    main: {id: 6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11}\n"
        "    other:\n      id: 6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11\n",
        7,
        "branches 'other' has the id of branches 'main' (line 5); "
        "leave the id out, or give another",
    ),
    "bad id": (
        "  branches:\n    main: {id: main}\n",
        5,
        "branches 'main' has id = \"main\"; it must be a UUID",
    ),
    "wrong type": (
        "  books:\n    dune:\n      copies: three\n",
        6,
        "books 'dune' has copies = \"three\"; it must be an integer",
    ),
    "null": (
        "  books:\n    dune:\n      copies:\n",
        6,
        "books 'dune' has copies = null; it must not be null",
    ),
    "enum": (
        "  books:\n    dune:\n      state: LOST\n",
        6,
        "books 'dune' has state = \"LOST\"; it must be one of IN, OUT",
    ),
    "range": (
        "  books:\n    dune: {copies: -1}\n",
        5,
        "books 'dune' has copies = -1; it must be at least 0",
    ),
    "wrong type, nested": (
        "  books:\n    dune:\n      notes:\n        - {page: 1}\n        - page: one\n",
        8,
        "books 'dune' has notes.1.page = \"one\"; it must be an integer",
    ),
    "an object for a text": (
        "  books:\n    dune:\n      title: {en: Dune}\n",
        6,
        'books \'dune\' has title = {"en": "Dune"}; it must be a string',
    ),
    "a long value is cut": (
        "  books:\n    dune:\n      state: " + "x" * 90 + "\n",
        6,
        "books 'dune' has state = \"" + "x" * 58 + "…; it must be one of IN, OUT",
    ),
    "bad time": (
        "  books:\n    dune:\n      created_at: yesterday\n",
        6,
        "books 'dune' has the time 'yesterday'; write now, -2d, +1h30m (units w d h m s ms) "
        "or a time such as 2026-01-25T09:00:00Z",
    ),
    "a date for a time": (
        "  books:\n    dune: {created_at: 2026-01-25}\n",
        5,
        "books 'dune' has the time '2026-01-25'; write now, *",
    ),
    "a bare number for a time": (
        "  books:\n    dune: {created_at: -2}\n",
        5,
        "books 'dune' has created_at = -2; it must be a string",
    ),
    "a circle": (
        "  shelves:\n    a: {name: A, parent: c}\n    b: {name: B, parent: a}\n"
        "    c: {name: C, parent: b}\n",
        5,
        "these refer to each other in a circle: * (lines 5, 6, 7); leave one of the references out",
    ),
    "a circle of one": (
        "  shelves:\n    a: {name: A, parent: a}\n",
        5,
        "these refer to each other in a circle: shelves 'a' → shelves 'a' (lines 5); "
        "leave one of the references out",
    ),
    "no numbers": (
        "  branches:\n    branch-{3..1}: {name: Branch}\n",
        5,
        "{3..1} makes 0 objects; write a range of 1 to 10000, {1..100}",
    ),
    "too many numbers": (
        "  branches:\n    branch-{1..999999999}: {name: Branch}\n",
        5,
        "{1..999999999} makes 999999999 objects; write a range of 1 to 10000, {1..100}",
    ),
    "a number taken": (
        "  branches:\n    branch-2: {name: Two}\n    branch-{1..3}: {name: 'No. {n}'}\n",
        6,
        "branches 'branch-2' is given twice, first in line 5; choose another name or another range",
    ),
    "wrong in all numbers": (
        "  books:\n    book-{1..100}: {title: 'No. {n}', copies: many}\n",
        5,
        "books 'book-1' has copies = \"many\"; it must be an integer",
    ),
    "dangling number": (
        "  branches:\n    main: {name: Main}\n"
        "  shelves:\n    shelf-{1..1}: {name: S, branch: 'b-{n}'}\n",
        7,
        "shelves 'shelf-1': there is no 'b-1' among the branches; there are: main",
    ),
    "default of no reference": (
        "  branches:\n    main: {name: Main}\ndefaults:\n  brnch: main\n",
        7,
        "the default 'brnch' is no reference of any collection; did you mean 'branch'?",
    ),
    "dangling default": (
        "  branches:\n    main: {name: Main}\ndefaults:\n  branch: mian\n",
        7,
        "there is no 'mian' among the branches; did you mean 'main'?",
    ),
    "defaults are a text": (
        "  branches: {}\ndefaults: main\n",
        5,
        "'defaults' is not a mapping; write 'name: …' lines below it, indented",
    ),
    "account without password": (
        "  members:\n    ann:\n      email: ann@lib.test\n",
        5,
        "members 'ann' is an account without 'password'; write 'password: …'",
    ),
}


@pytest.mark.parametrize(("text", "line", "expected"), CASES.values(), ids=CASES)
def test_problem(problems, text, line, expected):
    [told] = problems(HEAD + text)
    assert_told(told, line, expected)


@pytest.mark.parametrize("name", ["'{n}-%d': {$count: 1000}", "'{1..1000}-%d': {}"])
def test_more_objects_than_fit(problems, monkeypatch, name):
    monkeypatch.setattr(merging, "MOST_IN_ALL", 2000)
    text = "".join(f"    {name % number}\n" for number in range(3))
    told = problems(f"{HEAD}  branches:\n{text}")
    assert_told(told[-1], 7, "with these there are more than 2,000 objects; make fewer of them")


def assert_told(told, line, expected):
    """`*` stands for what a parser or a hash says."""
    begin, *rest = f"stage.yaml:{line}: {expected}".split("*")
    assert told.startswith(begin)
    if rest:
        assert told.endswith(rest[-1])
    else:
        assert told == begin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["stage.yaml:1: the file is empty; it begins with 'scenario: NAME'"]),
        ("# nothing\n", ["stage.yaml:1: the file is empty; it begins with 'scenario: NAME'"]),
        ("- a\n", ["stage.yaml:1: the file is not a mapping; it begins with 'scenario: NAME'"]),
        (
            "collections: {}\n",
            [
                "stage.yaml:1: 'scenario' is missing; write 'scenario: …' at the top",
                "stage.yaml:1: 'title' is missing; write 'title: …' at the top",
            ],
        ),
        (
            "scenario: stage\ntitle: [A, stage]\n",
            ["stage.yaml:2: 'title' is no text; write 'title: …'"],
        ),
        (
            "scenario:\ntitle: A stage\n",
            ["stage.yaml:1: 'scenario' is no text; write 'scenario: …'"],
        ),
        (
            b"scenario: stage\ntitle: \xe9t\xe9\n",
            ["stage.yaml:2: this is not text in UTF-8; save the file as UTF-8"],
        ),
    ],
)
def test_head(problems, text, expected):
    assert problems(text) == expected


def test_all_problems_are_told_at_once_by_line(problems):
    text = HEAD + (
        "  books:\n    dune: {shelf: nowhere, copies: many}\n    emma: {created_at: tomorrow}\n"
        "  planets: {}\ndefaults: {city: x}\n"
    )
    told = problems(text)
    assert [line.split(":")[1] for line in told] == ["5", "5", "6", "7", "8"]


def test_a_problem_is_told_once(problems):
    """A dangling name is not a wrong type, too."""
    assert (
        len(problems(HEAD + "  books:\n    dune: {shelf: 7, loan: {member: 3, due_at: x}}\n")) == 3
    )


@pytest.mark.parametrize("loader", [yaml.BaseLoader, getattr(yaml, "CBaseLoader", yaml.BaseLoader)])
@pytest.mark.parametrize(
    "kind", ["tab", "colon in a text", "open quotes", "two documents", "alias"]
)
def test_both_parsers_of_yaml_give_line_and_remedy(problems, monkeypatch, loader, kind):
    monkeypatch.setattr(document, "_Loader", loader)
    text, line, expected = CASES[kind]
    [told] = problems(HEAD + text)
    assert_told(told, line, expected)


@pytest.mark.parametrize("loader", [yaml.BaseLoader, getattr(yaml, "CBaseLoader", yaml.BaseLoader)])
@pytest.mark.parametrize("depth", [117, 2000])
def test_nested_too_deeply(problems, monkeypatch, loader, depth):
    monkeypatch.setattr(document, "_Loader", loader)
    [told] = problems(HEAD + "  books:\n    - extra: " + "[" * depth + "]" * depth + "\n")
    assert told.endswith(": this is nested too deeply; use fewer than 120 levels")


def test_many_names_are_cut(problems):
    text = "  branches:\n    b-{1..99}: {name: '{n}'}\n  books:\n    a: {shelf: b-7, branch: xyz}\n"
    told = problems(HEAD + text)
    assert told[0].endswith("'b-7' is one of the branches, not of the shelves; there are none")
    names = ", ".join(f"b-{n}" for n in range(1, 13))
    assert told[1].endswith(f"there is no 'xyz' among the branches; there are: {names}, …")


def test_invisible_characters(problems):
    [told] = problems(HEAD + "  branches:\n    main: {name: a\x01b}\n")
    assert told.startswith("stage.yaml:5: ")
    assert told.endswith("; remove the invisible character")


def test_an_unknown_name_lists_the_known_ones(contract):
    with pytest.raises(UsageError) as caught:
        load(contract, "empty")
    told = "there is no scenario 'empty' (known: none)"
    assert str(caught.value) == f"{told}; a file is given by its path, ending in .yaml"
    assert names("library") == []


@pytest.mark.parametrize("path", ["missing.yaml", "folder/missing"])
def test_a_missing_file(contract, write, path):
    write("")
    with pytest.raises(UsageError) as caught:
        load(contract, path)
    assert str(caught.value) == f"{Path(path)}: cannot be read: No such file or directory"


def test_a_file_elsewhere_is_told_by_its_whole_path(contract, write, tmp_path, monkeypatch):
    write("")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    with pytest.raises(UsageError) as caught:
        load(contract, str(tmp_path / "stage.yaml"))
    assert str(caught.value).startswith(f"{tmp_path / 'stage.yaml'}:1: ")

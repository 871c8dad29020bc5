"""Parameters: what they are, where they stand, and values that they do not take."""

from __future__ import annotations

import pytest

from understudy.errors import UsageError
from understudy.scenarios import WrongParameters, load, parted, rehearse, with_parameters

STAGE = """\
scenario: stage
title: A stage
parameters:
  copies: {default: 2, minimum: 1, maximum: 9, about: how many}
  rate: 1.5
  who: {default: ann, choices: [ann, bob]}
  since: 10d
  out: false
collections:
  branches:
    main: {name: '${who} at ${rate}, $${who}, ${copies} ${out}'}
  books:
    one: {title: '${copies}', copies: '${copies}', branch: main, created_at: '-${since}',
          extra: {out: '${out}', rate: '${rate}'}}
"""


def loaded(contract, write, **parameters):
    return load(contract, write(STAGE), parameters)


def test_alone_it_is_the_value_and_in_a_text_its_written_form(contract, write, rules):
    store = rehearse(
        contract, load(contract, write(STAGE.replace("title: '${copies}'", "title: x")))
    ).store
    [branch], [book] = store["branches"], store["books"]
    assert branch["name"] == "ann at 1.5, ${who}, 2 false"
    assert (book["copies"], book["extra"]) == (2, {"out": False, "rate": 1.5})


def test_a_value_keeps_its_kind(contract, write):
    with pytest.raises(UsageError, match=r"books 'one' has title = 2; it must be a string"):
        loaded(contract, write)


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("copies", "3", 3),
        ("copies", 3, 3),
        ("rate", "2", 2.0),
        ("rate", 2, 2.0),
        ("who", "bob", "bob"),
        ("since", "1h30m", "1h30m"),
        ("out", "TRUE", True),
        ("out", True, True),
    ],
)
def test_what_is_taken(contract, write, name, given, value):
    stage = write(STAGE.replace("title: '${copies}'", "title: x"))
    scenario = load(contract, stage, {name: given})
    assert scenario.values[name] == value
    assert type(scenario.values[name]) is type(value)
    assert scenario.name.startswith(f"stage?{name}=")
    assert load(contract, f"{stage}?{scenario.name.partition('?')[2]}").digest == scenario.digest


def test_a_value_as_usual_is_not_in_the_name(contract, write):
    stage = write(STAGE.replace("title: '${copies}'", "title: x"))
    assert load(contract, stage, {"copies": "2", "out": "false"}).name == "stage"


@pytest.mark.parametrize(
    ("name", "given", "clause"),
    [
        ("copies", "many", "is 'many'; it must be an integer from 1 to 9"),
        ("copies", "0", "is '0'; it must be an integer from 1 to 9"),
        ("copies", 1.5, "is 1.5; it must be an integer from 1 to 9"),
        ("copies", None, "is None; it must be an integer from 1 to 9"),
        ("rate", "nan", "is 'nan'; it must be a number"),
        ("who", "eve", "is 'eve'; it must be one of ann, bob"),
        ("since", "soon", "is 'soon'; it must be a duration such as 10m or 1h30m"),
        ("out", "no", "is 'no'; it must be true or false"),
        ("copy", "1", "does not exist; did you mean 'copies'?"),
    ],
)
def test_what_is_not_taken(contract, write, name, given, clause):
    with pytest.raises(WrongParameters) as caught:
        loaded(contract, write, **{name: given})
    assert caught.value.details == {name: [clause]}
    assert str(caught.value) == f"stage.yaml: parameter {name!r} {clause}"


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("{9a: 1}", "3: '9a' is no name for a parameter; *"),
        ("{a: null}", "3: parameter 'a' has no default; *"),
        ("{a: [1]}", "3: parameter 'a' is a list; write 'a: {default: …, about: …}'"),
        ("{a: {defualt: 1}}", "3: parameter 'a' has no field 'defualt'; did you mean 'default'?"),
        ("{a: {default: 5, maximum: 3}}", "3: parameter 'a' is 5; it must be an integer of 3 *"),
        ("{a: {default: x, minimum: 3}}", "3: 'minimum' of parameter 'a' limits no number; *"),
        ("{a: {default: x, choices: [y]}}", "3: parameter 'a' is 'x'; it must be one of y"),
        ("{a: {default: [1]}}", "3: 'default' of parameter 'a' is none; write one value"),
        ("3", "3: 'parameters' is not a mapping; *"),
    ],
)
def test_mistakes_in_a_file(problems, parameters, told):
    line = problems(f"scenario: s\ntitle: S\nparameters: {parameters}\ncollections: {{}}\n")[0]
    begin, _, end = told.partition("*")
    assert line.startswith(f"stage.yaml:{begin}")
    assert line.endswith(end)


def test_a_parameter_that_there_is_not(problems):
    text = "scenario: s\ntitle: S\nparameters: {name: x}\ncollections:\n  branches:\n"
    line, *_ = problems(text + "    main: {name: '${nmae}'}\n")
    assert line == (
        "stage.yaml:6: there is no parameter 'nmae'; did you mean 'name'? "
        "(the text itself is $${nmae})"
    )


@pytest.mark.parametrize(
    ("name", "parameters"), [("a", {}), ("a", {"b": "1"}), ("a.yaml", {"b": "x&y=?", "c": "ü"})]
)
def test_a_name_with_parameters_can_be_taken_apart(name, parameters):
    assert parted(with_parameters(name, parameters)) == (name, parameters)


def test_a_name_without_parameters_after_its_mark():
    with pytest.raises(UsageError, match=r"'a\?b' does not end with parameters"):
        parted("a?b")

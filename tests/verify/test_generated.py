"""Values that Schemathesis generates: one each, in its place, and judged by the contract."""

from __future__ import annotations

import itertools
import random
import uuid
from types import SimpleNamespace

import pytest

from understudy import contract as contracts
from understudy.verify import spec
from understudy.verify.generated import ABSENT, Variation, generator
from understudy.verify.properties import explore
from understudy.verify.shaping import Shape, layers

FOLDER = "5a7d1f0c-2b3e-4c88-8f11-0d9e6a4b7c22"
PLAN = "3f0b9f5e-6a0c-4a43-9d0e-1f6a2c7b8d01"
PREFIX = "verify-12ab34-"
OPERATIONS = ("defects.create_defect", "test_plans.sync_tree", "test_runs.list_runs")


@pytest.fixture(scope="module")
def contract():
    return contracts.load("testr")


@pytest.fixture
def suite(contract):
    ids = (str(uuid.UUID(int=n, version=4)) for n in itertools.count(1))
    names = (f"x-{n}" for n in itertools.count())
    return SimpleNamespace(
        contract=contract,
        spec=spec.load("testr"),
        prefix=PREFIX,
        unknown_id=lambda: next(ids),
        next_name=lambda kind: next(names),
    )


def shape(suite, operation_id, **sample):
    found = {one.operation_id: one for one in suite.contract.operations}
    return Shape(suite, found[operation_id], sample)


def variations(contract, operation_id, place, *, valid):
    found = generator(contract).variations(operation_id, valid=valid)
    return [one for one in found if one.place == place]


def one(contract, operation_id, place, what, *, valid):
    found = variations(contract, operation_id, place, valid=valid)
    return next(one for one in found if one.what.startswith(what))


def test_lengths_are_on_both_sides_of_the_limit(contract):
    place = ("body", "title")
    longest = one(contract, "defects.create_defect", place, "Maximum", valid=True)
    too_long = one(contract, "defects.create_defect", place, "String larger", valid=False)
    assert (len(longest.value), len(too_long.value)) == (255, 256)
    assert (longest.kind, too_long.kind) == ("boundary", "invalid")
    assert longest.parameter == "body.title"


def test_a_missing_field_is_absent(contract):
    place = ("body", "title")
    found = one(contract, "defects.create_defect", place, "Missing required", valid=False)
    assert found.value is ABSENT


def test_an_item_of_a_list_has_a_place(contract):
    place = ("body", "steps", 0, "step_number")
    found = variations(contract, "defects.create_defect", place, valid=False)
    assert {one.parameter for one in found} == {"body.steps.step_number"}


def test_a_query_has_texts(contract):
    found = variations(contract, "test_runs.list_runs", ("query", "limit"), valid=True)
    assert {"1", "200"} <= {one.value for one in found}


def test_a_list_that_is_too_long_is_valid_otherwise(contract):
    place = ("body", "defect_ids")
    found = one(contract, "defects.delete_defects", place, "Array with more", valid=False)
    assert len(found.value) == 501
    assert all(isinstance(one, str) for one in found.value)


def test_headers_and_tokens_have_no_values(contract):
    found = generator(contract).variations("auth.me", valid=False)
    assert [one for one in found if one.place[0] == "header"] == []


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_the_same_values_are_generated_again(contract, operation_id):
    again = type(generator(contract))(contract)
    for valid in (True, False):
        first = generator(contract).variations(operation_id, valid=valid)
        assert again.variations(operation_id, valid=valid) == first


def test_a_request_is_generated_as_a_whole(contract):
    found = []
    asked = SimpleNamespace(seed=1, effort="quick", test="x")
    requests = generator(contract).requests("test_plans.create_plan")
    explore(asked, requests, found.append, examples=5)
    assert all("name" in body and query == {} for body, query in found)


def test_a_value_takes_the_place_of_another(suite, contract):
    given = shape(suite, "defects.create_folder", body={"name": "mine"})
    wrong = one(contract, "defects.create_folder", ("body", "name"), "Incorrect", valid=False)
    assert given.with_values([wrong])["body"]["name"] == wrong.value
    assert given.with_values([])["body"] == {"name": "mine"}
    assert given.breaks(wrong) == {"body.name"}


def test_what_is_around_a_place_comes_along(suite, contract):
    given = shape(suite, "defects.create_defect", body={"title": "mine"})
    place = ("body", "steps", 0, "step_number")
    wrong = one(contract, "defects.create_defect", place, "Incorrect", valid=False)
    body = given.with_values([wrong])["body"]
    assert body["steps"][0]["step_number"] == wrong.value
    assert given.breaks(wrong) == {"body.steps.0.step_number"}


def test_ids_are_ones_own_or_nobodys(suite):
    given = shape(suite, "test_plans.create_folder", body={"test_plan_id": PLAN, "name": "mine"})
    other = {"test_plan_id": FOLDER, "parent_folder_id": FOLDER, "name": "other"}
    whole = Variation(("body",), other, "Valid", True, None)
    body = given.with_values([whole])["body"]
    assert body["test_plan_id"] == PLAN
    assert body["parent_folder_id"] not in (PLAN, FOLDER)
    assert body["name"] == "mine"
    assert given.is_mistaken({"body": body})
    assert not given.is_mistaken(given.with_values([]))


@pytest.mark.parametrize("length", [1, 20, 255])
def test_a_name_keeps_its_length_and_has_the_prefix_where_it_fits(suite, length):
    given = shape(suite, "test_plans.create_plan", body={"name": "mine"})
    value = Variation(("body", "name"), "0" * length, "Maximum length string", True, {})
    name = given.with_values([value])["body"]["name"]
    assert len(name) == length
    assert name.startswith(PREFIX) is (length >= len(PREFIX))


def test_a_value_that_the_contract_allows_breaks_nothing(suite):
    given = shape(suite, "test_plans.create_plan", body={"name": "mine"})
    fine = Variation(("body", "name"), "another", "Incorrect type", False, {})
    assert given.breaks(fine) == frozenset()


def test_layers_hold_everything_once_and_nothing_twice(contract):
    found = generator(contract).variations("defects.create_defect", valid=False)
    made = layers(found, random.Random(1))
    assert sorted(map(id, itertools.chain(*made))) == sorted(map(id, found))
    for layer in made:
        for a, b in itertools.combinations([one.place for one in layer], 2):
            assert a[: len(b)] != b[: len(a)]
    assert len(made) < len(found) / 3

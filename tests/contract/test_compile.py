"""The model: operations and collections as the rest of Understudy asks for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from understudy.contract import Contract, load
from understudy.contract.public import PRIVATE_KEYS
from understudy.errors import UsageError


@pytest.fixture
def contract(root: Path) -> Contract:
    return load(root)


def operation(contract: Contract, name: str) -> Any:
    [found] = [one for one in contract.operations if one.operation_id == name]
    return found


def test_the_contract_itself(contract: Contract, root: Path) -> None:
    assert contract.name == root.parent.name
    assert contract.base_path == "/api/v2"
    assert contract.extension == {"handlers": "things"}
    assert contract.files[0] == root
    assert [(one.method, one.path) for one in contract.operations] == [
        ("GET", "/things"),
        ("POST", "/things"),
        ("GET", "/things/{thing_id}"),
        ("PATCH", "/things/{thing_id}"),
    ]


def test_an_operation(contract: Contract) -> None:
    found = operation(contract, "things.create_thing")
    assert (found.tag, found.method, found.path) == ("things", "POST", "/things")
    assert found.request_schema == {"$ref": "#/components/schemas/ThingCreate"}
    assert found.request_required
    assert found.requires == {"paid", "write"}
    assert found.raw["summary"] == "Create a thing"
    assert [*found.responses] == ["201", "401", "402", "422"]
    assert found.responses["201"].schema == {"$ref": "#/components/schemas/Thing"}
    assert found.responses["422"].schema == {"$ref": "#/components/schemas/Error"}
    assert found.responses["422"].media_type == "application/json"


def test_an_operation_without_a_body(contract: Contract) -> None:
    found = operation(contract, "things.list_things")
    assert found.request_schema is None
    assert not found.request_required
    assert not operation(contract, "things.update_thing").request_required


def test_parameters_are_resolved_and_those_of_the_path_are_there(contract: Contract) -> None:
    found = operation(contract, "things.get_thing").parameters
    assert [(one["name"], one["in"]) for one in found] == [
        ("thing_id", "path"),
        ("X-Trace", "header"),
    ]


def test_an_operation_s_own_parameter_wins(changed: Callable[..., Path]) -> None:
    own = "        - {name: thing_id, in: path, required: true, schema: {type: integer}}\n"
    line = "description: With all its parts.\n      x-requires: [paid]\n      parameters:\n"
    root = changed("things.yaml", line, line + own)
    found = operation(load(root), "things.get_thing").parameters
    assert [one["schema"]["type"] for one in found if one["name"] == "thing_id"] == ["integer"]


@pytest.mark.parametrize(
    ("security", "expected"),
    [
        ("", "required"),
        ("security: []", "none"),
        ("security: [{bearer: []}]", "required"),
        ("security: [{bearer: []}, {}]", "optional"),
        ("security: [{}]", "optional"),
    ],
)
def test_security(changed: Callable[..., Path], security: str, expected: str) -> None:
    line = "summary: List things\n"
    root = changed("things.yaml", line, f"{line}      {security}\n")
    assert operation(load(root), "things.list_things").security == expected


def test_extensions_of_an_operation(changed: Callable[..., Path]) -> None:
    line = "summary: List things\n"
    root = changed("things.yaml", line, f"{line}      x-sandbox: a.b\n      x-envelope: c.d\n")
    found = operation(load(root), "things.list_things")
    assert (found.sandbox_hook, found.envelope) == ("a.b", "c.d")
    other = operation(load(root), "things.get_thing")
    assert (other.sandbox_hook, other.envelope) == (None, None)


def test_one_id_for_two_operations(changed: Callable[..., Path]) -> None:
    root = changed(
        "things.yaml", "operationId: things.update_thing", "operationId: things.get_thing"
    )
    with pytest.raises(
        UsageError, match=r"things\.yaml:\d+: the operationId 'things.get_thing' is"
    ):
        load(root)


def test_a_collection(contract: Contract) -> None:
    things = contract.collections["things"]
    assert things.factory == "things.create_thing"
    assert things.account is None
    assert things.references == {"_workspace_id": "rooms", "_parts.room_id": "rooms"}
    assert [*things.schema["properties"]] == [
        "id",
        "name",
        "size",
        "parts",
        "_workspace_id",
        "_parts",
    ]
    assert things.schema["required"] == ["id", "name", "size", "parts"]
    assert (things.indexes, things.orders) == (("size",), ("name",))
    assert things.partition == "_workspace_id"
    assert things.ranks == {"size": ("SMALL", "BIG")}


def test_the_private_part_does_not_enter_the_public_schema(contract: Contract) -> None:
    public = contract.document["components"]["schemas"]["Thing"]
    assert [*public["properties"]] == ["id", "name", "size", "parts"]


def test_a_collection_without_a_partition(contract: Contract) -> None:
    rooms = contract.collections["rooms"]
    assert (rooms.partition, rooms.references, rooms.orders, rooms.ranks) == (None, {}, (), {})


def test_a_shortcut(contract: Contract) -> None:
    fill = contract.shortcuts["fill-room"]
    assert (fill.name, fill.function) == ("fill-room", "shortcuts.fill_room")
    assert fill.summary == "Fill a room"
    assert fill.description == "Puts things into a room until it is full."
    assert fill.parameters["required"] == ["room"]
    assert fill.parameters["properties"]["room"]["description"] == "How a room is called."
    assert fill.parameters["additionalProperties"] is False
    assert fill.parameters["example"] == {"room": "attic", "leaving": 1}


def test_a_shortcut_without_parameters_takes_none(contract: Contract) -> None:
    assert contract.shortcuts["empty-rooms"].parameters == {
        "type": "object",
        "properties": {},
        "additionalProperties": False,
    }


def test_clients_see_a_clean_document(contract: Contract) -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, dict):
            return {*value, *(key for part in value.values() for key in keys(part))}
        return {key for part in value for key in keys(part)} if isinstance(value, list) else set()

    public = contract.public_document()
    assert keys(contract.document) & PRIVATE_KEYS >= {"x-collections", "x-requires", "x-message"}
    assert not keys(public) & PRIVATE_KEYS
    assert public["paths"].keys() == contract.document["paths"].keys()


def test_clients_see_no_component_that_only_private_parts_refer_to(
    contract: Contract, changed: Callable[..., Path]
) -> None:
    seen = contract.public_document()["components"]["schemas"]
    assert {*contract.document["components"]["schemas"]} - {*seen} == {"RoomName"}
    parameter = "        name: {type: string, minLength: 1, maxLength: 255}\n        size: {type"
    used = "        name: {$ref: common.yaml#/components/schemas/RoomName}\n        size: {type"
    root = changed("things.yaml", parameter, used)
    assert "RoomName" in load(root).public_document()["components"]["schemas"]


def test_what_clients_see_is_a_copy(contract: Contract) -> None:
    contract.public_document()["info"]["title"] = "Mine"
    assert contract.document["info"]["title"] == "Things"


def test_an_addition_stays(changed: Callable[..., Path]) -> None:
    root = changed(
        "common.yaml", "        maxLength: 9\n", "        maxLength: 9\n      x-addition: true\n"
    )
    public = load(root).public_document()
    assert public["components"]["parameters"]["Trace"]["x-addition"] is True

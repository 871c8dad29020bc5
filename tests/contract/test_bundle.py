"""Many files become one document; what does not fit together is told with file and line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from understudy.contract.bundle import Bundle
from understudy.errors import UsageError

Write = Callable[[dict[str, str]], Path]
Changed = Callable[..., Path]


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for part in value.values() for found in references(part)]
    return (
        [found for part in value for found in references(part)] if isinstance(value, list) else []
    )


def error(root: Path) -> str:
    with pytest.raises(UsageError) as caught:
        Bundle(root)
    return str(caught.value)


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    [number] = [index for index, line in enumerate(lines, 1) if text in line]
    return number


def test_everything_is_in_one_document(root: Path) -> None:
    bundle = Bundle(root)
    document = bundle.document
    assert [path.name for path in bundle.files] == ["openapi.yaml", "things.yaml", "common.yaml"]
    assert [*document["paths"]] == ["/things", "/things/{thing_id}"]
    assert document["paths"]["/things"]["get"]["operationId"] == "things.list_things"
    assert {"Thing", "Part", "Error", "Moment"} <= document["components"]["schemas"].keys()
    assert [*document["components"]["securitySchemes"]] == ["bearer"]
    assert [*document["x-collections"]] == ["rooms", "things"]
    assert [*document["x-shortcuts"]] == ["fill-room", "empty-rooms"]


def test_every_reference_is_internal_and_leads_somewhere(root: Path) -> None:
    document = Bundle(root).document
    found = references(document)
    assert len(found) > 20
    for reference in found:
        _, components, kind, name = reference.split("/")
        assert (_, components) == ("#", "components")
        assert name in document["components"][kind]


def test_the_document_is_json_and_openapi(root: Path) -> None:
    document = Bundle(root).document
    assert json.loads(json.dumps(document)) == document
    OpenAPIV30SpecValidator(document).validate()


def test_a_place_is_found_in_the_file_that_has_it(root: Path) -> None:
    bundle = Bundle(root)
    things, common = root.with_name("things.yaml"), root.with_name("common.yaml")
    place = ("paths", "/things/{thing_id}", "patch", "operationId")
    assert bundle.place(place) == (things, line_of(things, "things.update_thing"))
    assert bundle.place(("components", "schemas", "Moment")) == (common, line_of(common, "Moment:"))
    assert bundle.place(("x-collections", "rooms", "factory")) == (
        things,
        line_of(things, "rooms.create_room"),
    )
    assert bundle.place(("x-shortcuts", "fill-room", "function")) == (
        things,
        line_of(things, "shortcuts.fill_room"),
    )
    assert bundle.place(("info", "title")) == (root, line_of(root, "title: Things"))


def test_the_digest_follows_the_contents(root: Path, changed: Changed) -> None:
    before = Bundle(root).digest()
    assert Bundle(root).digest() == before
    assert Bundle(changed("common.yaml", "A refusal.", "Refused.")).digest() != before


def test_files_may_refer_to_each_other_in_circles(write: Write) -> None:
    root = write(
        {
            "openapi.yaml": (
                "paths: {}\ncomponents:\n  schemas:\n    A: {$ref: b.yaml#/components/schemas/B}\n"
            ),
            "b.yaml": (
                "components:\n  schemas:\n    B:\n      properties:\n"
                "        a: {$ref: openapi.yaml#/components/schemas/A}\n"
            ),
        }
    )
    schemas = Bundle(root).document["components"]["schemas"]
    assert schemas["A"] == {"$ref": "#/components/schemas/B"}
    assert schemas["B"]["properties"]["a"] == {"$ref": "#/components/schemas/A"}


def test_a_folder_below_is_reached(write: Write, tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "b.yaml").write_text("components:\n  schemas:\n    B: {type: string}\n")
    root = write(
        {
            "openapi.yaml": "paths: {}\ncomponents:\n  schemas:\n"
            "    A: {$ref: parts/b.yaml#/components/schemas/B}\n"
        }
    )
    assert Bundle(root).document["components"]["schemas"]["B"] == {"type": "string"}


LIST = "items: {$ref: '#/components/schemas/Thing'}"
QUERY = "schema: {$ref: common.yaml#/components/schemas/Moment}"
PATH = "things.yaml#/paths/~1things\n"
MOMENT = "    Moment:\n"


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "message"),
    [
        pytest.param(
            "things.yaml",
            QUERY,
            "schema: {$ref: common.yaml#/components/schemas/Momemt}",
            "Momemt",
            "common.yaml has no such component",
            id="dangling across files",
        ),
        pytest.param(
            "things.yaml",
            LIST,
            "items: {$ref: '#/components/schemas/Thingy'}",
            "Thingy",
            "things.yaml has no such component",
            id="dangling within a file",
        ),
        pytest.param(
            "openapi.yaml",
            PATH,
            "nothing.yaml#/paths/~1things\n",
            "nothing.yaml",
            "there is no such file",
            id="no such file",
        ),
        pytest.param(
            "openapi.yaml",
            PATH,
            "things.yaml#/paths/~1thongs\n",
            "~1thongs",
            "things.yaml has no such path item",
            id="no such path item",
        ),
        pytest.param(
            "openapi.yaml",
            PATH,
            "common.yaml#/components/schemas/Error\n",
            "schemas/Error",
            "it must name a path item",
            id="not a path item",
        ),
        pytest.param(
            "things.yaml",
            "              operationId: things.get_thing\n",
            "              $ref: '#/paths/~1things'\n",
            "$ref: '#/paths/~1things'",
            "it must name a component, or a path item in the root's paths",
            id="a path item elsewhere",
        ),
        pytest.param(
            "things.yaml",
            LIST,
            "items: {$ref: '#/components/schemas/Thing/properties/name'}",
            "Thing/properties/name",
            "must name one of components/schemas",
            id="inside a component",
        ),
        pytest.param(
            "things.yaml",
            QUERY,
            "schema: {$ref: common.yaml#/components/responses/Invalid}",
            "          schema: {$ref: common.yaml#/components/responses/Invalid}",
            "must name one of components/schemas",
            id="wrong kind",
        ),
        pytest.param(
            "things.yaml",
            LIST,
            "items: {$ref: else.txt}",
            "else.txt",
            "there is no such file",
            id="a whole file",
        ),
        pytest.param(
            "common.yaml",
            MOMENT,
            f"    Part: {{type: string}}\n{MOMENT}",
            "Part: {type: string}",
            "'Part' is already defined in things.yaml",
            id="one name in two files",
        ),
        pytest.param(
            "common.yaml",
            "components:\n",
            "x-collections:\n  rooms: {factory: a.b, schema: {}}\ncomponents:\n",
            "rooms: {factory",
            "'rooms' is already defined in things.yaml",
            id="one collection in two files",
        ),
        pytest.param(
            "common.yaml",
            MOMENT,
            "    A: {$ref: '#/components/schemas/B'}\n"
            f"    B: {{$ref: '#/components/schemas/A'}}\n{MOMENT}",
            "A: {$ref",
            "'A' is only a reference to itself",
            id="nothing but a circle",
        ),
    ],
)
def test_what_does_not_fit_together(
    changed: Changed, file: str, old: str, new: str, where: str, message: str
) -> None:
    root = changed(file, old, new)
    told = error(root)
    path = root.with_name(file)
    assert told.startswith(f"{path}:{line_of(path, where)}: ")
    assert message in told


def test_a_path_item_that_is_a_reference(texts: dict[str, str], write: Write) -> None:
    others = "paths:\n  /others: {$ref: '#/paths/~1things'}\n"
    things = texts["things.yaml"].replace("paths:\n", others, 1)
    root = texts["openapi.yaml"].replace(PATH, "things.yaml#/paths/~1others\n")
    path = write({**texts, "things.yaml": things, "openapi.yaml": root})
    assert error(path) == (
        f"{path}:{line_of(path, '~1others')}: $ref 'things.yaml#/paths/~1others':"
        " things.yaml has only a reference there"
    )


def test_a_root_without_paths(write: Write) -> None:
    root = write({"openapi.yaml": "openapi: 3.0.3\n"})
    assert error(root) == f"{root}:1: the root of a contract needs `paths`"

"""The Testr contract: complete, without findings, and readable by the tools of the field."""

from __future__ import annotations

import importlib
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema_path import SchemaPath
from openapi_spec_validator import OpenAPIV30SpecValidator

from understudy.contract import Contract, load
from understudy.contract.lint import lint
from understudy.contract.schemas import KnownFields, Validator, json_schema

OPERATIONS = {
    "auth": 8,
    "workspace": 1,
    "test_plans": 16,
    "test_runs": 16,
    "defects": 12,
    "reports": 3,
    "settings": 4,
    "test_run_tree": 3,
}


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load("testr")


@pytest.fixture(scope="module")
def public(contract: Contract) -> dict[str, Any]:
    return contract.public_document()


def test_all_63_operations_are_there(contract: Contract) -> None:
    assert Counter(operation.tag for operation in contract.operations) == OPERATIONS
    assert len(contract.operations) == 63


def test_the_tags_are_declared_in_this_order(contract: Contract) -> None:
    assert [tag["name"] for tag in contract.document["tags"]] == [*OPERATIONS]


def test_the_lint_finds_nothing(contract: Contract) -> None:
    found = [f"{one.file.name}:{one.line}: {one.message}" for one in lint(contract)]
    assert found == []


def test_one_file_and_one_handler_module_for_each_tag(contract: Contract) -> None:
    files = {path.stem for path in contract.files}
    assert files == {"openapi", "common", *OPERATIONS}
    handlers = importlib.import_module("understudy.handlers.testr").__path__
    modules = {path.stem for folder in handlers for path in Path(folder).glob("*.py")}
    assert modules - {"__init__", "errors"} - hook_modules(contract) == {*OPERATIONS}


def hook_modules(contract: Contract) -> set[str]:
    """The modules of the functions that the contract names beside operations and factories."""
    schemes = contract.document["components"]["securitySchemes"].values()
    names = [contract.extension[name] for name in ("admit", "account")]
    names += [*(scheme["x-bearerInfoFunc"] for scheme in schemes)]
    for operation in contract.operations:
        names += filter(None, (operation.sandbox_hook, operation.envelope))
    names += (shortcut.function for shortcut in contract.shortcuts.values())
    return {name.partition(".")[0] for name in names}


def test_clients_see_no_shortcuts_and_none_of_their_components(public: dict[str, Any]) -> None:
    assert "x-shortcuts" not in public
    assert not {"Account", "Delay", "Term"} & public["components"]["schemas"].keys()


def test_every_operation_has_its_function(contract: Contract) -> None:
    for operation in contract.operations:
        module, _, function = operation.operation_id.rpartition(".")
        found = importlib.import_module(f"understudy.handlers.testr.{module}")
        assert callable(getattr(found, function, None)), operation.operation_id


def test_every_collection_has_its_factory(contract: Contract) -> None:
    for collection in contract.collections.values():
        module, _, function = collection.factory.rpartition(".")
        found = importlib.import_module(f"understudy.handlers.testr.{module}")
        assert callable(getattr(found, function, None)), collection.factory


def test_the_document_is_openapi_3_0(contract: Contract, public: dict[str, Any]) -> None:
    OpenAPIV30SpecValidator(contract.document).validate()
    OpenAPIV30SpecValidator(public).validate()


def test_the_files_are_openapi_as_they_stand(contract: Contract) -> None:
    path = SchemaPath.from_file_path(str(contract.files[0]))
    with path.open() as root:
        OpenAPIV30SpecValidator(root, base_uri=contract.files[0].as_uri()).validate()
    login = path / "paths" / "/auth/login" / "post" / "responses" / "422" / "content"
    assert (login / "application/json" / "schema" / "required").read_value() == ["error", "message"]


def test_schemathesis_reads_the_files_and_the_document(
    contract: Contract, public: dict[str, Any]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import schemathesis

    wanted = {(one.method, one.path) for one in contract.operations}
    for schema in (
        schemathesis.openapi.from_path(str(contract.files[0])),
        schemathesis.openapi.from_dict(public),
    ):
        found = [operation.ok() for operation in schema.get_all_operations()]
        assert {(one.method.upper(), one.path) for one in found} == wanted


def test_examples_agree_with_openapi_core_s_reading(public: dict[str, Any]) -> None:
    from openapi_schema_validator import OAS30WriteValidator, oas30_format_checker

    checked = 0
    for item in public["paths"].values():
        for operation in item.values():
            for media in operation.get("requestBody", {}).get("content", {}).values():
                schema = {**media["schema"], "components": public["components"]}
                validator = OAS30WriteValidator(schema, format_checker=oas30_format_checker)
                for value in _values(media):
                    validator.validate(value)
                    checked += 1
    assert checked >= 30


def test_every_schema_compiles(contract: Contract) -> None:
    for operation in contract.operations:
        if operation.request_schema is not None:
            Validator(operation.request_schema, contract.document)
            KnownFields(operation.request_schema, contract.document)
        for answer in operation.responses.values():
            assert answer.schema is not None
            Validator(answer.schema, contract.document, closed=True)
    for collection in contract.collections.values():
        assert json_schema(collection.schema, contract.document)


def _values(media: dict[str, Any]) -> list[Any]:
    named = [example["value"] for example in media.get("examples", {}).values()]
    return [*named, *([media["example"]] if "example" in media else [])]

"""From the bundled document to the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from understudy.contract import model
from understudy.contract.model import METHODS, Document, Schema
from understudy.contract.refs import resolve

if TYPE_CHECKING:
    from understudy.contract.bundle import Bundle
    from understudy.contract.kept import Bundled

PARTITION = "_workspace_id"
JSON = "application/json"


def contract_of(name: str, bundle: Bundle | Bundled) -> model.Contract:
    """The model of a bundle."""
    document = bundle.document
    servers = document.get("servers") or [{"url": ""}]
    return model.Contract(
        name=name,
        document=document,
        base_path=urlsplit(servers[0]["url"]).path.rstrip("/"),
        files=bundle.files,
        digest=bundle.digest(),
        extension=document.get("x-understudy", {}),
        collections={
            key: _collection(key, entry, document)
            for key, entry in document["x-collections"].items()
        },
        operations=tuple(_operations(document)),
        shortcuts={
            key: _shortcut(key, entry, document) for key, entry in document["x-shortcuts"].items()
        },
    )


def _operations(document: Document) -> Iterator[model.OperationSpec]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _operation(path, method, item, document)


def _operation(
    path: str, method: str, item: dict[str, Any], document: Document
) -> model.OperationSpec:
    raw = item[method]
    body = resolve(raw.get("requestBody", {}), document)
    content = body.get("content", {})
    return model.OperationSpec(
        operation_id=raw["operationId"],
        tag=raw.get("tags", [""])[0],
        method=method.upper(),
        path=path,
        parameters=_parameters(item, raw, document),
        request_schema=_schema(content),
        request_required=body.get("required", False),
        responses={
            status: _response(response, document) for status, response in raw["responses"].items()
        },
        security=_security(raw.get("security", document.get("security", []))),
        requires=frozenset(raw.get("x-requires", ())),
        sandbox_hook=raw.get("x-sandbox"),
        envelope=raw.get("x-envelope"),
        raw=raw,
        request_media=_media(content),
    )


def _media(content: Mapping[str, Any]) -> str:
    return JSON if JSON in content or not content else next(iter(content))


def _parameters(
    item: dict[str, Any], raw: dict[str, Any], document: Document
) -> list[dict[str, Any]]:
    """Those of the path and those of the operation, which win."""
    given = [*item.get("parameters", ()), *raw.get("parameters", ())]
    found = [dict(resolve(parameter, document)) for parameter in given]
    return [*{(parameter["name"], parameter["in"]): parameter for parameter in found}.values()]


def _response(response: dict[str, Any], document: Document) -> model.ResponseSpec:
    content = resolve(response, document).get("content", {})
    return model.ResponseSpec(_schema(content), next(iter(content), None))


def _schema(content: Mapping[str, Any]) -> Schema | None:
    """The schema of the JSON form, else of the first."""
    media: Mapping[str, Any] = content.get(JSON) or next(iter(content.values()), {})
    return media.get("schema")


def _security(requirements: list[dict[str, Any]]) -> model.Security:
    if not requirements:
        return "none"
    return "required" if all(requirements) else "optional"


def _collection(name: str, entry: dict[str, Any], document: Document) -> model.CollectionSpec:
    schema = _stored(entry, document)
    indexes, orders = tuple(entry.get("indexes", ())), tuple(entry.get("orders", ()))
    return model.CollectionSpec(
        name=name,
        factory=entry["factory"],
        account=entry.get("account"),
        references=entry.get("references", {}),
        schema=schema,
        indexes=indexes,
        orders=orders,
        texts=tuple(entry.get("texts", ())),
        partition=PARTITION if PARTITION in schema["properties"] else None,
        ranks=_ranks(schema, (*indexes, *orders), document),
    )


def _stored(entry: dict[str, Any], document: Document) -> dict[str, Any]:
    """The schema of the stored object: the public one with the private fields."""
    schema = resolve(entry["schema"], document)
    properties = {**schema.get("properties", {}), **entry.get("private", {})}
    return {**schema, "properties": properties}


def _ranks(
    schema: Schema, fields: tuple[str, ...], document: Document
) -> dict[str, tuple[Any, ...]]:
    schemas = {name: resolve(schema["properties"].get(name, {}), document) for name in fields}
    return {
        name: tuple(value for value in found["enum"] if value is not None)
        for name, found in schemas.items()
        if "enum" in found
    }


def _shortcut(name: str, entry: dict[str, Any], document: Document) -> model.ShortcutSpec:
    """Its parameters stand alone as JSON Schema: each is what a reference led to."""
    given = resolve(entry.get("parameters", {}), document)
    properties = {
        key: {**resolve(part, document)} for key, part in given.get("properties", {}).items()
    }
    closed = {"type": "object", "properties": properties, "additionalProperties": False}
    return model.ShortcutSpec(
        name=name,
        function=entry["function"],
        summary=entry["summary"],
        description=entry.get("description", "").strip(),
        parameters={**given, **closed},
    )

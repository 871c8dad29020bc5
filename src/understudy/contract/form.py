"""The form every file of a contract must have before anything else can be said about it.

Far less than OpenAPI's own schema: just what the rest of this package relies on. The lint says the
rest.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from understudy.contract.messages import message
from understudy.contract.model import METHODS
from understudy.contract.source import Source, join_pointer

_TEXT: dict[str, Any] = {"type": "string"}
_NAME: dict[str, Any] = {"type": "string", "minLength": 1}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
_OBJECT: dict[str, Any] = {"type": "object"}
_SCHEMA: dict[str, Any] = {"$ref": "#/definitions/schema"}
_SCHEMAS: dict[str, Any] = {"type": "array", "items": _SCHEMA}


def _map_of(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values, **more}


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        **({"required": [*required]} if required else {}),
    }


def _reference_or(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of something that a `$ref` to a component of the right kind may stand for."""
    pattern = f"#/components/{kind}/[^/]+$"
    reference = {
        "type": "string",
        "pattern": pattern,
        "x-message": f"must name one of components/{kind}",
    }
    schema = {**schema, "properties": {**schema["properties"], "$ref": reference}}
    required = schema.pop("required", None)
    if required:
        schema["anyOf"] = [{"required": ["$ref"]}, {"required": required}]
        schema["x-message"] = f"needs {' and '.join(required)}, or a $ref"
    return schema


_CONTENT = _map_of(_object(schema=_SCHEMA))
_PARAMETER = _reference_or(
    "parameters",
    _object(
        "name",
        "in",
        **{"name": _NAME, "in": {"enum": ["query", "path", "header", "cookie"]}, "schema": _SCHEMA},
    ),
)
_PARAMETERS = {"type": "array", "items": _PARAMETER}
_BODY = _reference_or("requestBodies", _object(content=_CONTENT, required={"type": "boolean"}))
_RESPONSE = _reference_or(
    "responses", _object(content=_CONTENT, links=_map_of(_OBJECT), headers=_map_of(_OBJECT))
)
_SECURITY = {"type": "array", "items": _map_of({"type": "array"})}
_OPERATION = _object(
    "operationId",
    "responses",
    operationId=_NAME,
    summary=_TEXT,
    description=_TEXT,
    tags=_TEXTS,
    parameters=_PARAMETERS,
    requestBody=_BODY,
    responses=_map_of(_RESPONSE, minProperties=1),
    security=_SECURITY,
    **{"x-requires": _TEXTS, "x-sandbox": _TEXT, "x-envelope": _TEXT},
)
_COLLECTION = _object(
    "factory",
    "schema",
    factory=_NAME,
    account=_map_of(_TEXT),
    references=_map_of(_TEXT),
    schema=_SCHEMA,
    private=_map_of(_SCHEMA),
    indexes=_TEXTS,
    orders=_TEXTS,
    texts=_TEXTS,
)
_SHORTCUT = _object(
    "function",
    "summary",
    function=_NAME,
    summary=_NAME,
    description=_TEXT,
    parameters=_SCHEMA,
)
_COMPONENTS = _map_of(
    _map_of(_OBJECT),
    properties={
        "schemas": _map_of(_SCHEMA),
        "parameters": _map_of(_PARAMETER),
        "responses": _map_of(_RESPONSE),
        "requestBodies": _map_of(_BODY),
    },
)
FORM: dict[str, Any] = {
    **_object(
        servers={"type": "array", "items": _object("url", url=_TEXT)},
        security=_SECURITY,
        paths=_map_of(_object(**dict.fromkeys(METHODS, _OPERATION), parameters=_PARAMETERS)),
        components=_COMPONENTS,
        **{"x-collections": _map_of(_COLLECTION), "x-shortcuts": _map_of(_SHORTCUT)},
        **{"x-understudy": _OBJECT, "x-lint": _OBJECT},
    ),
    "definitions": {
        "schema": _reference_or(
            "schemas",
            _object(
                type={"enum": ["array", "boolean", "integer", "number", "object", "string"]},
                properties=_map_of(_SCHEMA),
                additionalProperties={"type": ["boolean", "object"]},
                items=_SCHEMA,
                enum={"type": "array", "minItems": 1},
                required=_TEXTS,
                nullable={"type": "boolean"},
                allOf=_SCHEMAS,
                anyOf=_SCHEMAS,
                oneOf=_SCHEMAS,
                **{"x-secret": {"enum": [True, "sealed", "hash"]}},
            ),
        )
    },
}


@cache
def _validator() -> Any:
    # Imported here: a command that reads no contract starts without it.
    import jsonschema_rs

    return jsonschema_rs.Draft4Validator(FORM)


def check(source: Source) -> None:
    """Raise UsageError with file and line for the first thing that has not this form."""
    for error in _validator().iter_errors(source.data):
        schema: Any = FORM
        *place, keyword = error.schema_path
        for part in place:
            schema = schema[part]
        where = join_pointer(error.instance_path)
        what = (
            f"needs {error.kind.property!r}"
            if keyword == "required"
            else message(keyword, error.instance, schema)
        )
        raise source.error(source.line(error.instance_path), f"{where} {what}")

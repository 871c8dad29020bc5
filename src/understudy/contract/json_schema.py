"""From OpenAPI 3.0's dialect to JSON Schema draft 4, which it grew out of."""

from __future__ import annotations

from typing import Any

from understudy.contract.formats import UUID_PATTERN
from understudy.contract.model import Document, Schema
from understudy.contract.refs import resolve

_KEPT = frozenset(
    {
        *("type", "format", "enum", "required", "x-message"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "pattern"),
        *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    }
)
_ONE = frozenset({"additionalProperties", "items", "not"})
_MANY = frozenset({"allOf", "anyOf", "oneOf"})


def json_schema(schema: Schema, document: Document, *, closed: bool = False) -> dict[str, Any]:
    """A draft 4 schema that stands alone: references lead to its own `definitions`.

    `nullable` becomes a type; annotations go, except `x-message`, which stays next to what it
    explains. With `closed`, an object takes no properties beside those it names, unless it says
    something else about them.
    """
    conversion = _Conversion(document, closed)
    result: dict[str, Any] = conversion.convert(resolve(schema, document))
    definitions = conversion.definitions()
    return {**result, "definitions": definitions} if definitions else result


def defaults(schema: Schema, document: Document) -> dict[str, Any]:
    """The default of each property of an object that has one."""
    properties = resolve(schema, document).get("properties", {})
    resolved = {name: resolve(found, document) for name, found in properties.items()}
    return {name: found["default"] for name, found in resolved.items() if "default" in found}


class _Conversion:
    def __init__(self, document: Document, closed: bool) -> None:
        self._document = document
        self._closed = closed
        self._wanted: list[tuple[str, Schema]] = []

    def definitions(self) -> dict[str, Any]:
        """What was referred to so far, and what that refers to in turn."""
        found: dict[str, Any] = {}
        while self._wanted:
            name, reference = self._wanted.pop()
            if name not in found:
                found[name] = self.convert(resolve(reference, self._document))
        return found

    def convert(self, schema: Any) -> Any:
        if not isinstance(schema, dict):  # additionalProperties: true
            return schema
        if isinstance(schema.get("$ref"), str):
            name = schema["$ref"].rpartition("/")[2]
            self._wanted.append((name, schema))
            return {"$ref": f"#/definitions/{name}"}
        result = {key: value for key, value in schema.items() if key in _KEPT}
        for key, value in schema.items():
            if key in _ONE:
                result[key] = self.convert(value)
            elif key in _MANY:
                result[key] = [self.convert(part) for part in value]
        if "properties" in schema:
            properties = schema["properties"].items()
            result["properties"] = {name: self.convert(part) for name, part in properties}
        return self._adapt(schema, result)

    def _adapt(self, schema: Schema, result: dict[str, Any]) -> dict[str, Any]:
        """Say in draft 4 what OpenAPI says in words of its own."""
        if schema.get("nullable") and "type" in schema:
            result["type"] = [schema["type"], "null"]
            if "enum" in schema and None not in schema["enum"]:
                result["enum"] = [*schema["enum"], None]
        if schema.get("format") == "uuid":
            _add_uuid(result)
        if self._closed and "properties" in schema:
            result.setdefault("additionalProperties", False)
        return result


def _add_uuid(result: dict[str, Any]) -> None:
    uuid = {"format": "uuid", "pattern": UUID_PATTERN}
    if "pattern" in result:
        result["allOf"] = [*result.get("allOf", ()), uuid]
    else:
        result.update(uuid)

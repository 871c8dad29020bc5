"""What the contract knows of an answer: others may add fields, of which no rule is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.verify import Persona


def documented(p: Persona, schema: str, value: Any) -> Any:
    """The value with just the fields that this schema of the contract has, inner ones included.

    What has no listed fields, as `metadata`, is left as it is.
    """
    schemas: Mapping[str, Any] = p.suite.contract.document["components"]["schemas"]
    return _documented(schemas, schemas[schema], value)


def _documented(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> Any:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        return [_documented(schemas, schema.get("items", {}), one) for one in value]
    fields = schema.get("properties")
    if not isinstance(value, dict) or fields is None:
        return value
    return {
        name: _documented(schemas, fields[name], inner)
        for name, inner in value.items()
        if name in fields
    }

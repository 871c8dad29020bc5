"""Following the references of a bundled document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def resolve(value: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The value itself, or the component that its `$ref` leads to in the end."""
    while isinstance(reference := value.get("$ref"), str):
        _, _, kind, name = reference.split("/")
        value = document["components"][kind][name.replace("~1", "/").replace("~0", "~")]
    return value

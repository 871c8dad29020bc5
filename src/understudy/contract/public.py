"""What anybody may see of a contract: the document without what it says to Understudy alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from understudy.contract.refs import resolve

PRIVATE_KEYS = frozenset(
    {
        "x-bearerInfoFunc",
        "x-collections",
        "x-envelope",
        "x-lint",
        "x-message",
        "x-requires",
        "x-sandbox",
        "x-secret",
        "x-shortcuts",
        "x-understudy",
    }
)
"""What the contract says to Understudy alone."""


def public_document(document: dict[str, Any]) -> dict[str, Any]:
    """A copy without the private keys, and without the components that only these refer to."""
    public: dict[str, Any] = _public(document)
    hidden = _reachable(document, document) - _reachable(public, document)
    public["components"] = {
        kind: {name: part for name, part in parts.items() if _pointer(kind, name) not in hidden}
        for kind, parts in public["components"].items()
    }
    return public


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _public(part) for key, part in value.items() if key not in PRIVATE_KEYS}
    if isinstance(value, list):
        return [*map(_public, value)]
    return value


def _reachable(start: dict[str, Any], document: dict[str, Any]) -> set[str]:
    """The references that lead on from anywhere but the components themselves."""
    found: set[str] = set()
    waiting: list[Any] = [part for key, part in start.items() if key != "components"]
    for part in waiting:
        for reference in _references(part):
            if reference not in found:
                found.add(reference)
                waiting.append(resolve({"$ref": reference}, document))
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        value = [*value.values()]
    if isinstance(value, list):
        for part in value:
            yield from _references(part)


def _pointer(kind: str, name: str) -> str:
    return f"#/components/{kind}/{name}"

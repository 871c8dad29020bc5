"""Requests of the right form about things that nobody has: made from the contract's examples, so
that they cost nothing to prepare.
"""

from __future__ import annotations

import re
from typing import Any

from understudy.verify import OperationSpec, Suite

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
JSON = "application/json"
OF_THE_USER = ("auth.change_password", "settings.update_settings", "settings.reset_settings")
"""What would change the persona itself, should it not be refused: these get a body that is none."""


def request(suite: Suite, operation: OperationSpec) -> dict[str, Any]:
    """The keywords of a call of an operation: its example, with ids that nothing has and, where
    it creates something, a name with the run's prefix.
    """
    found: dict[str, Any] = {"query": {}}
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            found[parameter["name"]] = suite.unknown_id()
        elif parameter.get("required"):
            found["query"][parameter["name"]] = parameter["example"]
    if operation.request_schema is not None:
        found["body"] = [] if operation.operation_id in OF_THE_USER else _body(suite, operation)
    return found


def names_things(operation: OperationSpec) -> bool:
    """Whether its request is about things that have to be there."""
    paths = any(one["in"] == "path" for one in operation.parameters)
    return paths or bool(UUID.search(str(_example(operation))))


def _body(suite: Suite, operation: OperationSpec) -> Any:
    body = _stranger(suite, _example(operation))
    creation = suite.spec.creations.get(operation.operation_id)
    if creation is not None and creation.name in body:
        body[creation.name] = f"{suite.prefix}{suite.next_name('stranger')}"
    return body


def _example(operation: OperationSpec) -> Any:
    """The first example of its body, None where it has none."""
    content = operation.raw.get("requestBody", {}).get("content", {}).get(JSON, {})
    more = [one["value"] for one in content.get("examples", {}).values()]
    return content.get("example", more[0] if more else None)


def _stranger(suite: Suite, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _stranger(suite, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_stranger(suite, inner) for inner in value]
    if isinstance(value, str) and UUID.fullmatch(value):
        return suite.unknown_id()
    return value

"""The contract's links: from an answer to the request that it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from understudy.contract import Contract, OperationSpec
from understudy.contract.refs import resolve
from understudy.verify.answer import Answer
from understudy.verify.judge import Request

_EXPRESSION = re.compile(r"\$(request|response)\.(body|path)(?:#((?:/[^/]*)*)|\.(.+))?")


class NoSuchValue(LookupError):
    """An answer does not hold what a link needs."""


@dataclass(frozen=True)
class Link:
    """One link. `parameters` and `body` are the contract's, with expressions in them."""

    name: str
    target: OperationSpec
    parameters: Mapping[str, Any]
    body: Any

    def follow(self, request: Request, answer: Answer) -> Request:
        """The request that an answer leads to. Raises NoSuchValue where it does not."""
        found: Request = {"query": {}}
        where = {one["name"]: one["in"] for one in self.target.parameters}
        for name, given in self.parameters.items():
            value = _value(given, request, answer)
            if where[name] == "query":
                found["query"][name] = value
            else:
                found[name] = value
        if self.body is not None:
            found["body"] = _value(self.body, request, answer)
        return found


def links_of(contract: Contract, operation: OperationSpec) -> Iterator[Link]:
    """The links of an operation's successful answers."""
    operations = {one.operation_id: one for one in contract.operations}
    for status, given in operation.raw["responses"].items():
        response = resolve(given, contract.document) if status < "3" else {}
        for name, link in response.get("links", {}).items():
            found = resolve(link, contract.document)
            target = operations[found["operationId"]]
            yield Link(name, target, found.get("parameters", {}), found.get("requestBody"))


def _value(given: Any, request: Request, answer: Answer) -> Any:
    """A part of a link with its expressions resolved."""
    if isinstance(given, dict):
        return {name: _value(part, request, answer) for name, part in given.items()}
    if isinstance(given, list):
        return [_value(part, request, answer) for part in given]
    match = _EXPRESSION.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        return given
    side, where, pointer, name = match.groups()
    if where == "path":
        return request[name]
    sent = answer.exchange.request_content
    value = answer.body if side == "response" else orjson.loads(sent)
    for part in (pointer or "").split("/")[1:]:
        try:
            value = value[int(part) if isinstance(value, list) else part]
        except (LookupError, TypeError, ValueError):
            raise NoSuchValue(given) from None
    return value

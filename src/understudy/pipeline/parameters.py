"""Path, query and header parameters: from text to the contract's types, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from understudy.contract.schemas import Validator, defaults
from understudy.errors import InvalidParameter

Convert = Callable[[str], Any]
Problems = dict[str, list[str]]

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}


def _integer(text: str) -> Any:
    return int(text) if _INTEGER.fullmatch(text) else text


def _number(text: str) -> Any:
    return float(text) if _NUMBER.fullmatch(text) else text


def _boolean(text: str) -> Any:
    return _BOOLEANS.get(text, text)


_CONVERT: Mapping[str, Convert] = {"integer": _integer, "number": _number, "boolean": _boolean}
"""Text that cannot be converted stays text, and the schema tells what is wrong with it."""


class Parameters:
    """The compiled parameters of one operation.

    `specs`: the contract's parameter objects; `path_names`: those of the path, in order.
    """

    def __init__(
        self,
        specs: Sequence[Mapping[str, Any]],
        path_names: Sequence[str],
        document: Mapping[str, Any],
    ) -> None:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {spec["name"]: spec["schema"] for spec in specs},
        }
        required = [spec["name"] for spec in specs if spec.get("required")]
        if required:
            schema["required"] = required
        self._validator = Validator(schema, document, late=True)
        self._convert = {
            spec["name"]: _CONVERT.get(_type(spec["schema"], document)) for spec in specs
        }
        self._path_names = tuple(path_names)
        self._query_names = frozenset(spec["name"] for spec in specs if spec["in"] == "query")
        self._headers = tuple(
            (spec["name"].lower().encode(), spec["name"])
            for spec in specs
            if spec["in"] == "header"
        )
        self._header_names = frozenset(raw for raw, _ in self._headers)
        passed = [spec["name"] for spec in specs if spec["in"] != "header"]
        self._absent = dict.fromkeys(passed) | defaults(schema, document)
        self._may_be_left_out = not required
        self._converts = any(self._convert.values())
        self.names = frozenset(passed)

    def has_any(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether any of these headers is a parameter."""
        return not self._header_names.isdisjoint(headers)

    def read(
        self, path_values: Sequence[str], query_string: bytes, headers: Mapping[bytes, bytes]
    ) -> tuple[dict[str, Any], list[str]]:
        """The handler's arguments by name, absent ones None or their default, and the undocumented
        query parameters.

        Raises InvalidParameter that names every parameter which is missing or not valid.
        """
        given = dict(zip(self._path_names, path_values, strict=True))
        unknown: list[str] = []
        if query_string:
            for name, value in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
                if name in self._query_names:
                    given[name] = value
                else:
                    unknown.append(name)
        for raw, name in self._headers:
            if raw in headers:
                given[name] = headers[raw].decode("latin-1")
        if not given and self._may_be_left_out:
            return self._absent.copy(), unknown
        if self._converts:
            for name, value in given.items():
                convert = self._convert[name]
                if convert is not None:
                    given[name] = convert(value)
        if not self._validator.is_valid(given):
            raise InvalidParameter(details=self._validator.problems(given))
        for _, name in self._headers:
            given.pop(name, None)
        return self._absent | given, unknown


def _type(schema: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = document["components"]["schemas"][name]
    return str(schema.get("type", "string"))

"""Checking values against a schema: fast when they are right, thorough when they are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import jsonschema_rs

from understudy.contract import formats
from understudy.contract.json_schema import json_schema
from understudy.contract.messages import EMPTY, message
from understudy.contract.model import Document, Schema
from understudy.contract.source import join_pointer
from understudy.errors import UsageError

WHOLE = "body"
"""The name under which problems of the whole value are reported."""

LISTED = 1001
"""So many items of a list, and names of an object that the schema does not have, are looked at for
all that is wrong with them.
"""

EXPLAINED = "x-message"
"""What explains a pattern to people, in the schema; here also the keyword of such a pattern."""
LENGTHS = ("minLength", "maxLength")

UNTOLD = "value"
"""What stands for a value in the validator's own messages, which nobody reads: to write a long one
would take long.
"""

Problem = tuple[Sequence[str | int], str, str]
"""Where, which keyword, and the clause for people."""


class Validator:
    """A schema of the contract, compiled once. `closed`: undocumented properties are not valid.
    `late`: compiled when the first value is there, for a schema that is known to be one.

    Raises UsageError where the schema is none.
    """

    def __init__(
        self, schema: Schema, document: Document, *, closed: bool = False, late: bool = False
    ) -> None:
        self._given = schema, document, closed
        # The compiled method itself: this is the hot path of every request and every answer.
        self.is_valid: Callable[[Any], bool] = self._first if late else self._compiled.is_valid

    def _first(self, value: Any) -> bool:
        self.is_valid = self._compiled.is_valid
        return self.is_valid(value)

    @cached_property
    def _schema(self) -> dict[str, Any]:
        schema, document, closed = self._given
        return json_schema(schema, document, closed=closed)

    @cached_property
    def _compiled(self) -> jsonschema_rs.Draft4Validator:
        try:
            return jsonschema_rs.Draft4Validator(
                self._schema,
                formats=formats.CHECKS,
                validate_formats=True,
                offline=True,
                mask=UNTOLD,
            )
        except jsonschema_rs.ValidationError as error:
            place = join_pointer(error.instance_path)
            hint = "`understudy contract lint` tells where"
            raise UsageError(f"not a valid schema: {error.message} at {place} ({hint})") from None

    @cached_property
    def _names(self) -> frozenset[str]:
        """Those that the schema has for properties, of whatever."""
        return frozenset(_names(self._schema))

    def problems(self, value: Any) -> dict[str, list[str]]:
        """Every field at fault, nested ones dotted, and what is wrong with it; `{}` if nothing."""
        found: dict[str, dict[str, str]] = {}
        for error in self._errors(value):
            for path, keyword, clause in self._explain(error):
                found.setdefault(".".join(map(str, path)) or WHOLE, {})[keyword] = clause
        return {name: _worth_saying(by_keyword) for name, by_keyword in found.items()}

    def _errors(self, value: Any) -> Iterator[Any]:
        """All errors; of lists only those of the first items, else the first error there is: a
        million of them would take the server a minute.
        """
        found = self._compiled.iter_errors(_cut(value, self._names))
        first = next(found, None)
        if first is not None:
            yield first
            yield from found
            return
        try:
            self._compiled.validate(value)
        except jsonschema_rs.ValidationError as error:
            yield error

    def _explain(self, error: Any) -> Iterator[Problem]:
        path = error.instance_path
        *place, keyword = error.schema_path
        schema = self._at(place)
        clause = message(keyword, error.instance, schema)
        if keyword == "required":
            yield [*path, error.kind.property], keyword, clause
        elif keyword == "additionalProperties":
            yield from (([*path, name], keyword, clause) for name in error.kind.unexpected)
        elif keyword in ("anyOf", "oneOf") and "x-message" not in schema:
            yield path, keyword, self._alternatives(path, error.kind)
        else:
            is_explained = keyword == "pattern" and EXPLAINED in schema
            yield path, EXPLAINED if is_explained else keyword, clause

    def _alternatives(self, path: Sequence[str | int], kind: Any) -> str:
        """What each branch asks of this very field."""
        problems = (
            problem
            for branch in getattr(kind, "context", ())
            for error in branch[:1]
            for problem in self._explain(error)
        )
        clauses = dict.fromkeys(clause for where, _, clause in problems if where == path)
        return " or ".join(clauses) or "does not have an allowed form"

    def _at(self, place: Sequence[str | int]) -> Schema:
        schema: Any = self._schema
        for part in place:
            schema = schema[part]
        found: Schema = schema
        return found


def _cut(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, list):
        return [_cut(item, names) for item in value[:LISTED]]
    if not isinstance(value, dict):
        return value
    shown: Iterable[str] = value
    if len(value) > LISTED:
        shown = [*filter(names.__contains__, value)]
        shown += islice((name for name in value if name not in names), LISTED)
    return {name: _cut(value[name], names) for name in shown}


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for part in schema:
            yield from _names(part)
    elif isinstance(schema, dict):
        for keyword, part in schema.items():
            if keyword == "properties" and isinstance(part, dict):
                yield from part
            yield from _names(part)


def _worth_saying(by_keyword: dict[str, str]) -> list[str]:
    """Each clause once; about a value of the wrong type there is nothing else to say, and how long
    a text may be says nothing new where the contract explains its form, but that it is empty does.
    """
    if "type" in by_keyword:
        return [by_keyword["type"]]
    if EXPLAINED in by_keyword:
        noise = {by_keyword.get(keyword) for keyword in LENGTHS} - {EMPTY}
        return [*dict.fromkeys(clause for clause in by_keyword.values() if clause not in noise)]
    return [*dict.fromkeys(by_keyword.values())]

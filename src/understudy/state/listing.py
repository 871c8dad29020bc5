"""Looking at the objects of a collection: some of them, in order, as far as anybody may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from understudy.errors import InvalidParameter
from understudy.scenarios.problems import hint
from understudy.state.secrets import hidden
from understudy.store import Contains, HasAny, Order

if TYPE_CHECKING:
    from understudy.contract.model import Schema
    from understudy.state.kinds import Kind
    from understudy.store import Page, Record, Store


@dataclass(frozen=True, slots=True)
class Query:
    """Which objects of a collection.

    `field` with `value`: those whose field is this, or is a list with this in it; without a value,
    null. `search`: those with this text in one of their texts. `order`: a field; after a dash,
    backwards.
    """

    field: str | None = None
    value: str | None = None
    search: str | None = None
    order: str | None = None
    offset: int = 0
    limit: int | None = None


def page(kind: Kind, store: Store, query: Query) -> Page:
    """The records that are asked for. Raises InvalidParameter that names every one at fault."""
    problems: dict[str, list[str]] = {}
    where = _where(kind, query, problems)
    order = _order(kind, query.order, problems)
    if problems:
        raise InvalidParameter(details=problems)
    return store[kind.name].select(
        where,
        search=Contains(query.search, kind.texts) if query.search else None,
        order=order,
        offset=query.offset,
        limit=query.limit,
    )


def shown(kind: Kind, record: Record) -> dict[str, Any]:
    """A whole object, the server's own fields included, its secrets hidden."""
    return {**hidden(kind.secrets, record)}  # no record, of which its public form would be sent


def _where(kind: Kind, query: Query, problems: dict[str, list[str]]) -> Mapping[str, Any]:
    if query.field is None:
        if query.value is not None:
            problems["field"] = ["is required where a value is given"]
        return {}
    wrong = _field_problem(kind, query.field)
    if wrong:
        problems["field"] = [wrong]
        return {}
    if query.value is None:
        return {query.field: None}
    schema = kind.field(query.field)
    try:
        if schema.get("type") == "array":
            return {query.field: HasAny([_value(query.value, kind.items(query.field))])}
        return {query.field: _value(query.value, schema)}
    except ValueError as error:
        problems["value"] = [str(error)]
        return {}


def _order(kind: Kind, given: str | None, problems: dict[str, list[str]]) -> Order | None:
    if given is None:
        return None
    field = given.removeprefix("-")
    wrong = _field_problem(kind, field)
    if wrong:
        problems["order"] = [wrong]
    return field, "asc" if field == given else "desc"


def _field_problem(kind: Kind, name: str) -> str | None:
    if name not in kind.fields:
        return f"is no field of {kind.name}; {hint(name, kind.fields)}"
    return "is a secret" if kind.is_secret(name) else None


def _value(text: str, schema: Schema) -> Any:
    """The value that a text stands for in a field of this schema. ValueError if in none."""
    kind = schema.get("type", "string")
    if kind not in _EXPECTED:
        return text
    wanted, clause = _EXPECTED[kind]
    try:
        value = orjson.loads(text)
    except ValueError:
        value = None
    if type(value) not in wanted:
        raise ValueError(clause)
    return value


_EXPECTED = {
    "integer": ((int,), "must be an integer"),
    "number": ((int, float), "must be a number"),
    "boolean": ((bool,), "must be true or false"),
    "object": ((), "cannot be met: the field is an object"),
}

"""The parts of a bundle, and the schemas that they are held against when a file is read.

Exchanges and rules have the shape that the control contract gives them; what a collection's objects
look like is for the served contract to say, when they are built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from understudy import contract as contracts
from understudy.bundles.errors import damaged

if TYPE_CHECKING:
    from understudy.contract.schemas import Validator

TOLD = 5
"""So many problems of a part are told."""

AT_ONCE = 200
"""So many objects or exchanges are looked at in one go."""
MOST_EXCHANGES = 100_000
MOST_NAMES = 10_000_000

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is in a file.

    `state`: a scenario in the stored form. `beginning`: how the sandbox was at first, with the
    objects alone that are others now. `journal`: its exchanges and what is known of their secrets.
    `faults`: its rules with their counters. `interventions`: what was done to it besides.
    """

    manifest: dict[str, Any]
    state: dict[str, Any]
    beginning: dict[str, Any]
    journal: dict[str, Any]
    faults: list[dict[str, Any]]
    interventions: list[dict[str, Any]]


def check(name: str, value: Any) -> None:
    """Raises BundleError where a part does not have its form."""
    validator = _validator(name)
    if all(map(validator.is_valid, _slices(name, value))):
        return
    found = [f"{field}: {', '.join(why)}" for field, why in validator.problems(value).items()]
    more = " …" if len(found) > TOLD else ""
    raise damaged(f"{name} has not its form ({'; '.join(found[:TOLD])}{more})")


def _slices(name: str, value: Any) -> Iterator[Any]:
    """The value without what may be long in it, and with some of that at a time: all of these are
    right if the value is, and the other way round. A long one in one go would keep every other
    thread waiting.
    """
    field, kind, sliced = _LONG.get(name, ("", list, _some))
    part = value.get(field) if isinstance(value, dict) else None
    if not isinstance(part, kind) or len(part) > MOST_EXCHANGES:
        yield value
        return
    rest = {**value, field: kind()}
    yield rest
    for some in sliced(part):
        yield {**rest, field: some}


def _objects(collections: Mapping[str, Any]) -> Iterator[Any]:
    for name, objects in collections.items():
        for some in _some(objects) if isinstance(objects, dict) else (objects,):
            yield {name: some}


def _first_objects(collections: Mapping[str, Any]) -> Iterator[Any]:
    for name, part in collections.items():
        order, objects = map(part.get, ("order", "objects")) if isinstance(part, dict) else (0, 0)
        if not isinstance(order, list) or not isinstance(objects, dict) or len(order) > MOST_NAMES:
            yield {name: part}
            continue
        rest = {**part, "order": [], "objects": {}}
        yield {name: rest}
        yield from ({name: {**rest, "order": some}} for some in _some(order))
        yield from ({name: {**rest, "objects": some}} for some in _some(objects))


def _some(value: Any) -> Iterator[Any]:
    """Some of a list or of a map at a time."""
    names = iter(value)
    while some := [*islice(names, AT_ONCE)]:
        yield some if isinstance(value, list) else {name: value[name] for name in some}


@cache
def _validator(name: str) -> Validator:
    from understudy.contract.schemas import Validator

    return Validator(_SCHEMAS[name], contracts.control().document)


def _text(longest: int = 1000) -> Schema:
    return {"type": "string", "maxLength": longest}


def _count(most: int = 2**53 - 1) -> Schema:
    return {"type": "integer", "minimum": 0, "maximum": most}


def _list(items: Schema, most: int) -> Schema:
    return {"type": "array", "items": items, "maxItems": most}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _object(optional: tuple[str, ...] = (), **properties: Schema) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


_ANY: Schema = {}
_OBJECTS = _map(_map(_map(_ANY)))
_MOMENT: Schema = {"type": "string", "format": "date-time", "maxLength": 64}
_NULLABLE_TEXT: Schema = {**_text(), "nullable": True}
_STORED = _object(issued=_count(2**63 - 1), numbers=_map(_ANY))
_RULE = _object(
    ("note", "match", "on", "until", "is_enabled"),
    id={**_text(63), "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"},
    note=_NULLABLE_TEXT,
    match={"$ref": "#/components/schemas/FaultMatch"},
    on={"$ref": "#/components/schemas/FaultOn"},
    do={"$ref": "#/components/schemas/FaultDo"},
    until={"$ref": "#/components/schemas/FaultUntil"},
    is_enabled={"type": "boolean"},
    added_at=_count(),
    seen=_count(),
    struck=_count(),
) | {"additionalProperties": False}
_RULES = _list(_RULE, 100)
_SECRET = _object(
    part={"type": "string", "enum": ["header", "path", "query", "body", "answer"]},
    at=_list({"anyOf": [_text(10_000), _count()]}, 300),
    label=_count(),
)
_EXCHANGE = _object(
    shown={"$ref": "#/components/schemas/Exchange"},
    sent={"type": "string", "enum": ["nothing", "json", "text"]},
    unknown=_list(_text(500), 101),
    secrets=_list(_SECRET, 10_000),
)
_INTERVENTION = _object(
    after=_count(),
    at=_MOMENT,
    method={"type": "string", "enum": ["POST", "PUT", "PATCH", "DELETE"]},
    path={**_text(10_000), "pattern": "^[^./?#][^#]*$"},
    body=_ANY,
    secrets=_list(_SECRET, 10_000),
)
_SCHEMAS: dict[str, Schema] = {
    "manifest.json": _object(
        format=_count(),
        saved_at=_MOMENT,
        sandbox={"$ref": "#/components/schemas/SandboxName"},
        seed=_text(),
        restores=_count(),
        clock=_object(now=_MOMENT, factor={"type": "number", "minimum": 0, "maximum": 1_000_000}),
        scenario=_object(name=_text(), digest=_NULLABLE_TEXT, parameters=_map(_ANY)),
        contract=_object(name=_text(), version=_text(), digest=_text()),
        strict={"type": "boolean"},
        made_by=_object(understudy=_text(), python=_text()),
        missing=_object(exchanges=_count(), interventions=_count()),
        parts=_map(_text(64)),
    ),
    "state.json": _object(
        scenario=_text(10_000), title=_text(10_000), stored=_STORED, collections=_OBJECTS
    ),
    "beginning.json": _object(
        at=_MOMENT,
        sequence=_count(2**31 - 1),
        restores=_count(),
        faults=_RULES,
        stored=_STORED,
        collections=_map(_object(order=_list(_text(10_000), MOST_NAMES), objects=_map(_map(_ANY)))),
    ),
    "journal.json": _object(
        last=_count(2**31 - 1),
        exchanges=_list(_EXCHANGE, MOST_EXCHANGES),
        accounts=_map(_object(collection=_text(), object=_text(10_000), field=_text())),
    ),
    "faults.json": _RULES,
    "interventions.json": _list(_INTERVENTION, 10_000),
}
_LONG: dict[str, tuple[str, type[dict[str, Any] | list[Any]], Callable[[Any], Iterator[Any]]]] = {
    "state.json": ("collections", dict, _objects),
    "beginning.json": ("collections", dict, _first_objects),
    "journal.json": ("exchanges", list, _some),
}
"""What may be long in a part, and what gives some of that at a time."""

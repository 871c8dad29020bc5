"""The stored form of a scenario, read from JSON: an export of many objects without a detour over
YAML.

It takes what an export writes, and nothing else: for a file that is not quite so there is
`StoredCompiler`, which tells what is wrong with it, and where.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from understudy.keyring import hash_password, salt_of
from understudy.scenarios import moments
from understudy.scenarios.beginning import Beginning
from understudy.scenarios.merging import COUNT
from understudy.scenarios.numbering import MOST_IN_ALL
from understudy.scenarios.scenario import Account
from understudy.scenarios.shapes import Shape
from understudy.scenarios.stored import HIGHEST, PARTS, UUID
from understudy.store import Record

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.sandbox import Sandbox
    from understudy.scenarios.places import Place

DEEPEST = 100
"""So many levels an object has at most; the other reader allows a few more."""


class Unusual(Exception):
    """The objects are not as an export writes them."""


class WholeScenario:
    """What a sandbox is filled with, out of the parts of a file: its `scenario` and
    `title`, and `stored` and `collections` as an export has them. Raises Unusual.
    """

    def __init__(self, contract: Contract, state: Mapping[str, Any]) -> None:
        self.name: str = state["scenario"].strip()
        if not self.name or not state["title"].strip():
            raise Unusual
        self.beginning = Beginning()
        self._contract = contract
        self._given: Mapping[str, Mapping[str, Any]] = state["collections"]
        self._shapes = {name: self._shape(name) for name in self._given}
        self._ids = {name: dict(_ids(objects)) for name, objects in self._given.items()}
        self._known = {name: {*ids.values()} for name, ids in self._ids.items()}
        if sum(map(len, self._known.values())) > MOST_IN_ALL:
            raise Unusual
        self._nothing: list[Any] = []
        self._asides: list[tuple[Shape, dict[str, Any], dict[str, Any]]] = []
        self._tables = {name: deque(self._records(one)) for name, one in self._shapes.items()}
        self._issued = _number(state["stored"].get("issued", 0), 0)
        self._numbers = [*self._counted(state["stored"])]
        self.accounts = tuple(self._accounts())

    def build(self, sandbox: Sandbox, *_: object) -> None:
        """As `Scenario.build` says; once, since the records become those of the store."""
        for name, shape in self._shapes.items():
            sealed = [field for field, kind in shape.secrets.items() if kind == "sealed"]
            for record in self._tables[name] if sealed else ():
                for field in sealed:
                    if record.get(field) is not None:
                        dict.__setitem__(record, field, sandbox.vault.encrypt(record[field]))
        store = sandbox.store
        store.load(self._tables)
        with store.transaction():
            for series, scope, number in self._numbers:
                store.raise_number(series, scope, number)
        sandbox.ids.issued = max(sandbox.ids.issued, self._issued)

    def _shape(self, name: str) -> Shape:
        spec = self._contract.collections.get(name)
        if spec is None:
            raise Unusual
        return Shape(spec, self._contract.document, {})

    def _records(self, shape: Shape) -> Iterator[Record]:
        for given in self._given[shape.spec.name].values():
            fields = self._object(given, shape.place, DEEPEST)
            aside = self._checked(shape, fields)
            if shape.account:
                self._asides.append((shape, fields, aside))
            yield Record(fields, fields["id"])

    def _checked(self, shape: Shape, fields: dict[str, Any]) -> dict[str, Any]:
        """What a file says of an object beside what is stored; the object is right without it."""
        aside = {}
        for name in shape.account.values():
            if name in fields and name not in shape.spec.schema["properties"]:
                aside[name] = fields.pop(name)
                if not isinstance(aside[name], str):
                    raise Unusual
        if not shape.whole.is_valid(fields):
            raise Unusual
        for name, kind in shape.secrets.items():
            if kind == "hash" and fields.get(name) is not None:
                fields[name] = _hash(fields[name], aside.get(shape.account.get("secret", "")))
        return aside

    def _object(self, given: Mapping[str, Any], place: Place, levels: int) -> dict[str, Any]:
        if not levels:
            raise Unusual
        found: dict[str, Any] = {}
        known = place.fields
        for name, value in given.items():
            if name in known:
                field, inside = known[name]
            elif place.takes_any and name != COUNT:
                field, inside = name, place.other
            else:
                raise Unusual
            if field in found:
                raise Unusual
            found[field] = value if value is None else self._value(value, inside, levels - 1)
        return found

    def _value(self, value: Any, place: Place, levels: int) -> Any:
        if isinstance(value, list):
            if not value:
                return self._nothing  # one list for all: nobody ever changes it
            inside = place if place.target else place.items
            if not levels:
                raise Unusual
            return [self._value(one, inside, levels - 1) for one in value]
        if isinstance(value, dict) and not place.target:
            return self._object(value, place, levels)
        if place.target and value is not None:
            return self._id(place.target, value)
        if isinstance(value, str) and place.is_time and _is_relative(value):
            raise Unusual
        return value

    def _id(self, target: str, text: Any) -> str:
        """The id of the object that a text names; any other id is of an object that is gone."""
        if not isinstance(text, str):
            raise Unusual
        found: str | None = self._ids.get(target, {}).get(text)
        if found is None and text not in self._known.get(target, ()) and not UUID.match(text):
            raise Unusual
        return text if found is None else found

    def _counted(self, stored: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
        """The last number of each series by its scope."""
        if not stored.keys() <= {*PARTS}:
            raise Unusual
        for series, scopes in stored.get("numbers", {}).items():
            for scope, number in _mapping(scopes).items():
                if not isinstance(number, dict):
                    yield series, scope, _number(number, 1)
                elif scope not in self._contract.collections:
                    raise Unusual
                else:
                    for name, one in number.items():
                        yield series, self._owner(scope, name), _number(one, 1)

    def _owner(self, collection: str, name: str) -> str:
        ids = self._ids.get(collection, {})
        if name not in ids and name not in self._known.get(collection, ()):
            raise Unusual
        return ids.get(name, name)

    def _accounts(self) -> Iterator[Account]:
        for shape, fields, aside in self._asides:
            told = {**fields, **aside}
            if shape.account.get("secret") in told:
                values = (
                    told.get(shape.account.get(part, "")) for part in ("name", "secret", "about")
                )
                yield Account(*(str(value or "") for value in values))


def _ids(objects: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The id of each object by its name, each once."""
    seen: set[str] = set()
    for name, one in objects.items():
        object_id = _mapping(one).get("id")
        if not isinstance(object_id, str) or object_id in seen:
            raise Unusual
        seen.add(object_id)
        yield name, object_id


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Unusual
    return value


def _number(value: Any, least: int) -> int:
    if type(value) is not int or not least <= value <= HIGHEST:
        raise Unusual
    return value


def _hash(text: Any, password: str | None) -> str:
    """A password hash, made of the password where the file leaves its end out."""
    try:
        salt = salt_of(text)
    except (TypeError, ValueError):
        raise Unusual from None
    if text.count("$") > 2:
        return str(text)
    if password is None:
        raise Unusual
    return hash_password(password, salt)


def _is_relative(text: str) -> bool:
    try:
        return moments.offset(text) is not None
    except ValueError:
        return True

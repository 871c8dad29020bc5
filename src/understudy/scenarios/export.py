"""Writing what a sandbox holds as a scenario file that loads to the same state: the stored form.

What the server sealed stays with it: in its place stands `HIDDEN`, which the loading server seals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.contract.secret import HIDDEN
from understudy.keyring import hash_password, salt_of
from understudy.scenarios import moments
from understudy.scenarios.naming import named
from understudy.scenarios.shapes import Shape
from understudy.scenarios.writing import one_line, written

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.sandbox import Sandbox
    from understudy.scenarios.places import Place
    from understudy.scenarios.scenario import Account, Scenario
    from understudy.store import Record, Store

COUNTERS = "_counters"
AT_ONCE = 200
"""So many objects a piece of the text has at most."""


@dataclass(frozen=True, slots=True)
class Still:
    """What a sandbox holds at one moment: a thread may look at it while the sandbox goes on.

    `issued`: how many ids it had given. `millis`: what its clock showed.
    """

    name: str
    scenario: str
    store: Store
    issued: int
    millis: int

    @classmethod
    def of(cls, sandbox: Sandbox) -> Still:
        """A sandbox as it is now."""
        store, issued = sandbox.store.fork(), sandbox.ids.issued
        return cls(sandbox.name, sandbox.scenario, store, issued, sandbox.clock.millis())


def export(
    contract: Contract,
    sandbox: Sandbox,
    *,
    name: str | None = None,
    title: str | None = None,
    description: str | None = None,
    scenario: Scenario | None = None,
    relative: bool = False,
) -> str:
    """The text of a scenario file that loads to what the sandbox holds now.

    `name`, `title`, `description`: of the new scenario; what is blank counts as left out.
    `scenario`: the one that the sandbox began with; its accounts keep the passwords that it tells.
    `relative`: write times from now (`-2d3h`) where a time stands, so that they follow the clock of
    whoever loads the file.
    """
    accounts = scenario.accounts if scenario else ()
    head = {"scenario": name, "title": title, "description": description}
    return "".join(pieces(contract, Still.of(sandbox), head, accounts, relative=relative))


def pieces(
    contract: Contract,
    still: Still,
    given: Mapping[str, str | None],
    accounts: Iterable[Account],
    *,
    relative: bool,
) -> Iterator[str]:
    """The same text bit by bit; of a large sandbox that takes long. `given`: its head."""
    usual = {
        "scenario": still.name,
        "title": f"Sandbox {still.name} at {times.to_text(still.millis)}",
    }
    head = usual | {part: text for part, text in given.items() if text and text.strip()}
    since = still.millis if relative else None
    exported = _Export(contract, still.store, accounts, since)
    first = {**head, "stored": exported.counters(still.issued)}
    yield _lines([*_comment(still, relative), *written(first)])
    if not exported.names:
        yield _lines(written({"collections": {}}))
        return
    yield "collections:\n"
    for name in exported.names:
        yield f"  {one_line(name)}:\n"
        objects = exported.objects(name)
        while some := dict(islice(objects, AT_ONCE)):
            yield _lines(written(some, 4))


def stored_form(
    contract: Contract,
    store: Store,
    issued: int,
    accounts: Iterable[Account],
    *,
    first: tuple[Store, int] | None = None,
) -> tuple[dict[str, Any], ...]:
    """What a store holds as the parts `stored` and `collections` of a scenario file.

    `issued`: how many ids were given. `accounts`: those whose passwords may be told, where they are
    still the same. `first`: an earlier state and its number of ids, which is told after it; an
    object that did not change is the same object in both.
    """
    exported = _Export(contract, store, accounts, None, is_noted=first is not None)
    parts = [exported.parts(issued)]
    if first is not None:
        parts.append(_Export(contract, first[0], accounts, None, like=exported).parts(first[1]))
    return tuple(parts)


def _lines(lines: list[str]) -> str:
    return "\n".join([*lines, ""])


def _comment(still: Still, relative: bool) -> Iterator[str]:
    at = times.to_text(still.millis)
    yield f"# All that the sandbox {one_line(still.name)} held when its clock showed {at}."
    if still.scenario:
        yield f"# It began with the scenario {one_line(still.scenario)}."
    clock = "" if relative else f" --clock {at}"
    yield f"# To go on from here: understudy serve --scenario THIS_FILE{clock}"


class _Export:
    """The parts of the file. `like`: of another state, whose objects serve where they are the same
    here, their names and those that they refer to by name included. `is_noted`: whether another
    one will be like it.
    """

    def __init__(
        self,
        contract: Contract,
        store: Store,
        accounts: Iterable[Account],
        now: int | None,
        *,
        like: _Export | None = None,
        is_noted: bool = False,
    ) -> None:
        self._store = store
        self._is_noted = is_noted
        self._made: dict[int, tuple[dict[str, Any], list[str]]] = {}
        self._asked: list[str] = []
        self._now = now
        self._accounts = {account.name.strip().casefold(): account for account in accounts}
        self._shapes = {
            name: Shape(spec, contract.document, {}) for name, spec in contract.collections.items()
        }
        self._names = {
            name: named(spec, contract.document, store[name])
            for name, spec in contract.collections.items()
        }
        self._like = like
        self._renamed = self._other_names(like) if like is not None else set()

    def parts(self, issued: int) -> dict[str, Any]:
        """Both parts of the stored form."""
        return {"stored": self.counters(issued), "collections": self.collections()}

    def counters(self, issued: int) -> dict[str, Any]:
        """The ids that were issued, and the numbers by series, collection and object."""
        numbers: dict[str, dict[str, Any]] = {}
        for counter in self._store[COUNTERS]:
            series = numbers.setdefault(counter["series"], {})
            scope, number = counter["scope"], counter["value"]
            owner = next((name for name, names in self._names.items() if scope in names), None)
            if owner is None:
                series[scope] = number
            else:
                series.setdefault(owner, {})[self._names[owner][scope]] = number
        return {"issued": issued, "numbers": numbers}

    def collections(self) -> dict[str, Any]:
        """The objects by collection and name, oldest first."""
        return {collection: dict(self.objects(collection)) for collection in self.names}

    @property
    def names(self) -> list[str]:
        """The collections that hold anything."""
        return [collection for collection, names in self._names.items() if names]

    def objects(self, collection: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects of a collection with their names, oldest first."""
        names, shape = self._names[collection], self._shapes[collection]
        for record in self._store[collection]:
            yield names[record["id"]], self._object(shape, record)

    def _object(self, shape: Shape, record: Record) -> dict[str, Any]:
        """What a file tells of an object; what names were asked for is noted, to know whether it
        would be told in the same way where other objects have other names.
        """
        if self._like is not None:
            known = self._like._made.get(id(record))
            if known is not None and self._renamed.isdisjoint(known[1]):
                return known[0]
        self._asked = []
        told = self._told(shape, record)
        if self._is_noted:
            self._made[id(record)] = told, self._asked
        return told

    def _other_names(self, like: _Export) -> set[str]:
        """The ids that have not the same name here and there."""
        return {
            object_id
            for name, names in self._names.items()
            for here, there in ((names, like._names[name]), (like._names[name], names))
            for object_id in here
            if here[object_id] != there.get(object_id)
        }

    def _told(self, shape: Shape, record: Record) -> dict[str, Any]:
        fields = dict(record)
        for name, kind in shape.secrets.items():
            if fields.get(name) is not None and kind == "sealed":
                fields[name] = HIDDEN
        account = self._account(shape, record)
        if account is not None:
            self._open_account(fields, shape, account)
        return self._mapping(fields, shape.place)

    def _account(self, shape: Shape, record: Record) -> Account | None:
        """The account of an object, if the scenario told it."""
        name = record.get(shape.account.get("name", ""))
        return self._accounts.get(name.casefold()) if isinstance(name, str) else None

    def _open_account(self, fields: dict[str, Any], shape: Shape, account: Account) -> None:
        """Tell the password, as the scenario did, in place of its hash, if it is still that."""
        for name, kind in shape.secrets.items():
            stored = fields.get(name)
            if kind != "hash" or stored is None:
                continue
            if stored == hash_password(account.password, salt_of(stored)):
                fields[name] = stored.rpartition("$")[0]
                fields[shape.account["secret"]] = account.password
                if account.about:
                    fields[shape.account["about"]] = account.about

    def _mapping(self, value: Mapping[str, Any], place: Place) -> dict[str, Any]:
        result = {}
        for field, part in value.items():
            _, inside = place.fields.get(field, (field, place.other))
            result[place.readable.get(field, field)] = self._value(part, inside)
        return result

    def _value(self, value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return self._mapping(value, place)
        if isinstance(value, list):
            inside = place if place.target is not None else place.items
            return [self._value(item, inside) for item in value]
        if place.target is not None:
            self._asked.append(value)
            return self._names[place.target].get(value, value)
        if self._now is not None and place.is_time:
            return _from(self._now, value)
        return value


def _from(now: int, text: Any) -> Any:
    """A time by its distance from now, if that means the very same."""
    try:
        millis = times.parse(text)
    except (TypeError, ValueError):
        return text
    if times.to_text(millis) != text:
        return text
    return moments.shown(millis - now) or text

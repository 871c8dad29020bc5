"""Writing what a sandbox holds as a scenario file that loads to the same state: the stored form.

What the server sealed stays with it: in its place stands `HIDDEN`, which the loading server seals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
    now = sandbox.clock.millis()
    accounts = scenario.accounts if scenario else ()
    since = now if relative else None
    told = stored_form(contract, sandbox.store, sandbox.ids.issued, accounts, since=since)
    usual = {
        "scenario": sandbox.name,
        "title": f"Sandbox {sandbox.name} at {times.to_text(now)}",
    }
    given = {"scenario": name, "title": title, "description": description}
    head = usual | {part: text for part, text in given.items() if text and text.strip()}
    body = {**head, **told}
    return "\n".join([*_comment(sandbox, now, relative), *written(body), ""])


def stored_form(
    contract: Contract,
    store: Store,
    issued: int,
    accounts: Iterable[Account],
    *,
    since: int | None = None,
) -> dict[str, Any]:
    """What a store holds as the parts `stored` and `collections` of a scenario file.

    `issued`: how many ids were given. `accounts`: those whose passwords may be told, where they are
    still the same. `since`: the time from which times are written; None: as they are.
    """
    exported = _Export(contract, store, accounts, since)
    return {"stored": exported.counters(issued), "collections": exported.collections()}


def _comment(sandbox: Sandbox, now: int, relative: bool) -> Iterator[str]:
    at = times.to_text(now)
    yield f"# All that the sandbox {one_line(sandbox.name)} held when its clock showed {at}."
    if sandbox.scenario:
        yield f"# It began with the scenario {one_line(sandbox.scenario)}."
    clock = "" if relative else f" --clock {at}"
    yield f"# To go on from here: understudy serve --scenario THIS_FILE{clock}"


class _Export:
    """The parts of the file."""

    def __init__(
        self, contract: Contract, store: Store, accounts: Iterable[Account], now: int | None
    ) -> None:
        self._store = store
        self._now = now
        self._accounts = {account.name.strip().casefold(): account for account in accounts}
        self._shapes = {
            name: Shape(spec, contract.document, {}) for name, spec in contract.collections.items()
        }
        self._names = {
            name: named(spec, contract.document, store[name])
            for name, spec in contract.collections.items()
        }

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
        return {
            collection: {
                names[record["id"]]: self._object(self._shapes[collection], record)
                for record in self._store[collection]
            }
            for collection, names in self._names.items()
            if names
        }

    def _object(self, shape: Shape, record: Record) -> dict[str, Any]:
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

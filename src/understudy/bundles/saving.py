"""A sandbox as a bundle."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson

import understudy
from understudy import times
from understudy.background import let_go
from understudy.bundles import archive, sharing
from understudy.bundles.labels import Labels
from understudy.clock import real_millis
from understudy.contract.secret import HIDDEN
from understudy.journal.blanking import without_tokens
from understudy.journal.decoding import ABSENT
from understudy.journal.reading import Reader
from understudy.journal.record import as_json
from understudy.pipeline.hooks import Hooks
from understudy.scenarios.export import stored_form
from understudy.state.kinds import Kinds
from understudy.store import Store

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.interventions import Intervention
    from understudy.journal.entry import Entry
    from understudy.journal.reading import Exchange
    from understudy.sandbox import Sandbox
    from understudy.scenarios import Account, Scenario


@dataclass(frozen=True, slots=True)
class Taken:
    """A sandbox as it was when it was taken, for a thread to write down: that may take long.

    `manifest`: all of it but the digests. `beginning`: its part without the objects. `accounts`:
    those whose passwords may be told. `reader`: of its exchanges.
    """

    contract: Contract
    reader: Reader
    store: Store
    first: Store
    counts: tuple[int, int]
    accounts: tuple[Account, ...]
    manifest: dict[str, Any]
    beginning: dict[str, Any]
    last: int
    entries: list[Entry]
    faults: list[dict[str, Any]]
    interventions: list[Intervention]

    def file(self) -> bytes:
        """The bundle."""
        then = self.first, self.counts[1]
        state, first = stored_form(
            self.contract, self.store, self.counts[0], self.accounts, first=then
        )
        told = sharing.told_by(state["collections"], first["collections"])
        changed = {name: one["objects"] for name, one in told.items()}
        labels = Labels(_passwords(self.contract, state["collections"], changed))
        exchanges = [_exchange(self.reader.read(entry), labels) for entry in self.entries]
        name = self.manifest["sandbox"]
        kinds = Kinds(self.contract)
        done = [_intervention(one, kinds, self.reader, labels) for one in self.interventions]
        parts = {
            "state.json": {"scenario": name, "title": f"Sandbox {name}", **state},
            "beginning.json": {**self.beginning, "stored": first["stored"], "collections": told},
            "journal.json": {
                "last": self.last,
                "exchanges": exchanges,
                "accounts": labels.accounts(),
            },
            "faults.json": self.faults,
            "interventions.json": done,
        }
        file = archive.write(self.manifest, parts)
        for part in (state, first, told):
            let_go(part)
        return file


def take(
    contract: Contract, sandbox: Sandbox, scenario: Scenario, *, is_strict: bool = False
) -> Taken:
    """A sandbox as it is now. `scenario`: the one that it began with, or that of the server.
    Passwords that its scenario tells stay known. `is_strict`: whether the server refuses what the
    contract does not document.
    """
    began = sandbox.beginning
    first = Store(sandbox.store.database.schemas.values())
    first.restore(began.snapshot)
    return Taken(
        contract,
        Reader(contract, sandbox, Hooks(contract).identify()),
        sandbox.store.fork(),
        first,
        (sandbox.ids.issued, began.issued),
        tuple(sandbox.origin.accounts if sandbox.origin else scenario.accounts),
        {**_manifest(contract, sandbox, scenario), "strict": is_strict},
        {
            "at": times.to_text(began.millis),
            "sequence": began.sequence,
            "restores": began.restores,
            "faults": began.faults,
        },
        sandbox.journal.last,
        sandbox.journal.after(0),
        sandbox.faults.as_list(),
        [*sandbox.interventions.kept],
    )


def _manifest(contract: Contract, sandbox: Sandbox, scenario: Scenario) -> dict[str, Any]:
    """What there is to know before the parts are looked at."""
    is_known = scenario.name == sandbox.scenario
    journal, began = sandbox.journal, sandbox.beginning
    return {
        "saved_at": times.to_text(real_millis()),
        "sandbox": sandbox.name,
        "seed": sandbox.seed,
        "restores": sandbox.restores,
        "clock": {"now": sandbox.clock.now(), "factor": sandbox.clock.factor},
        "scenario": {
            "name": sandbox.scenario,
            "digest": scenario.digest if is_known else None,
            "parameters": dict(scenario.values) if is_known else {},
        },
        "contract": {
            "name": contract.name,
            "version": contract.document["info"]["version"],
            "digest": contract.digest,
        },
        "made_by": {"understudy": understudy.__version__, "python": platform.python_version()},
        "missing": {
            "exchanges": max(0, journal.first - 1 - began.sequence),
            "interventions": sandbox.interventions.lost,
        },
    }


def _passwords(contract: Contract, *told: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The passwords that the bundle tells anyway, and where it does."""
    found: dict[str, dict[str, str]] = {}
    for collection, spec in contract.collections.items():
        field = (spec.account or {}).get("secret")
        if field is None:
            continue
        for objects in told:
            for name, one in objects.get(collection, {}).items():
                if isinstance(one.get(field), str):
                    place = {"collection": collection, "object": name, "field": field}
                    found.setdefault(one[field], place)
    return found


def _exchange(exchange: Exchange, labels: Labels) -> dict[str, Any]:
    sent = "nothing"
    if exchange.size.length and not exchange.size.omitted:
        sent = "text" if exchange.body is ABSENT else "json"
    return {
        "shown": as_json(exchange),
        "sent": sent,
        "unknown": [without_tokens(name) for name in exchange.entry.unknown],
        "secrets": labels.of(exchange),
    }


def _intervention(
    one: Intervention, kinds: Kinds, reader: Reader, labels: Labels
) -> dict[str, Any]:
    body = orjson.loads(one.body) if one.body else None
    shown = reader.blanking.request(body)
    if isinstance(shown, dict):
        hidden = _secret_fields(one.path, kinds) & shown.keys()
        shown = {**shown, **{name: HIDDEN for name in hidden if shown[name] is not None}}
    return {
        "after": one.after,
        "at": times.to_text(one.millis),
        "method": one.method,
        "path": one.path,
        "body": shown,
        "secrets": labels.of_body(body, shown),
    }


def _secret_fields(path: str, kinds: Kinds) -> set[str]:
    """The secrets among the fields of the object that a request to this path stores."""
    place, _, rest = unquote(path.partition("?")[0]).partition("/")
    kind = kinds.get(rest.partition("/")[0]) if place == "state" else None
    if kind is None:
        return set()
    account = (kind.spec.account or {}).get("secret", "")
    return {account, *(name for name in kind.fields if kind.is_secret(name))}

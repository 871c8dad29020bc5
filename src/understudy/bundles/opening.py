"""A sandbox of a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import understudy
from understudy import scenarios, times
from understudy.background import let_go
from understudy.bundles import archive, exchanges, sharing
from understudy.bundles.errors import DAMAGED, OTHER_CONTRACT, BundleError, damaged
from understudy.clock import Clock
from understudy.copies import Copy
from understudy.errors import UsageError
from understudy.faults.checking import problems
from understudy.scenarios.whole import Unusual, WholeScenario
from understudy.scenarios.writing import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from understudy.bundles.form import Bundle
    from understudy.contract.model import Contract
    from understudy.journal.entry import Entry
    from understudy.pipeline.app import Application
    from understudy.sandbox import Sandbox
    from understudy.scenarios import Account
    from understudy.scenes import Scenario
    from understudy.store import Store

MOST_LINES = 20
"""So many problems of the objects are told."""
_STRICT = {True: "with", False: "without"}
HEAD = ("scenario", "title", "stored", "collections")
RULE = ("id", "note", "match", "on", "do", "until", "is_enabled")


@dataclass(frozen=True, slots=True)
class Checked:
    """What is in a file, as far as it takes to make the sandbox."""

    bundle: Bundle
    at_beginning: bool
    store: Store
    accounts: tuple[Account, ...]
    faults: list[dict[str, Any]]
    entries: list[Entry]
    clock: Clock


@dataclass(frozen=True, slots=True)
class Opened:
    """The sandbox, and what is not as it was where the bundle was saved, in sentences."""

    sandbox: Sandbox
    notes: list[str]


def check(app: Application, raw: bytes, *, at_beginning: bool = False) -> Checked:
    """What a bundle holds, read and built; of a large one that takes long, and changes nothing, so
    that it may be done in a thread. Raises BundleError for a file that cannot be opened.

    `at_beginning`: as the sandbox was when it began, with a clock that stands and an empty journal,
    rather than when the bundle was saved.
    """
    bundle = archive.read(raw)
    contract, manifest = app.contract, bundle.manifest
    _require_contract(contract, manifest)
    faults = bundle.beginning["faults"] if at_beginning else bundle.faults
    _check_rules(contract, faults)
    store, accounts = _built(app, bundle, at_beginning=at_beginning)
    entries = [] if at_beginning else exchanges.entries(contract, bundle.journal)
    clock = _clock(bundle.beginning["at"] if at_beginning else manifest["clock"]["now"])
    return Checked(bundle, at_beginning, store, accounts, faults, entries, clock)


async def make(app: Application, found: Checked, name: str | None = None) -> Opened:
    """A new sandbox of what was found; without a name, the server makes one. Raises what
    `Sandboxes.make` raises; nothing has changed then.
    """
    bundle, manifest, clock = found.bundle, found.bundle.manifest, found.clock
    if not found.at_beginning:
        clock.run(float(manifest["clock"]["factor"]))
    scenario = manifest["scenario"]["name"]
    origin = Copy(scenario, clock, None, found.faults, found.store, accounts=found.accounts)
    sandbox = await app.sandboxes.make(name, origin, seed=manifest["seed"])
    sandbox.restores = (bundle.beginning if found.at_beginning else manifest)["restores"]
    sandbox.journal.take(found.entries, 0 if found.at_beginning else bundle.journal["last"])
    sandbox.mark_beginning()
    sandbox.remember()
    return Opened(sandbox, _notes(app, manifest))


def _require_contract(contract: Contract, manifest: Mapping[str, Any]) -> None:
    theirs = manifest["contract"]["name"]
    if theirs != contract.name:
        raise BundleError(
            OTHER_CONTRACT,
            f"The bundle is of the contract {theirs!r}, and this server serves {contract.name!r}: "
            "open it on a server of that contract.",
        )


def _notes(app: Application, manifest: Mapping[str, Any]) -> list[str]:
    contract, theirs, notes = app.contract, manifest["contract"], []
    if theirs["digest"] != contract.digest:
        ours = contract.document["info"]["version"]
        versions = f"{theirs['version']}, here {ours}" if theirs["version"] != ours else ours
        notes.append(f"The contract {contract.name} is not the one that it was ({versions}).")
    if manifest["made_by"]["understudy"] != understudy.__version__:
        version = manifest["made_by"]["understudy"]
        notes.append(f"It was saved by Understudy {version}; this is {understudy.__version__}.")
    if manifest["strict"] != app.is_strict:
        notes.append(f"It was saved on a server {_STRICT[manifest['strict']]} --strict.")
    return notes


def _check_rules(contract: Contract, rules: Iterable[Mapping[str, Any]]) -> None:
    seen = set()
    for rule in rules:
        given = {name: rule[name] for name in RULE if rule.get(name) is not None}
        wrong = problems(given, contract)
        if rule["id"] in seen:
            wrong = {"id": ["is there twice"]}
        seen.add(rule["id"])
        if wrong:
            told = "; ".join(f"{field} {', '.join(why)}" for field, why in wrong.items())
            raise BundleError(DAMAGED, f"The fault {rule['id']!r} of the bundle: {told}.")


def _built(
    app: Application, bundle: Bundle, *, at_beginning: bool
) -> tuple[Store, tuple[Account, ...]]:
    """What the sandbox holds, read and checked as a scenario in the stored form, and the accounts
    whose passwords the bundle tells.
    """
    state = {name: bundle.state[name] for name in HEAD}
    if at_beginning:
        objects = sharing.restored(state["collections"], bundle.beginning["collections"])
        state = {**state, "stored": bundle.beginning["stored"], "collections": objects}
    try:
        scenario = _read(app.contract, state)
        return app.sandboxes.scenes.scene(scenario).store, scenario.accounts
    except UsageError as error:
        lines = str(error).splitlines()
        told = "; ".join(lines[:MOST_LINES]) + (" …" if len(lines) > MOST_LINES else "")
        raise BundleError(
            DAMAGED,
            f"The contract {app.contract.name} does not allow what the bundle holds: {told}",
        ) from None
    except RecursionError:
        raise damaged("state.json is nested too deeply") from None
    finally:
        for part, levels in ((state, 1), (bundle.state, 1), (bundle.beginning, 2)):
            let_go(part.pop("collections"), levels)


def _read(contract: Contract, state: Mapping[str, Any]) -> Scenario:
    """The objects; where something is wrong with them, UsageError tells what and where."""
    try:
        return WholeScenario(contract, state)
    except (Unusual, RecursionError):
        text = "\n".join([*written(state), ""])
        return scenarios.read(contract, text, "state.json")


def _clock(text: str) -> Clock:
    clock = Clock(0)
    try:
        clock.set(times.parse(text))
    except ValueError:
        raise damaged(f"{text!r} is no time that a clock shows") from None
    return clock

"""What `understudy serve` shows when it starts: addresses, what is on stage, who can log in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from understudy import __version__
from understudy.clock import Clock
from understudy.console.mount import BASE_PATH as CONSOLE
from understudy.listening import is_loopback

if TYPE_CHECKING:
    from understudy.pipeline.app import Application
    from understudy.scenarios import Account


def start_screen(app: Application, url: str, options: dict[str, Any]) -> str:
    """The whole screen; `options` are those of the command."""
    title = app.contract.document["info"]["title"]
    operations = f"{len(app.contract.operations)} operations"
    lines = [
        click.style(f"Understudy {__version__}", bold=True)
        + f" stands in for {title}, {operations}.",
        "",
        *(f"  {name:<14} {value}" for name, value in _facts(app, url, options)),
        *_accounts(app.scenario.accounts),
    ]
    return "\n".join([*lines, "", "  Ctrl-C stops.", ""])


def _facts(app: Application, url: str, options: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "API", url + app.contract.base_path
    yield "Control", url + app.control.base_path
    yield "Console", f"{url}{CONSOLE}/"
    yield "Documentation", f"{url}/docs"
    yield "Scenario", f"{app.scenario.name}: {app.scenario.title}"
    kept = f"kept in {options['state']}"
    yield "State", kept if options["state"] else "in memory; --state DIR keeps it"
    yield "Clock", _clock(app)
    if options["seed"] is not None:
        yield "Seed", options["seed"]
    if options["strict"]:
        yield "Strict", "what the contract does not document is refused"
    if options["reloads"]:
        yield "Reload", "changed contracts, handlers and scenarios are taken up"
    if not is_loopback(options["host"]):
        yield "Network", f"listens on {options['host']}: others can reach it"
    if options["made_token"]:
        yield "Control token", options["made_token"]


def _clock(app: Application) -> str:
    clock = app.sandboxes.default.clock
    if clock.is_frozen:
        return f"stands at {clock.now().replace('.000Z', 'Z')}"
    if clock.reading() == Clock().reading():
        return "real time"
    return f"at {clock.now()}, {clock.factor:g} times as fast as real time"


def _accounts(accounts: tuple[Account, ...]) -> Iterator[str]:
    if not accounts:
        return
    width = max(len(account.name) for account in accounts)
    secret = max(len(account.password) for account in accounts)
    yield ""
    yield "  " + click.style(f"{'Account':<{width}}  Password", bold=True)
    for one in accounts:
        yield f"  {one.name:<{width}}  {one.password:<{secret}}  {one.about}"

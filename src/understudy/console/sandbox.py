"""One sandbox: its clock, its accounts, and what sets its scene in one step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request, url_for

from understudy.client import Account, AccountPage, ControlError, Sandbox, Shortcut
from understudy.console import control, fields, lifelines
from understudy.console.control import attempt, back_to, say
from understudy.console.words import moment
from understudy.errors import UsageError

pages = Blueprint("sandbox", __name__, url_prefix="/sandboxes/<name>")

ACCOUNTS = 50
"""So many accounts are on a page."""


def _home(name: str, **_: Any) -> str:
    return url_for("sandbox.show", name=name)


@pages.get("/")
def show(name: str) -> str:
    """The sandbox."""
    inside = control.sandbox(name)
    shortcuts = inside.shortcuts.list()
    shown = _accounts(inside, shortcuts)
    info = inside.show()
    forms = [(one, fields.fields_of(one.parameters, {})) for one in shortcuts]
    return render_template(
        "sandbox.html",
        name=name,
        info=info,
        scene=_scene(info.scenario, shown["page"].accounts),
        forms=forms,
        suggestions=_suggestions(shown["page"]),
        **shown,
    )


@dataclass(frozen=True, slots=True)
class Scene:
    """What a sandbox was made from, told with its own addresses. `login`: whom it is about."""

    title: str
    text: str
    login: str


def _scene(scenario: str, accounts: Sequence[Account]) -> Scene:
    """Where the server does not know the scenario, such as a definition that was sent, no text."""
    try:
        known = control.control().scenario(scenario)
    except (ControlError, UsageError):
        return Scene("", "", accounts[0].address if accounts else "")
    text = known.description or ""
    named = sorted(accounts, key=lambda one: _place(one.name, text))
    for one in accounts:
        text = text.replace(one.name, one.address)
    return Scene(known.title, text, named[0].address if named else "")


def _place(name: str, text: str) -> int:
    found = text.find(name)
    return len(text) if found < 0 else found


@pages.get("/clock")
def clock(name: str) -> str:
    """Its clock, anew."""
    info = control.sandbox(name).show()
    return render_template("sandbox_clock.html", name=name, info=info)


@pages.get("/accounts")
def accounts(name: str) -> str:
    """Its accounts, anew."""
    inside = control.sandbox(name)
    shown = _accounts(inside, inside.shortcuts.list())
    return render_template("sandbox_accounts.html", name=name, **shown)


@pages.post("/clock/advance")
@attempt(_home)
def advance(name: str) -> Any:
    """Let time pass."""
    reading = control.sandbox(name).clock.advance(request.form["by"])
    return _moved(name, f"It is {moment(reading.now)} now.")


@pages.post("/clock/next")
@attempt(_home)
def advance_to_next(name: str) -> Any:
    """Let time pass until the next token, session or subscription has run out."""
    inside = control.sandbox(name)
    page = inside.accounts(limit=1000)
    if page.next_expiry is None:
        raise ValueError("Nothing runs out: nobody is logged in, and no subscription has an end.")
    reading = inside.clock.advance(page.next_expiry - page.now)
    return _moved(name, f"It is {moment(reading.now)} now, and something has just run out.")


@pages.post("/clock/freeze")
@attempt(_home)
def freeze(name: str) -> Any:
    """Let time stand still."""
    reading = control.sandbox(name).clock.freeze()
    return _moved(name, f"Time stands still at {moment(reading.now)}.")


@pages.post("/clock/run")
@attempt(_home)
def run(name: str) -> Any:
    """Let time run."""
    reading = control.sandbox(name).clock.run(float(request.form.get("factor") or 1))
    pace = "in real time" if reading.factor == 1 else f"{reading.factor:g} times as fast"
    return _moved(name, f"Time runs {pace}.")


@pages.post("/clock/set")
@attempt(_home)
def set_clock(name: str) -> Any:
    """Show another time."""
    reading = control.sandbox(name).clock.set(request.form["to"].strip())
    return _moved(name, f"It is {moment(reading.now)} now.")


@pages.post("/shortcuts/<shortcut>")
@attempt(_home)
def run_shortcut(name: str, shortcut: str) -> Any:
    """Do what a shortcut does."""
    inside = control.sandbox(name)
    found = next((one for one in inside.shortcuts.list() if one.name == shortcut), None)
    wanted = fields.fields_of(found.parameters, {}) if found else []
    outcome = inside.shortcuts.run(shortcut, **fields.read(wanted, request.form))
    say(outcome.message)
    return back_to(_home(name))


def _moved(name: str, told: str) -> Any:
    say(told)
    return back_to(_home(name))


def _accounts(inside: Sandbox, shortcuts: Iterable[Shortcut]) -> dict[str, Any]:
    page = inside.accounts(limit=ACCOUNTS)
    groups = {one.id: one for one in page.groups}
    shortcuts = [*shortcuts]
    return {
        "page": page,
        "groups": groups,
        "lines": lifelines.drawn(page),
        "ready": {
            key: _ready(shortcuts, arguments)
            for key, arguments in (
                *((one.name, one.arguments) for one in page.accounts),
                *((one.id, one.arguments) for one in page.groups),
            )
        },
    }


def _ready(shortcuts: Iterable[Shortcut], arguments: Mapping[str, str]) -> list[Shortcut]:
    """The shortcuts that need no more arguments than these, and are about what they mean."""
    return [
        one
        for one in shortcuts
        if arguments
        and arguments.keys() <= one.parameters.get("properties", {}).keys()
        and arguments.keys() >= {*one.parameters.get("required", ())}
    ]


def _suggestions(page: AccountPage) -> dict[str, list[str]]:
    """For each argument that means an account or a group, what it may be."""
    found: dict[str, list[str]] = {}
    holders: Iterable[Account | Any] = (*page.accounts, *page.groups)
    for one in holders:
        for name, value in one.arguments.items():
            found.setdefault(name, []).append(value)
    return found

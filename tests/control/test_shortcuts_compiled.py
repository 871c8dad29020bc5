"""From the contract's `x-shortcuts` to what can be run: found at the start, or refused there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import understudy
from understudy import contract, shortcuts
from understudy.contract.model import ShortcutSpec
from understudy.errors import ApiError, UsageError, ValidationFailed
from understudy.shortcuts import Shortcut

SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z]+$", "x-message": "must be lower case"},
        "times": {"type": "integer", "default": 2},
        "note": {"type": "string"},
    },
    "additionalProperties": False,
}


class Refused(ApiError):
    """A rule of the API."""

    status, code, message = 409, "refused", "No."


def made(function: Callable[..., Any], parameters: Any = SCHEMA) -> Shortcut:
    spec = ShortcutSpec("do-it", "shortcuts.do_it", "Do it", "It is done.", parameters)
    return Shortcut(spec, function, {})


def told(sandbox: Any, name: str, times: int, note: str | None) -> shortcuts.Outcome:
    return f"{name} {times} {note}", {}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "a"}, "a 2 None"),
        ({"name": "a", "times": None, "note": None}, "a 2 None"),
        ({"name": "a", "times": 7, "note": "x"}, "a 7 x"),
    ],
)
def test_the_function_gets_every_parameter(world: Any, given: Any, message: str) -> None:
    assert made(told).run(world.sandbox, given).result == (message, {})


def test_it_is_not_called_with_what_is_not_valid(world: Any) -> None:
    with pytest.raises(ValidationFailed) as caught:
        made(told).run(world.sandbox, {"name": "A", "times": "2", "more": 1})
    assert caught.value.details == {
        "name": ["must be lower case"],
        "times": ["must be an integer"],
        "more": ["is not a known field"],
    }


@pytest.mark.parametrize("refusal", [Refused, RuntimeError])
def test_a_refusal_changes_nothing(world: Any, refusal: type[Exception]) -> None:
    def change(sandbox: Any, name: str, times: int, note: str | None) -> shortcuts.Outcome:
        [user, *_] = sandbox.store["users"].select().items
        sandbox.store["users"].change(user["id"], username=name)
        raise refusal

    before = world.sandbox.store.dump()
    with pytest.raises(refusal):
        made(change).run(world.sandbox, {"name": "a"})
    assert world.sandbox.store.dump() == before


@pytest.mark.parametrize(
    "function",
    [
        lambda sandbox, name, times: None,
        lambda name, times, note: None,
        lambda sandbox, name, times, note, more: None,
    ],
)
def test_a_function_that_does_not_fit_is_refused(function: Callable[..., Any]) -> None:
    with pytest.raises(UsageError, match=r"do-it does not fit.*passes sandbox, name, times, note"):
        made(function)


def test_a_contract_without_shortcuts_has_none() -> None:
    assert shortcuts.compiled(contract.load("control")) == {}


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[str, str], Path]:
    """The root of Testr's contract with one place changed."""
    folder = contract.load("testr").files[0].parent

    def changed(old: str, new: str) -> Path:
        copy = tmp_path / "testr"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        file = copy / "auth.yaml"
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), encoding="utf-8")
        return copy / "openapi.yaml"

    return changed


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("function: shortcuts.end_them", "understudy.handlers.testr.shortcuts has no function end"),
        ("function: shortcut.end", "needs the module understudy.handlers.testr.shortcut, which"),
        ("function: shortcuts.show_integrations", "end-sessions does not fit its contract"),
    ],
)
def test_a_server_does_not_start_without_their_functions(
    changed: Callable[[str, str], Path], new: str, message: str
) -> None:
    root = changed("function: shortcuts.end_sessions", new)
    with pytest.raises(UsageError, match=message):
        understudy.create_app(contract=root, scenario="empty")


def test_a_reload_takes_them_up_or_leaves_them(changed: Callable[[str, str], Path]) -> None:
    root = changed("summary: Log a user out everywhere", "summary: End all")
    app = understudy.create_app(contract=root, scenario="empty")
    assert app.shortcuts["end-sessions"].shown["summary"] == "End all"
    file = root.with_name("auth.yaml")
    good = file.read_text(encoding="utf-8").replace("summary: End all", "summary: End them")
    file.write_text(good.replace("shortcuts.end_sessions", "shortcuts.nothing"), encoding="utf-8")
    with pytest.raises(UsageError, match="has no function nothing"):
        app.reload()
    assert app.shortcuts["end-sessions"].shown["summary"] == "End all"
    file.write_text(good, encoding="utf-8")
    app.reload()
    assert app.shortcuts["end-sessions"].shown["summary"] == "End them"

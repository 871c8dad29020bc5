"""`understudy shortcut`: scenes that the served API's contract sets in one step."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from shlex import quote
from typing import Any

import click

from understudy.cli import RemoteGroup, objects, suggestions
from understudy.cli.pairs import pairs, value
from understudy.cli.remote import Remote, remote
from understudy.cli.text import faint, indented, table
from understudy.errors import UsageError


@click.group(cls=RemoteGroup)
def shortcut() -> None:
    """Set a scene in one step: expire a token, fill a quota, end a user's sessions.

    Which shortcuts there are is up to the contract that the server plays.

    \b
    Examples:
      understudy shortcut list
      understudy shortcut run expire-access-token user=admin@acme.test after=5m
    """


@shortcut.command("list")
@remote()
def list_shortcuts(remote: Remote) -> None:
    """List the shortcuts, with their arguments.

    Those in brackets may be left out.

    \b
    Examples:
      understudy shortcut list
      understudy shortcut list --json
    """
    answer = remote.ask_sandbox("GET", "shortcuts")
    remote.show(answer, _list(answer))


@shortcut.command()
@click.argument("name", shell_complete=suggestions.shortcuts)
@click.argument(
    "arguments",
    metavar="[KEY=VALUE]...",
    nargs=-1,
    shell_complete=suggestions.shortcut_arguments,
)
@remote()
def run(remote: Remote, name: str, arguments: Sequence[str]) -> None:
    """Run a shortcut with its arguments; all of it happens, or nothing.

    A VALUE is text, or JSON where the argument is a number, a truth value, a list or an object.

    \b
    Examples:
      understudy shortcut run end-sessions user=admin@acme.test
      understudy shortcut run expire-access-token user=admin@acme.test after=5m --sandbox alice
    """
    schemas = _schemas(remote, name) if arguments else None
    if schemas is not None:
        _check(name, arguments, schemas)
    given = pairs(arguments)
    body = {key: _value(text, (schemas or {}).get(key, {})) for key, text in given.items()}
    answer = remote.ask_sandbox("POST", "shortcuts", name, body=body)
    remote.show(answer, _outcome(answer))


def _schemas(remote: Remote, name: str) -> Mapping[str, Any] | None:
    """What the arguments of a shortcut are; None of one that there is not."""
    found = remote.ask_sandbox("GET", "shortcuts")["shortcuts"]
    schemas = {one["name"]: one["parameters"].get("properties", {}) for one in found}
    return schemas.get(name)


def _check(name: str, arguments: Sequence[str], schemas: Mapping[str, Any]) -> None:
    """Teach what is to be written, where the server would know less than the line says."""
    for argument in arguments:
        key, equals, _ = argument.partition("=")
        if not equals and schemas:
            first = next(iter(schemas))
            raise UsageError(f"{argument!r} is not KEY=VALUE: write {first}={argument}")
        if key and key not in schemas:
            close = get_close_matches(key, schemas, 1, 0.5)
            known = ", ".join(schemas) or "none"
            hint = f"did you mean {close[0]}=…?" if close else f"there are {known}"
            raise UsageError(f"{name} has no argument {key!r}; {hint}")


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    return text if schema.get("type") == "string" else value(text)


def _outcome(answer: Any) -> Iterator[str]:
    """What has happened, and the lists that came of it."""
    yield answer["message"]
    for found in answer["result"].values():
        if isinstance(found, list) and found and all(isinstance(one, dict) for one in found):
            yield from ("", *objects.grid(found))


def _list(answer: Any) -> Iterator[str]:
    blocks = [[*_shortcut(one)] for one in answer["shortcuts"]]
    if not blocks:
        yield "The contract offers no shortcuts."
    for number, block in enumerate(blocks):
        yield from [""] * (number > 0)
        yield from block


def _shortcut(one: Mapping[str, Any]) -> Iterator[str]:
    parameters = one["parameters"]
    required = parameters.get("required", ())
    yield f"{click.style(one['name'], bold=True)}  {one['summary']}"
    rows = [
        (key if key in required else f"[{key}]", _kind(schema))
        for key, schema in parameters.get("properties", {}).items()
    ]
    yield from indented(table(rows))
    if "example" in parameters:
        given = (quote(f"{key}={_text(one)}") for key, one in parameters["example"].items())
        yield "  " + faint(" ".join(("understudy shortcut run", one["name"], *given)))


def _kind(schema: Mapping[str, Any]) -> str:
    """What an argument is, in its contract's words."""
    if "enum" in schema:
        return " | ".join(map(_text, schema["enum"]))
    told = schema.get("description") or schema.get("type", "anything")
    return " ".join(told.split())


def _text(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given)

"""`understudy sandbox`: isolated worlds of one server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from understudy.cli import RemoteGroup, suggestions
from understudy.cli.options import (
    sandbox_argument,
    sandbox_name,
    sandbox_to_delete,
    set_option,
)
from understudy.cli.progress import waiting
from understudy.cli.remote import Remote, remote
from understudy.cli.sandbox_lines import new_told, sandbox_facts, sandbox_table, sandbox_told
from understudy.cli.text import plain
from understudy.errors import UsageError

seed_option = click.option("--seed", metavar="TEXT", help="Makes the ids of new objects repeat.")


@click.group(cls=RemoteGroup)
def sandbox() -> None:
    """Make, show and delete sandboxes: isolated worlds of one server.

    Each has its own data, clock, ids, tokens, faults and journal. Where NAME may be left out, it is
    that of UNDERSTUDY_SANDBOX, else default.

    \b
    Examples:
      understudy sandbox list
      understudy sandbox create alice --scenario empty
      understudy sandbox accounts alice
      understudy sandbox fork alice what-if
      understudy sandbox load alice large-workspace --set defects=5000
      understudy sandbox reset alice
      understudy sandbox delete what-if
    """


@sandbox.command("list")
@remote(sandbox=False)
def list_sandboxes(remote: Remote) -> None:
    """List the sandboxes, in the order in which they were made.

    \b
    Examples:
      understudy sandbox list
      understudy sandbox list --json
    """
    answer = remote.ask("GET", "sandboxes", query={"limit": 1000})
    remote.show(answer, sandbox_table(answer))


@sandbox.command()
@click.argument("name", required=False)
@click.option(
    "--scenario",
    metavar="NAME",
    shell_complete=suggestions.scenarios,
    help="What the server is to fill it with; left out: its own scenario.",
)
@click.option(
    "--file",
    "definition",
    metavar="FILE",
    type=click.File(encoding="utf-8"),
    help="A scenario file to fill it with; - reads one.",
)
@click.option(
    "--snapshot",
    metavar="SANDBOX:NAME",
    shell_complete=suggestions.snapshots_of_all,
    help="A snapshot to fill it with.",
)
@set_option
@seed_option
@click.option("--clock", metavar="ISO8601", help="A time at which its clock stands.")
@remote(sandbox=False, names={"parameters": "--set"})
def create(
    remote: Remote,
    definition: TextIO | None,
    snapshot: str | None,
    parameters: dict[str, str],
    **fields: str | None,
) -> None:
    """Make a sandbox; without a NAME, the server makes one.

    \b
    Examples:
      understudy sandbox create alice
      understudy sandbox create nightly --scenario empty --seed 7 --clock 2026-01-26T09:00:00Z
      understudy sandbox create many --scenario large-workspace --set defects=5000
      understudy sandbox create --file my.yaml --json
      understudy sandbox create again --snapshot alice:before
    """
    from understudy.client.connection import BUILD_SECONDS

    body = {
        **fields,
        "definition": _read(definition),
        "snapshot": _source(snapshot),
        "parameters": parameters or None,
    }
    given = {name: value for name, value in body.items() if value is not None}
    with _mistakes_of(definition.name if definition else None), waiting("making the sandbox"):
        answer = remote.ask("POST", "sandboxes", body=given, waits=BUILD_SECONDS)
    remote.show(answer, new_told(answer))


@sandbox.command()
@sandbox_argument
@remote(sandbox=False)
def show(remote: Remote, name: str) -> None:
    """Show what a sandbox was made from, and what it holds.

    \b
    Examples:
      understudy sandbox show
      understudy sandbox show alice
    """
    answer = remote.ask("GET", "sandboxes", name)
    remote.show(answer, sandbox_facts(answer))


@sandbox.command()
@sandbox_argument
@click.option(
    "--limit",
    default=100,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="So many accounts at most.",
)
@click.option("--offset", default=0, type=click.IntRange(0), help="Pass over so many first.")
@remote(sandbox=False)
def accounts(remote: Remote, name: str, limit: int, offset: int) -> None:
    """Show who can log in, for how long, and what their teams may.

    The password is shown where the scenario tells it and nobody has changed it since. Of tokens,
    the rest of their lives is shown, never the tokens.

    \b
    Examples:
      understudy sandbox accounts
      understudy sandbox accounts alice --json
    """
    from understudy.cli.accounts import account_lines

    query = {"limit": limit, "offset": offset}
    answer = remote.ask("GET", "sandboxes", name, "accounts", query=query)
    remote.show(answer, account_lines(answer, offset))


@sandbox.command()
@sandbox_argument
@click.argument("new_name", required=False)
@seed_option
@remote(sandbox=False)
def fork(remote: Remote, name: str, new_name: str | None, seed: str | None) -> None:
    """Make another sandbox with the same data, time and faults.

    Without a NEW_NAME, the server makes one. Its journal and its snapshots are empty.

    \b
    Examples:
      understudy sandbox fork
      understudy sandbox fork alice what-if
    """
    body = {field: value for field, value in (("name", new_name), ("seed", seed)) if value}
    answer = remote.ask("POST", "sandboxes", name, "fork", body=body)
    remote.show(answer, new_told(answer))


@sandbox.command()
@sandbox_argument
@remote(sandbox=False)
def reset(remote: Remote, name: str) -> None:
    """Let a sandbox begin anew, as it was made.

    \b
    Examples:
      understudy sandbox reset
      understudy sandbox reset alice
    """
    answer = remote.ask("POST", "sandboxes", name, "reset")
    remote.show(answer, sandbox_told(answer))


@sandbox.command()
@click.argument("name", shell_complete=suggestions.sandboxes, callback=sandbox_name)
@click.argument("scenario", metavar="SCENARIO|FILE", shell_complete=suggestions.scenarios)
@set_option
@remote(sandbox=False, names={"parameters": "--set"})
def load(remote: Remote, name: str, scenario: str, parameters: dict[str, str]) -> None:
    """Let a sandbox begin anew from another scenario.

    SCENARIO is a name that the server knows; what ends in .yaml, or names a folder, is a file here.
    Data, time and faults are the scenario's, and whoever is logged in has to log in again.

    \b
    Examples:
      understudy sandbox load alice subscription-expired
      understudy sandbox load alice large-workspace --set defects=5000
      understudy sandbox load alice ./my.yaml
    """
    from understudy.client.connection import BUILD_SECONDS
    from understudy.client.sources import source_of
    from understudy.scenarios.files import is_name

    file = None if is_name(scenario) else scenario
    body: dict[str, Any] = {**source_of(Path(file) if file else scenario)}
    body["parameters"] = parameters or None
    given = {field: value for field, value in body.items() if value is not None}
    with _mistakes_of(file), waiting(f"loading {scenario}"):
        answer = remote.ask("POST", "sandboxes", name, "load", body=given, waits=BUILD_SECONDS)
    remote.show(answer, sandbox_told(answer))


@sandbox.command()
@sandbox_to_delete
@remote(sandbox=False)
def delete(remote: Remote, name: str) -> None:
    """Forget a sandbox with all it holds.

    The sandbox `default` comes back, as it was at first, when it is next asked for.

    \b
    Example:
      understudy sandbox delete alice
    """
    answer = remote.ask("DELETE", "sandboxes", name)
    remote.show(answer, [f"Deleted {name}."])


def _read(file: TextIO | None) -> str | None:
    try:
        return file.read() if file else None
    except UnicodeDecodeError:
        raise UsageError(f"{file.name if file else ''}: is no text in UTF-8") from None


@contextmanager
def _mistakes_of(file: str | None) -> Iterator[None]:
    """A file that is no scenario is told as `scenario check` does, a line for each mistake."""
    from understudy.client import ControlError

    try:
        yield
    except ControlError as error:
        lines = error.details.get("definition", ())
        if file is None or not all(line.startswith("definition:") for line in lines) or not lines:
            raise
        told = (f"{file}:{line.removeprefix('definition:')}" for line in lines)
        raise UsageError("\n".join(map(plain, told))) from None


def _source(snapshot: str | None) -> dict[str, str] | None:
    if snapshot is None:
        return None
    sandbox, colon, name = snapshot.partition(":")
    if not colon:
        raise UsageError(f"--snapshot: {snapshot!r} is not SANDBOX:NAME, such as default:before")
    return {"sandbox": sandbox, "name": name}

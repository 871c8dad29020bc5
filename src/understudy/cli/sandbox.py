"""`understudy sandbox`: isolated worlds of one server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click

from understudy.cli import RemoteGroup, suggestions
from understudy.cli.options import sandbox_argument, sandbox_to_delete
from understudy.cli.remote import Remote, remote
from understudy.cli.text import faint, indented, plain, short_time, table
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.client.records import SandboxInfo

HEADING = ("Name", "From", "Time", "Objects", "Exchanges", "Faults", "Unused for")

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
      understudy sandbox fork alice what-if
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
    remote.show(answer, _table(answer))


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
@seed_option
@click.option("--clock", metavar="ISO8601", help="A time at which its clock stands.")
@remote(sandbox=False)
def create(
    remote: Remote, definition: TextIO | None, snapshot: str | None, **fields: str | None
) -> None:
    """Make a sandbox; without a NAME, the server makes one.

    \b
    Examples:
      understudy sandbox create alice
      understudy sandbox create nightly --scenario empty --seed 7 --clock 2026-01-26T09:00:00Z
      understudy sandbox create --file my.yaml --json
      understudy sandbox create again --snapshot alice:before
    """
    body = {**fields, "definition": _read(definition), "snapshot": _source(snapshot)}
    given = {name: value for name, value in body.items() if value is not None}
    with _mistakes_of(definition):
        answer = remote.ask("POST", "sandboxes", body=given)
    remote.show(answer, _new(answer))


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
    remote.show(answer, _lines(answer))


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
    remote.show(answer, _new(answer))


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
    remote.show(answer, _line(answer))


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
def _mistakes_of(file: TextIO | None) -> Iterator[None]:
    """A file that is no scenario is told as `scenario check` does, a line for each mistake."""
    from understudy.client import ControlError

    try:
        yield
    except ControlError as error:
        lines = error.details.get("definition", ())
        if file is None or not all(line.startswith("definition:") for line in lines) or not lines:
            raise
        told = (f"{file.name}:{line.removeprefix('definition:')}" for line in lines)
        raise UsageError("\n".join(map(plain, told))) from None


def _source(snapshot: str | None) -> dict[str, str] | None:
    if snapshot is None:
        return None
    sandbox, colon, name = snapshot.partition(":")
    if not colon:
        raise UsageError(f"--snapshot: {snapshot!r} is not SANDBOX:NAME, such as default:before")
    return {"sandbox": sandbox, "name": name}


def _table(answer: Any) -> Iterator[str]:
    from understudy.client.records import SandboxInfo

    rows = [_row(SandboxInfo.of(one)) for one in answer["sandboxes"]]
    yield from table(rows, HEADING) or ["There are no sandboxes."]
    if answer["total"] > len(rows):
        yield faint(f"… and {answer['total'] - len(rows)} more")


def _row(info: SandboxInfo) -> list[str]:
    from understudy.client.lines import clock_line

    counts = (info.objects, info.exchanges, info.faults)
    return [
        click.style(info.name, bold=True),
        info.forked_from or info.scenario,
        clock_line(info.clock),
        *map(str, counts),
        short_time(info.idle_seconds),
    ]


def _line(answer: Any) -> Iterator[str]:
    from understudy.client.lines import sandbox_line
    from understudy.client.records import SandboxInfo

    yield sandbox_line(SandboxInfo.of(answer))


def _new(answer: Any) -> Iterator[str]:
    yield from _line(answer)
    yield faint(f"Log in as {_address(answer['name'])}.")


def _lines(answer: Any) -> Iterator[str]:
    from understudy.client.lines import clock_line
    from understudy.client.records import SandboxInfo

    info = SandboxInfo.of(answer)
    fork = f", by way of {info.forked_from}" if info.forked_from else ""
    facts = [
        ("made from", info.scenario + fork),
        ("seed", info.seed),
        ("time", clock_line(info.clock)),
        ("objects", str(info.objects)),
        ("exchanges", str(info.exchanges)),
        ("faults", str(info.faults)),
        ("snapshots", ", ".join(info.snapshots) or "none"),
        ("unused for", short_time(info.idle_seconds)),
        ("log in as", _address(info.name)),
    ]
    yield click.style(info.name, bold=True)
    yield from indented(table(facts))


def _address(name: str) -> str:
    if name == "default":
        return "anybody; requests that name no sandbox come here"
    return f"LOCAL+{name}@DOMAIN, or send X-Understudy-Sandbox: {name}"

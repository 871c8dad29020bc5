"""The commands of `understudy state` about snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from understudy.cli import suggestions
from understudy.cli.remote import Remote, remote
from understudy.cli.text import faint, table

HEADING = ("Name", "Objects", "Taken at")
COLOURS = {"+": "green", "-": "red", "~": "yellow"}

name_argument = click.argument("name", shell_complete=suggestions.snapshots)


@click.command()
@click.argument("name", required=False)
@remote()
def snapshot(remote: Remote, name: str | None) -> None:
    """Keep all that a sandbox holds now.

    Without a NAME, the server makes one.

    \b
    Examples:
      understudy state snapshot
      understudy state snapshot before --sandbox alice
    """
    body = {} if name is None else {"name": name}
    answer = remote.ask_sandbox("POST", "snapshots", body=body)
    remote.show(answer, _line(answer))


@click.command("snapshots")
@remote()
def list_snapshots(remote: Remote) -> None:
    """List the snapshots, the oldest first.

    \b
    Example:
      understudy state snapshots
    """
    answer = remote.ask_sandbox("GET", "snapshots")
    rows = [
        (click.style(one["name"], bold=True), str(one["objects"]), one["taken_at"])
        for one in answer["snapshots"]
    ]
    remote.show(answer, table(rows, HEADING) or ["There are no snapshots."])


@click.command()
@name_argument
@click.option("--clock", is_flag=True, help="Let its time come back, too.")
@remote()
def restore(remote: Remote, name: str, clock: bool) -> None:
    """Hold again exactly what a snapshot holds.

    \b
    Examples:
      understudy state restore before
      understudy state restore before --clock
    """
    answer = remote.ask_sandbox("POST", "snapshots", name, "restore", body={"clock": clock})
    remote.show(answer, _line(answer))


@click.command()
@name_argument
@click.argument("to", required=False, shell_complete=suggestions.snapshots)
@remote()
def compare(remote: Remote, name: str, to: str | None) -> None:
    """Show what has changed since a snapshot.

    Up to another one or, without it, up to now. There is a line for each object that came (+), went
    (-) or changed (~), and one for each field.

    \b
    Examples:
      understudy state compare before
      understudy state compare before after --json
    """
    answer = remote.ask_sandbox("GET", "snapshots", name, "compare", query={"to": to})
    remote.show(answer, _differences(answer))


@click.command("delete-snapshot")
@name_argument
@remote()
def delete_snapshot(remote: Remote, name: str) -> None:
    """Forget a snapshot; what the sandbox holds stays.

    \b
    Example:
      understudy state delete-snapshot before
    """
    answer = remote.ask_sandbox("DELETE", "snapshots", name)
    remote.show(answer, [f"Forgot {name}."])


COMMANDS = (snapshot, list_snapshots, restore, compare, delete_snapshot)


def _line(answer: Any) -> Iterator[str]:
    from understudy.client.lines import snapshot_line
    from understudy.client.states import Snapshot

    yield snapshot_line(Snapshot.of(answer))


def _differences(answer: Any) -> Iterator[str]:
    from understudy.client.lines import comparison_lines
    from understudy.client.states import Comparison

    comparison = Comparison.of(answer)
    for line in comparison_lines(comparison):
        yield click.style(line, fg=COLOURS.get(line[0]))
    counts = [f"{count} {kind}" for kind, count in answer["counts"].items() if count]
    span = f"{comparison.snapshot} → {comparison.to or 'now'}"
    yield faint(f"{span}: {', '.join(counts) or 'no difference'}")

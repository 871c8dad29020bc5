"""`understudy bundle`: a sandbox in one file."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli import OrderedGroup
from understudy.cli.options import document_option, new_name
from understudy.cli.remote import Remote, remote
from understudy.cli.text import counted, faint, table, written
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.bundles.form import Bundle

SUFFIX = ".understudy"
LAST = 10
"""So many exchanges are shown."""

file_argument = click.argument(
    "file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path)
)


@click.group(cls=OrderedGroup)
def bundle() -> None:
    """Hand on a sandbox as one file.

    A bundle holds what the sandbox holds, its clock, seed, faults and journal: what a colleague
    needs to have the same bug before them. Its secrets are blanked as in exports and in the
    journal; names, addresses and texts are not: look before you hand one on.

    \b
    Examples:
      understudy bundle save tuesday.understudy
      understudy bundle show tuesday.understudy
      understudy bundle open tuesday.understudy --as tuesday
      understudy replay tuesday.understudy
    """


@bundle.command()
@click.argument(
    "file", metavar="[FILE]", required=False, type=click.Path(dir_okay=False, path_type=Path)
)
@remote(json=False)
def save(remote: Remote, file: Path | None) -> None:
    """Save a sandbox as a file.

    Without a FILE, that is the name of the sandbox, ending in .understudy.

    \b
    Examples:
      understudy bundle save
      understudy bundle save tuesday.understudy --sandbox alice
    """
    from understudy.client.connection import path_to
    from understudy.client.files import write_bytes

    saved = remote.connection.data(path_to("sandboxes", remote.sandbox, "bundle"))
    there = file or Path(f"{remote.sandbox}{SUFFIX}")
    write_bytes(there, saved)
    click.echo(f"Wrote {there}, {_size(len(saved))}.")


@bundle.command("open")
@file_argument
@click.option(
    "--as",
    "name",
    metavar="NAME",
    callback=new_name,
    help="What the new sandbox is called; left out, the server makes a name.",
)
@remote(sandbox=False)
def open_(remote: Remote, file: Path, name: str | None) -> None:
    """Make a sandbox of a bundle, as it was when it was saved.

    Its data, the time on its clock, its faults and the ids that come next are the same, and its
    journal is there to be read. Whoever was logged in logs in again.

    \b
    Examples:
      understudy bundle open tuesday.understudy
      understudy bundle open tuesday.understudy --as tuesday
    """
    from understudy.client.files import read_bytes

    answer = json.loads(
        remote.connection.data("/bundles", send=read_bytes(file), query={"name": name})
    )
    remote.show(answer, _opened(answer))


@bundle.command()
@file_argument
@document_option
def show(file: Path, as_json: bool) -> None:
    """Show what is in a bundle; no server is needed for that.

    \b
    Examples:
      understudy bundle show tuesday.understudy
      understudy bundle show tuesday.understudy --json
    """
    found = read_bundle(file)
    click.echo(written(_document(found)) if as_json else "\n".join(_screen(found)))


def read_bundle(file: Path) -> Bundle:
    """The bundle of a file. Raises UsageError, with the file's name, for what is none."""
    from understudy.bundles import BundleError, archive
    from understudy.client.files import read_bytes

    try:
        return archive.read(read_bytes(file))
    except BundleError as error:
        raise UsageError(f"{file}: {error}") from None


def _opened(answer: Any) -> Iterator[str]:
    made = answer["sandbox"]
    held = ", ".join(
        [
            counted(made["objects"], "object"),
            counted(made["exchanges"], "exchange"),
            counted(made["faults"], "fault"),
        ]
    )
    yield f"Opened {click.style(made['name'], bold=True)}: {held}; its clock shows"
    yield f"{made['clock']['now']}. Log in as NAME+{made['name']}@…, or send"
    yield f"X-Understudy-Sandbox: {made['name']}."
    yield from answer["notes"]


def _document(found: Bundle) -> dict[str, Any]:
    return {
        **found.manifest,
        "objects": _objects(found),
        "exchanges": len(found.journal["exchanges"]),
        "faults": [rule["id"] for rule in found.faults],
        "interventions": len(found.interventions),
    }


def _screen(found: Bundle) -> Iterator[str]:
    yield from table([*_facts(found)])
    counts = _objects(found)
    if counts:
        yield ""
        yield from textwrap.wrap(", ".join(f"{count} {name}" for name, count in counts.items()))
    exchanges = found.journal["exchanges"]
    if exchanges:
        yield ""
        hidden = len(exchanges) - LAST
        if hidden > 0:
            yield faint(f"… {counted(hidden, 'exchange')} before these")
        yield from table([_row(one["shown"]) for one in exchanges[-LAST:]])


def _facts(found: Bundle) -> Iterator[tuple[str, str]]:
    manifest, began = found.manifest, found.beginning
    made, contract, clock = (manifest[name] for name in ("made_by", "contract", "clock"))
    missing = manifest["missing"]["exchanges"]
    runs = "stands at" if clock["factor"] == 0 else "shows"
    yield "Sandbox", f"{manifest['sandbox']}, of the scenario {manifest['scenario']['name']}"
    yield (
        "Saved",
        f"{manifest['saved_at']}, by Understudy {made['understudy']} on Python {made['python']}",
    )
    yield "Contract", f"{contract['name']} {contract['version']}, {contract['digest'][:12]}"
    yield "Clock", f"{runs} {clock['now']}; at the beginning {began['at']}"
    yield "Seed", manifest["seed"]
    kept = counted(len(found.journal["exchanges"]), "exchange")
    yield "Journal", f"{kept}, {missing} of the first missing" if missing else kept
    yield "Changes", f"{counted(len(found.interventions), 'change')} through the control API"
    yield "Faults", ", ".join(rule["id"] for rule in found.faults) or "none"


def _row(shown: Any) -> tuple[str, ...]:
    status = str(shown["status"] or "no answer")
    return f"#{shown['sequence']}", status, shown["method"], shown["path"], shown["user"] or ""


def _objects(found: Bundle) -> dict[str, int]:
    return {name: len(objects) for name, objects in found.state["collections"].items()}


def _size(count: int) -> str:
    return f"{count / 1024:.0f} KiB" if count < 1024 * 1024 else f"{count / 1024 / 1024:.1f} MiB"

"""`understudy state`: what a sandbox holds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from understudy.cli import RemoteGroup, objects, snapshots, suggestions
from understudy.cli.options import output_option
from understudy.cli.pairs import pairs, value
from understudy.cli.remote import Remote, remote
from understudy.cli.scenario_files import export_to
from understudy.cli.text import table
from understudy.errors import UsageError

HEADING = ("Collection", "Objects", "Refers to")

collection_argument = click.argument("collection", shell_complete=suggestions.collections)
id_argument = click.argument("object_id", metavar="ID", shell_complete=suggestions.objects)


@click.group(cls=RemoteGroup)
def state() -> None:
    """See and change what a sandbox holds: objects, snapshots, the whole as a scenario.

    \b
    Examples:
      understudy state list
      understudy state show users
      understudy state snapshot before
      understudy state compare before
      understudy state restore before
      understudy state export --output my.yaml
    """


@state.command("list")
@remote()
def list_collections(remote: Remote) -> None:
    """List the collections, with the number of their objects.

    \b
    Examples:
      understudy state list
      understudy state list --sandbox alice --json
    """
    answer = remote.ask_sandbox("GET", "state")
    remote.show(answer, _collections(answer))


@state.command()
@collection_argument
@click.argument("object_id", metavar="[ID]", required=False, shell_complete=suggestions.objects)
@click.option("--search", metavar="TEXT", help="Only objects with this text in a field.")
@click.option(
    "--where", metavar="FIELD[=VALUE]", help="Only those whose field has the value, or null."
)
@click.option("--order", metavar="FIELD", help="Sort by a field; -FIELD backwards.")
@click.option(
    "--limit",
    metavar="N",
    type=click.IntRange(1, 1000),
    default=100,
    show_default=True,
    help="So many objects at most.",
)
@click.option(
    "--offset", metavar="N", type=click.IntRange(0), default=0, help="Pass over so many first."
)
@click.option(
    "--columns", metavar="FIELD,…", help="Which fields to show; left out: those that find room."
)
@remote(names={"field": "--where", "value": "--where"})
def show(
    remote: Remote, collection: str, object_id: str | None, columns: str | None, **options: Any
) -> None:
    """Show the objects of a collection, or one of them whole.

    \b
    Examples:
      understudy state show users
      understudy state show defects --where status=OPEN --order -created_at --limit 10
      understudy state show users --columns email,is_active
      understudy state show defects 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01
    """
    if object_id is not None:
        answer = remote.ask_sandbox("GET", "state", collection, object_id)
        remote.show(answer, objects.description(answer))
        return
    answer = remote.ask_sandbox("GET", "state", collection, query=_query(options))
    names = columns.split(",") if columns else None
    _check_columns(remote, collection, answer["objects"], names or ())
    remote.show(answer, objects.listing(answer, options["offset"], names))


@state.command()
@collection_argument
@click.argument("file", metavar="FILE|-", type=click.File(encoding="utf-8"))
@remote()
def put(remote: Remote, collection: str, file: TextIO) -> None:
    """Store a whole object, in JSON.

    It takes the place of the one with its id, or is new.

    \b
    Examples:
      understudy state show users ID --json > user.json    then change it
      understudy state put users user.json
    """
    new = _object(file)
    answer = remote.ask_sandbox("PUT", "state", collection, new["id"], body=new)
    remote.show(answer, [f"Stored {objects.named(answer)} in {collection}."])


@state.command()
@collection_argument
@click.argument("fields", metavar="[KEY=VALUE]...", nargs=-1)
@remote()
def create(remote: Remote, collection: str, fields: Sequence[str]) -> None:
    """Make an object of some of its fields.

    The rest is computed, as for a scenario. A VALUE is JSON where it can be, else text; '"123"' is
    the text 123.

    \b
    Examples:
      understudy state create users email=new.person@acme.test password=Passw0rd!
      understudy state create defects title=Crash _workspace_id=0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01
      understudy state create users email=other@acme.test password=Passw0rd! is_active=false
    """
    body = {key: value(text) for key, text in pairs(fields).items()}
    answer = remote.ask_sandbox("POST", "state", collection, body=body)
    remote.show(answer, [f"Created {objects.named(answer)} in {collection}."])


@state.command()
@collection_argument
@id_argument
@click.option("--cascade", is_flag=True, help="What refers to it gives way: goes, or is cleared.")
@remote()
def delete(remote: Remote, collection: str, object_id: str, cascade: bool) -> None:
    """Delete an object.

    Where others refer to it, that takes --cascade.

    \b
    Examples:
      understudy state delete defects 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01
      understudy state delete users 0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01 --cascade
    """
    query = {"cascade": cascade}
    answer = remote.ask_sandbox("DELETE", "state", collection, object_id, query=query)
    told = [_counts(kind, answer[kind]) for kind in ("removed", "changed") if answer[kind]]
    remote.show(answer, told)


for command in snapshots.COMMANDS:
    state.add_command(command)


@state.command()
@output_option
@click.option("--name", metavar="NAME", help="The scenario's name; left out, the sandbox's.")
@click.option("--title", metavar="TEXT", help="Its title.")
@click.option(
    "--times",
    type=click.Choice(["absolute", "relative"]),
    help="Times as they are, the default, or from now, so that they move with the clock.",
)
@remote(json=False)
def export(remote: Remote, output: Path | None, **query: str | None) -> None:
    """Write all of it as a scenario file (YAML).

    The file makes the same state again.

    \b
    Examples:
      understudy state export --output my.yaml --name my --times relative
      understudy serve --scenario my.yaml
    """
    export_to(remote, output, query)


def _collections(answer: Any) -> list[str]:
    rows = [
        (
            click.style(one["name"], bold=True),
            str(one["count"]),
            ", ".join(dict.fromkeys(one["references"].values())),
        )
        for one in answer["collections"]
    ]
    return table(rows, HEADING) or ["The contract has no collections."]


def _check_columns(
    remote: Remote, collection: str, found: Sequence[Mapping[str, Any]], names: Sequence[str]
) -> None:
    """Refuse a column that no object of the collection can have."""
    if all(any(name in one for one in found) for name in names):
        return
    collections = remote.ask_sandbox("GET", "state")["collections"]
    [fields] = [one["fields"] for one in collections if one["name"] == collection]
    unknown = [name for name in names if name not in fields]
    if unknown:
        told = ", ".join(map(repr, unknown))
        raise UsageError(f"--columns: {collection} has no {told}; there are {', '.join(fields)}")


def _query(options: Mapping[str, Any]) -> dict[str, Any]:
    query = {name: options[name] for name in ("search", "order", "limit", "offset")}
    if options["where"] is not None:
        field, equals, text = options["where"].partition("=")
        query |= {"field": field, "value": text if equals else None}
    return query


def _object(file: TextIO) -> dict[str, Any]:
    try:
        found = json.load(file)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file.name}: is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise UsageError(f"{file.name}: is no JSON object")
    if not isinstance(found.get("id"), str) or not found["id"]:
        raise UsageError(f"{file.name}: the object needs its id; `state create` makes one")
    return found


def _counts(kind: str, counts: Mapping[str, int]) -> str:
    return f"{kind.capitalize()}: {', '.join(f'{n} of {name}' for name, n in counts.items())}."

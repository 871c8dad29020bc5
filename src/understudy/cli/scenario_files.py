"""`understudy scenario schema`, `new`, `diff` and `export`: scenario files."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.files import write_out
from understudy.cli.options import contract_option, document_option, output_option
from understudy.cli.remote import Remote, remote
from understudy.cli.text import counted, cut, written
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.scenarios.comparing import Change

MARKS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
LONGEST = 60
"""So many characters of a value are shown."""


@click.command()
@contract_option
@output_option
def schema(contract: str | None, output: Path | None) -> None:
    """Print the JSON Schema of a contract's scenarios, for editors.

    With the file next to your scenarios, an editor that speaks YAML completes and checks them: put
    `# yaml-language-server: $schema=scenario.schema.json` into their first lines.

    \b
    Examples:
      understudy scenario schema --output scenario.schema.json
      understudy scenario schema --contract my/openapi.yaml
    """
    from understudy import contract as contracts
    from understudy.scenarios.editors import editor_schema

    text = written(editor_schema(contracts.load(contract)))
    write_out(f"{text}\n", output)


@click.command()
@click.argument("name", metavar="NAME|FILE")
@click.option("--extends", metavar="NAME|FILE", help="The scenario that it builds on.")
@contract_option
def new(name: str, extends: str | None, contract: str | None) -> None:
    """Write the beginning of a new scenario, which says what else one may write.

    NAME becomes NAME.yaml here. A file that is there already stays as it is.

    \b
    Examples:
      understudy scenario new friday
      understudy scenario new stages/friday.yaml --extends default
    """
    from understudy import contract as contracts
    from understudy import scenarios
    from understudy.scenarios.files import SUFFIXES
    from understudy.scenarios.starting import start

    served = contracts.load(contract)
    file = Path(name) if Path(name).suffix in SUFFIXES else Path(f"{name}.yaml")
    if extends is not None:
        scenarios.load(served, extends)
    text = start(served, file.stem, file.as_posix(), _from(extends, file))
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new_file:
            new_file.write(text)
    except FileExistsError:
        raise UsageError(f"{file} is there already; choose another name") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from None
    click.echo(f"wrote {file}; `understudy serve --scenario {file.as_posix()}` plays it")


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@contract_option
@document_option
def diff(before: str, after: str, contract: str | None, as_json: bool) -> None:
    """Show what differs between two scenarios, object by object.

    A and B are names or files; parameters may follow, 'large-workspace?defects=5000'. Compared is
    what they come to, with what they extend. With --json: {changes: [{kind: added | removed |
    changed, place, fields: {NAME: [before, after]} or null}]}.

    \b
    Examples:
      understudy scenario diff default empty
      understudy scenario diff default my.yaml --json
    """
    from understudy import contract as contracts
    from understudy import scenarios
    from understudy.scenarios.comparing import changes

    served = contracts.load(contract)
    found = changes(scenarios.load(served, before), scenarios.load(served, after))
    if as_json:
        click.echo(written({"changes": [_document(one) for one in found]}))
        return
    click.echo("\n".join(line for one in found for line in _lines(one)) or "They are the same.")


@click.command()
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
    """Write all that a sandbox of a running server holds as a scenario file (YAML).

    The file makes the same state again. `understudy state export` is the same.

    \b
    Examples:
      understudy scenario export --output my.yaml --name my --times relative
      understudy scenario export --sandbox alice
    """
    export_to(remote, output, query)


def export_to(remote: Remote, output: Path | None, query: dict[str, str | None]) -> None:
    """Write a sandbox as a scenario, to a file or to the terminal."""
    text = remote.text("export", query=query)
    write_out(text, output, counted(len(text.splitlines()), "line"))


def _from(extends: str | None, file: Path) -> str | None:
    """What a file is to say of the scenario that it extends: paths are from where it lies."""
    from understudy.scenarios.files import is_name

    if extends is None or is_name(extends):
        return extends
    try:
        relative = os.path.relpath(extends, file.absolute().parent)
    except ValueError:  # on another drive
        return Path(extends).absolute().as_posix()
    return Path(relative).as_posix()


def _document(change: Change) -> dict[str, Any]:
    fields = change.fields
    shown = None if fields is None else {name: [*pair] for name, pair in fields.items()}
    return {"kind": change.kind, "place": change.place, "fields": shown}


def _lines(change: Change) -> Iterator[str]:
    mark, colour = MARKS[change.kind]
    yield click.style(f"{mark} {change.place}", fg=colour)
    for name, (before, after) in (change.fields or {}).items():
        yield f"    {name}: {_short(before)} → {_short(after)}"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cut(" ".join(text.split()), LONGEST)

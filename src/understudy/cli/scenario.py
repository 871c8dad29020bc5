"""`understudy scenario`: what the stage can be set with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from understudy.cli.options import contract_option
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.scenarios import Scenario


@click.group()
def scenario() -> None:
    """List, show and check scenarios: YAML files that say what a sandbox holds at first.

    A scenario is given by its name or by the path of its file. Objects refer to each other by
    readable names, and times are relative to the clock: -2d, +1h30m, now.

    \b
    Examples:
      understudy scenario list
      understudy scenario show default
      understudy scenario check my.yaml
      understudy serve --scenario my.yaml
    """


@scenario.command("list")
@contract_option
def list_scenarios(contract: str | None) -> None:
    """Name the scenarios that come with a contract.

    \b
    Example:
      understudy scenario list
    """
    from understudy import contract as contracts
    from understudy import scenarios

    served = contracts.load(contract)
    found = [scenarios.load(served, name) for name in scenarios.names(served.name)]
    rows = [(one.name, one.title, _objects(sum(one.counts().values()))) for one in found]
    click.echo("\n".join(_table(rows)) or f"No scenarios come with {served.name}.")


@scenario.command()
@click.argument("name", metavar="NAME|FILE")
@contract_option
def show(name: str, contract: str | None) -> None:
    """Show what a scenario holds: its accounts, and how many objects of each collection.

    \b
    Examples:
      understudy scenario show default
      understudy scenario show my.yaml
    """
    from understudy import contract as contracts
    from understudy import scenarios

    click.echo("\n".join(_description(scenarios.load(contracts.load(contract), name))))


@scenario.command()
@click.argument("names", metavar="NAME|FILE...", nargs=-1, required=True)
@contract_option
@click.pass_context
def check(ctx: click.Context, names: Sequence[str], contract: str | None) -> None:
    """Check scenarios against the contract, and build each once.

    Prints one line for each mistake, FILE:LINE: what is wrong; what would be right. The exit code
    is 2 if there are any.

    \b
    Examples:
      understudy scenario check default empty
      understudy scenario check stages/*.yaml
    """
    from understudy import contract as contracts
    from understudy import scenarios

    served = contracts.load(contract)
    failed = False
    for name in names:
        try:
            found = scenarios.load(served, name)
            scenarios.rehearse(served, found)
        except UsageError as error:
            click.echo(str(error))
            failed = True
        else:
            click.echo(f"{name}: {_objects(sum(found.counts().values()))}, nothing to mend.")
    if failed:
        ctx.exit(2)


def _description(found: Scenario) -> Iterable[str]:
    from understudy.contract.source import shown

    yield f"{click.style(found.name, bold=True)}: {found.title}"
    if found.description:
        yield from ("", *(f"  {line}".rstrip() for line in found.description.splitlines()))
    if found.accounts:
        yield from ("", click.style("Accounts", bold=True))
        accounts = [(one.name, one.password, one.about) for one in found.accounts]
        yield from (f"  {line}" for line in _table(accounts))
    counts = found.counts()
    yield from ("", click.style(_objects(sum(counts.values())).capitalize(), bold=True))
    rows = [(name, str(count)) for name, count in counts.items()]
    yield from (f"  {line}" for line in _table(rows))
    if found.file:
        yield from ("", str(shown(found.file)))


def _objects(count: int) -> str:
    return "1 object" if count == 1 else f"{count} objects"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with aligned columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]

"""`understudy scenario`: what the stage can be set with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.options import contract_option, document_option
from understudy.cli.text import counted, indented, table, written
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
@document_option
def list_scenarios(contract: str | None, as_json: bool) -> None:
    """Name the scenarios that come with a contract.

    With --json: {scenarios: [{name, title, objects: how many}]}.

    \b
    Examples:
      understudy scenario list
      understudy scenario list --json
    """
    from understudy import contract as contracts
    from understudy import scenarios

    served = contracts.load(contract)
    found = [scenarios.load(served, name) for name in scenarios.names(served.name)]
    if as_json:
        told = [{"name": one.name, "title": one.title, "objects": _size(one)} for one in found]
        click.echo(written({"scenarios": told}))
        return
    rows = [(one.name, one.title, counted(_size(one), "object")) for one in found]
    click.echo("\n".join(table(rows)) or f"No scenarios come with {served.name}.")


@scenario.command()
@click.argument("name", metavar="NAME|FILE")
@contract_option
@document_option
def show(name: str, contract: str | None, as_json: bool) -> None:
    """Show what a scenario holds: its accounts, and how many objects of each collection.

    With --json: {name, title, description, accounts: [{name, password, about}], objects:
    {COLLECTION: how many}, file}.

    \b
    Examples:
      understudy scenario show default
      understudy scenario show my.yaml --json
    """
    from understudy import contract as contracts
    from understudy import scenarios

    found = scenarios.load(contracts.load(contract), name)
    click.echo(written(_document(found)) if as_json else "\n".join(_description(found)))


@scenario.command()
@click.argument("names", metavar="NAME|FILE...", nargs=-1, required=True)
@contract_option
@document_option
@click.pass_context
def check(ctx: click.Context, names: Sequence[str], contract: str | None, as_json: bool) -> None:
    """Check scenarios against the contract, and build each once.

    Prints one line for each mistake, FILE:LINE: what is wrong; what would be right. The exit code
    is 2 if there are any. With --json: {scenarios: [{scenario, objects: how many, null where there
    are mistakes, mistakes: [line]}]}.

    \b
    Examples:
      understudy scenario check default empty
      understudy scenario check stages/*.yaml
    """
    from understudy import contract as contracts
    from understudy import scenarios

    served = contracts.load(contract)
    checked: list[dict[str, Any]] = []
    for name in names:
        one: dict[str, Any] = {"scenario": name, "objects": None, "mistakes": []}
        try:
            found = scenarios.load(served, name)
            scenarios.rehearse(served, found)
            one["objects"] = _size(found)
        except UsageError as error:
            one["mistakes"] = str(error).splitlines()
        checked.append(one)
    click.echo(written({"scenarios": checked}) if as_json else "\n".join(_checked(checked)))
    if any(one["mistakes"] for one in checked):
        ctx.exit(2)


def _checked(checked: Sequence[dict[str, Any]]) -> Iterable[str]:
    for one in checked:
        yield from one["mistakes"]
        if not one["mistakes"]:
            yield f"{one['scenario']}: {counted(one['objects'], 'object')}, nothing to mend."


def _description(found: Scenario) -> Iterable[str]:
    from understudy.contract.source import shown

    yield f"{click.style(found.name, bold=True)}: {found.title}"
    if found.description:
        yield from ("", *(f"  {line}".rstrip() for line in found.description.splitlines()))
    if found.accounts:
        yield from ("", click.style("Accounts", bold=True))
        accounts = [(one.name, one.password, one.about) for one in found.accounts]
        yield from indented(table(accounts))
    counts = found.counts()
    yield from ("", click.style(counted(_size(found), "object"), bold=True))
    yield from indented(table([(name, str(count)) for name, count in counts.items()]))
    if found.file:
        yield from ("", str(shown(found.file)))


def _document(found: Scenario) -> dict[str, Any]:
    from understudy.contract.source import shown

    return {
        "name": found.name,
        "title": found.title,
        "description": found.description or None,
        "accounts": [
            {"name": one.name, "password": one.password, "about": one.about}
            for one in found.accounts
        ],
        "objects": found.counts(),
        "file": str(shown(found.file)) if found.file else None,
    }


def _size(found: Scenario) -> int:
    return sum(found.counts().values())

"""`understudy scenario`: what the stage can be set with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from understudy.cli import OrderedGroup, scenario_files
from understudy.cli.options import contract_option, document_option, set_option
from understudy.cli.text import counted, indented, table, written

if TYPE_CHECKING:
    from understudy.scenarios import Scenario


@click.group(cls=OrderedGroup)
def scenario() -> None:
    """List, show, write and check scenarios: YAML files that say what a sandbox holds at first.

    A scenario is given by its name or by the path of its file. Objects refer to each other by
    readable names, and times are relative to the clock: -2d, +1h30m, now.

    \b
    Examples:
      understudy scenario list
      understudy scenario show default
      understudy scenario new my --extends default
      understudy scenario check my.yaml
      understudy scenario diff default my.yaml
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
@set_option
@contract_option
@document_option
def show(name: str, parameters: dict[str, str], contract: str | None, as_json: bool) -> None:
    """Show what a scenario is for, what it takes, and what it holds.

    That is its description, its parameters, how the clock and the faults begin, its accounts, and
    how many objects of each collection there are. With --json: {name, title, description,
    parameters: [{name, type, default, about, minimum, maximum, choices}], clock: {at, is_frozen,
    factor}, faults: [rule], accounts: [{name, password, about}], objects: {COLLECTION: how many},
    file}.

    \b
    Examples:
      understudy scenario show default
      understudy scenario show large-workspace --set defects=5000
      understudy scenario show my.yaml --json
    """
    from understudy import contract as contracts
    from understudy import scenarios

    found = scenarios.load(contracts.load(contract), name, parameters)
    click.echo(written(_document(found)) if as_json else "\n".join(_description(found)))


@scenario.command()
@click.argument("names", metavar="NAME|FILE...", nargs=-1, required=True)
@set_option
@contract_option
@document_option
@click.pass_context
def check(
    ctx: click.Context,
    names: Sequence[str],
    parameters: dict[str, str],
    contract: str | None,
    as_json: bool,
) -> None:
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
    from understudy.scenarios.checking import check as mistakes_in

    served = contracts.load(contract)
    checked: list[dict[str, Any]] = []
    for name in names:
        objects, mistakes = mistakes_in(served, name, parameters)
        checked.append({"scenario": name, "objects": objects, "mistakes": mistakes})
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
    yield from _parameters(found)
    yield from _beginning(found)
    if found.accounts:
        yield from ("", click.style("Accounts", bold=True))
        accounts = [(one.name, one.password, one.about) for one in found.accounts]
        yield from indented(table(accounts))
    counts = found.counts()
    yield from ("", click.style(counted(_size(found), "object"), bold=True))
    yield from indented(table([(name, str(count)) for name, count in counts.items()]))
    if found.file:
        yield from ("", str(shown(found.file)))


def _parameters(found: Scenario) -> Iterable[str]:
    if not found.parameters:
        return
    yield from ("", click.style("Parameters", bold=True))
    rows = [
        (name, str(found.values[name]), "; ".join(filter(None, (one.about, one.wanted))))
        for name, one in found.parameters.items()
    ]
    yield from indented(table(rows))


def _beginning(found: Scenario) -> Iterable[str]:
    """How the clock and the faults begin, where the scenario says so."""
    from understudy.scenarios.about import clock

    if found.beginning.has_clock:
        told = {name: value for name, value in clock(found.beginning).items() if value is not None}
        at = f"{told['at']}, " if "at" in told else ""
        goes = f"{told['factor']:g} times as fast as real time" if "factor" in told else "stands"
        yield from ("", click.style("Clock", bold=True), f"  {at}{goes}")
    if found.beginning.rules:
        yield from ("", click.style("Faults", bold=True))
        notes = (one.get("note") or written(one["do"]) for one in found.beginning.rules)
        yield from indented([" ".join(note.split()) for note in notes])


def _document(found: Scenario) -> dict[str, Any]:
    from understudy.contract.source import shown
    from understudy.scenarios.about import clock, described

    return {
        "name": found.name,
        "title": found.title,
        "description": found.description or None,
        "parameters": described(found)["parameters"],
        "clock": clock(found.beginning),
        "faults": [*found.beginning.rules],
        "accounts": [
            {"name": one.name, "password": one.password, "about": one.about}
            for one in found.accounts
        ],
        "objects": found.counts(),
        "file": str(shown(found.file)) if found.file else None,
    }


def _size(found: Scenario) -> int:
    return sum(found.counts().values())


for command in ("new", "diff", "schema", "export"):
    scenario.add_command(getattr(scenario_files, command))

"""`understudy fault`: rules that break a sandbox's network and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from understudy.cli import RemoteGroup, suggestions
from understudy.cli.remote import Remote, remote
from understudy.cli.rule import NAMES, rule, rule_options
from understudy.cli.text import cut, faint, indented, table

WIDEST = 48
"""Characters of a cell."""

HEADING = ("Id", "Calls", "What happens", "So far", "Note")


@click.group(cls=RemoteGroup)
def fault() -> None:
    """Break a sandbox's network and its answers by rules, and mend them again.

    \b
    Examples:
      understudy fault add --operation defects.create_defect --call 3 --error 500
      understudy fault apply flaky-wifi
      understudy fault list
      understudy fault clear
    """


@fault.command("list")
@remote()
def list_faults(remote: Remote) -> None:
    """List the rules, with what they have seen and struck so far.

    \b
    Examples:
      understudy fault list
      understudy fault list --sandbox alice --json
    """
    answer = remote.ask_sandbox("GET", "faults")
    remote.show(answer, _table(answer))


@fault.command()
@rule_options
@remote(names=NAMES)
def add(remote: Remote, **options: Any) -> None:
    """Add a rule that strikes some of the calls.

    It says which calls, which of those, what happens to them, and until when. Nothing said of the
    calls means all of them. Besides a delay, one thing happens to a call.

    \b
    Examples:
      understudy fault add --operation defects.create_defect --call 3 --error 402
      understudy fault add --method GET --delay 100ms..2s
      understudy fault add --every 5 --rate-limit 30 --for 10m
      understudy fault add --first 1 --connection close --processed --id lost-answer
      understudy fault add --status 503 --body maintenance --header 'Retry-After: 60'
      understudy fault add --probability 0.3 --off-contract wrong_type --field total
    """
    answer = remote.ask_sandbox("POST", "faults", body=rule(options))
    remote.show(answer, _line(answer))


@fault.command()
@click.argument("fault", metavar="ID", shell_complete=suggestions.faults)
@remote()
def show(remote: Remote, fault: str) -> None:
    """Show one rule.

    \b
    Examples:
      understudy fault show lost-answer
      understudy fault show lost-answer --json
    """
    answer = remote.ask_sandbox("GET", "faults", fault)
    remote.show(answer, _line(answer))


@fault.command()
@click.argument("fault", metavar="ID", shell_complete=suggestions.faults)
@remote()
def enable(remote: Remote, fault: str) -> None:
    """Have a rule go on where it stopped.

    \b
    Example:
      understudy fault enable lost-answer
    """
    answer = remote.ask_sandbox("PATCH", "faults", fault, body={"is_enabled": True})
    remote.show(answer, _line(answer))


@fault.command()
@click.argument("fault", metavar="ID", shell_complete=suggestions.faults)
@remote()
def disable(remote: Remote, fault: str) -> None:
    """Have a rule neither count nor strike for now.

    \b
    Example:
      understudy fault disable lost-answer
    """
    answer = remote.ask_sandbox("PATCH", "faults", fault, body={"is_enabled": False})
    remote.show(answer, _line(answer))


@fault.command()
@click.argument("fault", metavar="ID", shell_complete=suggestions.faults)
@remote()
def remove(remote: Remote, fault: str) -> None:
    """Forget a rule.

    \b
    Example:
      understudy fault remove lost-answer
    """
    answer = remote.ask_sandbox("DELETE", "faults", fault)
    remote.show(answer, [f"Removed {fault}."])


@fault.command()
@remote()
def clear(remote: Remote) -> None:
    """Forget all rules: the network is whole again.

    \b
    Example:
      understudy fault clear
    """
    answer = remote.ask_sandbox("DELETE", "faults")
    remote.show(answer, ["Removed all rules."])


@fault.command()
@remote(sandbox=False)
def plans(remote: Remote) -> None:
    """List the ready-made sets of rules.

    \b
    Examples:
      understudy fault plans
      understudy fault plans --json
    """
    answer = remote.ask("GET", "fault-plans")
    remote.show(answer, _plans(answer))


@fault.command()
@click.argument("plan", shell_complete=suggestions.plans)
@remote()
def apply(remote: Remote, plan: str) -> None:
    """Add the rules of a ready-made set.

    Applied again, they begin anew.

    \b
    Examples:
      understudy fault apply flaky-wifi
      understudy fault apply outage --sandbox alice
    """
    answer = remote.ask_sandbox("POST", "fault-plans", plan)
    remote.show(answer, _table(answer))


def _table(answer: Any) -> list[str]:
    from understudy.client.lines import fault_parts, printable
    from understudy.client.records import Fault

    rules = [Fault.of(one) for one in answer["faults"]]
    rows = [
        (
            click.style(one.id, bold=True),
            *(cut(part, WIDEST) for part in fault_parts(one)),
            cut(printable(one.note or ""), WIDEST),
        )
        for one in rules
    ]
    return table(rows, HEADING) or ["There are no rules: the network is whole."]


def _line(answer: Any) -> Iterator[str]:
    from understudy.client.lines import fault_line
    from understudy.client.records import Fault

    yield fault_line(Fault.of(answer))


def _plans(answer: Any) -> Iterator[str]:
    for number, plan in enumerate(answer["plans"]):
        yield from [""] * (number > 0)
        yield f"{click.style(plan['name'], bold=True)}  {plan['title']}"
        yield from indented(click.wrap_text(plan["description"], 96).splitlines())
        rules = [faint(f"{len(plan['rules'])} rules")] if len(plan["rules"]) > 1 else []
        yield from indented(rules)

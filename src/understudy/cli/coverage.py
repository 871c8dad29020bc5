"""`understudy journal coverage`: what of the contract was called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from understudy.cli.remote import Remote, remote
from understudy.cli.text import counted, faint, table


@click.command()
@click.option("--uncalled", is_flag=True, help="Only what was never called.")
@remote()
def coverage(remote: Remote, uncalled: bool) -> None:
    """Show which operations were called, and what they were answered.

    Counts everything since the sandbox began or its journal was cleared, also what the journal
    keeps no longer. An answer that the contract does not document has an exclamation mark.

    \b
    Examples:
      understudy journal coverage
      understudy journal coverage --uncalled
      understudy journal coverage --json
    """
    answer = remote.ask_sandbox("GET", "journal", "coverage")
    remote.show(answer, _lines(answer, uncalled=uncalled))


def _lines(answer: Any, *, uncalled: bool) -> Iterator[str]:
    """The lines of all operations, or of those that were never called, and what they come to."""
    operations = answer["operations"]
    shown = [one for one in operations if not (uncalled and one["exchanges"])]
    yield from table([_line(one) for one in shown])
    yield click.style(f"{answer['called']} of {len(operations)} operations called", bold=True)
    elsewhere = sum(answer["elsewhere"].values())
    if elsewhere:
        told = counted(elsewhere, "exchange")
        yield faint(f"{told} went where no operation answers: {_counts(answer['elsewhere'])}")


def _line(one: Any) -> tuple[str, str, str]:
    counts = _counts(one["statuses"], one["documented"]) if one["exchanges"] else "never called"
    return one["operation"], f"{one['method']} {one['path']}", counts


def _counts(statuses: Mapping[str, int], documented: list[str] | None = None) -> str:
    """`201 (12), 422 (2), 503! (1)`."""
    known = [*statuses] if documented is None else [*documented, "0"]
    return ", ".join(
        f"{'no answer' if status == '0' else status}{'' if status in known else '!'} ({count})"
        for status, count in statuses.items()
    )

"""What commands show of sandboxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.text import faint, indented, short_time, table

if TYPE_CHECKING:
    from understudy.client.records import SandboxInfo

HEADING = ("Name", "From", "Time", "Objects", "Exchanges", "Faults", "Unused for")


def sandbox_table(answer: Any) -> Iterator[str]:
    """A line for each sandbox of a list."""
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


def sandbox_told(answer: Any) -> Iterator[str]:
    """A sandbox in one line."""
    from understudy.client.lines import sandbox_line
    from understudy.client.records import SandboxInfo

    yield sandbox_line(SandboxInfo.of(answer))


def new_told(answer: Any) -> Iterator[str]:
    """A new sandbox, and how to get into it."""
    yield from sandbox_told(answer)
    yield faint(f"Log in as {_address(answer['name'])}.")


def sandbox_facts(answer: Any) -> Iterator[str]:
    """All that there is to know of a sandbox."""
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

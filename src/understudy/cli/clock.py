"""`understudy clock`: a sandbox's time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click

from understudy.cli import RemoteGroup
from understudy.cli.options import number
from understudy.cli.remote import Remote, remote
from understudy.cli.text import faint, short_time
from understudy.errors import UsageError


class _ShowsByDefault(RemoteGroup):
    """`understudy clock` is `understudy clock show`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in `show` where no command is named."""
        is_bare = not args and not ctx.resilient_parsing  # else a shell completes the commands
        has_options = any(one.startswith("-") for one in args[:1])
        asks_for_help = any(one in ctx.help_option_names for one in args[:1])
        if is_bare or (has_options and not asks_for_help):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ShowsByDefault)
def clock() -> None:
    """Show and move the time of a sandbox.

    Tokens, subscriptions, schedules, rate limits and timestamps follow at once. Without a command,
    it shows the time.

    \b
    Examples:
      understudy clock
      understudy clock freeze 2026-01-26T09:00:00Z
      understudy clock advance 50m
      understudy clock set real
    """


@clock.command()
@remote()
def show(remote: Remote) -> None:
    """Show the time, and how fast it runs.

    \b
    Examples:
      understudy clock
      understudy clock show --sandbox alice --json
    """
    answer = remote.ask_sandbox("GET", "clock")
    remote.show(answer, _lines(answer))


@clock.command()
@click.argument("at", metavar="[TIME]", required=False)
@remote()
def freeze(remote: Remote, at: str | None) -> None:
    """Let time stand still, now or at another time.

    TIME is ISO 8601 with an offset. `understudy clock run` lets time pass again.

    \b
    Examples:
      understudy clock freeze
      understudy clock freeze 2026-01-26T09:00:00Z
    """
    _move(remote, "freeze", {"at": at})


@clock.command("set")
@click.argument("to", metavar="TIME|real")
@remote()
def set_time(remote: Remote, to: str) -> None:
    """Show another time, and go on as before.

    A clock that stands goes on standing. `real` is the time of the server's machine, running.

    \b
    Examples:
      understudy clock set 2026-01-26T17:00:00Z
      understudy clock set real
    """
    _move(remote, "set", {"to": to})


class _Onwards(click.Command):
    """`-5m` is no option, and time does not go back so."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse a negative length of time in words that help."""
        if any(re.match(r"-\d", one) for one in args):
            raise UsageError("time does not go back so; use `understudy clock set`")
        return super().parse_args(ctx, args)


@clock.command(cls=_Onwards)
@click.argument("by", metavar="TIME")
@remote()
def advance(remote: Remote, by: str) -> None:
    """Let time pass at once.

    TIME is a length of time; its units are w, d, h, m, s and ms.

    \b
    Examples:
      understudy clock advance 50m
      understudy clock advance 8h1s --sandbox alice
      understudy clock advance 30d
    """
    _move(remote, "advance", {"by": by})


@clock.command()
@click.argument("factor", metavar="[FACTOR]", type=number, default=1.0)
@remote()
def run(remote: Remote, factor: float) -> None:
    """Let time run from where it is, FACTOR times as fast as real time.

    \b
    Examples:
      understudy clock run          as fast as real time
      understudy clock run 60       a minute in every second
    """
    _move(remote, "run", {"factor": factor})


def _move(remote: Remote, how: str, body: dict[str, Any]) -> None:
    answer = remote.ask_sandbox("POST", "clock", how, body=body)
    remote.show(answer, _lines(answer))


def _lines(answer: Any) -> Iterator[str]:
    from understudy.client.lines import clock_line
    from understudy.client.records import ClockReading
    from understudy.clock import Clock

    reading = ClockReading.of(answer)
    ahead = reading.now.timestamp() - Clock().millis() / 1000
    hint = f"{short_time(abs(ahead))} {'ahead of' if ahead > 0 else 'behind'} this machine"
    yield clock_line(reading) + (faint(f"  ({hint})") if abs(ahead) >= 1 else "")

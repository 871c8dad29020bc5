"""`understudy journal`: what the application asked, and what it was answered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from understudy import times
from understudy.cli import RemoteGroup, exchange
from understudy.cli.coverage import coverage
from understudy.cli.files import write_out
from understudy.cli.filters import (
    filter_options,
    filters,
    match_options,
    matched,
    most_option,
    ordered,
)
from understudy.cli.options import output_option
from understudy.cli.remote import Remote, remote
from understudy.cli.text import counted, faint, plain, written
from understudy.errors import UsageError


@click.group(cls=RemoteGroup)
def journal() -> None:
    """See, wait for and verify what the application did.

    --operation takes an operation's id, or a pattern: `understudy contract show` lists them.

    \b
    Examples:
      understudy journal list --user admin@acme.test --status 4xx
      understudy journal tail -f
      understudy journal show 12
      understudy journal wait --operation defects.create_defect --timeout 10s
      understudy journal verify --operation defects.create_defect --exactly 1
      understudy journal har --output run.har
      understudy journal coverage
    """


@journal.command("list")
@click.option(
    "-n",
    "--lines",
    "count",
    metavar="N",
    type=click.IntRange(1, 1000),
    default=1000,
    show_default=True,
    help="So many exchanges at most.",
)
@filter_options
@remote()
def list_exchanges(remote: Remote, count: int, **options: Any) -> None:
    """List the exchanges that are kept, the oldest first.

    \b
    Examples:
      understudy journal list
      understudy journal list -n 10 --since 20
      understudy journal list --operation 'defects.*' --has-warnings
      understudy journal list --status 5xx --json
    """
    query = {**filters(options), "order": "oldest", "limit": count}
    answer = remote.ask_sandbox("GET", "journal", query=query)
    remote.show(answer, [*_list(answer), *_rest(answer)])


@journal.command()
@click.option(
    "-n",
    "--lines",
    "count",
    metavar="N",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="So many exchanges.",
)
@click.option("-f", "--follow", is_flag=True, help="Go on with those that come, until Ctrl-C.")
@filter_options
@remote()
def tail(remote: Remote, count: int, follow: bool, **options: Any) -> None:
    """Show the last exchanges, and with -f those that come.

    With --json it is the server's list, the newest first; with -f as well, one line for each.

    \b
    Examples:
      understudy journal tail
      understudy journal tail -n 5 --operation auth.login
      understudy journal tail -f --sandbox alice
    """
    query = {**filters(options), "order": "newest", "limit": count}
    answer = remote.ask_sandbox("GET", "journal", query=query)
    newest: list[Any] = answer["exchanges"]
    if follow:
        # Filtered or not, nothing after the last one has been seen.
        since = {**filters(options), "since": max(answer["last"], options["since"] or 0)}
        _follow(remote, newest[::-1], since)
    else:
        remote.show(answer, _list({**answer, "exchanges": newest[::-1]}))


@journal.command()
@click.argument("sequence", metavar="N", type=int)
@remote()
def show(remote: Remote, sequence: int) -> None:
    """Show one exchange: what was asked, answered and changed.

    \b
    Examples:
      understudy journal show 12
    """
    answer = remote.ask_sandbox("GET", "journal", sequence)
    remote.show(answer, exchange.description(answer))


@journal.command()
@match_options
@click.option("--count", metavar="N", type=int, default=1, show_default=True, help="So many.")
@click.option(
    "--timeout",
    metavar="TIME",
    default="5s",
    show_default=True,
    help="How long to wait, of real time, at most 60s.",
)
@remote()
def wait(remote: Remote, count: int, timeout: str, **options: Any) -> None:
    """Wait until there are exchanges of a kind.

    Those that are there already count, too; --since leaves them out. The exit code is 1 if they did
    not come in time; then it says what came nearest.

    \b
    Examples:
      understudy journal wait --operation defects.create_defect --status 201
      understudy journal wait --method POST --body '{"title": "Crash"}' --timeout 30s
    """
    body = {"match": matched(options), "count": count, "timeout": timeout}
    answer = remote.ask_sandbox("POST", "journal", "wait", body=body, waits=_seconds(timeout))
    _conclude(remote, answer, answer["found"], exchange.lines(answer["exchanges"]))


@journal.command()
@match_options
@click.option("--exactly", metavar="N", type=int, help="So many, no more and no less.")
@click.option("--at-least", metavar="N", type=int, help="So many or more.")
@click.option("--at-most", metavar="N", type=int, help="So many or less.")
@click.option("--never", is_flag=True, help="None: --exactly 0.")
@click.option(
    "--order",
    metavar="STEP",
    multiple=True,
    help="One after the other; repeatable. A STEP is an operation, or METHOD, /path, status, user.",
)
@remote()
def verify(
    remote: Remote,
    exactly: int | None,
    at_least: int | None,
    at_most: int | None,
    never: bool,
    order: Sequence[str],
    **options: Any,
) -> None:
    """See that the application asked what it should have.

    At least once, unless told otherwise. The exit code is 1 if it did not; then it says what came
    nearest.

    \b
    Examples:
      understudy journal verify --operation defects.create_defect --exactly 1
      understudy journal verify --status 5xx --never
      understudy journal verify --user admin@acme.test --order auth.login --order 'GET /defects 200'
    """
    if never and exactly is not None:
        raise UsageError("--never is --exactly 0: give one of them")
    counts = {"exactly": 0 if never else exactly, "at_least": at_least, "at_most": at_most}
    given = {name: count for name, count in counts.items() if count is not None}
    match = matched(options)
    meant = {"order": ordered(order, match)} if order else {"match": match}
    body = {**meant, **given}
    answer = remote.ask_sandbox("POST", "journal", "verify", body=body)
    _conclude(remote, answer, answer["verified"], [answer["message"]])


@journal.command()
@output_option
@most_option
@filter_options
@remote(json=False)
def har(remote: Remote, output: Path | None, count: int | None, **options: Any) -> None:
    """Write the exchanges as an HTTP archive (HAR 1.2).

    \b
    Examples:
      understudy journal har --output run.har
      understudy journal har --user admin@acme.test | jq .log.entries[].request.url
    """
    query = {**filters(options), "limit": count}
    archive = remote.ask_sandbox("GET", "journal", "har", query=query)
    write_out(written(archive) + "\n", output, counted(len(archive["log"]["entries"]), "exchange"))


@journal.command()
@output_option
@most_option
@filter_options
@remote(json=False)
def curl(remote: Remote, output: Path | None, count: int | None, **options: Any) -> None:
    """Write the requests as curl lines for a POSIX shell.

    $TOKEN stands for the access token.

    \b
    Examples:
      understudy journal curl --status 5xx
      understudy journal curl --since 11 -n 1
      understudy journal curl --output requests.sh
    """
    script = remote.text("journal", "curl", query={**filters(options), "limit": count})
    commands = sum(line.startswith("curl ") for line in script.splitlines())
    write_out(script, output, counted(commands, "request"))


@journal.command()
@remote()
def clear(remote: Remote) -> None:
    """Forget all exchanges, and count the coverage anew.

    \b
    Example:
      understudy journal clear
    """
    answer = remote.ask_sandbox("DELETE", "journal")
    remote.show(answer, [f"Forgot {counted(answer['cleared'], 'exchange')}."])


journal.add_command(coverage)


def _conclude(remote: Remote, answer: Any, succeeded: bool, lines: Iterable[str]) -> None:
    """Show what an expectation came to; a miss is explained on stderr, with exit code 1."""
    if succeeded or remote.as_json:
        remote.show(answer, lines)
    else:
        click.echo("\n".join(map(plain, answer["message"].splitlines())), err=True)
    if not succeeded:
        click.get_current_context().exit(1)


def _follow(remote: Remote, first: Sequence[Any], since: dict[str, Any]) -> None:
    from understudy.client.journal import SandboxJournal

    for raw in first:
        _echo(remote, raw)
    try:
        for one in SandboxJournal(remote.connection, remote.sandbox).stream(**since):
            _echo(remote, one.raw)
    except KeyboardInterrupt:
        return
    click.echo("The stream has ended: the sandbox or the server is gone.", err=True)


def _echo(remote: Remote, raw: Any) -> None:
    line = json.dumps(raw, ensure_ascii=False) if remote.as_json else next(exchange.lines([raw]))
    click.echo(line)


def _list(answer: Any) -> Iterator[str]:
    yield from exchange.lines(answer["exchanges"])
    if not answer["exchanges"]:
        yield "There are no such exchanges."
    if answer["lost"]:
        yield faint(f"{answer['lost']} more are kept no longer.")


def _rest(answer: Any) -> Iterator[str]:
    found = answer["exchanges"]
    if found and answer["total"] > len(found):
        last = found[-1]["sequence"]
        yield faint(f"{len(found)} of {answer['total']}; --since {last} goes on.")


def _seconds(text: str) -> float:
    """How long that is; what is no length of time is the server's to refuse."""
    try:
        return times.duration(text) / 1000
    except ValueError:
        return 0.0

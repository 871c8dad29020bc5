"""`understudy replay`: the requests of a bundle once more."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.bundle import file_argument, read_bundle
from understudy.cli.options import contract_option, document_option, token_option
from understudy.cli.remote import refusals
from understudy.cli.text import plain, written

if TYPE_CHECKING:
    from understudy.bundles.form import Bundle
    from understudy.bundles.report import Outcome
    from understudy.client.connection import Connection

DIFFERENT = 1
"""The exit code where an answer differs."""
COLOURS = {"same": "green", "differs": "red", "skipped": "yellow"}
NOTHING = "scenario: nothing\ntitle: Nobody and nothing\ncollections: {}\n"
"""What the server of a replay begins with: the bundle brings all that is needed."""


@click.command()
@file_argument
@click.option(
    "--against",
    "url",
    metavar="URL",
    help="A server to send them to; left out, one that is started for it.",
)
@token_option
@contract_option
@document_option
def replay(
    file: Path, url: str | None, token: str | None, contract: str | None, as_json: bool
) -> None:
    """Send the requests of a bundle again, and tell where the answers differ.

    They go into a new sandbox that is as the bundle's was when it began, each at its time, together
    with all that was done to the sandbox in between. What must differ, such as tokens, is left out
    of the comparison. Requests that cannot be repeated are skipped, and the reason is told.

    The exit code is 0 if no answer differs, 1 if one does, 2 where it cannot be done.

    \b
    Examples:
      understudy replay tuesday.understudy
      understudy replay tuesday.understudy --against http://127.0.0.1:8000
      understudy replay tuesday.understudy --json
    """
    found = read_bundle(file)
    served = contract or found.manifest["contract"]["name"]
    is_strict = found.manifest["strict"]
    with refusals({}), _server(url, token, served, is_strict=is_strict) as connection:
        code = _replayed(found, file.read_bytes(), connection, as_json=as_json)
    click.get_current_context().exit(code)


def _replayed(found: Bundle, raw: bytes, connection: Connection, *, as_json: bool) -> int:
    from understudy.bundles.replaying import Replay
    from understudy.bundles.report import lines, summary
    from understudy.client.connection import path_to

    opened = json.loads(connection.data("/bundles", send=raw, query={"at": "beginning"}))
    name = opened["sandbox"]["name"]
    try:
        replay = Replay(found, connection, name)
        replay.report.notes += opened["notes"]
        for outcome in replay.outcomes():
            if not as_json:
                click.echo(_coloured(outcome, lines(outcome)))
    finally:
        connection.call("DELETE", path_to("sandboxes", name))
    if as_json:
        click.echo(written(replay.report.as_json()))
    else:
        click.echo("\n".join([*map(plain, replay.report.notes), summary(replay.report)]))
    return 0 if replay.report.is_same else DIFFERENT


def _coloured(outcome: Outcome, lines: Iterator[str]) -> str:
    first, *others = map(plain, lines)
    verdict = outcome.verdict
    head = click.style(verdict, fg=COLOURS[verdict]) + first[len(verdict) :]
    return "\n".join([head, *others])


@contextlib.contextmanager
def _server(
    url: str | None, token: str | None, contract: str, *, is_strict: bool
) -> Iterator[Connection]:
    """The way to the server that is named or, for as long as the block, to one of our own."""
    from understudy.client.connection import Connection

    if url is not None:
        with contextlib.closing(Connection(url, token)) as connection:
            yield connection
        return
    with (
        _own(contract, is_strict) as server,
        contextlib.closing(Connection(server.url)) as connection,
    ):
        yield connection


@contextlib.contextmanager
def _own(contract: str, is_strict: bool) -> Iterator[Any]:
    import tempfile

    import understudy

    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "nothing.yaml"
        scenario.write_text(NOTHING, "utf-8")
        with understudy.run(contract, scenario=scenario, strict=is_strict) as server:
            yield server

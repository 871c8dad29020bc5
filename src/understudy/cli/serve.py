"""`understudy serve`: the fake backend in a terminal."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.options import contract_option, set_option
from understudy.collecting import set_aside_what_stays

if TYPE_CHECKING:
    import uvicorn

    from understudy.pipeline.app import Application

LEVELS = ("debug", "info", "warning", "error")


@click.command()
@contract_option
@click.option(
    "--scenario",
    metavar="NAME|FILE",
    help="What the stage is set with; left out: what the state began with, else `default`.",
)
@set_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; loopback unless asked.",
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0 picks a free one.",
)
@click.option(
    "--state",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Keep the state in DIR.",
)
@click.option(
    "--seed",
    metavar="TEXT",
    help="Repeat a run exactly, tokens included. Left out: ids repeat, tokens do not.",
)
@click.option(
    "--clock",
    metavar="ISO8601|real",
    help="A time at which time stands. Left out: as the scenario says, else real time.",
)
@click.option("--strict", is_flag=True, help="Refuse undocumented fields and parameters with 422.")
@click.option(
    "--control-token",
    metavar="TEXT",
    envvar="UNDERSTUDY_CONTROL_TOKEN",
    show_envvar=True,
    help="What the control API wants to be sent. Left out: nothing on loopback, else a token that "
    "is made and shown.",
)
@click.option(
    "--sandbox-limit",
    default=1000,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="So many sandboxes there may be besides default.",
)
@click.option(
    "--idle-limit",
    metavar="TIME|never",
    help="Forget a sandbox that is unused for so long. Left out: 8h; never with --state.",
)
@click.option("--open", "opens", is_flag=True, help="Open the console in the browser.")
@click.option(
    "--log-level",
    default="info",
    show_default=True,
    type=click.Choice(LEVELS),
    help="info shows each request.",
)
@click.option(
    "--reload",
    "reloads",
    is_flag=True,
    help="Take up changed contracts, handlers and scenarios at once.",
)
def serve(
    host: str,
    port: int,
    control_token: str | None,
    log_level: str,
    reloads: bool,
    opens: bool,
    **options: Any,
) -> None:
    """Start the fake backend; Ctrl-C stops it.

    \b
    Examples:
      understudy serve                                   the whole stage, on port 8000
      understudy serve --scenario empty --port 0         the accounts alone, on a free port
      understudy serve --scenario large-workspace --set defects=5000
      understudy serve --open                            and its console in the browser
      understudy serve --state ./state                   what is changed outlives the server
      understudy serve --clock 2026-01-26T09:00:00Z --seed 7    the same run, again and again
    """
    # Of all the objects that a start makes, hardly one is garbage.
    gc.disable()
    click.get_current_context().call_on_close(gc.enable)
    from understudy.cli.progress import Counting
    from understudy.cli.screen import start_screen
    from understudy.listening import (
        allow_many_connections,
        control_token_for,
        listen,
        url_of,
        uvicorn_server,
    )
    from understudy.pipeline import importing
    from understudy.pipeline.app import create_app
    from understudy.requestlog import RequestLog

    importing.IS_ALONE = True
    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    libraries = "warning" if log_level == "info" else log_level
    for name in ("httpx", "watchfiles"):
        logging.getLogger(name).setLevel(libraries.upper())
    logging.getLogger("connexion").setLevel(logging.CRITICAL)  # its errors are told in our words
    token = control_token_for(host, control_token)
    allow_many_connections()
    listener = listen(host, port)
    log = RequestLog(lambda: app.contract) if log_level in ("debug", "info") else None
    app = create_app(observe=log, control_token=token, tell=Counting(), **options)
    try:
        server = uvicorn_server(app, libraries)
        _stop_at_signals(server)
        made = token if control_token is None else None
        shown = {**options, "host": host, "reloads": reloads, "made_token": made}
        click.echo(start_screen(app, url_of(listener, host), shown))
        if opens:
            _open(url_of(listener, host))
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(_until_stopped(server, listener, app if reloads else None))
    finally:
        app.close()
        if log:
            log.close()
    click.echo("Stopped.")


def _open(url: str) -> None:
    """Show the console in the browser, in a thread: one in the terminal would hold the server."""
    import threading
    import webbrowser

    from understudy.console.mount import BASE_PATH

    address = f"{url}{BASE_PATH}/"
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _stop_at_signals(server: uvicorn.Server) -> None:
    """For the moment before uvicorn listens to signals, and for the one after, when it raises again
    what stopped it: a stop by Ctrl-C is no failure.
    """
    from uvicorn.server import HANDLED_SIGNALS

    for stop in HANDLED_SIGNALS:
        signal.signal(stop, lambda *_: setattr(server, "should_exit", True))


async def _until_stopped(
    server: uvicorn.Server, listener: socket.socket, watched: Application | None
) -> None:
    watching = asyncio.create_task(_watch(watched)) if watched else None
    set_aside_what_stays()
    await server.serve(sockets=[listener])
    if watching:
        watching.cancel()


async def _watch(app: Application) -> None:
    from understudy.reload import watch

    await watch(app, click.echo)

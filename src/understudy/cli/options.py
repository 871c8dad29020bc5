"""Options that several commands have."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import click

from understudy.cli import suggestions

contract_option = click.option(
    "--contract",
    metavar="NAME|FILE",
    help="A contract by its name, or the path of its root file; left out: the usual one.",
)

server_option = click.option(
    "--server",
    metavar="URL",
    envvar="UNDERSTUDY_URL",
    show_envvar=True,
    default="http://127.0.0.1:8000",
    show_default=True,
    help="The server to talk to.",
)

token_option = click.option(
    "--token",
    metavar="TEXT",
    envvar="UNDERSTUDY_CONTROL_TOKEN",
    show_envvar=True,
    help="The control token of a server beyond loopback.",
)

sandbox_option = click.option(
    "-s",
    "--sandbox",
    metavar="NAME",
    envvar="UNDERSTUDY_SANDBOX",
    show_envvar=True,
    default="default",
    show_default=True,
    shell_complete=suggestions.sandboxes,
    help="The sandbox that is meant.",
)

json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the control API's own answer, one JSON document.",
)

output_option = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to FILE instead of the terminal.",
)


def number(text: str) -> float:
    """A number as JSON knows it. Raises ValueError for anything else, `nan` and `inf` included."""
    with contextlib.suppress(ValueError):
        if math.isfinite(found := float(text)):
            return found
    raise ValueError(f"{text!r} is no number")

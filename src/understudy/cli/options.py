"""Options that several commands have."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from pathlib import Path

import click
from click.core import ParameterSource

from understudy.cli import suggestions
from understudy.errors import UsageError
from understudy.names import NO_NAME, is_name

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


def sandbox_name(ctx: click.Context, param: click.Parameter, name: str | None) -> str | None:
    """A sandbox's name as it was given. Raises UsageError for what cannot be one."""
    if name is None or ctx.resilient_parsing or is_name(name):
        return name
    called = param.opts[-1] if isinstance(param, click.Option) else param.make_metavar(ctx)
    if ctx.get_parameter_source(param.name or "") is ParameterSource.ENVIRONMENT:
        called = str(param.envvar)
    raise UsageError(f"{called.strip('[]')}: {name!r} {NO_NAME}")


def new_name(ctx: click.Context, param: click.Parameter, name: str | None) -> str | None:
    """The name of a sandbox to be made, as it is given. Raises UsageError for what is none."""
    return sandbox_name(ctx, param, name)


sandbox_option = click.option(
    "-s",
    "--sandbox",
    metavar="NAME",
    envvar="UNDERSTUDY_SANDBOX",
    show_envvar=True,
    default="default",
    show_default=True,
    shell_complete=suggestions.sandboxes,
    callback=sandbox_name,
    help="The sandbox that is meant.",
)

# One that is there already; the usual one if it is left out.
sandbox_argument = click.argument(
    "name",
    metavar="[NAME]",
    envvar="UNDERSTUDY_SANDBOX",
    default="default",
    shell_complete=suggestions.sandboxes,
    callback=sandbox_name,
)
sandbox_to_delete = click.argument(
    "name", shell_complete=suggestions.sandboxes, callback=sandbox_name
)

json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the control API's own answer, one JSON document.",
)

document_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")

output_option = click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to FILE instead of the terminal.",
)


def _parameters(ctx: click.Context, param: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise UsageError(f"--set: {text!r} is not NAME=VALUE, such as defects=5000")
        found[name] = value
    return found


set_option = click.option(
    "--set",
    "parameters",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_parameters,
    help="A parameter of the scenario; again for another one.",
)


def number(text: str) -> float:
    """A number as JSON knows it. Raises ValueError for anything else, `nan` and `inf` included."""
    with contextlib.suppress(ValueError):
        if math.isfinite(found := float(text)):
            return found
    raise ValueError(f"{text!r} is no number")

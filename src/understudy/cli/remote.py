"""The way of commands to a server: its address, what it answers, and what it refuses."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from understudy.cli.options import json_option, sandbox_option, server_option, token_option
from understudy.cli.text import plain, written
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.client import ControlError, Unreachable

Command = Callable[..., None]
ADDRESS = ("server", "token", "sandbox", "as_json")
"""The parameters that all commands have, and that no field of a request is called after."""


class Remote:
    """A server, and the sandbox on it that a command is about.

    sandbox: its name. as_json: whether answers are shown as they came.
    """

    def __init__(
        self, server: str, token: str | None, sandbox: str = "", as_json: bool = False
    ) -> None:
        from understudy.client.connection import Connection

        self.connection = Connection(server, token)
        self.sandbox = sandbox
        self.as_json = as_json

    def ask(self, method: str, *parts: str | int, **options: Any) -> Any:
        """What the control API answers at the path of these parts; options as of `Connection`."""
        from understudy.client.connection import path_to

        return self.connection.call(method, path_to(*parts), **options)

    def ask_sandbox(self, method: str, *parts: str | int, **options: Any) -> Any:
        """What it answers below the path of the sandbox."""
        return self.ask(method, "sandboxes", self.sandbox, *parts, **options)

    def text(self, *parts: str, query: Mapping[str, Any] | None = None) -> str:
        """What it gives below the path of the sandbox, where that is no JSON."""
        from understudy.client.connection import path_to

        return self.connection.text(path_to("sandboxes", self.sandbox, *parts), query)

    def show(self, answer: Any, lines: Iterable[str]) -> None:
        """Print an answer: these lines, or with --json the answer itself."""
        click.echo(written(answer) if self.as_json else "\n".join(lines))

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def remote(
    *, sandbox: bool = True, json: bool = True, names: Mapping[str, str] | None = None
) -> Callable[[Command], Command]:
    """Makes a function with a Remote as its first argument one with the options that lead to it.

    sandbox, json: whether it has the options of these names. names: fields of its request → what
    people call them, where that is no parameter of the field's own name. What the server refuses
    becomes a UsageError.
    """
    options = [server_option, token_option]
    options += [sandbox_option] if sandbox else []
    options += [json_option] if json else []

    def decorate(function: Command) -> Command:
        @functools.wraps(function)
        def command(**given: Any) -> None:
            address = {name: given.pop(name) for name in ADDRESS if name in given}
            with refusals(names or {}), closing(Remote(**address)) as there:
                function(there, **given)

        for option in reversed(options):
            option(command)
        return command

    return decorate


@contextmanager
def refusals(names: Mapping[str, str]) -> Iterator[None]:
    """What the server refuses in the block becomes a UsageError; `names` as of `remote`."""
    from understudy.client import ControlError, Unreachable

    try:
        yield
    except Unreachable as error:
        raise UsageError(_unreachable(error)) from None
    except ControlError as error:
        raise UsageError(_refusal(error, names)) from None
    except UnicodeEncodeError as error:
        if "surrogates" not in error.reason:  # what the terminal cannot show is no argument
            raise
        raise UsageError("an argument is no text in UTF-8") from None


def _unreachable(error: Unreachable) -> str:
    from understudy.client.connection import HOW_TO_START

    hint = "start one with `understudy serve`, or say with --server or UNDERSTUDY_URL where it is"
    return f"{error.url}: {error.reason.replace(HOW_TO_START, hint)}"


def _refusal(error: ControlError, told_names: Mapping[str, str]) -> str:
    """The server's words in one line, with each field by the option or argument that gave it."""
    from understudy.client.connection import HOW_TO_SHOW_TOKEN

    ctx = click.get_current_context()
    hint = "give it with --token, or in UNDERSTUDY_CONTROL_TOKEN"
    message = error.message.replace(HOW_TO_SHOW_TOKEN, hint)
    if error.code == "no_such_sandbox":
        message = message.rstrip(".") + _whence(ctx)
    names = _names(ctx)
    fields = [
        f"{_told(field, told_names) or _name(field, names)}: {', '.join(told)}"
        for field, told in error.details.items()
    ]
    return plain(" ".join([*message.split(), *"; ".join(fields).split()]))


def _whence(ctx: click.Context) -> str:
    """Where the name of a sandbox came from, if nobody wrote it on the line."""
    for name in ("sandbox", "name"):
        if ctx.get_parameter_source(name) is ParameterSource.ENVIRONMENT:
            return " (the name is that of UNDERSTUDY_SANDBOX)."
    is_option = ctx.get_parameter_source("sandbox") is ParameterSource.COMMANDLINE
    return " (the name is that of --sandbox)." if is_option else "."


def _told(field: str, names: Mapping[str, str]) -> str | None:
    """The name of a field, or of what it is a part of: `do.status.headers.x` → `--header`."""
    return next((name for part, name in names.items() if f"{field}.".startswith(f"{part}.")), None)


def _names(ctx: click.Context) -> dict[str, str]:
    """How people call the parameters of a command: `{"calls": "--call", "call": "--call"}`."""
    names: dict[str, str] = {}
    for param in ctx.command.params:
        if param.name and param.name not in ADDRESS:
            is_option = isinstance(param, click.Option)
            shown = param.opts[-1] if is_option else param.make_metavar(ctx).strip("[]")
            names |= {param.name: shown, param.opts[-1].strip("-").replace("-", "_"): shown}
    return names


def _name(field: str, names: Mapping[str, str]) -> str:
    """`do.error.status` → `--error`; a field that no parameter is called after stays as it is."""
    return next((names[part] for part in field.split(".") if part in names), field)

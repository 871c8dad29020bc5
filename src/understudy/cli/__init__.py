"""The command line. `COMMANDS` lists what there is; a command is imported when it is called."""

from __future__ import annotations

import io
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from understudy import __version__
from understudy.errors import UsageError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Entry(NamedTuple):
    """Where a command is, and what the list of commands says about it."""

    location: str
    help: str


COMMANDS = {
    "serve": Entry("understudy.cli.serve:serve", "Start the fake backend."),
    "scenario": Entry("understudy.cli.scenario:scenario", "List, show, write and check scenarios."),
    "contract": Entry("understudy.cli.contract:contract", "Show, bundle and check contracts."),
    "sandbox": Entry("understudy.cli.sandbox:sandbox", "Make, show and delete sandboxes."),
    "clock": Entry("understudy.cli.clock:clock", "Show and move the time of a sandbox."),
    "shortcut": Entry("understudy.cli.shortcut:shortcut", "Set a scene in one step."),
    "fault": Entry("understudy.cli.fault:fault", "Break a sandbox's network, and mend it."),
    "journal": Entry("understudy.cli.journal:journal", "See and verify what was asked."),
    "state": Entry("understudy.cli.state:state", "See and change what a sandbox holds."),
    "bundle": Entry("understudy.cli.bundle:bundle", "Hand on a sandbox as one file."),
    "replay": Entry("understudy.cli.replay:replay", "Send the requests of a bundle again."),
    "verify": Entry("understudy.cli.verify:verify", "Verify that a backend keeps its contract."),
    "rules": Entry("understudy.cli.rules:rules", "List what is verified, rule by rule."),
    "completion": Entry("understudy.cli.completion:completion", "Complete commands in a shell."),
}


COMMON = (
    ("--server URL", "The server; else UNDERSTUDY_URL, else http://127.0.0.1:8000."),
    ("--token TEXT", "Its control token, if it wants one; else UNDERSTUDY_CONTROL_TOKEN."),
    (
        "-s, --sandbox NAME",
        "The sandbox, where one is meant; else UNDERSTUDY_SANDBOX, else default.",
    ),
    ("--json", "The control API's own answer, one JSON document, unless a file is written."),
)


class Refusal(click.ClickException):
    """A mistake of the user: one line, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the line to stderr."""
        click.echo(f"understudy: {self.message}", err=True, file=file)


class OrderedGroup(click.Group):
    """A group that lists its commands in the order in which they are written."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names."""
        return [*self.commands]


class RemoteGroup(OrderedGroup):
    """A group of commands that talk to a server."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Say what the commands have in common."""
        with formatter.section("All of them take"):
            formatter.write_dl(COMMON)


class LazyGroup(click.Group):
    """The commands of `COMMANDS`. A UsageError below them becomes a Refusal."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order in which people need them."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].location.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Complete the name of a command without importing any."""
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(name, help=entry.help)
            for name, entry in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            raise Refusal(str(error)) from None


@click.group(cls=LazyGroup)
@click.version_option(__version__, prog_name="understudy", message="%(prog)s %(version)s")
def understudy() -> None:
    """Understudy stands in for a backend: a stateful fake, driven by one OpenAPI contract.

    \b
    Example:
      understudy serve            then open http://127.0.0.1:8000/docs

    Each command explains itself with --help.
    """


def main() -> None:
    """The entry point of the command `understudy`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    understudy(prog_name="understudy")

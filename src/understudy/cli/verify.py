"""`understudy verify`: whether a backend keeps its contract."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.extra import need_verify
from understudy.errors import UsageError
from understudy.verify.config.settings import EFFORTS, FILE, LEVELS

if TYPE_CHECKING:
    from understudy.verify.config.read import Configuration


Command = Callable[..., None]


def report_option(name: str, what: str) -> Callable[[Command], Command]:
    """An option that writes a report to a file."""
    kind = click.Path(dir_okay=False, path_type=Path)
    return click.option(f"--{name}", name, metavar="FILE", type=kind, help=what)


@click.command()
@click.argument("url", required=False)
@click.option(
    "--config",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"The configuration. Left out: {FILE} in this folder, if there is one.",
)
@click.option(
    "--init",
    metavar="[FILE]",
    is_flag=False,
    flag_value=FILE,
    help=f"Write a commented configuration to FILE, {FILE} if none is named, and stop.",
)
@click.option(
    "--profile",
    metavar="NAME",
    help="A profile, such as core or full, or one tag. Left out: full. [UNDERSTUDY_VERIFY_PROFILE]",
)
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    help="Rules of this level or a stronger one: must is must alone, should is must and should, "
    "may is all. Left out: may. [UNDERSTUDY_VERIFY_LEVEL]",
)
@click.option("-k", "keyword", metavar="TEXT", help="Rules with this in id, group or promise.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Rules of this tag; repeatable.")
@click.option(
    "--read-only",
    is_flag=True,
    help="Send nothing but GET and the log-in. [UNDERSTUDY_VERIFY_READ_ONLY]",
)
@click.option(
    "--effort",
    type=click.Choice(EFFORTS),
    help="How much is generated and tried. Left out: normal. [UNDERSTUDY_VERIFY_EFFORT]",
)
@click.option(
    "--seed",
    metavar="N",
    type=int,
    help="The same requests again. Left out: a new one. [UNDERSTUDY_VERIFY_SEED]",
)
@click.option(
    "--workers",
    metavar="N",
    type=int,
    help="So many processes at once. Left out: 1. [UNDERSTUDY_VERIFY_WORKERS]",
)
@click.option("--fail-fast", is_flag=True, help="Stop at the first failure.")
@click.option(
    "--replay",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Repeat just the failures of an earlier report, written with --json.",
)
@report_option("json", "Write the report as JSON.")
@report_option("junit", "Write it as JUnit XML, which CI servers read.")
@report_option("html", "Write it as one page of HTML that needs no other file.")
@report_option("markdown", "Write a summary in Markdown, for a CI job.")
@report_option("badge", "Write a badge, as SVG.")
@report_option("har", "Write every exchange as HAR, secrets blanked.")
@click.option(
    "--control-token",
    metavar="TEXT",
    help="The control token of our own server beyond loopback. [UNDERSTUDY_CONTROL_TOKEN]",
)
@click.option(
    "--contract",
    metavar="NAME",
    help="The contract whose suite is run; left out: the usual one.",
)
@click.option("--no-color", is_flag=True, help="No colours, even on a terminal.")
@click.option("-q", "--quiet", is_flag=True, help="No progress: failures and the summary alone.")
@click.pass_context
def verify(
    ctx: click.Context,
    /,
    config: Path | None,
    init: str | None,
    no_color: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Verify whether the backend at URL keeps its contract, rule by rule.

    URL is where its API begins, such as https://staging.example.com/api/v1. It may stand in the
    configuration, too, or in UNDERSTUDY_VERIFY_URL. With neither URL nor configuration, it is our
    own server on port 8000, about which everything is found by itself.

    A flag counts more than a variable (in brackets below), a variable more than the configuration.

    \b
    Exit codes:
      0  the contract is kept, as far as it could be shown
      1  it is broken: a rule failed, or a waiver has expired
      2  wrong use or configuration; or nothing failed, but it was stopped or showed nothing
      3  nothing answers at the target

    \b
    Examples:
      understudy verify                                 our own server, which `serve` starts
      understudy verify --init https://staging.example.com/api/v1
      understudy verify --profile core --level must --junit verify.xml
      understudy verify --tag auth -k refresh --seed 7
      understudy verify --replay verify.json
    """
    need_verify()
    if init is not None:
        _write_example(init, flags)
        return
    from understudy.verify.config.read import read

    found = read(flags, config)
    for line in found.advice:
        click.echo(f"understudy: {line}", err=True)
    ctx.exit(_run(found, is_coloured=not no_color and sys.stdout.isatty(), is_quiet=quiet))


def _run(found: Configuration, **shown: bool) -> int:
    """Verify between set-up and tear-down; the exit code."""
    from understudy.verify.command import run
    from understudy.verify.config.commands import stage
    from understudy.verify.interrupts import STOPS
    from understudy.verify.report import STOPPED

    # A CI server stops a job by either, and may have begun it with Ctrl-C switched off; what was
    # created is taken away then.
    before = {one: signal.signal(one, signal.default_int_handler) for one in STOPS}
    try:
        with stage(found.settings, lambda line: click.echo(line, err=True)):
            return run(found.settings, found.outputs, out=sys.stdout, **shown)
    except KeyboardInterrupt:
        click.echo("stopped by the user before the first rule", err=True)
        return STOPPED
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _write_example(file: str, flags: Mapping[str, Any]) -> None:
    """Write a configuration. `--init URL` is understood as `URL --init`."""
    from understudy.contract.loader import default
    from understudy.verify.config import example
    from understudy.verify.config.known import known
    from understudy.verify.config.problems import Wrong
    from understudy.verify.config.read import OWN_SERVER, whole_url
    from understudy.verify.config.values import url as read_url

    url = flags["url"]
    if "://" in file:
        file, url = url or FILE, file
    names = known(flags["contract"] or default())
    try:
        address = whole_url(read_url(url or OWN_SERVER), names)
    except Wrong as wrong:
        raise UsageError(f"URL: {wrong}") from None
    example.write(Path(file), address, names)
    click.echo(f"wrote {file}; fill in what you need, then: understudy verify")

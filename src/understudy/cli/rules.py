"""`understudy rules`: what the suite of a contract promises about a backend, rule by rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.extra import need_verify
from understudy.cli.text import counted, faint, indented, table, written
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.verify.rules import Rule

LEVELS = ("must", "should", "may")
FIELDS = ("id", "level", "promise", "clauses", "tag", "group", "personas", "features", "operations")
"""What --json tells of a rule."""


@click.command()
@click.argument("rule", required=False)
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Rules of this tag; repeatable.")
@click.option(
    "--level",
    type=click.Choice(LEVELS),
    help="Rules of this level or a stronger one: must is must alone, may is all.",
)
@click.option("--profile", metavar="NAME", help="Those of a profile, or of one tag.")
@click.option("-k", "keyword", metavar="TEXT", help="Those with this in id, group or promise.")
@click.option(
    "--uncovered",
    is_flag=True,
    help="Instead, list the sentences of the contract that no rule covers; the exit code is 1 if "
    "there are any.",
)
@click.option("--contract", metavar="NAME", help="A contract; left out: the usual one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def rules(
    ctx: click.Context,
    /,
    rule: str | None,
    tags: tuple[str, ...],
    contract: str | None,
    uncovered: bool,
    as_json: bool,
    **chosen: Any,
) -> None:
    """List the rules that `understudy verify` runs, or show one: RULE is its id.

    The options choose as those of `understudy verify` do. With --json: {contract, rules: [{id,
    level, promise, clauses, tag, group, personas, features, operations}]}; with --uncovered:
    {contract, uncovered: [{where, subject, sentence}]}.

    \b
    Examples:
      understudy rules --tag auth --level must
      understudy rules AUTH-01
      understudy rules --json
    """
    need_verify()
    from understudy.contract.loader import default

    name = contract or default()
    _check_names(name, tags, chosen["profile"])
    if uncovered:
        ctx.exit(_show_uncovered(name, tags, as_json))
    found = [_named(name, rule)] if rule else _chosen(name, tags=tags, **chosen)
    if as_json:
        told = [{field: getattr(one, field) for field in FIELDS} for one in found]
        click.echo(written({"contract": name, "rules": told}))
    else:
        click.echo("\n".join(_one(found[0]) if rule else _list(found)))


def _check_names(contract: str, tags: tuple[str, ...], profile: str | None) -> None:
    from understudy.verify.config.check import check_selection
    from understudy.verify.config.known import known
    from understudy.verify.config.options import Choice
    from understudy.verify.config.problems import Place, Problems

    problems = Problems()
    selection = {
        "profile": Choice(profile, Place("--profile")),
        "tags": Choice(tags, Place("--tag")),
    }
    check_selection(problems, selection, known(contract))
    problems.check()


def _chosen(
    contract: str,
    *,
    tags: tuple[str, ...],
    level: str | None,
    profile: str | None,
    keyword: str | None,
) -> list[Rule]:
    """Those that `understudy verify` would run with the same options."""
    from understudy.verify import rules as suites
    from understudy.verify.config.settings import FULL, Settings, levels
    from understudy.verify.run import Run

    settings = Settings(
        url="",
        seed=0,
        contract=contract,
        profile=profile or FULL,
        levels=levels(level),
        tags=tags,
        keyword=keyword,
    )
    run = Run(settings, prefix="", server_url=None)
    return [one for one in suites.collect(contract) if run.wants(one, None)]


def _named(contract: str, id: str) -> Rule:
    from understudy.scenarios.problems import hint
    from understudy.verify import rules as suites

    found = {one.id: one for one in suites.collect(contract)}
    if id.upper() not in found:
        raise UsageError(f"there is no rule {id!r}; {hint(id.upper(), found)}")
    return found[id.upper()]


def _list(found: Sequence[Rule]) -> Iterator[str]:
    groups: dict[str, list[Rule]] = {}
    for one in found:
        groups.setdefault(one.group, []).append(one)
    lines = iter(table([(one.id, one.level, one.promise) for one in found]))
    for group, those in groups.items():
        heading = click.style(group.removeprefix("test_"), bold=True)
        yield f"{heading} ({len(those)})"
        yield from indented([next(lines) for _ in those])
        yield ""
    counts = [(level, sum(one.level == level for one in found)) for level in LEVELS]
    told = ", ".join(f"{count} {level}" for level, count in counts if count)
    yield f"{counted(len(found), 'rule')}{told and ': '}{told}"


def _one(found: Rule) -> Iterator[str]:
    yield f"{click.style(found.id, bold=True)}  {found.level}"
    yield f"  {found.promise}"
    rows = [
        *_rows("Clause", [f'"{clause}"' for clause in found.clauses]),
        ("Group", found.group.removeprefix("test_")),
        ("Tag", found.tag),
        *_rows("Personas", [", ".join(found.personas) or "nobody"]),
        *_rows("Features", [", ".join(found.features)] if found.features else ()),
        *_rows("Operations", found.operations),
    ]
    yield from ("", *indented(table([(faint(name), value) for name, value in rows])))


def _rows(name: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """A row for each value; the first has the name."""
    return [("" if index else name, value) for index, value in enumerate(values)]


def _show_uncovered(contract: str, tags: tuple[str, ...], as_json: bool) -> int:
    """List the sentences that no rule covers; 1 if there are any."""
    from understudy.verify import coverage

    found = [one for tag in tags or (None,) for one in coverage.uncovered(contract, tag)]
    if as_json:
        told = [{"where": one.where, "subject": one.subject, "sentence": one.text} for one in found]
        click.echo(written({"contract": contract, "uncovered": told}))
    else:
        for one in found:
            click.echo(f"{one.where}: {one.subject}: {one.text}")
        click.echo(f"{counted(len(found), 'sentence')} that no rule covers.")
    return 1 if found else 0

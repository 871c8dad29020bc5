"""`understudy contract`: what a contract says, as one document, and whether it keeps the rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.options import contract_option
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.contract.model import Contract, OperationSpec


@click.group()
def contract() -> None:
    """Show, bundle and check contracts: hand-written OpenAPI, one file per tag.

    \b
    Examples:
      understudy contract show
      understudy contract bundle --output openapi.json
      understudy contract lint
    """


@contract.command()
@contract_option
def show(contract: str | None) -> None:
    """Show the operations of a contract, tag by tag.

    \b
    Example:
      understudy contract show
    """
    from understudy.contract import load

    click.echo("\n".join(_overview(load(contract))))


@contract.command()
@contract_option
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to FILE instead of the terminal.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    default="json",
    show_default=True,
    help="How to write it.",
)
def bundle(contract: str | None, output: Path | None, form: str) -> None:
    """Write a contract as one document that any OpenAPI tool reads.

    \b
    Examples:
      understudy contract bundle --output openapi.json
      understudy contract bundle --format yaml
    """
    from understudy.contract import load

    text = _written(load(contract).public_document(), form)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from None


@contract.command()
@contract_option
@click.pass_context
def lint(ctx: click.Context, contract: str | None) -> None:
    """Check a contract against its conventions.

    Prints one line for each finding, FILE:LINE: what is wrong. The exit code is 1 if there are any.

    \b
    Examples:
      understudy contract lint
      understudy contract lint --contract my/openapi.yaml
    """
    from understudy.contract import load
    from understudy.contract.lint import lint
    from understudy.contract.source import shown

    loaded = load(contract)
    findings = lint(loaded)
    for finding in findings:
        click.echo(f"{shown(finding.file)}:{finding.line}: {finding.message}")
    if findings:
        ctx.exit(1)
    click.echo(f"{loaded.name}: {_counted(len(loaded.operations), 'operation')}, nothing to mend.")


def _overview(loaded: Contract) -> Iterator[str]:
    info = loaded.document.get("info", {})
    title = f"{info.get('title', loaded.name)} {info.get('version', '')}".rstrip()
    count = _counted(len(loaded.operations), "operation")
    yield f"{click.style(loaded.name, bold=True)}: {title}, {count} below {loaded.base_path or '/'}"
    tags = {tag["name"]: tag.get("description", "") for tag in loaded.document.get("tags", ())}
    widths = [
        max(map(len, column))
        for column in zip(*(_cells(operation) for operation in loaded.operations), strict=True)
    ]
    for tag, operations in _by_tag(loaded, tags).items():
        heading = f"{click.style(tag or 'untagged', bold=True)} ({len(operations)})"
        yield from ("", f"{heading}  {tags.get(tag, '')}".rstrip())
        for operation in operations:
            cells = zip(_cells(operation), widths, strict=True)
            yield f"  {'  '.join(f'{cell:<{width}}' for cell, width in cells)}".rstrip()


def _cells(operation: OperationSpec) -> tuple[str, ...]:
    summary, statuses = operation.raw.get("summary", ""), " ".join(operation.responses)
    return operation.method, operation.path, summary, statuses


def _by_tag(loaded: Contract, tags: Iterable[str]) -> dict[str, list[OperationSpec]]:
    """The operations by tag: the declared ones in their order, then the others."""
    found: dict[str, list[OperationSpec]] = {tag: [] for tag in tags}
    for operation in loaded.operations:
        found.setdefault(operation.tag, []).append(operation)
    return {tag: operations for tag, operations in found.items() if operations}


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _written(document: dict[str, Any], form: str) -> str:
    if form == "json":
        return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    import yaml

    class Readable(yaml.SafeDumper):
        """Writes out twice what occurs twice, and text of several lines as such."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text_node(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
        style = "|" if "\n" in text else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Readable.add_representer(str, text_node)
    dumped: str = yaml.dump(
        document, Dumper=Readable, sort_keys=False, allow_unicode=True, width=100
    )
    return dumped

"""`understudy contract`: what a contract says, as one document, and whether it keeps the rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from understudy.cli.files import write_out
from understudy.cli.options import contract_option, document_option, output_option
from understudy.cli.text import counted, indented, table, written

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
@document_option
def show(contract: str | None, as_json: bool) -> None:
    """Show the operations of a contract, tag by tag.

    Of each there is the id that --operation takes elsewhere. With --json: {name, title, version,
    base_path, operations: [{operation, tag, method, path, summary, statuses}]}.

    \b
    Examples:
      understudy contract show
      understudy contract show --contract control --json
    """
    from understudy.contract import load

    loaded = load(contract)
    click.echo(written(_document(loaded)) if as_json else "\n".join(_overview(loaded)))


@contract.command()
@contract_option
@output_option
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

    loaded = load(contract)
    text = _written(loaded.public_document(), form)
    write_out(text, output, counted(len(loaded.operations), "operation"))


@contract.command()
@contract_option
@document_option
@click.pass_context
def lint(ctx: click.Context, contract: str | None, as_json: bool) -> None:
    """Check a contract against its conventions.

    Prints one line for each finding, FILE:LINE: what is wrong. The exit code is 1 if there are any.
    With --json: {contract, operations: how many, findings: [{file, line, message}]}.

    \b
    Examples:
      understudy contract lint
      understudy contract lint --contract my/openapi.yaml --json
    """
    from understudy.contract import load
    from understudy.contract.lint import lint
    from understudy.contract.source import shown

    loaded = load(contract)
    findings = lint(loaded)
    count = len(loaded.operations)
    if as_json:
        told = [
            {"file": str(shown(one.file)), "line": one.line, "message": one.message}
            for one in findings
        ]
        click.echo(written({"contract": loaded.name, "operations": count, "findings": told}))
    else:
        for one in findings:
            click.echo(f"{shown(one.file)}:{one.line}: {one.message}")
    if findings:
        ctx.exit(1)
    if not as_json:
        click.echo(f"{loaded.name}: {counted(count, 'operation')}, nothing to mend.")


def _overview(loaded: Contract) -> Iterator[str]:
    info = loaded.document.get("info", {})
    title = f"{info.get('title', loaded.name)} {info.get('version', '')}".rstrip()
    count = counted(len(loaded.operations), "operation")
    yield f"{click.style(loaded.name, bold=True)}: {title}, {count} below {loaded.base_path or '/'}"
    tags = {tag["name"]: tag.get("description", "") for tag in loaded.document.get("tags", ())}
    by_tag = _by_tag(loaded, tags)
    lines = iter(table([_cells(one) for operations in by_tag.values() for one in operations]))
    for tag, operations in by_tag.items():
        heading = f"{click.style(tag or 'untagged', bold=True)} ({len(operations)})"
        yield from ("", f"{heading}  {tags.get(tag, '')}".rstrip())
        yield from indented([next(lines) for _ in operations])


def _cells(operation: OperationSpec) -> tuple[str, ...]:
    summary, statuses = operation.raw.get("summary", ""), " ".join(operation.responses)
    return operation.operation_id, operation.method, operation.path, summary, statuses


def _document(loaded: Contract) -> dict[str, Any]:
    info = loaded.document.get("info", {})
    return {
        "name": loaded.name,
        "title": info.get("title"),
        "version": info.get("version"),
        "base_path": loaded.base_path,
        "operations": [
            {
                "operation": one.operation_id,
                "tag": one.tag,
                "method": one.method,
                "path": one.path,
                "summary": one.raw.get("summary"),
                "statuses": [*one.responses],
            }
            for one in loaded.operations
        ],
    }


def _by_tag(loaded: Contract, tags: Iterable[str]) -> dict[str, list[OperationSpec]]:
    """The operations by tag: the declared ones in their order, then the others."""
    found: dict[str, list[OperationSpec]] = {tag: [] for tag in tags}
    for operation in loaded.operations:
        found.setdefault(operation.tag, []).append(operation)
    return {tag: operations for tag, operations in found.items() if operations}


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

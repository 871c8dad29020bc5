"""What commands write to a file, where one is named."""

from __future__ import annotations

from pathlib import Path

import click

from understudy.errors import UsageError


def write_out(text: str, output: Path | None, what: str = "") -> None:
    """Print a text; or write it to a file, and say so on stderr. Raises UsageError where that
    cannot be done.

    what: the file holds, `12 exchanges`.
    """
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from None
    click.echo(f"wrote {output}{what and ', '}{what}", err=True)

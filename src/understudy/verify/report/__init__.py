"""What a run of the suite came to: on the screen and in files, all made from one dict.

`model` has its form; `docs/report.md` explains it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from understudy.errors import UsageError
from understudy.verify.report import badge as _badge
from understudy.verify.report import facts
from understudy.verify.report import har as _har
from understudy.verify.report import html as _html
from understudy.verify.report import json_file as _json
from understudy.verify.report import junit as _junit
from understudy.verify.report import markdown as _markdown
from understudy.verify.report.model import Exchange, Report

KEPT, BROKEN, STOPPED, UNREACHABLE = 0, 1, 2, 3
"""Exit codes. STOPPED: before its end, or before anything was shown; it is that of a UsageError."""


def write(
    report: Report,
    exchanges: Iterable[Exchange],
    *,
    json: Path | None = None,
    junit: Path | None = None,
    html: Path | None = None,
    markdown: Path | None = None,
    badge: Path | None = None,
    har: Path | None = None,
) -> None:
    """Write the files that are asked for. Folders that are missing are made.

    exchanges: those of the whole run, for the archive. Raises UsageError for what cannot be
    written, after everything else has been.
    """
    forms: list[tuple[Path | None, Callable[[Report], str]]] = [
        (json, _json.text),
        (junit, _junit.text),
        (html, _html.text),
        (markdown, _markdown.text),
        (badge, _badge.text),
    ]
    wrong = [_save(path, iter([form(report)])) for path, form in forms if path]
    if har:
        wrong.append(_save(har, _har.chunks(exchanges, report["understudy"])))
    if refused := [line for line in wrong if line]:
        raise UsageError("\n".join(refused))


def exit_code(report: Report) -> int:
    """What a run ends with: 0 only if it came to its end, something was shown and nothing failed.

    Rules that were not demonstrated and things left behind are reported; they fail nothing.
    """
    stopped = report["run"]["stopped"]
    if stopped and stopped["why"] == "unreachable":
        return UNREACHABLE
    if report["verdict"] == "broken" or report["counts"]["suite_error"] or facts.expired(report):
        return BROKEN
    has_shown = report["counts"]["passed"] + report["counts"]["waived"] > 0
    return KEPT if has_shown and not stopped else STOPPED


def _save(path: Path, chunks: Iterator[str]) -> str | None:
    """Write a file; the line that says why it cannot be, or None."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(chunks)
    except OSError as error:
        return f"{path}: cannot be written: {error.strerror or error}"
    return None

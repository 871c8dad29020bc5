"""The report as JSON: the one that a program reads, and that a run can be repeated from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

import jsonschema_rs

from understudy.errors import UsageError
from understudy.verify.report.model import Report

WORST = 5
"""So many mistakes of a file are told."""


def text(report: Report) -> str:
    """The document. Halves of characters, which UTF-8 cannot hold, are written as escapes."""
    written = json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False)
    return written.encode("utf-8", "backslashreplace").decode() + "\n"


def read(path: Path) -> Report:
    """The report in a file. Raises UsageError for one that cannot be read, or is no report."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: is not JSON: {error}") from None
    if wrong := problems(report):
        raise UsageError("\n".join(f"{path}: is no report: {one}" for one in wrong[:WORST]))
    return cast(Report, report)


def schema() -> dict[str, Any]:
    """The JSON Schema of a report."""
    document = files(__package__).joinpath("report.schema.json").read_text(encoding="utf-8")
    return cast(dict[str, Any], json.loads(document))


def problems(report: Any) -> list[str]:
    """What is wrong with a report, as `rules.3.verdict: …`; nothing for a right one."""
    errors = [
        f"{'.'.join(map(str, error.instance_path)) or 'the document'}: {error.message}"
        for error in _validator().iter_errors(report)
    ]
    return errors or [*_contradictions(report)]


@cache
def _validator() -> Any:
    return jsonschema_rs.Draft202012Validator(schema())


def _contradictions(report: Report) -> Iterator[str]:
    """What no schema can say: indices that lead somewhere, counts that are right."""
    findings, waivers = report["findings"], len(report["waivers"])
    for index, finding in enumerate(findings):
        if finding["waiver"] is not None and finding["waiver"] >= waivers:
            yield f"findings.{index}.waiver: there is no waiver {finding['waiver']}"
    named = [(rule["id"], index) for rule in report["rules"] for index in rule["findings"]]
    found = [(finding["rule"], index) for index, finding in enumerate(findings)]
    for rule, index in sorted({*named} ^ {*found}):
        yield f"rules: {rule} and findings.{index} do not name each other"
    for verdict, count in report["counts"].items():
        if count != sum(rule["verdict"] == verdict for rule in report["rules"]):
            yield f"counts.{verdict}: {count} is not the number of such rules"

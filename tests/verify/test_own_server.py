"""The whole quick suite on our own server: everything is shown, and nothing stays behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import understudy
from understudy import contract as contracts
from understudy.contract import OperationSpec
from understudy.verify import coverage

OPTIONS = ["--effort", "quick", "--seed", "1", "--json", "report.json"]


def test_our_own_server_keeps_its_contract(tmp_path: Path) -> None:
    report = verified(tmp_path)
    unkept = {one["id"]: one["reason"] for one in report["rules"] if one["verdict"] != "passed"}
    assert unkept == {}
    assert report["verdict"] == "kept"
    assert report["guest"]["leaked"] == []
    assert report["guest"]["expired_early"] == 0
    assert [one["operation"] for one in report["operations"] if not has_succeeded(one)] == []
    assert set(coverage.unshown(report["operations"])) == set(never_given())


def verified(folder: Path) -> dict[str, Any]:
    with understudy.run() as server:
        found = subprocess.run(
            [sys.executable, "-m", "understudy", "verify", server.api_url, *OPTIONS],
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    assert found.returncode == 0, found.stdout + found.stderr
    report: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return report


def has_succeeded(operation: dict[str, Any]) -> bool:
    return any(one["shown"] for status, one in operation["statuses"].items() if status < "3")


def never_given() -> Iterator[str]:
    """The statuses that are documented for other backends alone."""
    for one in contracts.load("testr").operations:
        has_body = one.request_schema is not None
        if one.security != "required":
            continue
        if not has_body or one.tag == "settings":
            yield f"{one.operation_id} 422"  # a parameter at fault is 400 here, as all settings are
        if not has_body and not has_parameters(one):
            yield f"{one.operation_id} 400"  # there is nothing in the request to be wrong


def has_parameters(operation: OperationSpec) -> bool:
    return any(one["in"] in ("path", "query") for one in operation.parameters)

"""A server that answers everything alike is found out at once, and the report says how."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
REQUESTS = 60
"""So few take less than ten seconds, however busy the machine that runs this test."""

ALIKE = {
    "answers_401_to_everything": "POST /auth/login was answered 401",
    "answers_403_to_everything": "POST /auth/login was answered 403",
    "answers_404_to_everything": "POST /auth/login was answered 404",
    "answers_422_to_everything": "POST /auth/login was answered 422",
    "answers_500_to_everything": "POST /auth/login was answered 500",
    "refuses_all_but_the_log_in_with_401": "GET /auth/me is not answered as documented",
    "closes_the_connection": "POST /auth/login got no answer",
}
"""Some of them; `tests/mutants` has more."""


@contextmanager
def serving(name: str) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.mutants.serve", name]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()


@pytest.mark.long
@pytest.mark.parametrize("name", ALIKE)
def test_fails_clearly_and_soon(name: str, tmp_path: Path) -> None:
    (tmp_path / "verify.toml").write_text("[target]\ntimeout = 1\n", "utf-8")
    with serving(name) as url:
        found = subprocess.run(
            [sys.executable, "-m", "understudy", "verify", url, "--json", "report.json"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    assert found.returncode == 1, found.stdout + found.stderr
    assert ALIKE[name] in found.stdout
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["run"]["stopped"]["why"] == "no_log_in"
    assert report["guest"]["requests"] <= REQUESTS

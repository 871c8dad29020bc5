"""The rules among a team's own tests, and the command as a process that can be interrupted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

import understudy

pytestmark = pytest.mark.long

SUITE = "understudy.conformance.testr"
TOML = """
[target]
url = "{url}"
control = false

[personas.active]
email = "admin@acme.test"
password = "Passw0rd!"
"""


def pytest_says(folder, *arguments):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q"]
    return subprocess.run(
        [*command, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_a_team_runs_the_rules_with_its_own_pytest(server, tmp_path):
    (tmp_path / "test_theirs.py").write_text("def test_theirs(): pass\n", "utf-8")
    done = pytest_says(
        tmp_path, "--pyargs", SUITE, "test_theirs.py", "--base-url", server.api_url,
        "-k", "AUTH-07 or theirs", "--verify-json", "verify.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "understudy verify" in done.stdout
    assert "Kept: 1 rule shown." in done.stdout
    assert (tmp_path / "verify.json").exists()


def test_a_target_that_is_not_there_is_told_in_one_line(tmp_path):
    done = pytest_says(tmp_path, "--pyargs", SUITE, "--base-url", "http://127.0.0.1:9/api/v1")
    assert done.returncode != 0
    assert "nothing answers at http://127.0.0.1:9/api/v1" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("workers", [1, 2])
def test_after_ctrl_c_nothing_is_left_behind(server, tmp_path, workers):
    (tmp_path / "verify.toml").write_text(TOML.format(url=server.api_url), "utf-8")
    with understudy.connect(server.url) as control:
        state = control.attach().state
        before = {name: {one["id"] for one in state.list(name)} for name in KINDS}
        control.attach().journal.clear()
        command = [sys.executable, "-c", "from understudy.cli import main; main()", "verify"]
        with subprocess.Popen(
            [*command, "--tag", "test_plans", "--workers", str(workers)],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ) as run:  # fmt: skip
            control.attach().journal.wait(operation="test_plans.create_case", timeout=60)
            run.send_signal(signal.SIGINT)
            told, _ = run.communicate(timeout=60)
        after = {name: {one["id"] for one in state.list(name)} for name in KINDS}
    assert run.returncode == 2, told
    assert "stopped by the user" in told
    assert "0 leaked" in told
    assert "Traceback" not in told
    assert after == before


KINDS = ("test_plans", "test_runs", "defects", "test_cases")

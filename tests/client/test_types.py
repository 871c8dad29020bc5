"""What a type checker tells those who use the package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")

SOURCE = Path(__file__).parents[2] / "src"
RIGHT = """\
import datetime
from pathlib import Path

import understudy


def on_stage(server: understudy.Server) -> str:
    with server.sandbox("empty", seed=7) as s:
        reading = s.clock.advance(minutes=50)
        when: datetime.datetime = reading.now
        s.clock.set(when)
        s.faults.add(operation="auth.*", method="GET", calls=3, connection="close", delay=("1s", 2))
        s.faults.add(off_contract=("missing_field", "id"), lasting=datetime.timedelta(minutes=5))
        s.journal.verify(operation="auth.me", never=True)
        for exchange in s.journal.list(status="4xx"):
            if exchange.changes and exchange.changes[0].kind == "added":
                print(exchange.fault.does if exchange.fault else exchange.request.body)
        name: str = s.state.snapshot().name
        return name


with understudy.run(Path("openapi.yaml"), scenario="empty", port=0, strict=True) as running:
    on_stage(running)
    print(running.sandboxes.default.name)
on_stage(understudy.connect("http://127.0.0.1:8000", token=None))
try:
    on_stage(understudy.connect("http://127.0.0.1:8000"))
except understudy.ControlError as error:
    print(error.status + 1, error.details)
"""
WRONG = """\
import understudy

understudy.conect("http://127.0.0.1:8000")
understudy.run(scenrio="empty")
understudy.run(strict="yes")
s = understudy.connect("http://127.0.0.1:8000").sandbox()
s.faults.add(connection="clsoe")
s.faults.add(off_contract="mising_field")
s.faults.add(method="get", error=500)
s.faults.add(dealy="1s")
s.faults.add(calls="3", error=500)
s.clock.advance(minute=5)
s.journal.verify(never=1.5)
s.journal.verify(oparation="auth.me")
s.clock.now().advance()
"""


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    """For each program the lines that mypy has something to say of, and all it says."""
    folder = tmp_path_factory.mktemp("programs")
    (folder / "right.py").write_text(RIGHT, "utf-8")
    (folder / "wrong.py").write_text(WRONG, "utf-8")
    (folder / "mypy.ini").write_text(
        "[mypy]\nstrict = true\nfollow_imports = silent\nignore_missing_imports = true\n"
        f"mypy_path = {SOURCE}\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "mypy", "right.py", "wrong.py"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    found = re.findall(r"^(\w+).py:(\d+): error", ran.stdout, re.MULTILINE)
    return {(name, int(line)) for name, line in found}, ran.stdout


def test_right_uses_pass(findings):
    found, told = findings
    assert {name for name, _ in found} == {"wrong"}, told


def test_each_wrong_use_is_found(findings):
    found, told = findings
    fine = {"", "import understudy", *(one for one in WRONG.splitlines() if one.startswith("s ="))}
    wrong = {number for number, line in enumerate(WRONG.splitlines(), 1) if line not in fine}
    assert {line for name, line in found if name == "wrong"} == wrong, told

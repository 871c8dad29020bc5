"""The guides in docs/ work as they are written: their commands in a shell against a running server,
their Python by pytest.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import understudy
from understudy.client import Server

from .test_readme import TOOLS, Step, fits, outputs

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
GUIDES = {name: ROOT / f"docs/guide-{name}.md" for name in ("desktop", "qa", "tests", "backend")}
LINES = 90
NOT_RUN = {
    ". .venv/bin/activate",
    "python -m pip install pyside6-essentials      # for the small client alone",
    "python -m pip install pytest ./understudy",
    "python -m pip install -e '.[verify]'",
    "understudy verify --level must --html verify.html",
    "understudy verify --effort quick --junit verify.xml --json verify.json",
}
"""What sets something up, or is shown for a server that there is not: plain `sh` blocks."""
SHORTER = {"605s": "601s", "605 seconds": "601 seconds"}
"""The small client refreshes ten minutes before the end: in one second instead of five."""


def blocks(name: str, language: str) -> list[str]:
    text = GUIDES[name].read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def steps(name: str) -> list[Step]:
    """The commands of all console blocks, with what they print."""
    found: list[Step] = []
    block = False
    for number, line in enumerate(GUIDES[name].read_text("utf-8").splitlines(), 1):
        if line.startswith("```"):
            block = line == "```console"
        elif block and line.startswith("$ "):
            found.append(Step(number, shortened(line[2:]), ""))
        elif block:
            found[-1] = found[-1]._replace(expected=f"{found[-1].expected}{shortened(line)}\n")
    return found


def shortened(text: str) -> str:
    for long, short in SHORTER.items():
        text = text.replace(long, short)
    return text


@pytest.fixture(scope="module")
def stage() -> Iterator[Server]:
    with understudy.run() as running:
        yield running


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}")
@pytest.mark.parametrize("name", ["desktop", "qa", "backend"])
def test_the_commands_work_as_written(name, stage, tmp_path, monkeypatch):
    if name == "desktop":
        reason = "the desktop client needs PySide6: pip install '.[examples]'"
        pytest.importorskip("PySide6.QtNetwork", reason=reason, exc_type=ImportError)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # as at the top of the repository
    stage.attach("default").reset()
    walk = steps(name)
    printed = outputs(walk, stage.url, timeout=300)
    assert len(printed) == len(walk) + 1, f"the shell ended early:\n{printed[-1]}"
    wrong = [
        f"{GUIDES[name].name}:{step.line}: $ {step.command}\n"
        f"  should print: {step.expected.strip() or '(nothing)'}\n"
        f"  but prints:   {output.strip() or '(nothing)'}"
        for step, output in zip(walk, printed, strict=False)
        if not fits(step.expected, output)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_tests_work_and_one_fails_as_is_shown(tmp_path):
    """In a project that has the guide's settings."""
    (tmp_path / "pytest.ini").write_text(blocks("tests", "ini")[0], "utf-8")
    for number, content in enumerate(blocks("tests", "python")):
        (tmp_path / f"test_{number}.py").write_text(content, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    told = run.stdout + run.stderr
    assert "1 failed, 4 passed" in told, told
    shown = blocks("tests", "text")[0]
    assert fits(f"…{shown}…", told), told


@pytest.mark.parametrize("name", GUIDES)
def test_what_is_not_run_is_known(name):
    lines = {line for block in blocks(name, "sh") for line in block.splitlines()}
    assert lines <= NOT_RUN
    kinds = set(re.findall(r"^```(\w+)", GUIDES[name].read_text("utf-8"), re.MULTILINE))
    assert kinds <= {"sh", "console", "python", "text", "ini"}
    assert name == "tests" or kinds <= {"sh", "console"}


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_fits_two_screens(name):
    assert len(GUIDES[name].read_text("utf-8").splitlines()) <= LINES

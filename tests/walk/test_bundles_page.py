"""The commands of docs/bundles.md work as they are written, on two machines: two servers that know
nothing of each other.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import understudy
from understudy.bundles.archive import FORMAT, MANIFEST, PARTS

from .test_readme import TOOLS, Step, fits, outputs

pytestmark = pytest.mark.long

PAGE = Path(__file__).parents[2] / "docs/bundles.md"
MINE, THEIRS = "## With the bug before you", "## On the colleague's machine"


def steps(section: str) -> list[Step]:
    """The commands of the console blocks below a heading."""
    found: list[Step] = []
    inside = block = False
    for number, line in enumerate(PAGE.read_text("utf-8").splitlines(), 1):
        if line.startswith("## "):
            inside = line == section
        elif inside and line.startswith("```"):
            block = line == "```console"
        elif inside and block and line.startswith("$ "):
            found.append(Step(number, line[2:], ""))
        elif inside and block:
            found[-1] = found[-1]._replace(expected=f"{found[-1].expected}{line}\n")
    return found


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}")
def test_the_commands_work_as_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = []
    for section in (MINE, THEIRS):
        walk = steps(section)
        with understudy.run() as server:
            printed = outputs(walk, server.url)
        assert len(printed) == len(walk) + 1, f"the shell ended early:\n{printed[-1]}"
        wrong += [
            f"docs/bundles.md:{step.line}: $ {step.command}\n  but prints: {output.strip()}"
            for step, output in zip(walk, printed, strict=False)
            if not fits(step.expected, output)
        ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_page_has_the_parts_and_the_format_of_the_file():
    table = PAGE.read_text("utf-8").partition("## The file")[2]
    for name in (MANIFEST, *PARTS):
        assert f"`{name}`" in table
    assert f"`format`, now {FORMAT};" in table

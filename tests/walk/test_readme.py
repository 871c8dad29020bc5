"""The walk in README.md works as it is written: one bash session against a running server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import understudy

README = Path(__file__).parents[2] / "README.md"
ADDRESS = "http://127.0.0.1:8000"
MARK = "\n=== next command ===\n"
TOOLS = ("bash", "curl", "python3")


class Step(NamedTuple):
    """A command, its line in the file, and what it is to print; `…` stands for anything."""

    line: int
    command: str
    expected: str


def steps(text: str) -> list[Step]:
    """The commands of all console blocks, in the order of the file, below `## A walk`."""
    found: list[Step] = []
    section = block = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            section = line == "## A walk"
        elif section and line.startswith("```"):
            block = line == "```console"
        elif section and block and line.startswith("$ "):
            found.append(Step(number, line[2:], ""))
        elif section and block:
            found[-1] = found[-1]._replace(expected=f"{found[-1].expected}{line}\n")
    return found


def outputs(walk: list[Step], url: str, *, timeout: float = 60) -> list[str]:
    """What each command prints, errors included, all of them in one shell."""
    script = "set -o history -o histexpand\n"  # as in a terminal, where a ! may be more than a !
    script += "".join(f"{step.command}\nprintf '%s' '{MARK}'\n" for step in walk)
    commands = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    answer = subprocess.run(
        ["bash", "-s"],
        input=script.replace(ADDRESS, url),
        env={**os.environ, "PATH": commands, "UNDERSTUDY_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return [part.replace(url, ADDRESS) for part in answer.stdout.split(MARK)]


def fits(expected: str, printed: str) -> bool:
    pattern = ".*".join(map(re.escape, expected.strip().split("…")))
    return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}")
def test_the_walk_works_as_written():
    walk = steps(README.read_text(encoding="utf-8"))
    with understudy.run() as server:
        printed = outputs(walk, server.url)
    assert len(printed) == len(walk) + 1, f"the shell ended early:\n{printed[-1]}"
    wrong = [
        f"README.md:{step.line}: $ {step.command}\n"
        f"  should print: {step.expected.strip() or '(nothing)'}\n"
        f"  but prints:   {output.strip() or '(nothing)'}"
        for step, output in zip(walk, printed, strict=False)
        if not fits(step.expected, output)
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_it_covers_what_the_walk_is_for():
    commands = "\n".join(step.command for step in steps(README.read_text(encoding="utf-8")))
    expected = "".join(step.expected for step in steps(README.read_text(encoding="utf-8")))
    for part in ("/auth/me", "/test-plans", "/test-runs", "/test-run-results", "/defects", "+mine"):
        assert part in commands
    for part in ("clock advance", "shortcut run", "fault add", "journal verify", "sandbox reset"):
        assert f"understudy {part}" in commands
    assert '"error":"subscription_expired"' in expected


@pytest.mark.parametrize(
    ("expected", "printed", "fit"),
    [
        ("a…c\n", "abc", True),
        ("a…c\n", "ac\n", True),
        ("a.c", "abc", False),
        ("", "\n", True),
        ("", "x", False),
        ("…", "any\nthing", True),
        ("a…", "ba", False),
        ("a", "a b", False),
    ],
)
def test_dots_stand_for_anything_and_nothing_else_does(expected, printed, fit):
    assert fits(expected, printed) is fit

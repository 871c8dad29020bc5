"""The command-line walk, and the one place to change for PyQt6."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def walk(*arguments):
    command = [sys.executable, "-m", "examples.desktop_client", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.stderr == ""
    return ended.returncode, re.sub(r"^ *\d+\.\d s  ", "", ended.stdout, flags=re.MULTILINE)


def test_the_walk(box):
    box.shortcuts.run("shorten-access-tokens", lasting="601s")
    address = box.address("admin@acme.test")
    code, told = walk(box.api_url, "--email", address, "--refreshes", "1")
    assert (code, told.splitlines()) == (
        0,
        [
            "logged in as admin, tokens for 601 s",
            "0 open defects",
            "filed DEF-001",
            "refreshed",
            "logged out",
        ],
    )
    box.journal.verify(operation="auth.logout", exactly=1)


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("admin@expired.test", "dialog: The subscription of this workspace has expired."),
        ("nobody@acme.test", "LOGIN: The e-mail or the password is wrong."),
    ],
)
def test_a_walk_that_ends_early(box, email, told):
    code, said = walk(box.api_url, "--email", box.address(email))
    assert code == 1
    assert told in said


def names(source):
    tree = ast.parse(source)
    imports = [one for one in tree.body if isinstance(one, ast.ImportFrom)]
    return {name.asname or name.name for one in imports for name in one.names}


def test_the_lines_for_pyqt6_import_the_same_names():
    source = (ROOT / "examples/desktop_client/qt.py").read_text("utf-8")
    told = "\n".join(re.findall(r"^    (from PyQt6.*)$", source, re.MULTILINE))
    assert names(told) == names(source)
    others = [file for file in (ROOT / "examples").rglob("*.py") if file.name != "qt.py"]
    assert not [
        file.name
        for file in others
        if re.search("^from (PySide|PyQt)", file.read_text("utf-8"), re.M)
    ]


def test_the_lines_in_its_readme(box):
    """With a window that has every method."""
    import examples.desktop_client as client
    from examples.desktop_client.qt import QObject

    class Window(QObject):
        def __getattr__(self, name):
            return lambda *values: None

    page = (ROOT / "examples/desktop_client/README.md").read_text("utf-8")
    (lines,) = re.findall(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    exec(lines, {**vars(client), "window": Window()})


def test_an_exception_ends_it(box):
    """Here, nobody reads what it tells any more."""
    command = [sys.executable, "-m", "examples.desktop_client", box.api_url]
    with subprocess.Popen(
        [*command, "--email", box.address("admin@acme.test")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        running.stdout.close()
        assert "Error" in running.stderr.read()
        assert running.wait(timeout=60) != 0

"""An empty project, and pytest in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

INI = """\
[pytest]
addopts = --strict-markers --strict-config -p no:cacheprovider -p understudy.pytest_plugin -p xdist
filterwarnings = error
"""
# The plugins of this environment would take longer to load than the tests to run.
SETTINGS = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTHONIOENCODING": "utf-8",
    "COLUMNS": "120",
}


@dataclass
class Outcome:
    """How a run ended: the counts of its last line, and all it said."""

    code: int
    text: str

    @property
    def counts(self) -> dict[str, int]:
        found = re.findall(
            r"(\d+) (passed|failed|error|xfailed|skipped)", self.text.splitlines()[-1]
        )
        return {word: int(count) for count, word in found}


class Project:
    """Somebody's project; `write` its files, then `run` its tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pytest.ini", INI)

    def write(self, name: str, content: str) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(content), encoding="utf-8")
        return file

    def configure(self, **settings: str) -> None:
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        self.write("pytest.ini", INI + lines)

    def run(self, *arguments: str, **environment: str) -> Outcome:
        # Of the run that this is a part of, nothing shall be seen.
        ours = ("PYTEST_", "COV_", "UNDERSTUDY_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *arguments],
            cwd=self.folder,
            env={**kept, **environment, **SETTINGS},
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=120,
        )
        return Outcome(ended.returncode, ended.stdout)


@pytest.fixture(scope="session")
def new_project() -> type[Project]:
    return Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)

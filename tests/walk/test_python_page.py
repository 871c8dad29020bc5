"""The Python in docs/python.md works as it is written, and its table has every argument."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from understudy.cli.fault import add
from understudy.client.fault_rules import FaultRule
from understudy.pytest_plugin import SETTINGS

PAGE = (Path(__file__).parents[2] / "docs/python.md").read_text("utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
FAULTS = PAGE.partition("## Faults")[2].partition("## pytest")[0]


def test_all_blocks_are_known():
    assert len(BLOCKS) == 3


@pytest.mark.parametrize("number", [0, 1])
def test_the_client(number, capsys):
    exec(compile(BLOCKS[number], "python.md", "exec"), {})
    told = capsys.readouterr().out
    assert ("subscription_expired" if number == 0 else "no server answers there") in told


def test_the_fixture(tmp_path):
    (tmp_path / "test_page.py").write_text(BLOCKS[2], "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_page.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in run.stdout, run.stdout + run.stderr


def test_the_table_has_all_arguments_and_no_option_that_there_is_not():
    assert set(re.findall(r"`(\w+)`", FAULTS)) >= FaultRule.__optional_keys__
    options = {name for one in add.params if isinstance(one, click.Option) for name in one.opts}
    named = set(re.findall(r"--[a-z][a-z-]*", FAULTS)) - {"--order", "--where"}
    assert named <= options
    assert {"--call", "--for", "--rate-limit", "--field"} <= named


def test_the_settings_are_all_there():
    assert set(re.findall(r"`(understudy_(?!server)\w+)`", PAGE)) == {*SETTINGS}

"""The wheel holds what the tree holds, under the one name `understudy`."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = {"src/understudy": "understudy"} | {
    name: f"understudy/{name}" for name in ("openapi", "handlers", "fixtures", "conformance")
}
KINDS = {".py", ".yaml", ".md", ".typed", ".ini", ".json", ".html", ".css", ".js", ".svg"}


def tree():
    """What ought to be in the wheel: path → the file."""
    return {
        f"{target}/{file.relative_to(ROOT / source).as_posix()}": file
        for source, target in PLACES.items()
        for file in (ROOT / source).rglob("*")
        if file.suffix in KINDS and "__pycache__" not in file.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "tree"  # building leaves things behind
    for name in (*PLACES, "pyproject.toml", "README.md", "LICENSE"):
        place = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        place(ROOT / name, copy / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    options = ["--disable-pip-version-check", "--wheel-dir", str(folder), str(copy)]
    subprocess.run([*command, *options], check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


def test_it_holds_what_the_tree_holds_and_nothing_else(wheel):
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == set(tree())


def test_its_files_are_those_of_the_tree(wheel):
    for name, file in tree().items():
        assert wheel.read(name) == file.read_bytes(), name


def test_every_package_is_listed():
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["tool"]["setuptools"]["packages"]
    found = {
        Path(name).parent.as_posix().replace("/", ".")
        for name in tree()
        if name.endswith("/__init__.py")
    }
    assert set(listed) == found


def test_it_brings_the_command_the_pytest_plugin_and_the_licence(wheel):
    names = wheel.namelist()
    entry = next(name for name in names if name.endswith("entry_points.txt"))
    entries = wheel.read(entry).decode()
    assert "understudy = understudy.cli:main" in entries
    assert "[pytest11]\nunderstudy = understudy.pytest_plugin" in entries
    assert any(name.endswith("/LICENSE") for name in names)

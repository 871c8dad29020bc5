"""A contract is found by its name or by its path."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from understudy.contract import load, names
from understudy.errors import UsageError


def test_a_name() -> None:
    assert "testr" in names()
    assert load("testr").name == "testr"


def test_an_unknown_name_lists_the_known() -> None:
    with pytest.raises(UsageError, match=r"there is no contract 'tester' \(known: .*testr.*\)"):
        load("tester")


def test_a_path_of_the_file_or_of_its_folder(root: Path) -> None:
    assert load(root) == load(str(root)) == load(root.parent) == load(f"{root.parent}/")


def test_another_file_name_is_the_name(root: Path) -> None:
    shutil.copy(root, root.with_name("other.yaml"))
    assert load(root.with_name("other.yaml")).name == "other"


def test_a_relative_path(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    assert load("openapi.yaml").files[0] == root
    assert load(".").files[0] == root


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.yaml: cannot be read"):
        load(tmp_path / "none.yaml")


def test_a_link_to_the_file_is_followed(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "openapi.yaml"
    try:
        link.symlink_to(root)
    except OSError:
        pytest.skip("no symbolic links here")
    assert load(link).files == load(root).files


@pytest.mark.parametrize("was_enabled", [True, False])
def test_the_collector_is_left_as_it_was(root: Path, was_enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was_enabled else gc.disable)()
        load(root)
        with pytest.raises(UsageError):
            load(root.with_name("none.yaml"))
        assert gc.isenabled() is was_enabled
    finally:
        (gc.enable if before else gc.disable)()


def test_each_load_reads_again(root: Path, changed: Callable[..., Path]) -> None:
    before = load(root)
    after = load(changed("openapi.yaml", "title: Things", "title: Other things"))
    assert (before.document["info"]["title"], after.document["info"]["title"]) == (
        "Things",
        "Other things",
    )
    assert before.digest != after.digest

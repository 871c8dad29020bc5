"""A contract that was read before is not read again, unless something about it is another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from understudy import usercache
from understudy.contract import bundle, kept, load
from understudy.errors import UsageError


@pytest.fixture(autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of one test."""
    folder = tmp_path_factory.mktemp("kept")
    monkeypatch.setenv(usercache.VARIABLE, str(folder))
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that were read as YAML."""
    names: list[str] = []
    read = bundle.read

    def noted(path: Path) -> object:
        names.append(path.name)
        return read(path)

    monkeypatch.setattr(bundle, "read", noted)
    return names


def test_the_second_time_nothing_is_read_and_everything_is_the_same(
    root: Path, reads: list[str]
) -> None:
    first = load(root)
    assert sorted(reads) == sorted(file.name for file in first.files)
    reads.clear()
    second = load(root)
    assert (second, reads) == (first, [])
    assert second.document is not first.document
    assert str(second.document) == str(first.document)


@pytest.mark.parametrize("api", ["testr", "control"])
def test_ours_are_the_same(api: str) -> None:
    assert str(load(api).document) == str(load(api).document)


def test_the_order_of_things_is_kept(root: Path) -> None:
    before, after = load(root), load(root)
    assert [*before.document["components"]["schemas"]] == [*after.document["components"]["schemas"]]
    assert [one.path for one in before.operations] == [one.path for one in after.operations]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("openapi.yaml", "title: Things", "title: Other things"),
        ("things.yaml", "operationId: things.update_thing", "operationId: things.mend_thing"),
        ("common.yaml", "A refusal.", "Refused."),
    ],
)
def test_a_changed_file_is_read(
    root: Path, changed: Callable[..., Path], reads: list[str], file: str, old: str, new: str
) -> None:
    before = load(root)
    changed(file, old, new)
    reads.clear()
    after = load(root)
    assert reads
    assert new.rpartition(": ")[2] in str(after.document)
    assert after.digest != before.digest


def test_a_file_that_is_gone_is_told(root: Path) -> None:
    load(root)
    root.with_name("common.yaml").unlink()
    with pytest.raises(UsageError, match="there is no such file"):
        load(root)


def test_what_is_wrong_is_told_each_time(changed: Callable[..., Path], folder: Path) -> None:
    root = changed(
        "things.yaml", "operationId: things.update_thing", "operationId: things.get_thing"
    )
    for _ in range(2):
        with pytest.raises(UsageError, match="is taken"):
            load(root)
    assert [*folder.iterdir()] == []


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"digest":"x","files":[],"document":{}}', b"not JSON"]
)
def test_what_is_not_ours_is_none(
    root: Path, folder: Path, reads: list[str], content: bytes
) -> None:
    before = load(root)
    (file,) = folder.glob("*.contract")
    cache = usercache.usual(kept.KIND)
    assert cache is not None
    cache.write(file.stem, content)
    reads.clear()
    assert load(root) == before
    assert reads
    reads.clear()
    assert load(root) == before
    assert reads == []  # it was written anew


def test_a_damaged_file_is_none(root: Path, folder: Path) -> None:
    before = load(root)
    (file,) = folder.glob("*.contract")
    file.write_bytes(file.read_bytes()[:-100])
    assert load(root) == before


def test_another_version_reads_anew(
    root: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(root)
    reads.clear()
    monkeypatch.setattr("understudy.__version__", "another")
    load(root)
    assert reads


@pytest.mark.parametrize("number", [".inf", ".nan", "123456789012345678901234567890"])
def test_what_json_cannot_hold_is_not_kept(
    changed: Callable[..., Path], folder: Path, number: str
) -> None:
    root = changed("openapi.yaml", "title: Things", f"title: Things\n  x-number: {number}")
    first, second = load(root), load(root)
    assert str(first.document) == str(second.document)
    assert [*folder.iterdir()] == []


def test_behind_a_link_there_may_be_another_file_next_time(root: Path, folder: Path) -> None:
    common = root.with_name("common.yaml")
    try:
        common.rename(root.with_name("real.yaml"))
        common.symlink_to(root.with_name("real.yaml"))
    except OSError:
        pytest.skip("no symbolic links here")
    load(root)
    assert [*folder.iterdir()] == []


def test_switched_off(root: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(usercache.VARIABLE, usercache.OFF)
    load(root)
    reads.clear()
    load(root)
    assert reads


def test_where_nothing_can_be_kept(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(usercache.VARIABLE, str(tmp_path / "file"))
    assert load(root) == load(root)

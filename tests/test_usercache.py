"""Files in the user's own folder: whole, nobody else's, or none at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from understudy import usercache
from understudy.usercache import UserCache

POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "of" / "mine"


@pytest.fixture
def cache(folder: Path) -> UserCache:
    return UserCache(folder, ".thing")


def test_what_is_written_is_read(cache: UserCache, folder: Path) -> None:
    assert cache.read("a") is None
    for content in (b"one\ntwo\n", b"", b"three"):
        cache.write("a", content)
        assert cache.read("a") == content
    assert [file.name for file in folder.iterdir()] == ["a.thing"]


@pytest.mark.parametrize("damage", [b"", b"\n", b"12\none", b"x\none", b"\xff", None])
def test_a_damaged_file_is_none(cache: UserCache, folder: Path, damage: bytes | None) -> None:
    cache.write("a", b"one")
    file = folder / "a.thing"
    file.write_bytes(file.read_bytes()[:-1] if damage is None else damage)
    assert cache.read("a") is None
    cache.write("a", b"one")
    assert cache.read("a") == b"one"


@POSIX
def test_what_others_may_write_to_is_none(cache: UserCache, folder: Path) -> None:
    cache.write("a", b"one")
    for path in (folder, folder / "a.thing"):
        mode = path.stat().st_mode
        path.chmod(mode | 0o020)
        assert cache.read("a") is None
        path.chmod(mode)
        assert cache.read("a") == b"one"


@POSIX
def test_nothing_is_written_where_others_may_write(cache: UserCache, folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    cache.write("a", b"one")
    assert [*folder.iterdir()] == []


@POSIX
def test_a_link_is_none(cache: UserCache, folder: Path) -> None:
    cache.write("a", b"one")
    (folder / "b.thing").symlink_to(folder / "a.thing")
    assert cache.read("b") is None


@POSIX
def test_nobody_else_can_read_it(cache: UserCache, folder: Path) -> None:
    cache.write("a", b"one")
    assert (folder.stat().st_mode | (folder / "a.thing").stat().st_mode) & 0o077 == 0


def test_a_place_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    nowhere = UserCache(tmp_path / "file", ".thing")
    nowhere.write("a", b"one")
    assert nowhere.read("a") is None


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="this user may write anywhere")
def test_a_folder_that_is_for_reading_only(cache: UserCache, folder: Path) -> None:
    cache.write("a", b"one")
    folder.chmod(0o500)
    cache.write("b", b"two")
    assert (cache.read("a"), cache.read("b")) == (None, None) or cache.read("a") == b"one"
    folder.chmod(0o700)


def test_the_oldest_of_a_kind_go(cache: UserCache, folder: Path) -> None:
    UserCache(folder, ".other").write("a", b"one")
    for number in range(usercache.KEPT + 3):
        cache.write(str(number), b"one")
    assert len([*folder.glob("*.thing")]) == usercache.KEPT
    assert len([*folder.glob("*.other")]) == 1


def test_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(usercache.VARIABLE, usercache.OFF)
    assert usercache.usual("thing") is None
    monkeypatch.setenv(usercache.VARIABLE, str(tmp_path))
    assert usercache.folder_of("things") == tmp_path
    monkeypatch.delenv(usercache.VARIABLE)
    own = usercache.folder_of("things")
    assert own is not None
    assert own.parts[-2:] == ("understudy", "things")


def test_nobodys_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError

    monkeypatch.delenv(usercache.VARIABLE)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert usercache.usual("thing") is None


def test_a_key_tells_its_parts_apart() -> None:
    keys = {usercache.key_of(*parts) for parts in (("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""))}
    assert len(keys) == 4

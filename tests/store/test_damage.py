"""What a crash, a full disk or a stray editor can do to the files."""

from __future__ import annotations

import errno
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from understudy.errors import UsageError
from understudy.store import CollectionSchema, Record, Store, directory_keeper
from understudy.store.directory_keeper import DirectoryKeeper

Make = Callable[..., dict[str, Any]]
Schemas = list[CollectionSchema]


@pytest.fixture
def opened(tmp_path: Path, schemas: Schemas) -> Iterator[Callable[[], Store]]:
    """Opens the store again, as a new process would; every one of them is closed in the end."""
    keepers = []

    def open_again() -> Store:
        keepers.append(DirectoryKeeper(tmp_path))
        return Store(schemas, keepers[-1])

    yield open_again
    for keeper in keepers:
        keeper.close()


@pytest.fixture
def written(tmp_path: Path, opened: Callable[[], Store], make: Make) -> Path:
    """A directory with a snapshot of `a` and a journal of `b`, `c` and `d`."""
    store = opened()
    store.load({"defects": deque([Record(make("a"), "a")])})
    for doc_id in "bcd":
        store["defects"].insert(make(doc_id))
    return tmp_path


def ids(store: Store) -> str:
    return "".join(record["id"] for record in store["defects"])


def refusal(opened: Callable[[], Store]) -> str:
    with pytest.raises(UsageError) as refused:
        opened()
    assert "\n" not in str(refused.value)
    return str(refused.value)


class TestJournal:
    def test_is_read_after_the_snapshot(self, written: Path, opened: Callable[[], Store]) -> None:
        assert ids(opened()) == "abcd"

    def test_has_a_document_once_for_each_transaction(
        self, written: Path, opened: Callable[[], Store], make: Make
    ) -> None:
        store = opened()
        with store.transaction():
            for title in "xyz":
                store["defects"].change("a", title=title)
            store["defects"].insert(make("e"))
            store["defects"].change("e", title="e2")
            store["defects"].remove("b")
        line = orjson.loads((written / "journal.jsonl").read_bytes().splitlines()[-1])
        assert (line["sequence"], line["issued"]) == (4, 0)
        assert line["changes"] == [
            ["defects", "a", make("a", title="z")],
            ["defects", "e", make("e", title="e2")],
            ["defects", "b", None],
        ]

    def test_cut_anywhere_in_its_last_line_it_has_all_before(
        self,
        written: Path,
        opened: Callable[[], Store],
        make: Make,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        journal = written / "journal.jsonl"
        whole = journal.read_bytes()
        last = whole.rindex(b"\n", 0, -1) + 1
        for length in range(last, len(whole)):
            journal.write_bytes(whole[:length])
            caplog.clear()
            store = opened()
            assert ids(store) == "abc"
            assert journal.read_bytes() == whole[:last]
            assert len(caplog.records) == (length > last)
            store["defects"].insert(make("e"))
            assert ids(opened()) == "abce"

    def test_says_what_it_cut_off(
        self, written: Path, opened: Callable[[], Store], caplog: pytest.LogCaptureFixture
    ) -> None:
        journal = written / "journal.jsonl"
        journal.write_bytes(journal.read_bytes()[:-1])
        opened()
        message = f"{journal}:3: cut off the last line, a torn one"
        assert caplog.record_tuples == [("understudy.store", logging.WARNING, message)]

    @pytest.mark.parametrize("line", [0, 1])
    def test_damaged_before_its_last_line_it_is_refused(
        self, written: Path, opened: Callable[[], Store], line: int
    ) -> None:
        journal = written / "journal.jsonl"
        whole = journal.read_bytes()
        start = sum(map(len, whole.splitlines(keepends=True)[:line]))
        end = whole.index(b"\n", start)
        for position in range(start, end, 7):
            damaged = bytearray(whole)
            damaged[position] ^= 1
            journal.write_bytes(damaged)
            message = refusal(opened)
            assert message.startswith(f"{journal}:{line + 1}: this line does not fit its checksum")
            assert "put a backup in place" in message
            assert journal.read_bytes() == damaged

    def test_any_flipped_bit_in_the_last_line_costs_that_line_only(
        self, written: Path, opened: Callable[[], Store]
    ) -> None:
        journal = written / "journal.jsonl"
        whole = journal.read_bytes()
        for position in range(whole.rindex(b"\n", 0, -1) + 1, len(whole), 5):
            damaged = bytearray(whole)
            damaged[position] ^= 1
            journal.write_bytes(damaged)
            assert ids(opened()) == "abc"

    def test_without_a_line_it_is_refused(self, written: Path, opened: Callable[[], Store]) -> None:
        journal = written / "journal.jsonl"
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(lines[0] + lines[2])
        assert f"{journal}:2: this line is change 3, but the one before it was 1" in refusal(opened)

    def test_without_its_snapshot_it_is_refused(
        self, written: Path, opened: Callable[[], Store]
    ) -> None:
        (written / "snapshot.json").unlink()
        message = refusal(opened)
        assert "journal.jsonl:1: this line goes with a snapshot.json, which is not there" in message


class TestSnapshot:
    def test_cut_anywhere_it_is_refused(self, written: Path, opened: Callable[[], Store]) -> None:
        snapshot = written / "snapshot.json"
        whole = snapshot.read_bytes()
        for length in range(len(whole) - 2):
            snapshot.write_bytes(whole[:length])
            message = refusal(opened)
            assert message.startswith(f"{snapshot}:")
            assert f"put a backup in its place, or move {written} away" in message

    def test_with_a_flipped_bit_it_is_refused(
        self, written: Path, opened: Callable[[], Store]
    ) -> None:
        snapshot = written / "snapshot.json"
        whole = snapshot.read_bytes()
        for position in range(whole.index(b'"a"'), whole.index(b'"_journal"'), 3):
            damaged = bytearray(whole)
            damaged[position] ^= 1
            snapshot.write_bytes(damaged)
            refusal(opened)

    def test_edited_by_hand_it_is_read_when_told_so(
        self, written: Path, opened: Callable[[], Store]
    ) -> None:
        snapshot = written / "snapshot.json"
        edited = snapshot.read_text().replace('"title":"a"', '"title":"edited"')
        snapshot.write_text(edited)
        message = refusal(opened)
        assert f"{snapshot}:5: this snapshot does not fit its checksum" in message
        head, _, _ = edited.partition(',"checksum"')
        snapshot.write_text(head + "}}\n}\n")
        assert opened()["defects"].get("a")["title"] == "edited"  # type: ignore[index]

    @pytest.mark.parametrize("content", ["[]", '{"defects": []}', '{"defects": {"a": 1}}'])
    def test_that_is_no_database_is_refused(
        self, written: Path, opened: Callable[[], Store], content: str
    ) -> None:
        (written / "snapshot.json").write_text(content)
        assert "snapshot.json:1: this snapshot is not a TinyDB database" in refusal(opened)

    def test_of_plain_tinydb_is_read(self, tmp_path: Path, opened: Callable[[], Store]) -> None:
        (tmp_path / "snapshot.json").write_text('{"defects": {"a": {"id": "a"}}}')
        store = opened()
        assert (ids(store), store.saved_counter) == ("a", 0)
        store["defects"].insert({"id": "b"})
        assert ids(opened()) == "ab"


class TestCompaction:
    def test_a_crash_between_snapshot_and_journal_is_harmless(
        self, written: Path, opened: Callable[[], Store], make: Make
    ) -> None:
        journal = written / "journal.jsonl"
        lines = journal.read_bytes()
        store = opened()
        store["defects"].remove("b")
        lines = journal.read_bytes()
        store.close()
        assert journal.read_bytes() == b""
        journal.write_bytes(lines)
        again = opened()
        assert ids(again) == "acd"
        again["defects"].insert(make("e"))
        assert ids(opened()) == "acde"

    def test_a_crash_between_them_brings_nothing_back_that_was_replaced(
        self, written: Path, opened: Callable[[], Store], make: Make
    ) -> None:
        journal = written / "journal.jsonl"
        lines = journal.read_bytes()
        opened().load({"defects": deque([Record(make("z"), "z")])})
        journal.write_bytes(lines)
        assert ids(opened()) == "z"

    def test_happens_when_the_journal_is_long_and_longer_than_the_snapshot(
        self,
        written: Path,
        opened: Callable[[], Store],
        make: Make,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(directory_keeper, "FULL", 2_000)
        store = opened()
        journal, snapshot = written / "journal.jsonl", written / "snapshot.json"
        sizes = []
        for number in range(200):
            store.counter = lambda issued=number: issued
            store["defects"].change("a", title=str(number))
            sizes.append(journal.stat().st_size)
            if not sizes[-1]:
                assert opened().saved_counter == number
        assert 2_000 > max(sizes) > 1_500
        assert sizes.count(0) > 5
        store["defects"].change("a", title="x" * 5_000)
        assert snapshot.stat().st_size > 5_000
        store = opened()
        store["defects"].change("b", title="x" * 3_000)
        assert journal.stat().st_size > 3_000
        assert ids(opened()) == "abcd"

    def test_that_the_disk_refuses_leaves_the_journal(
        self,
        written: Path,
        opened: Callable[[], Store],
        make: Make,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        def refuse(*_: Any) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        store = opened()
        with monkeypatch.context() as patch:
            patch.setattr(directory_keeper, "write_snapshot", refuse)
            store["defects"].insert(make("e"))
            store.close()
        assert "no new snapshot, the journal grows on" in caplog.text
        assert ids(opened()) == "abcde"


class TestFullDisk:
    @pytest.mark.parametrize("part", [0, 1, 40])
    def test_a_commit_that_cannot_be_written_is_undone(
        self,
        written: Path,
        opened: Callable[[], Store],
        make: Make,
        monkeypatch: pytest.MonkeyPatch,
        part: int,
    ) -> None:
        store = opened()
        real = os.write

        def write_a_part(handle: int, line: bytes) -> int:
            return real(handle, line[:part])

        with monkeypatch.context() as patch:
            patch.setattr(os, "write", write_a_part)
            with pytest.raises(OSError, match="No space left"):
                store["defects"].insert(make("e"))
        assert ids(store) == "abcd"
        assert ids(opened()) == "abcd"
        store["defects"].insert(make("f"))
        assert ids(opened()) == ids(store) == "abcdf"

    def test_a_torn_line_that_cannot_be_cut_off_is_before_the_next(
        self,
        written: Path,
        opened: Callable[[], Store],
        make: Make,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(*_: Any) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        store = opened()
        real = os.write
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda handle, line: real(handle, line[:20]))
            patch.setattr(os, "ftruncate", refuse)
            with pytest.raises(OSError, match="No space left"):
                store["defects"].insert(make("e"))
            with pytest.raises(OSError, match="Input/output error"):
                store["defects"].insert(make("e"))
        store["defects"].insert(make("f"))
        assert ids(opened()) == ids(store) == "abcdf"

    def test_what_json_cannot_say_is_undone(
        self, written: Path, opened: Callable[[], Store], make: Make
    ) -> None:
        store = opened()
        with pytest.raises(TypeError):
            store["defects"].insert(make("e", title=object()))
        assert ids(store) == "abcd"

    def test_a_restore_that_cannot_be_written_changes_nothing(
        self,
        written: Path,
        opened: Callable[[], Store],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(*_: Any) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        store = opened()
        monkeypatch.setattr(directory_keeper, "write_snapshot", refuse)
        with pytest.raises(OSError, match="No space left"):
            store.load({})
        assert ids(store) == ids(opened()) == "abcd"

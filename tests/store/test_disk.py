"""The state directory: one opener, names, restarts and crashes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import JSONStorage

from understudy.errors import UsageError
from understudy.store import CollectionSchema, Record, Store
from understudy.store.disk import StateDirectory

Make = Callable[..., dict[str, Any]]
Crash = Callable[[StateDirectory], StateDirectory]
Schemas = list[CollectionSchema]

HOLD_AND_WAIT = """
import sys
from pathlib import Path
from understudy.store.disk import StateDirectory
directory = StateDirectory(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def reopen(directory: StateDirectory) -> StateDirectory:
    directory.close()
    return StateDirectory(directory.path)


def ids(store: Store) -> list[str]:
    return [record["id"] for record in store["defects"]]


class TestOneOpener:
    def test_a_second_one_is_told_who_has_it(self, directory: StateDirectory) -> None:
        with pytest.raises(UsageError) as refusal:
            StateDirectory(directory.path)
        assert str(refusal.value) == (
            f"{directory.path} is in use by another Understudy (pid {os.getpid()}). "
            "Stop it, or choose another --state directory."
        )

    def test_another_process_counts_until_it_dies(self, tmp_path: Path) -> None:
        command = [sys.executable, "-c", HOLD_AND_WAIT, str(tmp_path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline().strip() == b"open"
            with pytest.raises(UsageError, match=rf"\(pid {holder.pid}\)"):
                StateDirectory(tmp_path)
            holder.kill()
            holder.wait()
        StateDirectory(tmp_path).close()

    def test_the_next_one_may_open_it_after_closing(self, directory: StateDirectory) -> None:
        assert reopen(directory).names() == []

    def test_says_so_if_the_pid_cannot_be_read(self, directory: StateDirectory) -> None:
        (directory.path / "pid").unlink()
        with pytest.raises(UsageError, match=r"in use by another Understudy\. Stop it"):
            StateDirectory(directory.path)

    def test_a_file_cannot_be_a_directory(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(UsageError, match=r"file cannot be a state directory: .+"):
            StateDirectory(tmp_path / "file")


class TestNames:
    @pytest.mark.parametrize(
        "name", ["default", "QA team", "..", "a/b", "con", "Ärger", "%41", "."]
    )
    def test_any_is_kept_and_given_back(
        self, directory: StateDirectory, schemas: Schemas, name: str
    ) -> None:
        directory.open(name, schemas)
        assert directory.names() == [name]
        assert directory.exists(name)
        (folder,) = (directory.path / "sandboxes").iterdir()
        assert folder.name == folder.name.casefold()
        assert folder.name != "con"

    def test_differ_where_a_file_system_would_not_tell_them_apart(
        self, directory: StateDirectory, schemas: Schemas, make: Make
    ) -> None:
        directory.open("qa", schemas)["defects"].insert(make("a"))
        assert ids(directory.open("QA", schemas)) == []
        assert directory.names() == ["QA", "qa"]

    def test_cannot_be_empty(self, directory: StateDirectory, schemas: Schemas) -> None:
        with pytest.raises(ValueError, match="needs a name"):
            directory.open("", schemas)

    def test_an_open_one_is_not_opened_twice(
        self, directory: StateDirectory, schemas: Schemas
    ) -> None:
        directory.open("default", schemas)
        with pytest.raises(ValueError, match="open already"):
            directory.open("default", schemas)


class TestDeleting:
    @pytest.mark.parametrize("is_open", [True, False])
    def test_forgets_it(
        self, directory: StateDirectory, schemas: Schemas, make: Make, is_open: bool
    ) -> None:
        store = directory.open("default", schemas)
        store["defects"].insert(make("a"))
        if not is_open:
            directory = reopen(directory)
        directory.delete("default")
        assert directory.names() == []
        assert list((directory.path / "sandboxes").iterdir()) == []
        assert ids(directory.open("default", schemas)) == []
        directory.close()

    def test_a_store_that_was_deleted_takes_nothing_more(
        self, directory: StateDirectory, schemas: Schemas, make: Make
    ) -> None:
        store = directory.open("default", schemas)
        directory.delete("default")
        with pytest.raises(OSError, match="Bad file descriptor"):
            store["defects"].insert(make("a"))
        assert ids(store) == []
        store.close()
        assert directory.names() == []

    def test_needs_one_to_delete(self, directory: StateDirectory) -> None:
        with pytest.raises(KeyError, match="no store 'default'"):
            directory.delete("default")

    def test_is_finished_by_the_next_opening(self, directory: StateDirectory) -> None:
        half_deleted = directory.path / "sandboxes" / ".default"
        half_deleted.mkdir()
        (half_deleted / "journal.jsonl").touch()
        opened = reopen(directory)
        assert not half_deleted.exists()
        opened.close()


class TestKeeping:
    def test_a_commit_outlives_a_crash(
        self, directory: StateDirectory, schemas: Schemas, make: Make, crash: Crash
    ) -> None:
        store = directory.open("default", schemas)
        for doc_id in "abc":
            store["defects"].insert(make(doc_id))
        with store.transaction():
            store["defects"].change("a", title="changed")
            store["defects"].remove("b")
            store["defects"].insert(make("b"))
            store["defects"].change("b", title="changed too")
            store.next_number("defects", "w1")
        store.begin()
        store["defects"].remove("a")
        after = crash(directory).open("default", schemas)
        store.rollback()
        assert after.dump() == store.dump()
        assert ids(after) == ids(store) == ["a", "c", "b"]
        assert after.next_number("defects", "w1") == 2

    def test_one_that_ends_well_is_a_snapshot_and_no_journal(
        self, directory: StateDirectory, schemas: Schemas, make: Make
    ) -> None:
        store = directory.open("default", schemas)
        for doc_id in "cab":
            store["defects"].insert(make(doc_id))
        directory.close()
        folder = directory.path / "sandboxes" / "default"
        assert (folder / "journal.jsonl").stat().st_size == 0
        again = StateDirectory(directory.path)
        assert ids(again.open("default", schemas)) == ["c", "a", "b"]
        again.close()

    def test_the_snapshot_is_tinydbs(
        self, directory: StateDirectory, schemas: Schemas, make: Make
    ) -> None:
        store = directory.open("default", schemas)
        store["defects"].insert(make("a", title="Grüße\n", tags=["ui"]))
        directory.close()
        file = directory.path / "sandboxes" / "default" / "snapshot.json"
        storage = JSONStorage(str(file), encoding="utf-8")
        tables = storage.read()
        storage.close()
        assert tables is not None
        assert tables["defects"] == {"a": make("a", title="Grüße\n", tags=["ui"])}
        assert tables["users"] == {}
        assert len(file.read_text(encoding="utf-8").splitlines()) == 9

    def test_ids_go_on(
        self, directory: StateDirectory, schemas: Schemas, make: Make, crash: Crash
    ) -> None:
        store = directory.open("default", schemas)
        assert store.saved_counter == 0
        issued = 5
        store.counter = lambda: issued
        store["defects"].insert(make("a"))
        issued = 7
        after = crash(directory)
        assert after.open("default", schemas).saved_counter == 5
        assert reopen(after).open("default", schemas).saved_counter == 5
        again = reopen(directory)
        assert again.open("default", schemas).saved_counter == 7
        again.close()

    def test_what_replaces_everything_is_kept_at_once(
        self, directory: StateDirectory, schemas: Schemas, make: Make, crash: Crash
    ) -> None:
        store = directory.open("default", schemas)
        store["defects"].insert(make("a"))
        snapshot = store.snapshot()
        store["defects"].insert(make("b"))
        store.restore(snapshot)
        store["defects"].insert(make("c"))
        assert ids(crash(directory).open("default", schemas)) == ["a", "c"]
        store.counter = lambda: 3
        store.load({"defects": deque([Record(make("z"), "z")])})
        after = crash(directory).open("default", schemas)
        assert ids(after) == ["z"]
        assert after.saved_counter == 3

    def test_a_fork_of_one_on_disk_is_in_memory(
        self, directory: StateDirectory, schemas: Schemas, make: Make, crash: Crash
    ) -> None:
        store = directory.open("default", schemas)
        store.fork()["defects"].insert(make("a"))
        assert ids(crash(directory).open("default", schemas)) == []

    def test_adopting_keeps_a_store_from_memory(
        self, directory: StateDirectory, schemas: Schemas, store: Store, make: Make, crash: Crash
    ) -> None:
        store["defects"].insert(make("a"))
        store.saved_counter = 9
        fork = store.fork()
        directory.adopt("qa", fork)
        assert crash(directory).open("qa", schemas).saved_counter == 9
        fork["defects"].insert(make("b"))
        after = crash(directory).open("qa", schemas)
        assert ids(after) == ["a", "b"]
        assert after.saved_counter == 9
        assert ids(store) == ["a"]
        with pytest.raises(ValueError, match="there is a store 'qa' already"):
            directory.adopt("qa", store)

    def test_an_adoption_that_was_cut_short_did_not_happen(
        self, directory: StateDirectory, schemas: Schemas, store: Store
    ) -> None:
        folder = directory.path / "sandboxes" / "qa"
        folder.mkdir()
        (folder / "journal.jsonl").touch()
        (folder / "snapshot.json.new").write_text('{\n"defects": {')
        assert directory.names() == []
        directory.adopt("qa", store)
        assert ids(reopen(directory).open("qa", schemas)) == []

    def test_tables_that_the_contract_lost_are_kept(
        self, directory: StateDirectory, schemas: Schemas, make: Make
    ) -> None:
        directory.open("default", schemas)["defects"].insert(make("a"))
        second = reopen(directory)
        store = second.open("default", schemas[1:])
        store["users"].insert({"id": "u"})
        third = reopen(second)
        assert ids(third.open("default", schemas)) == ["a"]
        third.close()

    @pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
    def test_only_the_owner_may_read(
        self, directory: StateDirectory, schemas: Schemas, make: Make
    ) -> None:
        directory.open("default", schemas)["defects"].insert(make("a"))
        directory.write_meta({})
        for path in [directory.path, *directory.path.rglob("*")]:
            expected = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == expected, path

    def test_what_cannot_be_read_is_one_line(
        self, directory: StateDirectory, schemas: Schemas
    ) -> None:
        file = directory.path / "sandboxes" / "default" / "snapshot.json"
        file.mkdir(parents=True)
        with pytest.raises(UsageError) as refusal:
            directory.open("default", schemas)
        assert str(refusal.value).startswith(f"{file} cannot be read: ")


class TestFacts:
    def test_are_read_back(self, directory: StateDirectory) -> None:
        assert directory.read_meta() == {}
        directory.write_meta({"contract": "testr", "seed": "1"})
        again = reopen(directory)
        assert again.read_meta() == {"contract": "testr", "seed": "1"}
        again.close()

    def test_of_another_format_are_refused(self, directory: StateDirectory) -> None:
        file = directory.path / "state.json"
        file.write_text('{"format": 1}')
        with pytest.raises(UsageError, match=r"state.json:1: this state has format 1"):
            directory.read_meta()

    @pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null"])
    def test_that_are_damaged_are_refused(self, directory: StateDirectory, content: str) -> None:
        (directory.path / "state.json").write_text(content)
        with pytest.raises(UsageError, match=r"state.json:1: this is no state of Understudy"):
            directory.read_meta()

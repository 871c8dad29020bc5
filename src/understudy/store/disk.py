"""The `--state` directory: every sandbox's store, from one run to the next.

state.json                       small facts: the format, the seed …
sandboxes/<name>/snapshot.json   the store, in TinyDB's own format
sandboxes/<name>/journal.jsonl   what changed since
lock, pid                        one server at a time
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
from filelock import FileLock, Timeout

from understudy.errors import UsageError
from understudy.store.directory_keeper import JOURNAL, SNAPSHOT, DirectoryKeeper
from understudy.store.drafting import drafted
from understudy.store.files import PRIVATE_DIRECTORY, PRIVATE_FILE, write_atomically
from understudy.store.schema import CollectionSchema
from understudy.store.store import Store

FORMAT = 2
META = "state.json"
PID = "pid"
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")
PORTS = [f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)]
DEVICES = frozenset(["con", "prn", "aux", "nul", *PORTS])
"""Names that no file may have on Windows."""


class StateDirectory:
    """The open directory; no other process can open it until it is closed.

    UsageError if another one has it, or it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stores: dict[str, Store] = {}
        self._sandboxes = path / "sandboxes"
        self._lock = FileLock(path / "lock", timeout=0, mode=PRIVATE_FILE, thread_local=False)
        try:
            path.mkdir(parents=True, exist_ok=True, mode=PRIVATE_DIRECTORY)
            self._sandboxes.mkdir(exist_ok=True, mode=PRIVATE_DIRECTORY)
            self._lock.acquire()
            write_atomically(path / PID, [b"%d\n" % os.getpid()])
        except Timeout:
            raise self._in_use() from None
        except OSError as error:
            self._lock.release()
            raise UsageError(f"{path} cannot be a state directory: {error.strerror}") from None
        for leftover in self._sandboxes.glob(".*"):
            shutil.rmtree(leftover, ignore_errors=True)

    def names(self) -> list[str]:
        """The stores that are kept here."""
        folders = [unquote(folder.name) for folder in self._sandboxes.iterdir()]
        return sorted(name for name in folders if self.exists(name))

    def exists(self, name: str) -> bool:
        """Whether a store of this name is kept here."""
        folder = self._folder(name)
        journal = folder / JOURNAL
        return (folder / SNAPSHOT).exists() or (journal.exists() and journal.stat().st_size > 0)

    def open(self, name: str, schemas: Iterable[CollectionSchema]) -> Store:
        """The store of this name, as it was at its last commit; an empty one if there is none yet.

        UsageError if its files are damaged, ValueError if it is open already.
        """
        if not self.exists(name):
            store = Store(schemas)
            self.adopt(name, store)
            return store
        if name in self._stores:
            raise ValueError(f"the store {name!r} is open already")
        try:
            keeper = DirectoryKeeper(self._folder(name))
            store = self._stores[name] = Store(schemas, keeper)
            store.prepare()
        except OSError as error:
            raise UsageError(f"{error.filename} cannot be read: {error.strerror}") from None
        return store

    def adopt(self, name: str, store: Store) -> None:
        """Keep a store from memory under this name from now on. ValueError if it is taken."""
        store.database.keep_in(self._new_keeper(name))
        self._stores[name] = store

    async def adopt_aside(self, name: str, store: Store) -> None:
        """The same, without keeping anybody else waiting; nobody may change the store meanwhile."""
        keeper = self._new_keeper(name)
        try:
            async with drafted(keeper, store.snapshot().own) as draft:
                store.database.keep_in(keeper, draft)
        except BaseException:
            keeper.close()
            raise
        self._stores[name] = store

    def delete(self, name: str) -> None:
        """Forget a store, open or not, in one step. KeyError if there is none."""
        self.forget(name)()

    def forget(self, name: str) -> Callable[[], None]:
        """The same; what it gives is to be called, and removes the files, which may take long."""
        if not self.exists(name):
            raise KeyError(f"no store {name!r} in {self.path}")
        store = self._stores.pop(name, None)
        if store is not None:
            store.database.storage.close()
        folder = self._folder(name)
        # A name of its own: on some systems a file that somebody looks at keeps its folder.
        leftover = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
        folder.rename(leftover)
        return partial(shutil.rmtree, leftover, ignore_errors=True)

    def read_meta(self) -> dict[str, Any]:
        """The facts that were written last. UsageError if they cannot be read."""
        file = self.path / META
        if not file.exists():
            return {}
        try:
            facts = orjson.loads(file.read_bytes())
            version = facts.pop("format")
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            raise UsageError(
                f"{file}:1: this is no state of Understudy; put a backup in its place, "
                "or choose another --state directory"
            ) from None
        if version != FORMAT:
            raise UsageError(
                f"{file}:1: this state has format {version}, this Understudy reads {FORMAT}; "
                "use the version that wrote it, or choose another --state directory"
            )
        return dict(facts)

    def write_meta(self, facts: Mapping[str, Any]) -> None:
        """Keep these facts in place of the last ones."""
        content = orjson.dumps({"format": FORMAT, **facts}, option=orjson.OPT_INDENT_2)
        write_atomically(self.path / META, [content, b"\n"])

    def close(self) -> None:
        """Close every store in its shortest form, and let others have the directory."""
        try:
            for store in self._stores.values():
                store.close()
        finally:
            self._stores.clear()
            with suppress(OSError):
                (self.path / PID).unlink()
            self._lock.release()

    def _new_keeper(self, name: str) -> DirectoryKeeper:
        if self.exists(name):
            raise ValueError(f"there is a store {name!r} already")
        return DirectoryKeeper(self._folder(name))

    def _folder(self, name: str) -> Path:
        """A folder's name that every system can hold, and that gives the store's name back."""
        if not name:
            raise ValueError("a store needs a name")
        plain = "".join(letter if letter in PLAIN else quoted(letter) for letter in name)
        if plain in DEVICES:
            plain = quoted(plain[0]) + plain[1:]
        return self._sandboxes / plain

    def _in_use(self) -> UsageError:
        try:
            owner = f" (pid {(self.path / PID).read_text(encoding='ascii').strip()})"
        except OSError:
            owner = ""
        return UsageError(
            f"{self.path} is in use by another Understudy{owner}. "
            "Stop it, or choose another --state directory."
        )


def quoted(letter: str) -> str:
    """A letter as `%` and two digits, for each of its bytes."""
    return "".join(f"%{byte:02x}" for byte in letter.encode())

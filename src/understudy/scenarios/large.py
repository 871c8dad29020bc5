"""A scenario of many objects: made once, then taken from the cache, in this process or another."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import understudy
from understudy.scenarios.cache import Cache, code_of, key_of
from understudy.scenarios.packing import CannotPack, Packing, unpacked
from understudy.scenarios.parts import GivenTimes, Times

if TYPE_CHECKING:
    from understudy.contract.model import CollectionSpec, Contract
    from understudy.sandbox import Sandbox
    from understudy.scenarios.drafts import Draft

logger = logging.getLogger("understudy.scenarios")


class Shelf:
    """Where the stores lie that one scenario has filled: one for each seed."""

    def __init__(self, contract: Contract, digest: str, drafts: Sequence[Draft]) -> None:
        self._contract = contract
        self._digest = digest
        self._drafts = drafts

    def take(self, cache: Cache, sandbox: Sandbox) -> bool:
        """Fill the sandbox's empty store by its clock, if it is there."""
        found = cache.read(self._key(sandbox.seed))
        if found is None:
            return False
        issued, lines = found
        try:
            tables = unpacked(lines, Times(sandbox.clock.millis()))
        except (ValueError, KeyError, TypeError, IndexError, OverflowError):
            return False  # the clock is at the end of time, or the file is not ours after all
        sandbox.store.load(tables)
        sandbox.ids.issued = issued
        return True

    def put(self, cache: Cache, sandbox: Sandbox, texts: GivenTimes) -> None:
        """Keep what the sandbox was filled with, by its clock, which stands, and by these texts. A
        store that would not be the same in another process, or at another time, is not kept.
        """
        sealed = [
            one.name
            for one in self._contract.collections.values()
            if _may_seal(one, self._contract) and len(sandbox.store[one.name])
        ]
        if sealed:
            logger.info("not kept in the cache: %s hold secrets", ", ".join(sealed))
            return
        fixed = {*_texts([draft.fields for draft in self._drafts])}
        packing = Packing(texts, fixed, sandbox.clock.now())
        tables = [name for name in sandbox.store if name != "_facts"]
        lines = packing.lines(sandbox.store, tables)
        try:
            cache.write(self._key(sandbox.seed), sandbox.ids.issued, lines)
        except CannotPack as error:
            logger.info("not kept in the cache: a time of %s is worked out", error)
        finally:
            packing.let_go()

    def _key(self, seed: str) -> str:
        from importlib.metadata import version

        handlers = import_module(f"understudy.handlers.{self._contract.extension['handlers']}")
        folders = [*map(Path, handlers.__path__), Path(__file__).parent]
        return key_of(
            understudy.__version__,
            sys.version,
            version("faker"),
            self._contract.digest,
            self._digest,
            seed,
            code_of(folders),
        )


def _may_seal(spec: CollectionSpec, contract: Contract) -> bool:
    """Whether its objects may hold what only the server's own key opens."""
    seen: set[int] = set()
    schemas = contract.document.get("components", {}).get("schemas", {})

    def holds(value: Any) -> bool:
        if isinstance(value, list):
            return any(map(holds, value))
        if not isinstance(value, dict) or id(value) in seen:
            return False
        seen.add(id(value))
        reference = value.get("$ref")
        if isinstance(reference, str) and holds(schemas.get(reference.rpartition("/")[2])):
            return True
        return value.get("x-secret") == "sealed" or any(map(holds, value.values()))

    return holds(spec.schema)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)

"""What a long measurement has found so far, so that it can go on after an interruption."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from .harness import Outcome
from .registry import Mutant

FILE = Path(__file__).parents[2] / "build" / "mutants.jsonl"


class Kept:
    """Outcomes by mutant, as long as contract, suite and mutant are the same."""

    def __init__(self, digests: Mapping[str, str], *, resume: bool) -> None:
        self._digests = "/".join(sorted(digests.values()))
        self._found: dict[str, Outcome] = {}
        if resume and FILE.is_file():
            for line in FILE.read_text("utf-8").splitlines():
                told = json.loads(line)
                self._found[told["key"]] = Outcome(**told["outcome"])
        else:
            FILE.parent.mkdir(exist_ok=True)
            FILE.write_text("", "utf-8")

    def outcome(self, mutant: Mutant) -> Outcome | None:
        """What was found of it before."""
        return self._found.get(self._key(mutant))

    def keep(self, mutant: Mutant, outcome: Outcome) -> None:
        """Remember what was found."""
        line = json.dumps({"key": self._key(mutant), "outcome": asdict(outcome)})
        with FILE.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def _key(self, mutant: Mutant) -> str:
        told = f"{self._digests}/{mutant.name}/{inspect.getsource(mutant.change)}"
        return hashlib.sha256(told.encode()).hexdigest()

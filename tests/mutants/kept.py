"""What a long measurement has found so far, so that it can go on after an interruption."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from .harness import Outcome

FILE = Path(__file__).parents[2] / "build" / "mutants.jsonl"


class Kept:
    """Outcomes by mutant, as long as mutant and rule are the same. prints: their fingerprints."""

    def __init__(self, prints: Mapping[str, str], *, resume: bool) -> None:
        self._prints = prints
        self.found: dict[str, Outcome] = {}
        if resume and FILE.is_file():
            for line in FILE.read_text("utf-8").splitlines():
                told = json.loads(line)
                outcome = Outcome(**told["outcome"])
                if prints.get(outcome.mutant) == told["fingerprint"] and not outcome.error:
                    self.found[outcome.mutant] = outcome
        else:
            FILE.parent.mkdir(exist_ok=True)
            FILE.write_text("", "utf-8")

    def keep(self, outcome: Outcome) -> None:
        """Remember what was found."""
        told = {"fingerprint": self._prints[outcome.mutant], "outcome": asdict(outcome)}
        with FILE.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps(told)}\n")

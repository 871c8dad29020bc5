"""The matrix: which rules notice which mutant."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from understudy.verify.rules import MUST, Rule

from .registry import KINDS, Mutant


@dataclass(frozen=True)
class Row:
    """A mutant and the rules that notice it. `fingerprint`: of the mutant and its rule, as they
    were. `is_whole`: all rules that can were asked, and not its own only.
    """

    mutant: str
    kind: str
    rule: str | None
    noticed_by: tuple[str, ...]
    fingerprint: str = ""
    is_whole: bool = True

    @property
    def is_killed(self) -> bool:
        """Whether any rule notices it."""
        return bool(self.noticed_by)

    @property
    def is_killed_by_its_own(self) -> bool:
        """Whether it is noticed for the right reason."""
        return self.rule in self.noticed_by if self.rule else self.is_killed

    @property
    def only(self) -> str | None:
        """The one rule that notices it."""
        return self.noticed_by[0] if self.is_whole and len(self.noticed_by) == 1 else None


@dataclass(frozen=True)
class Matrix:
    """A row for each mutant."""

    rows: tuple[Row, ...]

    @classmethod
    def of(
        cls,
        mutants: Iterable[Mutant],
        noticed: Mapping[str, Iterable[str]],
        prints: Mapping[str, str] | None = None,
    ) -> Matrix:
        """The matrix of what was noticed, by mutant. prints: their fingerprints."""
        return cls(
            tuple(
                Row(
                    one.name,
                    one.kind,
                    one.rule,
                    tuple(sorted(noticed[one.name])),
                    (prints or {}).get(one.name, ""),
                )
                for one in mutants
                if one.name in noticed
            )
        )

    @classmethod
    def read(cls, file: Path) -> Matrix:
        """The matrix that was written down."""
        rows = json.loads(file.read_text("utf-8"))["matrix"] if file.is_file() else []
        return cls(tuple(Row(**one | {"noticed_by": tuple(one["noticed_by"])}) for one in rows))

    def to_json(self) -> list[dict[str, Any]]:
        """The rows, for a file."""
        return [
            {"mutant": one.mutant, "kind": one.kind, "rule": one.rule,
             "noticed_by": list(one.noticed_by), "fingerprint": one.fingerprint,
             "is_whole": one.is_whole}
            for one in self.rows
        ]  # fmt: skip

    def survivors(self) -> list[Row]:
        """The mutants that nobody notices."""
        return [one for one in self.rows if not one.is_killed]

    def missed_by_own(self) -> list[Row]:
        """The mutants that their own rule does not notice."""
        return [one for one in self.rows if not one.is_killed_by_its_own]

    def score(self) -> dict[str, tuple[int, int]]:
        """Killed and all, by kind."""
        kinds = {kind: [one for one in self.rows if one.kind == kind] for kind in KINDS}
        return {
            kind: (sum(one.is_killed for one in rows), len(rows))
            for kind, rows in kinds.items()
            if rows
        }

    def killing_alone(self) -> set[str]:
        """The rules that alone notice a mutant of theirs."""
        return {one.only for one in self.rows if one.only is not None and one.only == one.rule}


def fingerprints(rules: Iterable[Rule], mutants: Iterable[Mutant]) -> dict[str, str]:
    """What tells whether a mutant is as it was when it was measured: its source and its rule's."""
    sources = {one.id: inspect.getsource(one.function) for one in rules}
    return {
        one.name: hashlib.sha256(
            (inspect.getsource(one.change) + sources.get(one.rule or "", "")).encode()
        ).hexdigest()[:16]
        for one in mutants
    }


def without_mutant(rules: Iterable[Rule], mutants: Iterable[Mutant]) -> list[str]:
    """The MUST rules that no mutant breaks."""
    broken = {one.rule for one in mutants}
    return [one.id for one in rules if one.level == MUST and one.id not in broken]


def not_alone(rules: Iterable[Rule], matrix: Matrix) -> list[str]:
    """The MUST rules without a mutant that only they notice."""
    alone = matrix.killing_alone()
    return [one.id for one in rules if one.level == MUST and one.id not in alone]


def out_of_date(rules: Sequence[Rule], mutants: Sequence[Mutant], matrix: Matrix) -> list[str]:
    """How the matrix that was written down differs from the mutants and rules that there are."""
    prints = fingerprints(rules, mutants)
    now = {one.name: one.rule for one in mutants}
    then = {one.mutant: one.rule for one in matrix.rows}
    known = {one.id for one in rules}
    found = [f"mutant {name} is new" for name in now if name not in then]
    found += [f"mutant {name} is gone" for name in then if name not in now]
    found += [
        f"mutant {name} is of {now[name]}, no longer of {then[name]}"
        for name in now
        if name in then and now[name] != then[name]
    ]
    found += [
        f"mutant {one.mutant}, or its rule, is not as it was measured"
        for one in matrix.rows
        if now.get(one.mutant, "") == one.rule and prints[one.mutant] != one.fingerprint
    ]
    gone = {id for one in matrix.rows for id in one.noticed_by if id not in known}
    return [*found, *(f"rule {id} is gone" for id in sorted(gone))]

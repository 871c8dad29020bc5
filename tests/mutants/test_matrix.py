"""The figures: what is made of who noticed what."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from tests.mutants.harness import Outcome
from tests.mutants.matrix import Matrix, fingerprints, not_alone, out_of_date, without_mutant
from tests.mutants.patient import Patient
from tests.mutants.quality import _page, figures_of
from tests.mutants.registry import Mutant

from understudy.verify.rules import Rule


def change(server: Patient) -> None:
    """Change nothing."""


def mutant(name: str, rule: str | None, kind: str = "behaviour") -> Mutant:
    return Mutant(name, "runs", rule, kind, f"what {name} does", change)


MUTANTS = [
    mutant("late", "RUN-01"),
    mutant("lost", "RUN-02", "persistence"),
    mutant("twice", "RUN-02"),
    mutant("quiet", "RUN-03"),
    mutant("dead", None, "degenerate"),
]
NOTICED = {
    "late": ["RUN-01"],
    "lost": ["RUN-02", "RUN-01"],
    "twice": ["RUN-01"],
    "quiet": [],
    "dead": ["RUN-01"],
}


def rules(*ids: str) -> tuple[Rule, ...]:
    made: Any = [SimpleNamespace(id=id, level="must", function=change) for id in ids]
    return (*cast("list[Rule]", made), cast("Rule", SimpleNamespace(id="MAY-01", level="may")))


def test_who_is_killed_and_by_whom() -> None:
    matrix = Matrix.of(MUTANTS, NOTICED)
    assert [one.mutant for one in matrix.survivors()] == ["quiet"]
    assert [one.mutant for one in matrix.missed_by_own()] == ["twice", "quiet"]
    assert matrix.score() == {"persistence": (1, 1), "behaviour": (2, 3), "degenerate": (1, 1)}
    assert matrix.killing_alone() == {"RUN-01"}


def test_must_rules_want_mutants_and_one_that_only_they_kill() -> None:
    matrix = Matrix.of(MUTANTS, NOTICED)
    assert without_mutant(rules("RUN-01", "RUN-09"), MUTANTS) == ["RUN-09"]
    assert not_alone(rules("RUN-01", "RUN-02"), matrix) == ["RUN-02"]


def test_a_matrix_that_was_written_down_grows_old() -> None:
    known = rules("RUN-01", "RUN-02", "RUN-03")[:3]
    matrix = Matrix.of(MUTANTS, NOTICED, fingerprints(known, MUTANTS))
    assert out_of_date(known, MUTANTS, matrix) == []
    now = [mutant("late", "RUN-03"), *MUTANTS[2:], mutant("new", "RUN-01")]
    assert out_of_date((known[0], known[2]), now, matrix) == [
        "mutant new is new",
        "mutant lost is gone",
        "mutant late is of RUN-03, no longer of RUN-01",
        "mutant twice, or its rule, is not as it was measured",
        "rule RUN-02 is gone",
    ]


def test_a_rule_that_changed_has_its_mutants_measured_again() -> None:
    known = rules("RUN-01", "RUN-02", "RUN-03")[:3]
    matrix = Matrix.of(MUTANTS, NOTICED, fingerprints(known, MUTANTS))
    other: Any = SimpleNamespace(id="RUN-02", level="must", function=rules)
    assert out_of_date((known[0], other, known[2]), MUTANTS, matrix) == [
        "mutant lost, or its rule, is not as it was measured",
        "mutant twice, or its rule, is not as it was measured",
    ]


def test_the_page_names_survivors_and_false_alarms() -> None:
    sound = [
        Outcome("healthy", 1.0, digests={"contract": "c" * 64, "suite": "d" * 64}),
        Outcome("slow", 1.0, failed={"RUN-01": "GET /runs was late"}),
    ]
    figures = figures_of(rules("RUN-01", "RUN-02"), MUTANTS, Matrix.of(MUTANTS, NOTICED), sound)
    page = "\n".join(_page(figures, MUTANTS))
    assert "**4 of 5 mutants are noticed**" in page
    assert "- `quiet`: what quiet does" in page
    assert "- slow: RUN-01: GET /runs was late" in page
    assert "| behaviour | 3 | 2 | 67 % |" in page

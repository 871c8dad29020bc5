"""Defects against a model of them: whatever is done, in whichever order, both stay the same."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, play, rule

from . import make
from .defects_machine import DefectsMachine, Stage

RUNS, STEPS = (6, 20, 60), (20, 30, 50)


@rule(
    "MOD-21",
    MUST,
    "Takes the filters of the list, and counts just what the list would list",
    clauses=("All defects that the list's filters select, in the list's order",),
    tag="defects",
)
def test_defects_keep_to_the_model(active: Persona, suite: Suite) -> None:
    """Filing, changing and deleting defects in any order leaves what lists, pages, counts, files
    and folders then show in step with a model of them.
    """
    stage = Stage(
        persona=active,
        folders=[make.defect_folder(active)["id"] for _ in range(2)],
        saved=make.saved_filter(active, criteria=Stage.CRITERIA)["id"],
        suite=suite,
    )
    play(suite, lambda: DefectsMachine(stage), runs=suite.scale(*RUNS), steps=suite.scale(*STEPS))

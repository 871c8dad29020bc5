"""Runs against a model of them: whatever is done, in whichever order, both stay the same."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, play, rule

from .runs_machine import RunsMachine, prepared

GAMES, STEPS = (6, 25, 80), (20, 30, 40)


@rule(
    "MOD-11",
    MUST,
    "brings the item's status and the run's totals up to date",
    clauses=["Moves: PENDING → RUNNING by start", "the last three are final"],
    tag="test_runs",
)
def test_runs_keep_to_the_model(active: Persona, suite: Suite) -> None:
    """Moving, changing, filling and deleting runs in any order leaves what runs, items and
    summaries then show in step with a model of them.
    """
    stage = prepared(active)
    play(suite, lambda: RunsMachine(stage), runs=suite.scale(*GAMES), steps=suite.scale(*STEPS))

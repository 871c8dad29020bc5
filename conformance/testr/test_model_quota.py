"""The quota of test cases, whatever is created and deleted, next to a model of it."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, play, rule

from .quota_machine import Quota, filled

GAMES, STEPS = (6, 20, 60), (10, 20, 30)


@rule(
    "MOD-41",
    MUST,
    "The quota of test cases of the active workspace, and how much of it is used.",
    clauses=("The test cases no longer count for the workspace's quota.",),
    tag="workspace",
)
def test_the_quota_keeps_to_its_model(account: Persona, suite: Suite) -> None:
    """Creating test cases up to the quota and beyond, and deleting plans, in any order, leaves the
    limits in step with what there is, and room for just as many test cases as they say.
    """
    stage = filled(account)
    play(suite, lambda: Quota(stage), runs=suite.scale(*GAMES), steps=suite.scale(*STEPS))

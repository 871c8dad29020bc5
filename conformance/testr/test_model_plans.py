"""Plans with folders and test cases, whatever is done with them, next to a model of them."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, play, rule

from .plan_machine import Plans


@rule("MOD-01", MUST, "The plan as a tree.", tag="test_plans")
def test_plans_are_like_their_model(active: Persona, suite: Suite) -> None:
    """Whatever is created, changed, moved, ordered and deleted, in whichever order, plans and their
    trees are as they should be.
    """
    runs, steps = suite.scale(12, 25, 150), suite.scale(12, 20, 40)
    play(suite, lambda: Plans(active, suite), runs=runs, steps=steps)

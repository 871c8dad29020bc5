"""What can be done near the end of a quota of test cases, on a server and in the model alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from understudy.verify import Answer, Persona

from . import make
from .trees import cases_in, tree_of

QUOTA = 100
LEFT = 4
"""So many test cases can be added when a game begins."""

PLANS = 3
"""So many plans there are at once."""


@dataclass
class Plan:
    """A plan, a folder in it, and how many test cases it holds."""

    body: dict[str, Any]
    folder: dict[str, Any]
    cases: int = 0


@dataclass
class Stage:
    """Who plays, and how many test cases were refused so far, in all games."""

    persona: Persona
    refused: int = 0


class Quota(RuleBasedStateMachine):
    """Plans of one workspace, of whose quota little is left, and a model that counts their test
    cases anew each time.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.persona = stage.persona
        self.plans: list[Plan] = []

    @property
    def used(self) -> int:
        """So many test cases there are."""
        return QUOTA - LEFT + sum(plan.cases for plan in self.plans)

    def teardown(self) -> None:
        """Leave nothing to the next game."""
        for plan in self.plans:
            self._delete(plan)

    @initialize()
    def begin(self) -> None:
        """There are two plans; one of them has a test case."""
        self._create_plan()
        self._create_plan()
        self._create_case(self.plans[0], False)
        self._compare("WS-03")

    @precondition(lambda self: len(self.plans) < PLANS)
    @rule()
    def create_plan(self) -> None:
        """One more plan, which counts nothing."""
        self._create_plan()
        self._compare("SUB-22")

    @precondition(lambda self: self.plans)
    @rule(data=st.data(), cases=st.integers(1, 3), is_in_folder=st.booleans())
    def create_cases(self, data: st.DataObject, cases: int, is_in_folder: bool) -> None:
        """Test cases, until the quota is used up and one beyond it."""
        plan = data.draw(st.sampled_from(self.plans))
        for _ in range(cases):
            if not self._create_case(plan, is_in_folder):
                return

    @precondition(lambda self: self.plans)
    @rule(data=st.data())
    def delete_plan(self, data: st.DataObject) -> None:
        """One plan less, and its test cases with it."""
        plan = data.draw(st.sampled_from(self.plans))
        self.plans.remove(plan)
        self._delete(plan).expect(200, rule="PLAN-20")
        self._compare("PLAN-25", of_room="SUB-24")

    def _create_plan(self) -> None:
        body = make.plan(self.persona)
        self.plans.append(Plan(body, make.folder(self.persona, body)))

    def _create_case(self, plan: Plan, is_in_folder: bool) -> bool:
        """Whether there was room for another test case."""
        body = {"test_plan_id": plan.body["id"], "name": self.persona.name("case")}
        if is_in_folder:
            body["folder_id"] = plan.folder["id"]
        answer = self.persona.call("test_plans.create_case", body=body)
        if self.used >= QUOTA:
            answer.refused(403, code="limit_reached", rule="SUB-20")
            self._compare("SUB-23")
            self.stage.refused += 1
            self._look(plan, answer)
            return False
        answer.expect(201, rule=self._blame("SUB-23"))
        plan.cases += 1
        self._compare("WS-03")
        return True

    def _delete(self, plan: Plan) -> Answer:
        return self.persona.call("test_plans.delete_plan", plan_id=plan.body["id"])

    def _look(self, plan: Plan, refused: Answer) -> None:
        """A plan holds no test case that was refused."""
        found = len(cases_in(tree_of(self.persona, plan.body)))
        if found != plan.cases:
            what = "a test case was refused, and is there all the same"
            raise refused.broken(what, expected=plan.cases, got=found, rule="SUB-23")

    def _compare(self, of_count: str, of_room: str = "SUB-23") -> None:
        """The limits are as the model says; else these rules are broken, of how many test cases
        there are and of whether there may be more.
        """
        answer = limits(self.persona)
        answer.has(current_test_cases=self.used, rule=self._blame(of_count))
        has_room = self.used < QUOTA
        broken = of_room if has_room else "SUB-21"
        answer.has(can_add_more=has_room, rule=self._blame(broken))

    def _blame(self, rule: str) -> str | None:
        """The rule that is broken; after a refusal it may be that which has changed something."""
        return None if self.stage.refused else rule


def limits(persona: Persona) -> Answer:
    """The limits of a workspace with the free quota. Raises Broken where they are others."""
    answer = persona.call("workspace.limits")
    answer.expect(200)
    answer.has(max_test_cases=QUOTA, is_unlimited=False, rule="WS-02")
    return answer


def filled(persona: Persona) -> Stage:
    """A stage to play on: a new account whose quota is used up, but for what is to be left."""
    limits(persona).has(current_test_cases=0, rule="AUTH-19")
    plan = make.plan(persona)
    for _ in range(QUOTA - LEFT):
        make.case(persona, plan)
    return Stage(persona)

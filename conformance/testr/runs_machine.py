"""Whatever is done with runs, their items and results, next to a model of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition
from hypothesis.stateful import rule as step

from understudy.verify import Answer, Persona

from . import make, runs
from .runs_model import COUNTED, TIMES, Item, Run

MOST = 3
"""So many runs there are at once."""

CASES = st.integers(0, 3)
NUMBERS = st.integers(0, 2)
MOVES = {
    "start_run": ("RUNNING", ("PENDING",), "RUN-20", "RUN-23"),
    "stop_run": ("COMPLETED", ("RUNNING",), "RUN-27", "RUN-28"),
    "cancel_run": ("CANCELLED", ("PENDING", "RUNNING"), "RUN-29", "RUN-30"),
}
"""Where each move leads, from where, and the rules of what is done and of what is refused."""


UPDATES = ("RUN-38", "RUN-40", "RUN-41")


@dataclass(frozen=True)
class Stage:
    """Who plays, and the plan with four cases that all runs are of."""

    persona: Persona
    plan: dict[str, Any]
    cases: list[dict[str, Any]]


class RunsMachine(RuleBasedStateMachine):
    """Runs of one plan, on the server and in the model, changed alike."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.persona = stage.persona
        self.runs: list[Run] = []
        self.highest = 0

    def teardown(self) -> None:
        """Leave nothing to the next game."""
        for run in self.runs:
            runs.delete(self.persona, run.body)

    @initialize()
    def begin(self) -> None:
        """There are two runs that share cases."""
        for number in (0, 1):
            self._create()
            self._add_several(self.runs[-1], [number, number + 1, number + 2])

    @precondition(lambda self: len(self.runs) < MOST)
    @step()
    def create(self) -> None:
        """One more run."""
        self._create()

    @precondition(lambda self: self.runs)
    @step(number=NUMBERS, operation=st.sampled_from(sorted(MOVES)))
    def move(self, number: int, operation: str) -> None:
        """Start, stop or cancel a run."""
        run = self._run(number)
        status, before, done, refused = MOVES[operation]
        answer = runs.move(self.persona, run.body, operation)
        if run.status not in before:
            self._refused(run, answer, "invalid_state", refused)
            return
        answer.expect(200, rule=done)
        self._moved(run, answer, status, done)

    @precondition(lambda self: self.runs)
    @step(
        number=NUMBERS,
        status=st.none() | st.sampled_from(runs.STATES),
        counts=st.dictionaries(st.sampled_from(COUNTED), st.integers(0, 9), max_size=2),
        rate=st.none() | st.sampled_from([0, 12.5, 100]),
    )
    def update(self, number: int, status: str | None, counts: dict[str, int], rate: Any) -> None:
        """Set a run's status and totals, some of them or none."""
        run = self._run(number)
        given = {**counts, **({} if rate is None else {"pass_rate": rate})}
        body = given if status is None else {**given, "status": status}
        answer = runs.update(self.persona, run.body, **body)
        is_move = status not in (None, run.status)
        if is_move and (run.status != "RUNNING" or status not in ("COMPLETED", "FAILED")):
            self._refused(run, answer, "invalid_state", "RUN-42")
            return
        rule = "RUN-40" if is_move else "RUN-41" if status else "RUN-38"
        answer.expect(200, rule=rule)
        run.given |= given
        if is_move:
            self._compare(run, answer, "RUN-52", only=tuple(given))
            self._moved(run, answer, str(status), rule)
        else:
            self._changed(run, answer, rule)

    @precondition(lambda self: self.runs)
    @step(number=NUMBERS, case=CASES)
    def add(self, number: int, case: int) -> None:
        """Add a case to a run."""
        run, case_id = self._run(number), self.stage.cases[case]["id"]
        body = {"test_case_id": case_id}
        answer = self.persona.call("test_runs.add_item", body=body, run_id=run.body["id"])
        if run.is_final:
            self._refused(run, answer, "invalid_state", "ITEM-09")
        elif case_id in run.cases:
            self._refused(run, answer, "already_in_run", "ITEM-08")
        else:
            item = answer.expect(201, rule="ITEM-11" if run.status == "RUNNING" else "ITEM-01")
            answer.has(test_case_id=case_id, status="PENDING", rule="ITEM-01")
            run.items.append(Item(item))
            self._look(run, "ITEM-02")

    @precondition(lambda self: self.runs)
    @step(number=NUMBERS, cases=st.lists(CASES, min_size=1, max_size=5))
    def add_several(self, number: int, cases: list[int]) -> None:
        """Add cases to a run, some of them twice or there already."""
        self._add_several(self._run(number), cases)

    @precondition(lambda self: any(run.items for run in self.runs))
    @step(data=st.data(), status=st.sampled_from(runs.RESULTS))
    def record(self, data: st.DataObject, status: str) -> None:
        """Record a result of an item."""
        run = data.draw(st.sampled_from([run for run in self.runs if run.items]))
        item = data.draw(st.sampled_from(run.items))
        answer = runs.record(self.persona, item.body, status)
        if run.is_final:
            self._refused(run, answer, "invalid_state", "RES-07")
            return
        answer.expect(201, rule="RES-08")
        item.results.append(status)
        self._look_at_items(run, _rule_of_results(item.results))
        answer = self.persona.call("test_runs.get_run", run_id=run.body["id"])
        found = answer.has(status=run.status, started_at=run.body["started_at"], rule="RES-08")
        counted = sum(found.get(name, 0) for name in COUNTED[1:])
        is_twice = not run.given and counted > sum(bool(one.results) for one in run.items)
        self._compare(run, answer, "RES-14" if is_twice else "RES-13")

    @precondition(lambda self: self.runs)
    @step(number=NUMBERS)
    def look(self, number: int) -> None:
        """Compare a run's summary and its place in the list."""
        run = self._run(number)
        answer = self.persona.call("test_runs.get_summary", run_id=run.body["id"])
        found = answer.expect(200, rule="RUN-55")
        self._compare(run, answer, "RUN-54", only=(*COUNTED, "pass_rate"), is_final=True)
        self._compare(run, answer, "RUN-55" if run.is_final else "RUN-36", is_final=True)
        counts = run.by_status()
        answer.has(
            by_status=counts, items_total=len(run.items), error_tests=counts["ERROR"],
            not_run=counts["PENDING"], rule="RUN-53",
        )  # fmt: skip
        assert found["test_run_id"] == run.body["id"], "the summary of the run that was asked for"

    @precondition(lambda self: len(self.runs) > 1)
    @step(number=NUMBERS)
    def delete(self, number: int) -> None:
        """Delete a run, once more, and see that the others are as they were."""
        run = self._run(number)
        runs.delete(self.persona, run.body).expect(200, rule="RUN-13")
        self.runs.remove(run)
        answer = self.persona.call("test_runs.get_run", run_id=run.body["id"])
        answer.refused(404, rule="RUN-13")
        runs.delete(self.persona, run.body).refused(404, rule="RUN-14")
        for other in self.runs:
            self._look(other)
            self._look_at_items(other)

    def _create(self) -> None:
        body = {"run_name": self.persona.name("run"), "test_plan_id": self.stage.plan["id"]}
        answer = self.persona.call("test_runs.create_run", body=body)
        made = answer.expect(201, rule="RUN-01")
        answer.has(status="PENDING", started_at=None, completed_at=None, rule="RUN-02")
        if made["run_number"] <= self.highest:
            raise answer.broken(
                "a number was given again", expected=f"more than {self.highest}",
                got=made["run_number"], rule="RUN-05",
            )  # fmt: skip
        self.highest = made["run_number"]
        shown = {name: value for name, value in made.items() if name not in ("updated_at",)}
        run = Run({k: v for k, v in shown.items() if k not in (*COUNTED, "pass_rate")})
        self._compare(run, answer, "RUN-06")
        self.runs.append(run)

    def _add_several(self, run: Run, cases: list[int]) -> None:
        ids = [self.stage.cases[case]["id"] for case in cases]
        new = [one for one in dict.fromkeys(ids) if one not in run.cases]
        answer = runs.add(self.persona, run.body, *({"id": id} for id in ids))
        if run.is_final:
            self._refused(run, answer, "invalid_state", "ITEM-17")
            return
        done = "ITEM-15" if not new else "ITEM-11" if run.status == "RUNNING" else "ITEM-13"
        items = answer.expect(200, rule=done)["items"]
        found = runs.of_cases(items)
        if found != new:
            rule = "ITEM-13" if sorted(found) == sorted(new) else "ITEM-14"
            raise answer.broken("other items were added", expected=new, got=found, rule=rule)
        answer.has(total_added=len(new), rule="ITEM-14")
        run.items += [Item(item) for item in items]
        self._look(run, "ITEM-13")

    def _run(self, number: int) -> Run:
        return self.runs[number % len(self.runs)]

    def _refused(self, run: Run, answer: Answer, code: str, rule: str) -> None:
        """That it was refused, and that nothing has changed."""
        answer.refused(400, code=code, rule=rule)
        self._look(run, rule)
        self._look_at_items(run, rule)

    def _moved(self, run: Run, answer: Answer, status: str, rule: str) -> None:
        """A move sets the status, and the times that go with it."""
        body = answer.has(status=status, rule=rule)
        times = {name: body.get(name) for name in TIMES}
        if status == "RUNNING":
            expected: Any = {"completed_at": None, "duration_ms": 0}
            answer.has(**expected, rule="RUN-36")
        elif run.body["started_at"] is None:
            answer.has(duration_ms=0, started_at=None, rule="RUN-31")
        else:
            answer.has(started_at=run.body["started_at"], rule="RUN-29")
        if times["started_at" if status == "RUNNING" else "completed_at"] is None:
            wanted = "RUN-21" if status == "RUNNING" else "RUN-34"
            raise answer.broken(f"a run that became {status} has no time of it", rule=wanted)
        run.body |= {"status": status, **times}
        self._changed(run, answer, rule)
        self._look_at_items(run, "RUN-32" if status == "CANCELLED" else "RUN-27")

    def _changed(self, run: Run, answer: Answer, rule: str) -> None:
        """The answer is the run as it is now."""
        self._compare(run, answer, rule)
        found = self._look(run, rule)
        answer.has(**found, rule="RUN-39" if rule in UPDATES else "RUN-33")

    def _look(self, run: Run, rule: str | None = None) -> Any:
        answer = self.persona.call("test_runs.get_run", run_id=run.body["id"])
        found = answer.expect(200, rule=rule)
        self._compare(run, answer, rule)
        return found

    def _compare(
        self,
        run: Run,
        answer: Answer,
        rule: str | None,
        *,
        only: tuple[str, ...] | None = None,
        is_final: bool = False,
    ) -> None:
        """Raises where a field is wrong; `is_final`: of this very rule."""
        is_open = rule is not None and not is_final and not only
        found = answer.body if isinstance(answer.body, dict) else {}
        for name, expected in run.wrong_in(found).items():
            if only is None or name in only:
                raise answer.broken(
                    f"{name} is wrong", expected=expected, got=found.get(name),
                    rule=run.rule_of(name, found.get(name), rule) if is_open else rule,
                )  # fmt: skip

    def _look_at_items(self, run: Run, rule: str | None = None) -> None:
        answer = self.persona.call("test_runs.list_items", run_id=run.body["id"])
        items = answer.expect(200, rule="ITEM-03")["items"]
        found = [(item["id"], item["status"]) for item in items]
        expected = [(item.body["id"], item.status) for item in run.items]
        if found != expected:
            is_order = sorted(found) == sorted(expected)
            raise answer.broken(
                "wrong items", expected=expected, got=found, rule="ITEM-03" if is_order else rule
            )


def _rule_of_results(results: list[str]) -> str:
    """The rule that the status of an item with these results is by."""
    if len(results) == 1:
        return "RES-12"
    rules = {"FAILED": "RES-15", "ERROR": "RES-16", "PASSED": "RES-17"}
    return next((rule for status, rule in rules.items() if status in results), "RES-17")


def prepared(persona: Persona) -> Stage:
    """A stage to play on. Raises Broken where it cannot be set up."""
    plan = make.plan(persona)
    return Stage(persona, plan, [make.case(persona, plan) for _ in range(4)])

"""Two clients that write at the same time: nothing is lost, nothing is there twice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from understudy.verify import MUST, SHOULD, Answer, Persona, Suite, rule

from . import defects, make
from .at_once import at_once

Body = dict[str, Any]
ROUNDS = (4, 12, 40)
"""How often two clients meet, by effort."""


def _create(p: Persona, operation: str, bodies: list[Body]) -> Callable[[], list[Body]]:
    """One creation after the other."""
    return lambda: [p.call(operation, body=body).expect(201) for body in bodies]


@rule(
    "RYW-07",
    MUST,
    "Counted in the workspace from 1 and never used again",
    clauses=("`defect_number` is `DEF-001`, counted per workspace, never reused",),
)
def test_defects_filed_at_once(active: Persona, colleague: Persona, suite: Suite) -> None:
    """Of the defects that two clients file at once none is lost, and no two share a number."""
    tag, count = active.name("tag"), suite.scale(*ROUNDS)
    bodies = [{"title": active.name("defect"), "tags": [tag]} for _ in range(2 * count)]
    tasks = [
        _create(p, "defects.create_defect", part)
        for p, part in ((active, bodies[:count]), (colleague, bodies[count:]))
    ]
    made = [one for part in at_once(*tasks) for one in part]
    numbers = {one["defect_number"] for one in made}
    assert len(numbers) == len(made), f"{len(made)} defects must have as many numbers"
    found = sorted(defects.ids(defects.listed(active, tags=tag)))
    assert found == sorted(defects.ids(made)), f"all {len(made)} defects must be in the list, once"


@rule("RYW-08", MUST, "`run_number` counts up in the workspace from 1 and is never reused")
def test_runs_made_at_once(active: Persona, colleague: Persona, suite: Suite) -> None:
    """Of the runs that two clients make at once none is lost, and no two share a number."""
    plan, count = make.plan(active), suite.scale(*ROUNDS)
    bodies = [
        {"run_name": active.name("run"), "test_plan_id": plan["id"]} for _ in range(2 * count)
    ]
    tasks = [
        _create(p, "test_runs.create_run", part)
        for p, part in ((active, bodies[:count]), (colleague, bodies[count:]))
    ]
    made = [one for part in at_once(*tasks) for one in part]
    numbers = {one["run_number"] for one in made}
    assert len(numbers) == len(made), f"{len(made)} runs must have as many numbers"
    query = {"test_plan_id": plan["id"], "limit": 200}
    listed = active.call("test_runs.list_runs", query=query).expect(200)["items"]
    found = sorted(defects.ids(listed))
    assert found == sorted(defects.ids(made)), f"all {len(made)} runs must be in the list, once"


@rule("RYW-09", MUST, "Sets the given fields on 1 to 500 defects, all or nothing")
def test_no_update_is_lost(active: Persona, colleague: Persona, suite: Suite) -> None:
    """Two clients that set different fields of a defect at once do not undo each other's change."""
    defect = make.defect(active)
    for turn in range(suite.scale(*ROUNDS)):
        status = ("CLOSED", "OPEN")[turn % 2]
        priority = ("P1", "P2")[turn % 2]
        at_once(
            partial(defects.update, active, [defect], status=status),
            partial(defects.update, colleague, [defect], priority=priority),
        )
        now = defects.read(active, defect)
        found = (now["status"], now["priority"])
        assert found == (status, priority), (
            f"one client set {status}, the other one {priority}: both must hold, not {found}"
        )


@rule("RYW-10", SHOULD, "one id that is unknown or of another workspace is 404 and deletes none")
def test_a_defect_is_deleted_by_one(active: Persona, colleague: Persona, suite: Suite) -> None:
    """Of two clients that delete a defect at once one succeeds, the other one gets 404."""

    def delete(p: Persona, defect: Body) -> Answer:
        return p.call("defects.delete_defects", body={"defect_ids": [defect["id"]]})

    for _ in range(suite.scale(*ROUNDS)):
        defect = make.defect(active)
        answers = at_once(partial(delete, active, defect), partial(delete, colleague, defect))
        statuses = sorted(answer.status for answer in answers)
        assert statuses == [200, 404], f"one deletes it, for the other it is gone; not {statuses}"

"""Schedules are due, and one more in two minutes."""

from __future__ import annotations

from typing import Any

import understudy


def due(stage: Any) -> list[str]:
    return [one["schedule_name"] for one in stage.get("/schedules/pending")["items"]]


def test_one_more_falls_due_while_the_application_runs(begin: Any) -> None:
    stage = begin("due-schedules")
    stage.login()
    before = due(stage)
    assert sorted(before) == ["Smoke test 1", "Smoke test 2", "Smoke test 3"]
    stage.clock.advance("1m59s")
    assert due(stage) == before
    stage.clock.advance("1s")
    assert {*due(stage)} - {*before} == {"In a moment"}
    stage.login()
    stage.clock.advance("30m")
    assert not {"Paused", "Switched off", "Tomorrow"} & {*due(stage)}


def test_a_run_does_what_was_missed_once_and_for_all(begin: Any) -> None:
    stage = begin("due-schedules")
    stage.login()
    schedule = next(
        one
        for one in stage.get("/schedules/pending")["items"]
        if one["schedule_name"] == "Smoke test 2"
    )
    which = {"test_plan_id": schedule["test_plan_id"], "suite_name": schedule["suite_name"]}
    stage.post("/test-runs", run_name="What was missed", **which)
    assert sorted(due(stage)) == ["Smoke test 1", "Smoke test 3"]
    stage.clock.advance("23h58m")
    stage.login()
    assert "Smoke test 2" in due(stage)


def test_how_many_and_how_soon(begin: Any) -> None:
    stage = begin("due-schedules", due=0, soon="10s")
    stage.login()
    assert due(stage) == []
    stage.clock.advance("10s")
    assert due(stage) == ["In a moment"]
    stage = begin("due-schedules", due=120)
    stage.login()
    assert stage.get("/schedules/pending")["total"] == 120


def test_how_fast_time_runs() -> None:
    """On a server that was not given a clock of its own."""
    with (
        understudy.run(scenario="empty") as server,
        server.sandbox("due-schedules", parameters={"speed": 3600}) as sandbox,
    ):
        assert sandbox.show().clock.factor == 3600.0

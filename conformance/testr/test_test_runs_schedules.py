"""Schedules: what a new one needs, keeps and tells."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import make
from .schedules import PAST, create

LEFT_OUT: dict[str, Any] = {
    "status": "ACTIVE",
    "is_enabled": True,
    "suite_path": None,
    "suite_name": None,
    "test_case_ids": [],
    "timezone": "UTC",
    "repeat_type": "NONE",
    "repeat_interval": 1,
    "repeat_days_of_week": [],
    "repeat_day_of_month": None,
    "repeat_end_date": None,
    "max_occurrences": None,
    "parallel_enabled": False,
    "parallel_count": 1,
    "retry_on_failure": False,
    "retry_count": 0,
    "notify_on_failure": True,
    "notify_on_completion": False,
    "notification_emails": [],
}
GIVEN: dict[str, Any] = {
    "status": "PAUSED",
    "is_enabled": False,
    "suite_path": "suites/checkout",
    "suite_name": "Checkout",
    "scheduled_datetime": "2031-04-05T06:07:08.000Z",
    "timezone": "Europe/Berlin",
    "repeat_type": "WEEKLY",
    "repeat_interval": 2,
    "repeat_days_of_week": [5, 1, 3],
    "repeat_day_of_month": 15,
    "repeat_end_date": "2032-01-01T00:00:00.000Z",
    "max_occurrences": 10,
    "parallel_enabled": True,
    "parallel_count": 4,
    "retry_on_failure": True,
    "retry_count": 2,
    "notify_on_failure": False,
    "notify_on_completion": True,
    "notification_emails": ["qa@example.com"],
}


@rule(
    "SCH-01",
    MUST,
    "`schedule_name`, `test_plan_id` and `scheduled_datetime` are required",
    clauses=["Null is the same as left out", "A schedule needs `schedule_name`"],
    values=[{}, dict.fromkeys(LEFT_OUT)],
)
def test_defaults_of_a_schedule(active: Persona, value: dict[str, None]) -> None:
    """A schedule needs a name, a plan and a start; the rest, left out or null, has defaults."""
    answer = create(active, make.plan(active), scheduled_datetime=PAST, **value)
    answer.expect(201)
    answer.has(**LEFT_OUT, scheduled_datetime=PAST)


@rule("SCH-02", MUST, "Plans runs of a test plan")
def test_a_schedule_keeps_what_it_was_given(active: Persona) -> None:
    """A new schedule answers with every field that it was given, and is listed so."""
    plan = make.plan(active)
    case = make.case(active, plan)
    given = {**GIVEN, "test_case_ids": [case["id"]]}
    answer = create(active, plan, **given)
    answer.expect(201)
    answer.has(**given)
    query = {"test_plan_id": plan["id"]}
    [found] = active.call("test_runs.list_schedules", query=query).expect(200)["items"]
    wrong = [name for name in answer.body if found.get(name) != answer.body[name]]
    assert not wrong, f"{', '.join(wrong)} in the list as in the answer to the creation"


@rule(
    "SCH-03",
    MUST,
    "and every test case in the plan (404)",
    clauses=["`test_case_ids` must be of the plan (404)", "The cases to run, of the same plan"],
    values=("unknown", "of another plan"),
)
def test_a_schedule_needs_cases_of_its_plan(active: Persona, suite: Suite, value: str) -> None:
    """A schedule with a test case that is not of its plan is refused with 404."""
    plan = make.plan(active)
    own, other = make.case(active, plan)["id"], make.case(active, make.plan(active))["id"]
    wrong = suite.unknown_id() if value == "unknown" else other
    create(active, plan, test_case_ids=[own, wrong]).refused(404)


@rule(
    "SCH-04",
    MUST,
    "A `timezone` that is not an IANA name is 422",
    clauses=["`timezone` is a name of the IANA database in its one spelling, else 422"],
    values=("Mars/Olympus", "europe/berlin", "+02:00", ""),
)
def test_only_iana_names_are_time_zones(active: Persona, value: str) -> None:
    """A time zone that is not a name of the IANA database, as written there, is refused."""
    create(active, make.plan(active), timezone=value).invalid()


@rule(
    "SCH-05",
    MUST,
    "the answer adds `next_occurrence_at`, `last_occurrence_at`, `occurrences_count`",
    clauses=["`next_occurrence_at` is the first that is not done", "The first occurrence that is"],
)
def test_a_new_schedule_has_done_nothing(active: Persona) -> None:
    """Of a new schedule nothing is done, also if a run was there before it and it is long due."""
    plan = make.plan(active)
    make.run(active, plan)
    answer = create(active, plan, scheduled_datetime=PAST, repeat_type="DAILY")
    answer.expect(201)
    answer.has(next_occurrence_at=PAST, last_occurrence_at=None, occurrences_count=0)


@rule(
    "SCH-06",
    MUST,
    "COMPLETED has no next occurrence",
    clauses=["a COMPLETED one has no occurrence left"],
)
def test_a_completed_schedule_has_nothing_left(active: Persona) -> None:
    """A schedule that is created as COMPLETED has no next occurrence."""
    answer = create(active, make.plan(active), repeat_type="DAILY", status="COMPLETED")
    answer.expect(201)
    answer.has(status="COMPLETED", next_occurrence_at=None)

"""Schedules over HTTP: what a new one is, when it falls due, and which run does its occurrences."""

from __future__ import annotations

from typing import Any

import pytest

NOWHERE = "00000000-0000-4000-8000-000000000000"
NOW = "2026-01-26T09:00:00.000Z"
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


class Stage:
    """A plan, and schedules of it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.client = world.client("admin@acme.test")
        self.plan = self.post("/test-plans", name="A plan")["id"]

    def post(self, path: str, **fields: Any) -> dict[str, Any]:
        response = self.client.post(path, json=fields)
        assert response.status_code == 201, response.text
        return response.json()

    def body(self, **fields: Any) -> dict[str, Any]:
        needed = {
            "schedule_name": "A schedule",
            "test_plan_id": self.plan,
            "scheduled_datetime": NOW,
        }
        return {**needed, **fields}

    def schedule(self, **fields: Any) -> dict[str, Any]:
        return self.post("/schedules", **self.body(**fields))

    def run(self, **fields: Any) -> None:
        self.post("/test-runs", **{"run_name": "A run", "test_plan_id": self.plan, **fields})

    def advance(self, **duration: float) -> None:
        self.world.clock.advance(**duration)
        token = self.world.login("admin@acme.test")["access_token"]
        self.client.headers["Authorization"] = f"Bearer {token}"

    def all(self, **query: Any) -> list[dict[str, Any]]:
        response = self.client.get("/schedules", params=query)
        assert response.status_code == 200, response.text
        return response.json()["items"]

    def names(self, **query: Any) -> list[str]:
        return [one["schedule_name"] for one in self.all(**query)]

    def due(self) -> list[str]:
        answer = self.client.get("/schedules/pending").json()
        assert answer["total"] == len(answer["items"])
        return [one["schedule_name"] for one in answer["items"]]

    def progress(self) -> list[tuple[int, str | None, str | None]]:
        """Occurrences done, the last of them and the next, to the minute."""
        return [
            (
                one["occurrences_count"],
                one["last_occurrence_at"] and one["last_occurrence_at"][:16],
                one["next_occurrence_at"] and one["next_occurrence_at"][:16],
            )
            for one in self.all(sort_order="asc")
        ]

    def kept(self) -> list[Any]:
        return list(self.world.sandbox.store["schedules"].select().items)


def refused(response: Any, status: int, code: str, *fields: str) -> None:
    assert (response.status_code, response.json()["error"]) == (status, code), response.text
    assert sorted(response.json().get("details", {})) == sorted(fields)


@pytest.fixture
def stage(world: Any) -> Stage:
    return Stage(world)


def test_a_name_a_plan_and_a_time_are_enough(stage: Stage) -> None:
    for fields in ({}, dict.fromkeys(LEFT_OUT)):
        made = stage.schedule(**fields)
        assert made in stage.all()
        assert made.pop("id")
        assert made == {
            **LEFT_OUT,
            **stage.body(),
            "next_occurrence_at": NOW,
            "last_occurrence_at": None,
            "occurrences_count": 0,
            "created_at": NOW,
            "updated_at": NOW,
        }


def test_every_field_is_kept(stage: Stage) -> None:
    case = stage.post("/test-cases", test_plan_id=stage.plan, name="A case")
    whole = {
        "schedule_name": "Weekday mornings",
        "status": "PAUSED",
        "is_enabled": False,
        "suite_path": "suites/checkout",
        "suite_name": "Checkout",
        "test_case_ids": [case["id"]],
        "scheduled_datetime": "2026-01-27T06:00:00.000Z",
        "timezone": "Europe/Berlin",
        "repeat_type": "WEEKLY",
        "repeat_interval": 2,
        "repeat_days_of_week": [5, 1, 3],
        "repeat_day_of_month": 15,
        "repeat_end_date": "2026-12-31T23:00:00.000Z",
        "max_occurrences": 10,
        "parallel_enabled": True,
        "parallel_count": 4,
        "retry_on_failure": True,
        "retry_count": 2,
        "notify_on_failure": False,
        "notify_on_completion": True,
        "notification_emails": ["qa@acme.test"],
    }
    made = stage.schedule(**whole, next_occurrence_at=NOW, occurrences_count=9)
    assert {name: made[name] for name in whole} == whole
    assert (made["next_occurrence_at"], made["occurrences_count"]) == (
        "2026-01-28T06:00:00.000Z",
        0,
    )


def test_a_time_in_any_offset_is_answered_in_utc(stage: Stage) -> None:
    made = stage.schedule(
        scheduled_datetime="2026-01-27T08:00:00+02:00", repeat_end_date="2026-02-01T00:00:00-01:00"
    )
    assert made["scheduled_datetime"] == "2026-01-27T06:00:00.000Z"
    assert made["repeat_end_date"] == "2026-02-01T01:00:00.000Z"


def test_what_a_new_schedule_refuses(stage: Stage) -> None:
    wrong = {
        "schedule_name": "",
        "timezone": "Mars/Olympus",
        "status": "DONE",
        "repeat_type": "HOURLY",
        "repeat_interval": 0,
        "repeat_day_of_month": 32,
        "repeat_end_date": "tomorrow",
        "max_occurrences": 0,
    }
    nested = {"repeat_days_of_week": [8], "notification_emails": ["nobody"], "test_case_ids": ["7"]}
    response = stage.client.post("/schedules", json=stage.body(**wrong, **nested))
    refused(response, 422, "validation_error", *wrong, *(f"{name}.0" for name in nested))
    assert response.json()["details"]["timezone"] == [
        "must be an IANA time zone such as Europe/Berlin"
    ]
    needed = ("schedule_name", "test_plan_id", "scheduled_datetime")
    refused(stage.client.post("/schedules", json={}), 422, "validation_error", *needed)
    assert stage.kept() == []


@pytest.mark.parametrize("name", ["", "europe/berlin", "../UTC", "Europe", "CEST", "+02:00"])
def test_only_iana_names_are_time_zones(stage: Stage, name: str) -> None:
    response = stage.client.post("/schedules", json=stage.body(timezone=name))
    refused(response, 422, "validation_error", "timezone")


def test_a_start_whose_day_does_not_exist_in_the_zone(stage: Stage) -> None:
    fields = {"scheduled_datetime": "0001-01-01T00:00:00Z", "timezone": "America/New_York"}
    response = stage.client.post("/schedules", json=stage.body(**fields))
    refused(response, 422, "validation_error", "scheduled_datetime")
    assert stage.kept() == []


def test_plan_and_cases_must_be_there(stage: Stage) -> None:
    elsewhere = stage.post("/test-plans", name="Another plan")["id"]
    case = stage.post("/test-cases", test_plan_id=stage.plan, name="A case")["id"]
    foreign = stage.post("/test-cases", test_plan_id=elsewhere, name="A case")["id"]
    other = stage.world.client("admin@other.test")
    other_plan = other.post("/test-plans", json={"name": "Theirs"}).json()["id"]
    wrong = [
        {"test_plan_id": NOWHERE},
        {"test_plan_id": other_plan},
        {"test_case_ids": [case, foreign]},
        {"test_case_ids": [NOWHERE]},
    ]
    for fields in wrong:
        response = stage.client.post("/schedules", json=stage.body(**fields))
        refused(response, 404, "not_found")
    assert stage.kept() == []


def test_a_schedule_falls_due_and_a_run_does_it(stage: Stage) -> None:
    stage.schedule(scheduled_datetime="2026-01-26T09:30:00Z")
    assert stage.due() == []
    stage.run()  # too early to count
    stage.advance(minutes=29, seconds=59.999)
    assert stage.due() == []
    stage.advance(seconds=0.001)
    assert stage.due() == ["A schedule"]
    assert stage.progress() == [(0, None, "2026-01-26T09:30")]
    stage.run()
    assert stage.due() == []
    assert stage.progress() == [(1, "2026-01-26T09:30", None)]
    assert stage.all()[0]["status"] == "COMPLETED"
    assert stage.all()[0]["updated_at"] == "2026-01-26T09:30:00.000Z"


def test_a_schedule_repeats(stage: Stage) -> None:
    stage.schedule(repeat_type="DAILY", max_occurrences=3)
    stage.run()
    assert stage.progress() == [(1, "2026-01-26T09:00", "2026-01-27T09:00")]
    stage.run()
    assert stage.progress() == [(1, "2026-01-26T09:00", "2026-01-27T09:00")]
    stage.advance(days=1)
    assert stage.due() == ["A schedule"]
    stage.run()
    assert stage.due() == []
    stage.advance(days=1)
    stage.run()
    assert stage.progress() == [(3, "2026-01-28T09:00", None)]
    assert stage.names(status="COMPLETED") == ["A schedule"]


def test_one_run_does_all_that_was_missed(stage: Stage) -> None:
    stage.schedule(scheduled_datetime="2026-01-01T06:00:00Z", repeat_type="DAILY")
    stage.advance(days=2)
    assert stage.progress() == [(0, None, "2026-01-01T06:00")]
    stage.run()
    assert stage.progress() == [(28, "2026-01-28T06:00", "2026-01-29T06:00")]


def test_missed_occurrences_count(stage: Stage) -> None:
    stage.schedule(repeat_type="DAILY", max_occurrences=2)
    stage.advance(days=5)
    stage.run()
    assert stage.progress() == [(2, "2026-01-27T09:00", None)]


def test_only_a_run_of_the_same_plan_and_suite_counts(stage: Stage) -> None:
    suite = {"suite_path": "suites/a", "suite_name": "A"}
    stage.schedule(schedule_name="Whole plan", repeat_type="DAILY")
    stage.schedule(schedule_name="Suite", repeat_type="DAILY", **suite)
    other = stage.post("/test-plans", name="Another plan")["id"]
    stage.run(test_plan_id=other)
    stage.run(suite_path="suites/a")
    stage.run(suite_name="A")
    assert stage.due() == ["Whole plan", "Suite"]
    stage.run(**suite)
    assert stage.due() == ["Whole plan"]
    stage.run()
    assert stage.due() == []


def test_a_run_that_is_deleted_did_what_it_did(stage: Stage) -> None:
    stage.schedule(repeat_type="DAILY")
    made = stage.post("/test-runs", run_name="A run", test_plan_id=stage.plan)
    assert stage.client.delete(f"/test-runs/{made['id']}").status_code == 200
    assert stage.progress() == [(1, "2026-01-26T09:00", "2026-01-27T09:00")]


@pytest.mark.parametrize("fields", [{"status": "PAUSED"}, {"is_enabled": False}])
def test_a_schedule_at_rest_is_not_due_and_not_touched(
    stage: Stage, fields: dict[str, Any]
) -> None:
    stage.schedule(repeat_type="DAILY", **fields)
    before = stage.kept()
    assert stage.due() == []
    stage.run()
    assert stage.kept() == before
    assert stage.progress() == [(0, None, "2026-01-26T09:00")]


def test_a_completed_schedule_has_nothing_left(stage: Stage) -> None:
    stage.schedule(repeat_type="DAILY", status="COMPLETED")
    assert stage.progress() == [(0, None, None)]
    assert stage.due() == []


def test_a_schedule_without_occurrences(stage: Stage) -> None:
    stage.schedule(repeat_type="DAILY", repeat_end_date="2026-01-26T08:00:00Z")
    assert stage.progress() == [(0, None, None)]
    assert stage.due() == []


def test_the_wall_clock_is_kept_across_daylight_saving(stage: Stage) -> None:
    stage.schedule(
        scheduled_datetime="2026-03-28T08:00:00Z", timezone="Europe/Berlin", repeat_type="DAILY"
    )
    stage.advance(days=61)  # Saturday, 28 March, 09:00 in UTC
    stage.run()
    assert stage.progress() == [(1, "2026-03-28T08:00", "2026-03-29T07:00")]


def test_the_longest_due_comes_first(stage: Stage) -> None:
    for name, at in (("b", "08:00"), ("c", "08:30"), ("a", "07:00"), ("later", "10:00")):
        stage.schedule(schedule_name=name, scheduled_datetime=f"2026-01-26T{at}:00Z")
    assert stage.due() == ["a", "b", "c"]


def test_what_changed_last_can_come_first(stage: Stage) -> None:
    stage.schedule(schedule_name="due", repeat_type="DAILY")
    stage.schedule(schedule_name="later", scheduled_datetime="2026-01-28T09:00:00Z")
    stage.advance(minutes=1)
    stage.run()
    assert stage.names(sort_by="updated_at") == ["due", "later"]
    assert stage.names(sort_by="updated_at", sort_order="asc") == ["later", "due"]


def test_lists(stage: Stage) -> None:
    answer = stage.client.get("/schedules").json()
    assert answer == {"items": [], "total": 0, "limit": 50, "offset": 0}
    other = stage.post("/test-plans", name="Another plan")["id"]
    stage.schedule(schedule_name="beta", scheduled_datetime="2026-01-28T09:00:00Z")
    stage.schedule(schedule_name="Alpha", status="PAUSED", test_plan_id=other)
    stage.schedule(schedule_name="gamma", scheduled_datetime="2026-01-27T09:00:00Z")
    stage.schedule(schedule_name="delta", status="COMPLETED")
    assert stage.names() == ["delta", "gamma", "Alpha", "beta"]
    assert stage.names(sort_order="asc") == ["beta", "Alpha", "gamma", "delta"]
    orders = {
        "schedule_name": ["Alpha", "beta", "delta", "gamma"],
        "scheduled_datetime": ["Alpha", "delta", "gamma", "beta"],
        "next_occurrence_at": ["delta", "Alpha", "gamma", "beta"],
        "status": ["beta", "gamma", "Alpha", "delta"],
    }
    for field, expected in orders.items():
        assert stage.names(sort_by=field, sort_order="asc") == expected
    assert stage.names(test_plan_id=other) == ["Alpha"]
    assert stage.names(test_plan_id=NOWHERE) == []
    assert stage.names(status="ACTIVE") == ["gamma", "beta"]
    assert stage.names(status="PAUSED", test_plan_id=stage.plan) == []
    page = stage.client.get("/schedules", params={"limit": 2, "offset": 1}).json()
    assert [one["schedule_name"] for one in page.pop("items")] == ["gamma", "Alpha"]
    assert page == {"total": 4, "limit": 2, "offset": 1}
    wrong = {"test_plan_id": "7", "status": "DONE", "sort_by": "id", "limit": 0, "offset": "x"}
    refused(stage.client.get("/schedules", params=wrong), 400, "invalid_parameter", *wrong)


def test_nothing_leaks_to_another_workspace(stage: Stage) -> None:
    stage.schedule()
    other = stage.world.client("admin@other.test")
    assert other.get("/schedules").json()["items"] == []
    assert other.get("/schedules/pending").json() == {"items": [], "total": 0}


def test_schedules_go_with_their_plan(stage: Stage) -> None:
    stage.schedule()
    assert stage.client.delete(f"/test-plans/{stage.plan}").status_code == 200
    assert stage.all() == []
    assert stage.due() == []

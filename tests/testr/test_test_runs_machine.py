"""Any sequence of operations on a run, against a model that counts everything anew each time."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from understudy import times

CASES = range(4)
STATUSES = ("PASSED", "FAILED", "SKIPPED", "ERROR")
COUNTED = ("total_tests", "passed_tests", "failed_tests", "skipped_tests")
MOVES = {
    "start": ({"PENDING"}, "RUNNING"),
    "stop": ({"RUNNING"}, "COMPLETED"),
    "cancel": ({"PENDING", "RUNNING"}, "CANCELLED"),
}
FINAL = ("COMPLETED", "FAILED", "CANCELLED")


def rate(passed: int, failed: int) -> float:
    return round(100 * passed / (passed + failed), 1) if passed + failed else 0.0


class Runs(RuleBasedStateMachine):
    """One run per sequence; `world`, `plan` and `cases` are set by the test."""

    world: Any
    plan: str
    cases: list[str]

    @initialize()
    def create(self) -> None:
        # The clock moves on: an earlier sequence's token may have run out.
        token = self.world.login("admin@acme.test")["access_token"]
        self.client = self.world.client("admin@acme.test")
        self.client.headers["Authorization"] = f"Bearer {token}"
        body = {"run_name": "A run", "test_plan_id": self.plan}
        self.run = self.client.post("/test-runs", json=body).json()
        self.path = f"/test-runs/{self.run['id']}"
        self.items: list[dict[str, Any]] = []
        self.results: dict[str, list[str]] = {}
        self.given: dict[str, Any] = {}

    @rule(seconds=st.integers(1, 20))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds=seconds)

    @rule(action=st.sampled_from(sorted(MOVES)))
    def move(self, action: str) -> None:
        before, after = MOVES[action]
        response = self.client.post(f"{self.path}/{action}")
        if self.run["status"] not in before:
            self.refused(response, "invalid_state")
            return
        if after == "RUNNING":
            self.expect(status=after, started_at=self.world.clock.now())
        else:
            self.end(after)
        assert response.json() == self.run

    @rule(
        status=st.none() | st.sampled_from(["PENDING", "RUNNING", *FINAL]),
        counts=st.dictionaries(st.sampled_from(COUNTED), st.integers(0, 9), max_size=2),
        explicit_rate=st.none() | st.sampled_from([0, 12.5, 99.99, 100]),
    )
    def update(self, status: str | None, counts: dict[str, int], explicit_rate: Any) -> None:
        body: dict[str, Any] = dict(counts)
        if status is not None:
            body["status"] = status
        if explicit_rate is not None:
            body["pass_rate"] = explicit_rate
        response = self.client.put(self.path, json=body)
        present = self.run["status"]
        if status not in (None, present) and (
            present != "RUNNING" or status not in ("COMPLETED", "FAILED")
        ):
            self.refused(response, "invalid_state")
            return
        self.given |= {name: value for name, value in body.items() if name != "status"}
        if status not in (None, present):
            self.end(status)
        self.expect()
        assert response.json() == self.run

    @rule(number=st.sampled_from(CASES))
    def add(self, number: int) -> None:
        body = {"test_case_id": self.cases[number]}
        response = self.client.post(f"{self.path}/items", json=body)
        if self.run["status"] in FINAL:
            self.refused(response, "invalid_state")
        elif self.cases[number] in self.there():
            self.refused(response, "already_in_run")
        else:
            assert response.status_code == 201
            self.added([number], [response.json()])

    @rule(numbers=st.lists(st.sampled_from(CASES), min_size=1, max_size=5))
    def add_several(self, numbers: list[int]) -> None:
        body = {"test_case_ids": [self.cases[number] for number in numbers]}
        response = self.client.post(f"{self.path}/items/bulk", json=body)
        if self.run["status"] in FINAL:
            self.refused(response, "invalid_state")
            return
        new = [one for one in dict.fromkeys(numbers) if self.cases[one] not in self.there()]
        assert response.json()["total_added"] == len(new)
        self.added(new, response.json()["items"])

    @precondition(lambda self: self.items)
    @rule(data=st.data(), status=st.sampled_from(STATUSES))
    def record(self, data: st.DataObject, status: str) -> None:
        item = data.draw(st.sampled_from(self.items))
        ids = {
            "test_run_id": self.run["id"],
            "test_run_item_id": item["id"],
            "test_case_id": item["test_case_id"],
        }
        response = self.client.post("/test-run-results", json={**ids, "status": status})
        if self.run["status"] in FINAL:
            self.refused(response, "invalid_state")
            return
        assert response.status_code == 201
        self.results[item["id"]].append(status)
        item["status"] = self.status_of(item)
        item["updated_at"] = self.world.clock.now()
        self.expect()

    @invariant()
    def everything_is_as_expected(self) -> None:
        if not hasattr(self, "run"):
            return
        assert self.client.get(self.path).json() == self.run
        assert self.client.get(f"{self.path}/items").json()["items"] == self.items
        found = [self.status_of(item) for item in self.items]
        summary = self.client.get(f"{self.path}/summary").json()
        assert summary["by_status"] == {one: found.count(one) for one in ("PENDING", *STATUSES)}
        assert {name: summary[name] for name in COUNTED} == {
            name: self.run[name] for name in COUNTED
        }

    def there(self) -> list[str]:
        return [item["test_case_id"] for item in self.items]

    def status_of(self, item: dict[str, Any]) -> str:
        results = self.results[item["id"]]
        worst_first = ("FAILED", "ERROR", "PASSED", "SKIPPED")
        return next((status for status in worst_first if status in results), "PENDING")

    def added(self, numbers: list[int], items: list[dict[str, Any]]) -> None:
        for number, item in zip(numbers, items, strict=True):
            now = self.world.clock.now()
            assert {**item, "id": None} == {
                "id": None,
                "test_run_id": self.run["id"],
                "test_case_id": self.cases[number],
                "test_case_name": f"Case {number}",
                "status": "PENDING",
                "display_order": len(self.items),
                "created_at": now,
                "updated_at": now,
            }
            self.items.append(item)
            self.results[item["id"]] = []
        if items:
            self.expect()

    def end(self, status: str) -> None:
        now = self.world.clock.now()
        started = self.run["started_at"]
        duration = times.parse(now) - times.parse(started) if started else 0
        self.expect(status=status, completed_at=now, duration_ms=duration)

    def expect(self, **changes: Any) -> None:
        """The run as it has to be now."""
        found = [self.status_of(item) for item in self.items]
        counts = {
            "total_tests": len(found),
            "passed_tests": found.count("PASSED"),
            "failed_tests": found.count("FAILED") + found.count("ERROR"),
            "skipped_tests": found.count("SKIPPED"),
        }
        counts |= {name: value for name, value in self.given.items() if name in COUNTED}
        computed = rate(counts["passed_tests"], counts["failed_tests"])
        self.run |= {
            **counts,
            "pass_rate": self.given.get("pass_rate", computed),
            "updated_at": self.world.clock.now(),
            **changes,
        }

    def refused(self, response: Any, code: str) -> None:
        """That nothing has changed is seen by the invariant."""
        assert (response.status_code, response.json()["error"]) == (400, code)


def test_any_sequence(world: Any) -> None:
    client = world.client("admin@acme.test")
    Runs.world = world
    Runs.plan = client.post("/test-plans", json={"name": "A plan"}).json()["id"]
    bodies = [{"test_plan_id": Runs.plan, "name": f"Case {number}"} for number in CASES]
    Runs.cases = [client.post("/test-cases", json=body).json()["id"] for body in bodies]
    run_state_machine_as_test(
        Runs,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )

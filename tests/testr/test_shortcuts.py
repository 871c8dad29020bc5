"""The shortcuts of workspaces and settings, seen through the application's own API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
ADMIN, MEMBER, SOLO = "admin@acme.test", "member@acme.test", "solo@personal.test"
EXPIRED, FULL = "admin@expired.test", "admin@full.test"
JIRA = {
    "integration_type": "jira",
    "jira_url": "https://company.atlassian.net",
    "jira_username": "user@company.com",
    "jira_api_token": "ATATT3xFfGF0xxxxx",
}


def plans(world: Any, email: str = ADMIN) -> int:
    code: int = world.client(email).get("/test-plans").status_code
    return code


def add_cases(world: Any, count: int, email: str = ADMIN) -> list[int]:
    client = world.client(email)
    plan = client.post("/test-plans", json={"name": "Plan"}).json()
    case = {"test_plan_id": plan["id"], "name": "Case"}
    return [client.post("/test-cases", json=case).status_code for _ in range(count)]


def save(world: Any, email: str = ADMIN, **settings: Any) -> Any:
    return world.client(email).put("/settings", json=settings)


class TestSubscription:
    def test_it_passes_in_minutes(self, world: Any, shortcut: Run) -> None:
        answer = shortcut("expire-subscription", user=ADMIN, after="5m")
        assert answer["result"]["workspace"]["name"] == "Acme QA"
        assert answer["result"]["subscription_expires_at"] == "2026-01-26T09:05:00.000Z"
        assert "Acme QA" in answer["message"]
        tokens = world.login(ADMIN)
        world.clock.advance(minutes=4, seconds=59.999)
        assert (plans(world), plans(world, MEMBER)) == (200, 200)
        world.clock.advance(seconds=0.001)
        assert (plans(world), plans(world, MEMBER)) == (402, 402)
        assert world.client().get("/auth/me").json()["is_paid"] is False
        body = {"refresh_token": tokens["refresh_token"]}
        assert world.anonymous.post("/auth/refresh", json=body).status_code == 402

    def test_it_passes_now_and_is_renewed(self, world: Any, shortcut: Run) -> None:
        shortcut("expire-subscription", workspace="Acme QA")
        assert plans(world) == 402
        answer = shortcut("renew-subscription", user=ADMIN, lasting="30m")
        assert answer["result"]["subscription_expires_at"] == "2026-01-26T09:30:00.000Z"
        assert plans(world) == 200
        world.clock.advance(minutes=30)
        assert plans(world) == 402

    def test_it_never_lives_longer(self, world: Any, shortcut: Run) -> None:
        before = world.sandbox.store.dump()
        shortcut("expire-subscription", user=EXPIRED, after="5m")
        assert world.sandbox.store.dump() == before
        assert plans(world, EXPIRED) == 402

    def test_renewed_without_an_end(self, world: Any, shortcut: Run) -> None:
        answer = shortcut("renew-subscription", user=EXPIRED)
        assert answer["message"] == "The subscription of Bluebird QA has no end."
        world.clock.advance(days=36500)
        assert world.login(EXPIRED)["is_paid"] is True

    def test_renewing_may_shorten(self, world: Any, shortcut: Run) -> None:
        shortcut("renew-subscription", user=ADMIN, lasting="1m")
        world.clock.advance(minutes=1)
        assert plans(world) == 402

    @pytest.mark.parametrize("name", ["expire-subscription", "renew-subscription"])
    def test_a_personal_workspace_never_expires(self, world: Any, shortcut: Run, name: str) -> None:
        answer = shortcut(name, 409, user=SOLO)
        assert answer["error"] == "never_expires"
        assert SOLO in answer["message"]
        user = world.sandbox.store["users"].first({"email": ADMIN})
        own = world.sandbox.store["workspaces"].first({"owner_id": user["id"]})
        assert shortcut(name, 409, workspace=own["id"])["error"] == "never_expires"
        assert plans(world, SOLO) == 200

    @pytest.mark.parametrize(
        ("name", "field"), [("expire-subscription", "after"), ("renew-subscription", "lasting")]
    )
    def test_a_hundred_years_is_the_furthest(self, shortcut: Run, name: str, field: str) -> None:
        shortcut(name, user=ADMIN, **{field: "36525d"})
        answer = shortcut(name, 422, user=ADMIN, **{field: "36525d1ms"})
        assert answer["details"] == {field: ["is more than a hundred years"]}


class TestWorkspaceOfAShortcut:
    def test_by_its_id(self, world: Any, shortcut: Run) -> None:
        workspace = world.login(ADMIN)["workspaces"][0]
        shortcut("expire-subscription", workspace=workspace["id"])
        assert plans(world) == 402

    def test_either_a_user_or_a_workspace(self, shortcut: Run) -> None:
        for given in ({}, {"user": ADMIN, "workspace": "Acme QA"}):
            answer = shortcut("fill-quota", 422, **given)
            assert [*answer["details"]] == ["user", "workspace"]

    def test_an_unknown_one_is_404(self, shortcut: Run) -> None:
        answer = shortcut("lift-quota", 404, workspace="Nowhere")
        assert answer["error"] == "workspace_not_found"
        assert "'Nowhere'" in answer["message"]
        assert shortcut("lift-quota", 404, user="nobody@a.test")["error"] == "email_not_found"

    def test_a_name_that_several_have_is_409(self, shortcut: Run) -> None:
        answer = shortcut("fill-quota", 409, workspace="Personal workspace")
        assert answer["error"] == "ambiguous_workspace"


class TestQuota:
    def test_filled(self, world: Any, shortcut: Run) -> None:
        assert add_cases(world, 2) == [201, 201]
        answer = shortcut("fill-quota", user=ADMIN)
        assert answer["message"] == "Acme QA holds 2 of 2 test cases."
        assert answer["result"]["max_test_cases"] == answer["result"]["current_test_cases"] == 2
        assert world.client().get("/workspace/limits").json() == {
            "max_test_cases": 2,
            "current_test_cases": 2,
            "can_add_more": False,
            "is_unlimited": False,
        }
        assert add_cases(world, 1) == [403]

    def test_filled_but_for_some(self, world: Any, shortcut: Run) -> None:
        shortcut("fill-quota", user=ADMIN, leaving=2)
        assert add_cases(world, 3) == [201, 201, 403]

    def test_a_personal_one_and_lifted(self, world: Any, shortcut: Run) -> None:
        shortcut("fill-quota", user=SOLO)
        assert add_cases(world, 1, SOLO) == [403]
        answer = shortcut("lift-quota", user=SOLO)
        assert answer["message"] == "Personal workspace holds 0 test cases, no quota."
        assert answer["result"]["max_test_cases"] is None
        assert world.client(SOLO).get("/workspace/limits").json()["is_unlimited"] is True

    def test_lifted_where_it_was_reached(self, world: Any, shortcut: Run) -> None:
        assert add_cases(world, 1, FULL) == [403]
        shortcut("lift-quota", workspace="Fullerton QA")
        assert add_cases(world, 1, FULL) == [201]

    @pytest.mark.parametrize("leaving", [-1, 1.5, "1", 1000001, True])
    def test_what_cannot_be_left(self, shortcut: Run, leaving: Any) -> None:
        answer = shortcut("fill-quota", 422, user=ADMIN, leaving=leaving)
        assert [*answer["details"]] == ["leaving"]


class TestSettingsAudit:
    def test_who_changed_what_the_newest_first(self, world: Any, shortcut: Run) -> None:
        save(world, loop=False, jira_api_token="not-for-the-log")
        world.clock.advance(minutes=1)
        save(world, MEMBER, autoplay=True)
        world.client().post("/settings/reset", json={"confirm": True})
        answer = shortcut("settings-audit")
        assert answer["message"] == "Logged: 3 changes of settings."
        assert answer["result"] == {
            "total": 3,
            "entries": [
                {
                    "user": ADMIN,
                    "action": "RESET",
                    "changed_fields": ["loop"],
                    "version": 2,
                    "at": "2026-01-26T09:01:00.000Z",
                },
                {
                    "user": MEMBER,
                    "action": "UPDATED",
                    "changed_fields": ["autoplay"],
                    "version": 1,
                    "at": "2026-01-26T09:01:00.000Z",
                },
                {
                    "user": ADMIN,
                    "action": "UPDATED",
                    "changed_fields": ["loop", "jira_api_token"],
                    "version": 1,
                    "at": "2026-01-26T09:00:00.000Z",
                },
            ],
        }
        assert "not-for-the-log" not in str(answer)

    def test_of_one_user_and_so_many(self, world: Any, shortcut: Run) -> None:
        for email in (ADMIN, MEMBER, ADMIN, ADMIN):
            save(world, email)
        answer = shortcut("settings-audit", user=ADMIN, limit=2)
        assert [one["version"] for one in answer["result"]["entries"]] == [3, 2]
        assert answer["result"]["total"] == 3
        assert shortcut("settings-audit", user=SOLO)["result"] == {"entries": [], "total": 0}


class TestIntegrations:
    def probe(self, world: Any, email: str = ADMIN) -> Any:
        return world.client(email).post("/settings/integrations/test", json=JIRA).json()["data"]

    @pytest.mark.parametrize("outcome", ["AUTH_FAILED", "UNREACHABLE", "PERMISSION_DENIED"])
    def test_it_fails_as_told_and_connects_again(
        self, world: Any, shortcut: Run, outcome: str
    ) -> None:
        before = world.sandbox.store.dump()
        answer = shortcut("simulate-integration", integration_type="jira", outcome=outcome)
        found = self.probe(world, MEMBER)
        assert (found["connected"], found["error_code"]) == (False, outcome)
        [jira, azure] = answer["result"]["integrations"]
        assert (jira["outcome"], jira["message"]) == (outcome, found["message"])
        assert azure["outcome"] == "CONNECTED"
        shortcut("simulate-integration", integration_type="jira", outcome="CONNECTED")
        assert self.probe(world)["connected"] is True
        assert world.sandbox.store.dump()["integrations"] == before["integrations"]

    def test_the_last_word_counts(self, world: Any, shortcut: Run) -> None:
        for outcome in ("AUTH_FAILED", "UNREACHABLE"):
            shortcut("simulate-integration", integration_type="jira", outcome=outcome)
        assert self.probe(world)["error_code"] == "UNREACHABLE"

    def test_how_they_end_now(self, world: Any, shortcut: Run) -> None:
        shortcut("simulate-integration", integration_type="azure_devops", outcome="UNREACHABLE")
        answer = shortcut("integrations")
        assert answer["message"] == (
            "Connection tests end with: jira CONNECTED, azure_devops UNREACHABLE."
        )
        assert answer["result"]["integrations"] == [
            {"integration_type": "jira", "outcome": "CONNECTED", "message": "Connected"},
            {
                "integration_type": "azure_devops",
                "outcome": "UNREACHABLE",
                "message": "Server unreachable - check the organization",
            },
        ]

    def test_what_is_no_outcome(self, world: Any, shortcut: Run) -> None:
        answer = shortcut("simulate-integration", 422, integration_type="github", outcome="NO")
        assert [*answer["details"]] == ["integration_type", "outcome"]


class TestSettingsLimit:
    def test_limited_and_lifted(self, world: Any, shortcut: Run) -> None:
        answer = shortcut("limit-settings-updates", per_minute=2)
        assert answer["message"] == "A user may save the settings 2 times a minute."
        codes = [save(world).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        assert save(world).headers["Retry-After"] == "60"
        world.clock.advance(minutes=1)
        assert save(world).status_code == 200
        shortcut("lift-settings-limit")
        assert [save(world).status_code for _ in range(4)] == [200] * 4
        assert not world.sandbox.store["rate_limits"].count()

    def test_updates_from_before_count(self, world: Any, shortcut: Run) -> None:
        save(world)
        shortcut("limit-settings-updates", per_minute=1)
        assert save(world).status_code == 429

    def test_the_last_word_counts(self, world: Any, shortcut: Run) -> None:
        shortcut("limit-settings-updates", per_minute=1)
        assert shortcut("limit-settings-updates")["result"] == {"per_minute": 30}
        assert [save(world).status_code for _ in range(31)] == [*[200] * 30, 429]

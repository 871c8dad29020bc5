"""What people do all day: desks that work in the default sandbox, tenants with one of their own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

from benchmarks.soak.client import Connection, Tally, Wrong

API = "/api/v1"
CONTROL = "/_control/sandboxes"
PASSWORD = "Passw0rd!"
USERS = ("admin@acme.test", "member@acme.test", "admin@other.test", "viewer@acme.test")
"""Who works in the default sandbox; the last one reads alone."""
TASKS = 30
"""So many tasks make a day; then somebody logs out, and in again."""
LOOKS = (
    ("list page", "/defects?page=1&per_page=50"),
    ("list page", "/test-runs?limit=50"),
    ("filtered list", "/defects?severity=HIGH&status=OPEN"),
    ("sorted list", "/defects?sort_by=created_at&sort_order=desc&severity=HIGH"),
    ("search", "/defects?search=check"),
    ("statistics", "/defects/statistics"),
    ("list page", "/test-plans"),
    ("list page", "/reports/suite-runs"),
    ("GET settings", "/settings"),
    ("export", "/defects/export/json"),
)


class Worker:
    """Somebody with a connection, who knows what each answer has to be."""

    def __init__(self, connection: Connection, tally: Tally, seed: object) -> None:
        self.connection = connection
        self.tally = tally
        self.random = random.Random(str(seed))
        self.token = ""
        self.is_over: Callable[[], bool] = bool

    async def day(self) -> None:
        """Begin, work, end. Raises Wrong at the first answer that is not as it has to be."""
        raise NotImplementedError

    async def work(self, is_over: Callable[[], bool], delay: float = 0.0) -> None:
        """Day after day, after so many seconds, until `is_over()`; a day that went wrong is counted
        and not gone on with.
        """
        self.is_over = is_over
        await asyncio.sleep(delay)
        while not is_over():
            try:
                await self.day()
            except Wrong as error:
                self.tally.complain(str(error))
        self.connection.close()

    async def ask(
        self, kind: str, method: str, path: str, body: Any = None, *, status: int = 200
    ) -> Any:
        """The answer's JSON, which has to have that status."""
        answer = await self.connection.ask(method, path, body, self.token)
        self.tally.add(kind, answer.seconds)
        if answer.status != status:
            told = answer.body[:200].decode(errors="replace")
            raise Wrong(f"{method} {path}: {answer.status} instead of {status}: {told}")
        return answer.json() if answer.body[:1] in (b"{", b"[") else None

    async def api(self, kind: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """`ask` below the served contract's base path."""
        return await self.ask(kind, method, f"{API}{path}", body, **more)

    async def log_in(self, email: str) -> Any:
        """A new session; its tokens."""
        self.token = ""
        body = {"email": email, "password": PASSWORD}
        tokens = await self.api("log-in", "POST", "/auth/login", body)
        self.token = tokens["access_token"]
        return tokens

    def expect(self, is_so: bool, told: str) -> None:
        """Raises Wrong where an answer says something else than what was stored."""
        if not is_so:
            raise Wrong(told)


class Desk(Worker):
    """One user of the desktop application: `number` says which, and which connection."""

    def __init__(self, connection: Connection, tally: Tally, number: int) -> None:
        super().__init__(connection, tally, number)
        self.number = number
        self._email = USERS[number % len(USERS)]
        self._tasks = [self._look, self._look, self._look, self._refuse]
        if self._email != USERS[-1]:
            self._tasks += [self._defects, self._defects]
        if self._email.startswith("admin"):
            self._tasks += [self._plan]

    async def day(self) -> None:
        """Log in, some tasks with a refresh among them, log out. What was made is deleted."""
        tokens = await self.log_in(self._email)
        await self.api("GET me", "GET", "/auth/me")
        for number in range(TASKS):
            if self.is_over():
                break
            await self.random.choice(self._tasks)()
            if number == TASKS // 2:
                body = {"refresh_token": tokens["refresh_token"]}
                tokens = await self.api("refresh", "POST", "/auth/refresh", body)
                self.token = tokens["access_token"]
        body = {"refresh_token": tokens["refresh_token"]}
        await self.api("log-out", "POST", "/auth/logout", body)

    async def _look(self) -> None:
        for kind, path in self.random.sample(LOOKS, 4):
            found = await self.api(kind, "GET", path)
            if path.startswith("/defects?page") and found["defects"]:
                one = self.random.choice(found["defects"])
                # Somebody else may have deleted it meanwhile, but not one of the scenario's.
                if not one["title"].startswith("Soak"):
                    got = await self.api("GET one", "GET", f"/defects/{one['id']}")
                    self.expect(got["id"] == one["id"], f"{one['id']} is {got['id']}")

    async def _defects(self) -> None:
        made = [
            await self.api("POST one", "POST", "/defects", self._defect(), status=201)
            for _ in range(3)
        ]
        ids = [one["id"] for one in made]
        for one in made:
            got = await self.api("GET one", "GET", f"/defects/{one['id']}")
            self.expect(got == one, f"{one['id']} is not as it was stored: {got}")
        change = {"defect_ids": ids, "status": "RESOLVED", "priority": "P1"}
        changed = await self.api("PATCH batch", "PATCH", "/defects/batch", change)
        self.expect(changed["updated_count"] == len(ids), f"not all changed: {changed}")
        got = await self.api("GET one", "GET", f"/defects/{ids[-1]}")
        self.expect(got["status"] == "RESOLVED", f"the change of {ids[-1]} is lost")
        await self.api("DELETE batch", "DELETE", "/defects/batch", {"defect_ids": ids})
        await self.api("refused", "GET", f"/defects/{ids[0]}", status=404)

    def _defect(self) -> dict[str, Any]:
        number = self.random.randrange(1_000_000)
        return {
            "title": f"Soak {self.number} {number}",
            "description": "Apply a coupon, then press Checkout once. " * 3,
            "severity": self.random.choice(("CRITICAL", "HIGH", "MEDIUM", "LOW")),
            "tags": ["soak", f"desk-{self.number}"],
        }

    async def _plan(self) -> None:
        name = f"Soak {self.number} {self.random.randrange(1_000_000)}"
        plan = await self.api("POST one", "POST", "/test-plans", {"name": name}, status=201)
        where = f"/test-plans/{plan['id']}"
        await self.api("PUT one", "PUT", where, {"name": f"{name}, renamed"})
        tree = await self.api("GET tree", "GET", f"{where}/tree")
        self.expect(tree["name"] == f"{name}, renamed", f"{where} was not renamed")
        body = {"run_name": name, "test_plan_id": plan["id"]}
        run = await self.api("POST one", "POST", "/test-runs", body, status=201)
        listed = await self.api("filtered list", "GET", f"/test-runs?test_plan_id={plan['id']}")
        self.expect([one["id"] for one in listed["items"]] == [run["id"]], f"{listed} of {run}")
        await self.api("DELETE one", "DELETE", f"/test-runs/{run['id']}")
        await self.api("DELETE one", "DELETE", where)

    async def _refuse(self) -> None:
        await self.api("refused", "GET", "/no/such/thing", status=404)
        await self.api("refused", "GET", "/defects?page=0", status=400)
        if self._email != USERS[-1]:
            await self.api("refused", "POST", "/defects", {"severity": "HIGH"}, status=422)
        mine, self.token = self.token, self.token[:-8]
        try:
            await self.api("refused", "GET", "/auth/me", status=401)
        finally:
            self.token = mine


class Tenant(Worker):
    """Somebody who makes a sandbox by logging in to it, and deletes it when the work is done."""

    def __init__(self, connection: Connection, tally: Tally, number: int) -> None:
        super().__init__(connection, tally, f"tenant {number}")
        self._name = f"soak-{number}"
        self._path = f"{CONTROL}/{self._name}"

    async def day(self) -> None:
        """Work between two snapshots, look at the journal, leave nothing behind."""
        await self.log_in(f"admin+{self._name}@acme.test")
        try:
            await self._work()
        finally:
            await self.ask("DELETE sandbox", "DELETE", self._path)

    async def _work(self) -> None:
        before = (await self.api("list page", "GET", "/defects"))["total"]
        await self._control("snapshot", "POST", "/snapshots", {"name": "before"}, status=201)
        for number in range(10):
            body = {"title": f"Soak {self._name} {number}"}
            await self.api("POST one", "POST", "/defects", body, status=201)
        found = (await self.api("list page", "GET", "/defects"))["total"]
        self.expect(found == before + 10, f"{found} defects in {self._name}, not {before + 10}")
        await self._control("compare", "GET", "/snapshots/before/compare")
        await self._control("restore", "POST", "/snapshots/before/restore", {})
        found = (await self.api("list page", "GET", "/defects"))["total"]
        self.expect(found == before, f"{found} defects in {self._name}, not {before}")
        listed = await self._control("journal", "GET", "/journal?limit=50")
        self.expect(len(listed["exchanges"]) == 14, f"{len(listed['exchanges'])} in the journal")
        await self._control("journal", "GET", "/journal/har")
        await self._control("fork", "POST", "/fork", {"name": f"{self._name}-fork"}, status=201)
        await self.ask("DELETE sandbox", "DELETE", f"{self._path}-fork")
        await self._control("reset", "POST", "/reset", {})

    async def _control(
        self, kind: str, method: str, path: str, body: Any = None, *, status: int = 200
    ) -> Any:
        return await self.ask(kind, method, f"{self._path}{path}", body, status=status)

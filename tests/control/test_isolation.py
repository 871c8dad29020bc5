"""Two hundred sandboxes, twenty requests at a time, random operations: nothing leaks."""

from __future__ import annotations

import asyncio
import gc
import random
import ssl
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

import understudy
from understudy import times
from understudy.sandbox import Sandbox

SANDBOXES = 200
AT_A_TIME = 20
STEPS = 12
START = "2026-01-26T09:00:00Z"
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class Tenant:
    """What somebody who works in one sandbox did there, and has to find again."""

    name: str
    random: random.Random
    token: str = ""
    titles: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    advanced: int = 0
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


class Crowd:
    """All tenants, with one client between them."""

    def __init__(self, client: httpx.AsyncClient, server: understudy.server.RunningServer):
        self.client = client
        self.server = server
        self.control = f"{server.url}/_control/sandboxes"
        self.turn = asyncio.Semaphore(AT_A_TIME)
        self.tenants: list[Tenant] = []

    async def ask(self, tenant: Tenant, method: str, path: str, *, status: int, **more):
        """A request of the served API, marked as this tenant's."""
        mark = f"{tenant.name}.{len(tenant.requests)}"
        tenant.requests.append(mark)
        headers = {"X-Request-ID": mark, **more.pop("headers", {})}
        if tenant.token:
            headers["Authorization"] = f"Bearer {tenant.token}"
        async with self.turn:
            answer = await self.client.request(
                method, f"{self.server.api_url}{path}", headers=headers, **more
            )
        assert answer.status_code == status, f"{mark} {method} {path}: {answer.text}"
        return answer

    async def order(self, tenant: Tenant, method: str, path: str, **more):
        """A request of the control API about this tenant's sandbox."""
        async with self.turn:
            answer = await self.client.request(
                method, f"{self.control}/{tenant.name}{path}", **more
            )
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def settle(self, number: int) -> None:
        """Make a sandbox, and log in: half of them by their address, half by the header."""
        tenant = Tenant(f"tenant-{number}", random.Random(number))
        async with self.turn:
            made = await self.client.post(self.control, json={"name": tenant.name})
        assert made.status_code == 201, made.text
        body = {"email": "admin@acme.test", "password": "Passw0rd!"}
        headers = {}
        if number % 2:
            body["email"] = f"admin+{tenant.name}@acme.test"
        else:
            headers["X-Understudy-Sandbox"] = tenant.name
        answer = await self.ask(
            tenant, "POST", "/auth/login", status=200, json=body, headers=headers
        )
        tenant.token = answer.json()["access_token"]
        self.tenants.append(tenant)

    async def live(self, tenant: Tenant) -> None:
        """Do something, again and again."""
        steps = [self.create, self.read, self.pry, self.advance, self.hurt, self.mislead]
        for _ in range(STEPS):
            await tenant.random.choice(steps)(tenant)

    async def create(self, tenant: Tenant) -> None:
        title = f"{tenant.name} {len(tenant.titles)}"
        made = await self.ask(tenant, "POST", "/defects", status=201, json={"title": title})
        tenant.titles.append(title)
        tenant.ids.append(made.json()["id"])

    async def read(self, tenant: Tenant) -> None:
        answer = await self.ask(tenant, "GET", "/defects?limit=200", status=200)
        found = {one["title"] for one in answer.json()["defects"]}
        assert found == set(tenant.titles)

    async def pry(self, tenant: Tenant) -> None:
        """Ask for somebody else's defect."""
        other = tenant.random.choice(self.tenants)
        if other is not tenant and other.ids:
            await self.ask(tenant, "GET", f"/defects/{other.ids[-1]}", status=404)

    async def mislead(self, tenant: Tenant) -> None:
        """Name somebody else's sandbox in the header: the token is none of it."""
        other = tenant.random.choice(self.tenants)
        if other is not tenant:
            headers = {"X-Understudy-Sandbox": other.name}
            await self.ask(tenant, "GET", "/defects", status=401, headers=headers)

    async def advance(self, tenant: Tenant) -> None:
        seconds = tenant.random.randrange(1, 60)
        await self.order(tenant, "POST", "/clock/advance", json={"by": f"{seconds}s"})
        tenant.advanced += seconds

    async def hurt(self, tenant: Tenant) -> None:
        """Break one's own log-out."""
        rule = {
            "match": {"operation": "auth.logout"},
            "do": {"status": {"status": 500 + tenant.random.randrange(3)}},
        }
        made = await self.order(tenant, "POST", "/faults", json=rule)
        tenant.faults.append(made["id"])

    async def check(self, tenant: Tenant) -> None:
        """Everything of this tenant is here, and nothing of anybody else."""
        await self.read(tenant)
        clock = await self.order(tenant, "GET", "/clock")
        assert times.parse(clock["now"]) - times.parse(START) == tenant.advanced * 1000
        faults = await self.order(tenant, "GET", "/faults")
        assert [one["id"] for one in faults["faults"]] == tenant.faults
        expected = 500 if tenant.faults else 200
        out = await self.client.post(
            f"{self.server.api_url}/auth/logout",
            json={"refresh_token": "x"},
            headers={"X-Understudy-Sandbox": tenant.name, "X-Request-ID": "bye"},
        )
        assert out.status_code // 100 == expected // 100
        journal = await self.order(tenant, "GET", "/journal?limit=1000")
        seen = {one["request_id"] for one in journal["exchanges"]} - {"bye"}
        assert seen == set(tenant.requests)


async def together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """All of it at once, and nothing left over where some of it fails."""
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def crowded():
    """The server after everything, with what everybody did."""
    with understudy.run(scenario="empty", clock=START, seed="crowd") as server:

        async def everything() -> Crowd:
            limits = httpx.Limits(max_connections=AT_A_TIME)
            async with httpx.AsyncClient(verify=PLAIN_HTTP, timeout=60, limits=limits) as client:
                crowd = Crowd(client, server)
                await together(map(crowd.settle, range(SANDBOXES)))
                await together(map(crowd.live, crowd.tenants))
                await together(map(crowd.check, crowd.tenants))
            return crowd

        yield server, asyncio.run(everything())


def test_nobody_sees_anything_of_anybody_else(crowded):
    _, crowd = crowded
    assert len(crowd.tenants) == SANDBOXES
    assert sum(len(tenant.ids) for tenant in crowd.tenants) > SANDBOXES


def test_no_two_got_the_same_id(crowded):
    _, crowd = crowded
    ids = [one for tenant in crowd.tenants for one in tenant.ids]
    assert len(set(ids)) == len(ids)


def test_a_token_is_good_in_its_own_sandbox_alone(crowded):
    server, crowd = crowded
    first, second = crowd.tenants[:2]
    _, _, rest = first.token.partition(".")
    forged = f"{second.token.partition('.')[0]}.{rest}"
    assert forged != first.token
    for token, status in ((first.token, 200), (forged, 401)):
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.get(f"{server.api_url}/auth/me", headers=headers)
        assert answer.status_code == status


def test_what_is_deleted_takes_no_memory(crowded):
    server, crowd = crowded
    with httpx.Client(verify=PLAIN_HTTP) as client:
        for tenant in crowd.tenants:
            assert client.delete(f"{crowd.control}/{tenant.name}").status_code == 200
    gc.collect()
    mine = {tenant.name for tenant in crowd.tenants}
    left = [one.name for one in gc.get_objects() if isinstance(one, Sandbox)]
    assert not mine & set(left)
    assert [one.name for one in server.sandboxes] == ["default"]

"""What is asked of the servers. Each workload is a number of calls with weights; where there are
several, they come in one fixed, well-mixed order.

`{one}` in a path or a body stands for the id of a defect that the server has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

EMAIL, PASSWORD = "admin@acme.test", "Passw0rd!"
LOGIN = {"email": EMAIL, "password": PASSWORD}
DEFECT: dict[str, Any] = {
    "title": "Checkout button does nothing after a coupon was applied",
    "summary": "The second click works",
    "description": "Apply a coupon, then press Checkout once.",
    "severity": "HIGH",
    "priority": "P2",
    "tags": ["checkout", "coupon"],
    "steps": [
        {
            "step_number": 1,
            "description": "Apply coupon",
            "expected_result": "Price drops",
            "actual_result": "It does",
        }
    ],
}
FIRST_PAGE = "/defects?page=1&per_page=50"
FILTERED = (
    "/defects?status=OPEN&severity=HIGH&sort_by=updated_at&sort_order=desc&page=1&per_page=50"
)
SEARCH = "/defects?search=portal&page=1&per_page=50"


@dataclass(frozen=True, slots=True)
class Call:
    """One request below the API's base path. `weight`: its share among those of its workload."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    weight: int = 1

    def text(self, one: str) -> str | None:
        """The body as it is sent, for the defect of that id."""
        return None if self.body is None else json.dumps(self.body).replace("{one}", one)


@dataclass(frozen=True, slots=True)
class Workload:
    """`rotates`: each request sends the refresh token of an earlier answer, and each token once."""

    name: str
    title: str
    calls: tuple[Call, ...]
    rotates: bool = field(default=False)

    def order(self) -> list[int]:
        """Which call comes when, from 0: each as often as its weight, spread evenly."""
        places = [
            ((turn + 0.5) / call.weight, number)
            for number, call in enumerate(self.calls)
            for turn in range(call.weight)
        ]
        return [number for _, number in sorted(places)]


GET = Call("GET", "/defects/{one}")
POST = Call("POST", "/defects", DEFECT)
LOG_IN = Call("POST", "/auth/login", LOGIN)

ALL = (
    Workload("get", "GET one", (GET,)),
    Workload("post", "POST one", (POST,)),
    Workload("list", "first page of 50", (Call("GET", FIRST_PAGE),)),
    Workload("filtered", "filtered, sorted page", (Call("GET", FILTERED),)),
    Workload("login", "log-in", (LOG_IN,)),
    Workload(
        "refresh",
        "refresh",
        (Call("POST", "/auth/refresh", {"refresh_token": "{token}"}),),
        rotates=True,
    ),
    Workload(
        "mix",
        "desktop day",
        (
            Call("GET", "/defects/{one}", weight=30),
            Call("GET", FIRST_PAGE, weight=20),
            Call("GET", FILTERED, weight=10),
            Call("GET", SEARCH, weight=6),
            Call("GET", "/test-plans", weight=10),
            Call("GET", "/auth/me", weight=5),
            Call("GET", "/workspace/limits", weight=3),
            Call("POST", "/defects", DEFECT, weight=8),
            Call(
                "PATCH",
                "/defects/batch",
                {"defect_ids": ["{one}"], "status": "IN_PROGRESS"},
                weight=6,
            ),
            Call("POST", "/auth/login", LOGIN, weight=2),
        ),
    ),
    Workload("search", "substring search", (Call("GET", SEARCH),)),
)
BY_NAME = {one.name: one for one in ALL}
SIDE_BY_SIDE = ("get", "post", "list", "filtered", "login", "refresh", "mix")
BY_SIZE = ("get", "post", "list", "filtered", "search")
BY_CONNECTIONS = ("get", "post")

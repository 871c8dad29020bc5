"""What the other servers answer with: recorded from Understudy, so that all send the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from benchmarks.workloads import LOGIN, Call, Workload

PAGE = 200


@dataclass(frozen=True, slots=True)
class Recorded:
    """A call and what Understudy answered it with."""

    call: Call
    status: int
    body: str


def recorded(client: httpx.Client, workloads: Iterable[Workload], one: str) -> list[Recorded]:
    """Each different call of the workloads, answered once."""
    calls = {(call.method, call.path): call for work in workloads for call in work.calls}
    answers = []
    for call in calls.values():
        text = (call.text(one) or "").replace("{token}", _refresh_token(client))
        headers = {"Content-Type": "application/json"} if text else {}
        answer = client.request(
            call.method, call.path.replace("{one}", one), content=text or None, headers=headers
        )
        answer.raise_for_status()
        answers.append(Recorded(call, answer.status_code, answer.text))
    return answers


def data(client: httpx.Client) -> dict[str, list[Any]]:
    """All defects, as json-server keeps them."""
    found: list[Any] = []
    while True:
        page = len(found) // PAGE + 1
        answer = client.get("/defects", params={"page": page, "per_page": PAGE}).json()
        found += answer["defects"]
        if len(found) >= answer["total"]:
            return {"defects": found}


def write_stubs(answers: Iterable[Recorded], base: str, root: Path) -> None:
    """The recorded answers as WireMock's stubs: one file each, below `mappings`."""
    mappings = root / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    for old in mappings.glob("*.json"):
        old.unlink()
    for number, one in enumerate(answers):
        (mappings / f"{number:02}.json").write_text(json.dumps(stub(one, base)), "utf-8")


def stub(one: Recorded, base: str) -> dict[str, Any]:
    """A recorded answer as a stub of WireMock: by method, path and query."""
    parts = urlsplit(base + one.call.path)
    request: dict[str, Any] = {"method": one.call.method}
    if "{one}" in parts.path:
        request["urlPathPattern"] = parts.path.replace("{one}", "[^/]+")
    else:
        request["urlPath"] = parts.path
    if parts.query:
        query = {name: {"equalTo": value} for name, value in parse_qsl(parts.query)}
        request["queryParameters"] = query
    headers = {"Content-Type": "application/json"}
    answer = {"status": one.status, "body": one.body, "headers": headers}
    return {"priority": 9 - len(request.get("queryParameters", {})), "request": request} | {
        "response": answer
    }


def _refresh_token(client: httpx.Client) -> str:
    return str(client.post("/auth/login", json=LOGIN).json()["refresh_token"])

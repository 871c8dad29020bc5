"""What requests take inside the server, without HTTP's two ends: `python -m benchmarks.inside`.

Sandboxes made, forked, kept, restored and begun anew, and pages of defects read, in a workspace
with so many defects. Each line: the median, the 99th percentile and the longest of so many calls,
in milliseconds, from the routing of a request to the end of its answer.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import httpx

import understudy
from benchmarks.workloads import DEFECT, FILTERED, FIRST_PAGE, LOGIN, SEARCH

PERCENTILE = 99
FILING = "defects.create_defect"
NAMES = {
    "sandboxes.create_sandbox": "create a sandbox",
    "sandboxes.fork_sandbox": "fork",
    "sandboxes.reset_sandbox": "reset",
    "sandboxes.delete_sandbox": "delete a sandbox",
    "state.take_snapshot": "snapshot",
    "state.restore_snapshot": "restore a snapshot",
    "clock.advance_clock": "advance the clock",
    "defects.get_defect": "GET one defect",
    "defects.list_defects": "first page",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.inside",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--defects", type=int, default=1000, help="how many (1000)")
    parser.add_argument("--calls", type=int, default=100, help="of each operation (100)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args()
    found = measured(options.defects, options.calls)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['objects']:,} objects; milliseconds in the server")
    print(f"{'':<24}{'median':>9}{'p99':>9}{'longest':>9}")
    for name, one in found["operations"].items():
        print(f"{name:<24}{one['median']:9.2f}{one['p99']:9.2f}{one['longest']:9.2f}")


def measured(defects: int, calls: int) -> dict[str, Any]:
    """`{objects, operations: {name: {median, p99, longest, calls}}}`."""
    taken: dict[str, list[float]] = defaultdict(list)

    def observe(request: Any, _reply: Any, seconds: float) -> None:
        if request.operation is not None:
            taken[label(request)].append(seconds * 1000)

    parameters = {"defects": defects, "cases": 0, "runs": 0}
    with understudy.run(
        scenario="large-workspace", parameters=parameters, observe=observe
    ) as server:
        gc.collect()
        gc.freeze()  # as `understudy serve` does
        with httpx.Client(base_url=server.url, timeout=600) as client:
            held = client.get("/_control/sandboxes/default").json()["objects"]
            for _ in range(2):  # the first calls compile what later ones use
                _ask(client, 2)
                taken.clear()
            _ask(client, calls)
            client.get("/_control/sandboxes/default")
    return {"objects": held, "operations": {name: _told(taken[name]) for name in _order(taken)}}


def label(request: Any) -> str:
    """What a request is called in the table; an empty text for one that is not in it."""
    if request.method == "POST" and request.operation.operation_id == FILING:
        return "first change in a fork"
    if b"search=" in request.query_string:
        return "substring search"
    if b"sort_by=" in request.query_string:
        return "filtered, sorted page"
    return NAMES.get(request.operation.operation_id, "")


def _ask(client: httpx.Client, count: int) -> None:
    token = client.post("/api/v1/auth/login", json=LOGIN).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    one = client.get("/api/v1/defects?per_page=1").json()["defects"][0]["id"]
    for number in range(count):
        for path in (FIRST_PAGE, FILTERED, SEARCH, f"/defects/{one}"):
            client.get(f"/api/v1{path}").raise_for_status()
        for method, path, body in _sandbox_calls(f"bench-{number}"):
            client.request(method, f"/_control{path}", json=body).raise_for_status()
            if path.endswith("/fork"):
                _change(client, body["name"])


def _change(client: httpx.Client, sandbox: str) -> None:
    """File a defect there: what a fork puts off is done by its first change."""
    there = {"X-Understudy-Sandbox": sandbox}
    token = client.post("/api/v1/auth/login", json=LOGIN, headers=there).json()["access_token"]
    headers = {**there, "Authorization": f"Bearer {token}"}
    client.post("/api/v1/defects", json=DEFECT, headers=headers).raise_for_status()


def _sandbox_calls(name: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """In turn, so that nothing stays warm for its own sake."""
    path = f"/sandboxes/{name}"
    yield "POST", "/sandboxes", {"name": name}
    yield "POST", f"{path}/snapshots", {"name": "s"}
    yield "POST", f"{path}/clock/advance", {"by": "50m"}
    yield "POST", f"{path}/fork", {"name": f"{name}-fork"}
    yield "POST", f"{path}/snapshots/s/restore", {}
    yield "POST", f"{path}/reset", {}
    yield "DELETE", f"{path}-fork", {}
    yield "DELETE", path, {}


def _order(taken: dict[str, list[float]]) -> list[str]:
    return [name for name in taken if name]


def _told(times: list[float]) -> dict[str, float]:
    ordered = statistics.quantiles(times, n=100) if len(times) > 1 else times * 99
    return {
        "median": round(statistics.median(times), 3),
        "p99": round(min(ordered[PERCENTILE - 1], max(times)), 3),
        "longest": round(max(times), 3),
        "calls": len(times),
    }


if __name__ == "__main__":
    main()

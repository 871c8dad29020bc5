"""What the control API takes inside the server, without HTTP: `python -m benchmarks.control`.

Each line: the median, the 99th percentile and the longest of so many calls, in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Iterator

import httpx

import understudy

Request = tuple[str, str, str, dict[str, str]]
ALL_AT = 99


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenario", default="default")
    parser.add_argument("--calls", type=int, default=200)
    options = parser.parse_args()
    taken: dict[str, list[float]] = defaultdict(list)

    def observe(request, _reply, seconds):
        if request.operation is not None:
            taken[request.operation.operation_id].append(seconds * 1000)

    with understudy.run(scenario=options.scenario, observe=observe) as server:
        url = f"{server.url}/_control"
        with httpx.Client(base_url=url, timeout=60) as client:
            for _label, method, path, body in calls(options.calls):
                answer = client.request(method, path, json=body)
                assert answer.is_success, answer.text
            held = client.get("/sandboxes/default").json()["objects"]
    print(f"scenario {options.scenario}: {held:,} objects; milliseconds in the server")
    print(f"{'':<28}{'median':>8}{'p99':>8}{'longest':>9}")
    for operation, times in taken.items():
        percentile = statistics.quantiles(times, n=100)[ALL_AT - 1] if len(times) > 1 else times[0]
        print(
            f"{operation:<28}{statistics.median(times):8.2f}{percentile:8.2f}{max(times):9.2f}"
            f"   {len(times)} calls"
        )


def calls(count: int) -> Iterator[Request]:
    """What is measured, in turn, so that nothing stays warm for its own sake."""
    for number in range(count):
        name = f"bench-{number}"
        path = f"/sandboxes/{name}"
        yield "create", "POST", "/sandboxes", {"name": name}
        yield "snapshot", "POST", f"{path}/snapshots", {"name": "s"}
        yield "advance", "POST", f"{path}/clock/advance", {"by": "50m"}
        yield "fork", "POST", f"{path}/fork", {"name": f"{name}-fork"}
        yield "restore", "POST", f"{path}/snapshots/s/restore", {}
        yield "reset", "POST", f"{path}/reset", {}
        yield "delete", "DELETE", f"{path}-fork", {}
        yield "delete", "DELETE", path, {}


if __name__ == "__main__":
    main()

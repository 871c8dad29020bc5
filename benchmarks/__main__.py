"""GET and POST of one defect: Understudy, a bare uvicorn application, WireMock; interleaved rounds,
medians, ratios.

Wants wrk (Debian package `wrk`), npm and Java. Ratios within one run are the figures; absolute
numbers are context.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack

from benchmarks.servers import (
    DEFECT,
    TOOLS,
    Target,
    bare_uvicorn,
    install_tools,
    understudy,
    wiremock,
)

CONNECTIONS = 16


def main() -> int:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=5, help="rounds, each with every server in turn"
    )
    parser.add_argument("--seconds", type=int, default=4, help="length of one measurement")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("benchmarks: wrk is missing; install the package `wrk`")
    install_tools()
    rates: dict[tuple[str, str], list[float]] = {}
    with ExitStack() as stack:
        targets = [stack.enter_context(start()) for start in (understudy, bare_uvicorn, wiremock)]
        for target in targets:
            for work in ("GET", "POST"):
                wrk(target, work, 2)
        for number in range(options.rounds):
            for target in targets:
                for work in ("GET", "POST"):
                    rate = wrk(target, work, options.seconds)
                    rates.setdefault((target.name, work), []).append(rate)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    report(targets, rates)
    return 0


def wrk(target: Target, work: str, seconds: int) -> float:
    """Requests a second. Any answer but 2xx is an error of the measurement."""
    script = TOOLS / "request.lua"
    headers = {**target.headers, **({"Content-Type": "application/json"} if work == "POST" else {})}
    lines = [f"wrk.method = {json.dumps(work)}"]
    lines += [
        f"wrk.headers[{json.dumps(name)}] = {json.dumps(value)}" for name, value in headers.items()
    ]
    if work == "POST":
        lines.append(f"wrk.body = [==[{json.dumps(DEFECT)}]==]")
    script.write_text("\n".join(lines))
    url = target.one if work == "GET" else target.all
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output:
        sys.exit(f"benchmarks: {target.name} refused {work}:\n{output}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", output)[1])


def report(targets: list[Target], rates: dict[tuple[str, str], list[float]]) -> None:
    """The table, for people."""
    print(f"{platform.platform()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
    print(f"wrk -t1 -c{CONNECTIONS}; median of the rounds (lowest to highest), requests a second")
    print(f"{'':14}{'GET one':>26}{'POST one':>26}{'first answer':>14}{'memory':>10}")
    for target in targets:
        cells = "".join(f"{_cell(rates[target.name, work]):>26}" for work in ("GET", "POST"))
        print(
            f"{target.name:14}{cells}{target.first_answer:>12.2f} s{target.memory / 2**20:>7.0f} MB"
        )
    for other in targets[1:]:
        ratios = {
            work: statistics.median(rates["understudy", work])
            / statistics.median(rates[other.name, work])
            for work in ("GET", "POST")
        }
        print(f"understudy : {other.name:14} GET {ratios['GET']:.2f}   POST {ratios['POST']:.2f}")


def _cell(values: list[float]) -> str:
    return f"{statistics.median(values):,.0f} ({min(values):,.0f}-{max(values):,.0f})"


if __name__ == "__main__":
    sys.exit(main())

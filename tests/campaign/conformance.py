"""The conformance suite against our own server, over many seeds: no failure, nothing left behind,
every operation reached, and every documented status shown that is not meant for other backends.

python tests/campaign/conformance.py                  twenty seeds
python tests/campaign/conformance.py --seeds 1 --twice
python tests/campaign/conformance.py --seeds 1 2 3 --effort normal
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import understudy
from understudy import contract as contracts
from understudy.verify import coverage
from understudy.verify.config.settings import EFFORTS, Settings
from understudy.verify.report.model import Report
from understudy.verify.runner import verify

ALL = 63
TOLD = 20
"""So many lines that one of two runs has alone are printed."""
VARYING = re.compile(
    r"eyJ[\w.-]+|\d{4}-\d\d-\d\d(T[\d:.%+*A-Z]*)?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}|DEF-\d+"
    r"|-\d+(?=\W)",
    re.IGNORECASE,
)
"""Tokens, times, ids, numbers of defects and of names: what the server makes differs with the time,
and a rule that needs two times that differ creates things until they do.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run each seed against a fresh server. 0 if every rule of every seed was shown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[*range(1, 21)])
    parser.add_argument("--effort", choices=EFFORTS, default="quick")
    parser.add_argument(
        "--twice", action="store_true", help="compare two runs of the first seed as well"
    )
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    failed = [seed for seed in options.seeds if not kept(seed, options.effort, options.workers)]
    if options.twice and not repeats(options.seeds[0], options.effort):
        failed.append(options.seeds[0])
    print(f"failed with {', '.join(map(str, failed))}" if failed else "kept with every seed")
    return 1 if failed else 0


def kept(seed: int, effort: str, workers: int) -> bool:
    """Whether a run finds nothing, leaves nothing, and shows everything."""
    report, _ = run(seed, effort, workers)
    guest, counts = report["guest"], report["counts"]
    reached = sum(map(has_succeeded, report["operations"]))
    unshown = set(coverage.unshown(report["operations"])) ^ set(never_given())
    print(
        f"seed {seed}: {report['verdict']}, {counts['passed']} rules passed, {reached} operations "
        f"reached, {guest['requests']} requests, {len(guest['leaked'])} leaked, "
        f"{report['run']['seconds']:.0f} s",
        flush=True,
    )
    for one in report["findings"]:
        print(f"  {one['rule']}: {one['message']} (expected {one['expected']}; {one['test']})")
    for rule in report["rules"]:
        if rule["verdict"] not in ("passed", "failed"):
            print(f"  {rule['id']} {rule['verdict']}: {rule['reason']}")
    for status in sorted(unshown):
        print(f"  {status} is not shown, or shown though it is meant for other backends")
    is_clean = not guest["leaked"] and not guest["expired_early"] and not unshown
    return report["verdict"] == "kept" and reached == ALL and is_clean


def has_succeeded(operation: Any) -> bool:
    """Whether an operation was answered with a 2xx."""
    return any(one["shown"] for status, one in operation["statuses"].items() if status < "3")


def never_given() -> Iterator[str]:
    """The statuses that are documented for other backends alone."""
    for one in contracts.load("testr").operations:
        has_body = one.request_schema is not None
        if one.security != "required":
            continue
        if not has_body or one.tag == "settings":
            yield f"{one.operation_id} 422"  # a parameter at fault is 400 here, as all settings are
        if not has_body and not any(given["in"] in ("path", "query") for given in one.parameters):
            yield f"{one.operation_id} 400"  # there is nothing in the request to be wrong


def repeats(seed: int, effort: str) -> bool:
    """Whether one seed gives the same requests and the same verdicts twice.

    In no order, and each once: a few rules ask from several threads at once, and who of them comes
    first, and has to clean up, is the server's to decide.
    """
    first, second = {*told(seed, effort)}, {*told(seed, effort)}
    print(f"seed {seed} twice: {len(first)} lines, {len(first ^ second)} of one run alone")
    for one in sorted(first ^ second)[:TOLD]:
        print(f"  {'first' if one in first else 'second'} {one[:300]}")
    return first == second


def told(seed: int, effort: str) -> list[str]:
    """The requests and verdicts of a run, without what the server makes up."""
    report, exchanges = run(seed, effort, 1, keeps_exchanges=True)
    lines = [
        json.dumps([one["method"], one["url"], one["request_body"], one["status"]])
        for one in exchanges
    ]
    lines += [f"{rule['id']} {rule['verdict']}" for rule in report["rules"]]
    return [VARYING.sub("*", line) for line in lines]


def run(seed: int, effort: str, workers: int, **options: Any) -> tuple[Report, list[Any]]:
    """A run against a server of its own."""
    with understudy.run(scenario="default", seed=seed) as server:
        settings = Settings(url=server.api_url, seed=seed, effort=effort, workers=workers)
        report, exchanges = verify(settings, **options)
        for one in exchanges:
            one["url"] = one["url"].removeprefix(server.api_url)
        return report, exchanges


if __name__ == "__main__":
    sys.exit(main())

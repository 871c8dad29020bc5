"""The tables of docs/performance.md, as lines of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks import aims
from benchmarks.figures import TIMES, figure, ratio, shown, spread, with_spread
from benchmarks.workloads import BY_NAME

US = aims.US


def written(results: Mapping[str, Any]) -> list[str]:
    """The tables, as lines of Markdown."""
    parts = (_aims, _workloads, _ratios, _connections, _sizes, _inside, _starts, _others, _machine)
    return [line for part in parts for line in part(results)]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table, numbers to the right, with an empty line after it."""
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows), ""]


def _aims(results: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## The aims", "")
    verdicts = {True: "yes", False: "**no**", None: "not measured"}
    rows = []
    for row in aims.rows(results):
        sign = "≤" if row.is_most else "≥"
        found = spreads = ""
        if row.found:
            found, spreads = f"{shown(row.found.median)}{row.unit}", spread(row.found)
        aim = f"{sign} {row.limit:g}{row.unit}"
        rows.append((row.figure, aim, found, spreads, verdicts[row.holds]))
    yield from table(("figure", "aim", "median", "spread", "holds"), rows)


def _workloads(results: Mapping[str, Any]) -> Iterator[str]:
    found = results.get("workloads")
    if not found:
        return
    number = results["settings"]["connections"]
    yield from ("## Side by side", "")
    yield f"Requests a second over {number} connections: the rounds' median (lowest to highest)."
    yield ""
    names = _servers(found.values())
    rows = [
        (BY_NAME[workload].title, *(_rate(of.get(name)) for name in names))
        for workload, of in found.items()
    ]
    yield from table(("", *names), rows)


def _ratios(results: Mapping[str, Any]) -> Iterator[str]:
    found = {name: of for name, of in results.get("workloads", {}).items() if US in of}
    if not found:
        return
    yield from (
        "Understudy's rate over the other's, round by round: median (lowest to highest).",
        "",
    )
    names = [name for name in _servers(found.values()) if name != US]

    def cell(of: Mapping[str, Any], name: str) -> str:
        return with_spread(ratio(of[US]["rate"], of[name]["rate"])) if name in of else "n/a"

    rows = [
        (BY_NAME[workload].title, *(cell(of, name) for name in names))
        for workload, of in found.items()
    ]
    yield from table(("", *names), rows)


def _connections(results: Mapping[str, Any]) -> Iterator[str]:
    found = results.get("connections")
    if not found:
        return
    yield from ("## Connections", "", "Requests a second, and the 99th percentile of latency.", "")
    tables = [of for numbers in found.values() for of in numbers.values()]
    names = [name for name in _servers(tables) if all(name in of for of in tables)]
    rows = []
    for workload, numbers in found.items():
        for number in sorted(numbers, key=int):
            cells = [_with_p99(numbers[number].get(name)) for name in names]
            rows.append((f"{BY_NAME[workload].title}, {number}", *cells))
    yield from table(("", *names), rows)


def _sizes(results: Mapping[str, Any]) -> Iterator[str]:
    found = results.get("sizes")
    if not found:
        return
    numbers = sorted({size for of in found.values() for size in of}, key=int)
    yield from ("## By the number of defects", "")
    yield "Requests a second; below them, the time of one request against that at the fewest."
    yield ""
    rows = []
    for workload, of in found.items():
        rows.append((BY_NAME[workload].title, *(_rate(of.get(size)) for size in numbers)))
        base = of.get(numbers[0])
        times = [
            with_spread(ratio(base["rate"], of[size]["rate"]), TIMES) if base and size in of else ""
            for size in numbers
        ]
        rows.append(("", *times))
    yield from table(("", *(f"{int(size):,}" for size in numbers)), rows)
    began = results.get("began", {})
    rows = [
        (f"{int(size):,}", f"{one['seconds']:.1f} s", f"{one['memory'] / 1e6:,.0f} MB")
        for size, one in began.items()
    ]
    yield from table(("defects", "start to first answer, first time", "memory then"), rows)


def _inside(results: Mapping[str, Any]) -> Iterator[str]:
    found = results.get("inside")
    if not found:
        return
    yield from ("## Inside the server", "")
    yield "Milliseconds from a request's routing to its answer's end: median; p99; longest."
    yield ""
    names = list(dict.fromkeys(name for of in found.values() for name in of["operations"]))
    rows = [
        (name, *(_times(of["operations"].get(name)) for of in found.values())) for name in names
    ]
    yield from table(("", *(f"{of['objects']:,} objects" for of in found.values())), rows)


def _starts(results: Mapping[str, Any]) -> Iterator[str]:
    found = results.get("starts")
    if not found:
        return
    yield from ("## Start and memory", "")
    rows = [
        (
            name,
            with_spread(figure(one["seconds"]), " s"),
            with_spread(figure([value / 1e6 for value in one["memory"]]), " MB"),
        )
        for name, one in found.items()
    ]
    yield from table(("", "start to first answer", "memory then"), rows)
    if "defect" in results:
        yield from (
            f"Each defect that is posted takes {results['defect']['bytes']:,.0f} bytes.",
            "",
        )


def _others(results: Mapping[str, Any]) -> Iterator[str]:
    scenario, suite = results.get("scenario"), results.get("suite")
    if scenario:
        yield from ("## A scenario's load", "")
        yield "From start to first answer, made anew and read from what an earlier start kept."
        yield ""
        rows = [
            (f"{int(size):,} defects", f"{one['cold']:.2f} s", f"{one['kept']:.2f} s")
            for size, one in scenario.items()
        ]
        yield from table(("", "made anew", "kept"), rows)
    if suite:
        yield from ("## The quick suite", "")
        yield (
            f"{suite['rules']} rules passed with {suite['requests']:,} requests in "
            f"{suite['seconds']:.0f} s, by two workers, against our own server."
        )
        yield ""
    if "soak" in results:
        yield from _soak(results["soak"])


def _soak(found: Mapping[str, Any]) -> Iterator[str]:
    verdict = "All is as it should be." if found["is_well"] else "**Something is not well.**"
    yield from ("## Soak", "")
    every, memory = found["kinds"]["all"], found["memory"]
    yield (
        f"{found['requests']:,} requests in {found['seconds']:g} s, over 16 and 256 connections in "
        f"turn: {found['errors']:,} errors, median {every['p50_ms']:.1f} ms, 99th percentile "
        f"{every['p99_ms']:.0f} ms, longest {every['max_ms']:.0f} ms. Memory after the warm-up "
        f"{memory['warm_mb']:.0f} MB, at the end {memory['end_mb']:.0f} MB. {verdict}"
    )
    yield from ("", "One client, and who else is connected; milliseconds.", "")
    head = ("beside", "median", "99th percentile", "longest")
    yield from table(
        head,
        [
            (one["with"], *(f"{one[name]:.1f}" for name in ("p50_ms", "p99_ms", "max_ms")))
            for one in found["crowd"]
        ],
    )


def _machine(results: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Where and with what", "")
    told = {**results["machine"], **results["versions"]}
    yield from table(("", "version"), [(name, value or "none") for name, value in told.items()])
    settings = results["settings"]
    yield (
        f"{settings['rounds']} rounds of {settings['seconds']:g} s after {settings['warm']:g} s of "
        f"warm-up; {settings['starts']} starts; {settings['calls']} calls inside the server. "
        f"The run took {results['seconds'] / 60:.0f} minutes."
    )
    yield ""
    if results["errors"]:
        yield from ("Measurements that failed:", "")
        yield from (f"- {error}" for error in results["errors"])
        yield ""


def _servers(tables: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for of in tables for name in of))


def _rate(one: Mapping[str, Any] | None) -> str:
    return with_spread(figure(one["rate"])) if one else "n/a"


def _with_p99(one: Mapping[str, Any] | None) -> str:
    if not one:
        return "n/a"
    return f"{_rate(one)}; {shown(figure(one['p99']).median)} ms"


def _times(one: Mapping[str, Any] | None) -> str:
    return f"{one['median']:.2f}; {one['p99']:.2f}; {one['longest']:.2f}" if one else ""

"""Side by side with other servers, in one run on one machine."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks import machine, page, servers, tables, tools
from benchmarks.plan import chosen
from benchmarks.process import MeasurementError
from benchmarks.progress import Progress
from benchmarks.settings import QUICK, SECTIONS, Settings

PREPARATION = 10.0
EXAMPLES = """\
examples:
  python -m benchmarks --quick                        the most important figures, in two minutes
  python -m benchmarks --only get,post --servers understudy,bare,wiremock
  python -m benchmarks --only sizes --rounds 5        does it stay flat?
  python -m benchmarks --only inside,start            forks, pages, starts; no other server needed
  python -m benchmarks --write                        everything, into docs/performance.md

what --only takes:
  get post list filtered login refresh mix            side by side, with --servers
  connections   GET and POST over 1, 16 and 256 connections
  start         start to first answer, memory then, memory of each stored defect
  sizes         with 1,000 to 1,000,000 defects
  loads         a scenario's load, made anew and kept from before
  inside        forks, snapshots, resets and pages, timed in the server
  suite         the quick conformance suite against our own server
  soak          mixed traffic for minutes: memory, errors, bad clients

what --servers takes:
  {servers}

Wants wrk, and for the other servers npm (Node.js) and Java; they are installed with exact versions
into a folder that git ignores. Ratios of one run are the figures, absolute numbers are context.
Nothing else should run on the machine meanwhile.
"""


def main() -> int:
    """Measure, print, and write what is asked for. 1 if a measurement failed."""
    options = _parser().parse_args()
    try:
        if options.source:
            results = json.loads(options.source.read_text("utf-8"))
        else:
            results = measured(settings_of(options))
    except MeasurementError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("benchmarks: stopped", file=sys.stderr)
        return 130
    print("\n".join(tables.written(results)))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    if options.write:
        page.write(results)
    return 1 if results["errors"] else 0


def measured(settings: Settings) -> dict[str, Any]:
    """All results, in the shape that docs/performance.md describes."""
    needed = {program for key in settings.servers for program in servers.BY_KEY[key].needs}
    tools.need(["wrk", *sorted(needed)])
    sections = chosen(settings)
    expected = PREPARATION + sum(one.expected(settings) for one in sections)
    progress = Progress(expected)
    progress.title("installing and recording")
    if "npm" in needed:
        tools.install()
    servers.prepare(forget=not settings.is_quick)
    progress.done(PREPARATION, "prepared")
    results: dict[str, Any] = {
        "format": 1,
        "machine": machine.described(),
        "versions": machine.versions(),
        "settings": asdict(settings),
    }
    for section in sections:
        progress.title(section.title)
        try:
            results |= section.run(settings, progress)
        except Exception as error:  # what was measured before it is worth keeping
            progress.failed(section.title, error)
    return results | {"errors": progress.errors, "seconds": round(progress.seconds())}


def settings_of(options: argparse.Namespace) -> Settings:
    """What the command line asks for. Raises MeasurementError for names that there are not."""
    usual = QUICK if options.quick else Settings(servers=tuple(servers.BY_KEY))
    only = _named(options.only, SECTIONS, "--only") or usual.only
    keys = _named(options.servers, tuple(servers.BY_KEY), "--servers") or usual.servers
    if options.write and (options.quick or options.only or options.servers):
        raise MeasurementError("--write wants everything: no --quick, --only or --servers")
    given = {"rounds": options.rounds, "seconds": options.seconds}
    chosen_values = {name: value for name, value in given.items() if value is not None}
    if options.rounds is not None:
        chosen_values["size_rounds"] = options.rounds
    return replace(usual, only=only, servers=keys, **chosen_values)


def _named(text: str | None, known: tuple[str, ...], option: str) -> tuple[str, ...]:
    names = tuple(part for part in (text or "").replace(",", " ").split() if part)
    wrong = [name for name in names if name not in known]
    if wrong:
        raise MeasurementError(f"{option} knows no {wrong[0]}; it takes {', '.join(known)}")
    return tuple(name for name in known if name in names)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=EXAMPLES.format(servers=" ".join(servers.BY_KEY)),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="less of everything, in two minutes")
    parser.add_argument("--only", metavar="NAMES", help="this alone; see below")
    parser.add_argument("--servers", metavar="NAMES", help="these alone; see below")
    parser.add_argument("--rounds", type=int, metavar="N", help="so many rounds (5; quick: 2)")
    parser.add_argument(
        "--seconds", type=int, metavar="N", help="length of one measurement (2; quick: 1)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    parser.add_argument(
        "--write",
        action="store_true",
        help="write docs/performance.json, the charts and the tables of docs/performance.md",
    )
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="measure nothing: take the results that are kept there",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

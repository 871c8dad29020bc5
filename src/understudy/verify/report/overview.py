"""The sums of a report, at most 17 lines of 80 characters: one screen, the verdict below."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.cli.text import counted, cut
from understudy.verify.report import facts
from understudy.verify.report.model import Report
from understudy.verify.report.text import one_line

WIDEST = 80
LABEL = 12
"""The column of the labels."""

VERDICTS = {
    "passed": "passed",
    "failed": "failed",
    "waived": "waived",
    "not_demonstrated": "not demonstrated",
    "disabled": "disabled",
    "suite_error": "suite error",
}


def lines(report: Report) -> list[str]:
    """One line for each fact worth knowing."""
    target = "our own server" if report["target"]["is_understudy"] else "another server"
    contract = report["contract"]
    title = f"{contract['name']} {contract['version']} at {report['target']['base_url']}, {target}"
    return [
        cut(one_line(title), WIDEST),
        *(cut(f"  {label:<{LABEL}}{one_line(text)}", WIDEST) for label, text in _facts(report)),
    ]


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield from _counts(report)
    yield from _profile(report)
    yield from _waivers(report)
    yield from _coverage(report)
    yield from _guest(report)
    yield from _identity(report)


def _counts(report: Report) -> Iterator[tuple[str, str]]:
    counts = dict(report["counts"].items())
    told = [f"{counts[key]} {word}" for key, word in VERDICTS.items() if counts[key]]
    yield "rules", ", ".join(told[:3])
    if told[3:]:
        yield "", ", ".join(told[3:])


def _profile(report: Report) -> Iterator[tuple[str, str]]:
    profile = report["profile"]
    kept = f"{', '.join(profile['kept']) or 'no level'} wholly shown"
    yield "profile", f"{profile['name']}: {kept}"
    if profile["lowered_by"]:
        yield "lowered by", ", ".join(profile["lowered_by"])


def _waivers(report: Report) -> Iterator[tuple[str, str]]:
    if over := facts.expired(report):
        yield "expired", "waivers " + ", ".join(f"{one['rule']} ({one['expires']})" for one in over)
    if idle := facts.unused(report):
        yield "unused", "waivers " + ", ".join(one["rule"] for one in idle)


def _coverage(report: Report) -> Iterator[tuple[str, str]]:
    yield "operations", f"{facts.reached(report)} answered with a 2xx"
    yield "statuses", f"{facts.statuses_shown(report)} documented ones shown, 5xx aside"
    if unknown := facts.undocumented(report):
        yield "", f"{len(unknown)} undocumented: {', '.join(unknown)}"
    for one in facts.slowest(report)[:1]:
        took = one["milliseconds"]
        assert took is not None  # or it would not be there
        within, longest = f"{took['p95']:,.0f} ms", f"{took['longest']:,.0f} ms"
        yield "slowest", f"{one['operation']}: 95 % within {within}, longest {longest}"


def _guest(report: Report) -> Iterator[tuple[str, str]]:
    guest = report["guest"]
    made = f"{guest['created']} made, {guest['removed']} removed"
    yield "guest", f"{counted(guest['requests'], 'request')}; {made}, {len(guest['leaked'])} leaked"
    if guest["remaining"]:
        kinds = ", ".join(f"{one['count']} {one['kind']}" for one in guest["remaining"])
        yield "", f"stay, as nothing removes them: {kinds}"
    told = {
        f"waited {guest['waited_seconds']:.0f} s": guest["waited_seconds"],
        counted(guest["log_ins_again"], "more log-in"): guest["log_ins_again"],
        f"{counted(guest['expired_early'], 'token')} expired early": guest["expired_early"],
    }
    if any(told.values()):
        yield "", ", ".join(text for text, count in told.items() if count)


def _identity(report: Report) -> Iterator[tuple[str, str]]:
    run, suite = report["run"], report["suite"]
    yield (
        "run",
        f"{run['id']}: seed {run['seed']}, effort {run['effort']}, {run['seconds']:.1f} s, "
        f"{counted(run['workers'], 'worker')}",
    )
    yield "digests", f"contract {report['contract']['digest'][:12]}, suite {suite['digest'][:12]}"
    if quality := suite["quality"]:
        share = f"{quality['killed']} of {quality['mutants']} broken servers noticed"
        old = "" if quality["measured_at_digest"] == suite["digest"] else "; older suite"
        yield "quality", f"{share}, {counted(quality['false_alarms'], 'false alarm')}{old}"

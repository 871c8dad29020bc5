"""What all forms say in the same words: the verdict, and the commands that run something again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from understudy.cli.text import counted
from understudy.verify.report import facts
from understudy.verify.report.facts import LEVELS
from understudy.verify.report.model import Report
from understudy.verify.report.text import argument


def repeat(report: Report, rule: str) -> str:
    """The command that runs a rule again, as it ran."""
    run, url = report["run"], argument(report["target"]["base_url"])
    flags = " --read-only" if run["read_only"] else ""
    return f"understudy verify {url} --seed {run['seed']} --effort {run['effort']} -k {rule}{flags}"


def again(report: Report) -> str:
    """The command that runs everything again, as it ran."""
    run = report["run"]
    words = ["understudy verify", argument(report["target"]["base_url"])]
    words += [f"--seed {run['seed']} --effort {run['effort']} --profile {argument(run['profile'])}"]
    words += [f"--tag {argument(tag)}" for tag in run["tags"]]
    words += [f"--level {run['levels'][-1]}"] if run["levels"] else []
    words += [f"-k {argument(run['keyword'])}"] if run["keyword"] else []
    words += ["--read-only"] if run["read_only"] else []
    return " ".join([*words, f"--workers {run['workers']}"])


def replay(report: Report) -> str:
    """The command that runs just the failures again, with the JSON report at hand."""
    return f"understudy verify {argument(report['target']['base_url'])} --replay report.json"


def in_words(report: Report) -> str:
    """The verdict as one or two sentences."""
    stopped = report["run"]["stopped"]
    said = f" {stopped['message'].rstrip('.')}." if stopped else ""
    if report["verdict"] == "broken":
        return f"Broken: {'; '.join(_reasons(report))}.{said}"
    if report["verdict"] == "incomplete":
        return f"Incomplete: {'; '.join(['nothing failed', *_open(report)])}.{said}"
    return f"Kept: {', '.join(_kept(report))}.{said}"


def _kept(report: Report) -> Iterator[str]:
    counts = report["counts"]
    yield f"{counted(counts['passed'], 'rule')} shown"
    if counts["waived"]:
        yield f"{counts['waived']} waived"


def _open(report: Report) -> Iterator[str]:
    counts = report["counts"]
    parts = {"not demonstrated": counts["not_demonstrated"], "disabled": counts["disabled"]}
    told = ", ".join(f"{count} {word}" for word, count in parts.items() if count)
    if told:
        yield f"of {counted(len(report['rules']), 'rule')}, {told}"


def _reasons(report: Report) -> Iterator[str]:
    counts = report["counts"]
    if counts["failed"]:
        judged = len(report["rules"]) - counts["disabled"]
        failed = (rule for rule in report["rules"] if rule["verdict"] == "failed")
        levels = Counter[str](rule["level"] for rule in failed)
        parts = ", ".join(f"{levels[level]} {level}" for level in LEVELS if levels[level])
        yield f"{counts['failed']} of {counted(judged, 'rule')} failed ({parts})"
    if counts["suite_error"]:
        yield f"{counted(counts['suite_error'], 'error')} of the suite itself"
    if over := facts.expired(report):
        yield f"{counted(len(over), 'waiver')} expired"
    if not (counts["failed"] or counts["suite_error"] or over):
        yield "the run could not judge the target"

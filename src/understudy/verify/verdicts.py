"""From the tally of a run to its report."""

from __future__ import annotations

import hashlib
import json
import platform
import statistics
from collections.abc import Mapping, Sequence
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any, cast

from understudy import __version__
from understudy.verify import spec as specs
from understudy.verify.outcome import DISABLED, NOT_DEMONSTRATED, PASSED, SUITE_ERROR
from understudy.verify.report import model
from understudy.verify.rules import LEVELS, Rule, collect
from understudy.verify.tally import FoundTally, RuleTally

if TYPE_CHECKING:
    from understudy.verify.run import Run

FAILED, WAIVED = "failed", "waived"
ORDER = (SUITE_ERROR, NOT_DEMONSTRATED, DISABLED, PASSED)
"""Of the verdicts of a rule's tests, the first of these is the rule's."""

PACKAGES = ("pytest", "schemathesis", "hypothesis", "openapi-core")
NO_REMOVAL = "the API has no way to delete them"


def report(
    run: Run,
    rules: Sequence[Rule],
    *,
    started_at: str,
    seconds: float,
    stopped: model.Stopped | None,
) -> model.Report:
    """Everything there is to say about a run of these rules."""
    findings = [_finding(one) for one in run.tally.findings]
    rules = [*rules, *_beside(run, rules, findings)]
    judged = [_rule(run, rule, findings) for rule in rules]
    waivers = _waivers(run, findings)
    counts = dict.fromkeys(model.Counts.__annotations__, 0)
    for one in judged:
        counts[one["verdict"]] += 1
    settings = run.settings
    return {
        "format": 1,
        "understudy": __version__,
        "contract": {
            "name": run.contract.name,
            "version": str(run.contract.document["info"]["version"]),
            "digest": run.contract.digest,
        },
        "suite": {
            "digest": suite_digest(run.contract.name),
            "rules": len(collect(run.contract.name)),
            "quality": quality(run.contract.name),
        },
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in PACKAGES},
        },
        "target": {
            "base_url": settings.url,
            "is_understudy": run.server_url is not None,
            "has_movable_time": run.server_url is not None,
        },
        "run": {
            "id": run.prefix.rstrip("-"),
            "started_at": started_at,
            "seconds": round(seconds, 2),
            "seed": settings.seed,
            "effort": cast(Any, settings.effort),
            "profile": settings.profile,
            "levels": cast(Any, list(settings.levels)),
            "tags": list(settings.tags),
            "keyword": settings.keyword,
            "read_only": settings.read_only,
            "workers": settings.workers,
            "stopped": stopped,
        },
        "personas": _personas(run),
        "verdict": _verdict(judged, findings, waivers, stopped),
        "profile": _profile(run, judged),
        "counts": cast(model.Counts, counts),
        "rules": judged,
        "findings": findings,
        "waivers": waivers,
        "operations": _operations(run),
        "guest": _guest(run),
    }


def suite_digest(contract_name: str) -> str:
    """A hash of the rules and of what runs them."""
    digest = hashlib.sha256()
    for package in (f"{specs.SUITES}.{contract_name}", "understudy.verify"):
        files = (one for one in resources.files(package).iterdir() if one.name.endswith(".py"))
        for file in sorted(files, key=lambda one: one.name):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def quality(contract_name: str) -> model.Quality | None:
    """What is known of the suite itself; None where nobody measured it."""
    file = resources.files(f"{specs.SUITES}.{contract_name}").joinpath("quality.json")
    if not file.is_file():
        return None
    found: model.Quality = json.loads(file.read_text("utf-8"))["summary"]
    return found


def _finding(one: FoundTally) -> model.Finding:
    found = {**one.finding, "times": one.times, "also": list(one.also), "waiver": one.waiver}
    return cast(model.Finding, found)


def _beside(run: Run, rules: Sequence[Rule], findings: list[model.Finding]) -> list[Rule]:
    """The rules that nobody asked for, and that were broken on the way."""
    broken = {one["rule"] for one in findings} - {one.id for one in rules}
    return [one for one in collect(run.contract.name) if one.id in broken] if broken else []


def _rule(run: Run, rule: Rule, findings: list[model.Finding]) -> model.Rule:
    told = run.tally.rules.get(rule.id, RuleTally())
    mine = [index for index, one in enumerate(findings) if one["rule"] == rule.id]
    verdict, reason = _judged(run, rule, told, [findings[index] for index in mine])
    return {
        "id": rule.id,
        "level": cast(Any, rule.level),
        "tag": rule.tag,
        "group": rule.group,
        "promise": rule.promise,
        "clauses": list(rule.clauses),
        "personas": list(rule.personas),
        "features": list(rule.features),
        "verdict": cast(Any, verdict),
        "reason": reason,
        "seconds": round(told.seconds, 3),
        "operations": list(told.operations),
        "findings": mine,
        "tests": len(told.verdicts),
    }


def _judged(
    run: Run, rule: Rule, told: RuleTally, findings: list[model.Finding]
) -> tuple[str, str | None]:
    """The verdict of a rule, and why where it is no pass."""
    open_ones = [one for one in findings if not run.tally.is_waived(one["waiver"])]
    if open_ones:
        return FAILED, open_ones[0]["message"]
    for verdict in ORDER[:1]:
        for one, reason in told.verdicts:
            if one == verdict:
                return verdict, reason
    if not told.verdicts and not findings:
        return NOT_DEMONSTRATED, "the run did not get to it"
    verdicts = [one for one, _ in told.verdicts] or [PASSED]
    first = min(verdicts, key=ORDER.index)
    if first == PASSED and run.tests is None and 0 < len(told.verdicts) < run.tests_of(rule):
        return NOT_DEMONSTRATED, f"{len(told.verdicts)} of {run.tests_of(rule)} cases were run"
    if first == PASSED and findings:
        return WAIVED, findings[0]["message"]
    reasons = [reason for one, reason in told.verdicts if one == first and reason]
    if first != PASSED and len(verdicts) > len(reasons):
        return first, f"{reasons[0]} ({len(reasons)} of {len(verdicts)} cases)"
    return first, reasons[0] if reasons else None


def _waivers(run: Run, findings: list[model.Finding]) -> list[model.Waiver]:
    return [
        {
            "rule": one.rule,
            "operation": one.operation,
            "reason": one.reason,
            "expires": one.expires.isoformat(),
            "used": sum(found["times"] for found in findings if found["waiver"] == index),
            "is_expired": run.tally.is_expired(one),
        }
        for index, one in enumerate(run.settings.waivers)
    ]


def _verdict(
    rules: list[model.Rule],
    findings: list[model.Finding],
    waivers: list[model.Waiver],
    stopped: model.Stopped | None,
) -> Any:
    is_broken = any(one["verdict"] in (FAILED, SUITE_ERROR) for one in rules)
    is_broken = is_broken or any(one["waiver"] is None for one in findings)
    if is_broken or any(one["is_expired"] for one in waivers):
        return "broken"
    shown = all(one["verdict"] in (PASSED, WAIVED) for one in rules)
    return "kept" if shown and stopped is None else "incomplete"


def _profile(run: Run, rules: list[model.Rule]) -> model.Profile:
    levels = {level: [one for one in rules if one["level"] == level] for level in LEVELS}
    kept = [
        level
        for level, those in levels.items()
        if those and all(one["verdict"] in (PASSED, WAIVED) for one in those)
    ]
    missing = [name for name in run.spec.personas if not _is_present(run, name)]
    features = {
        name
        for one in rules
        if one["verdict"] in (NOT_DEMONSTRATED, DISABLED)
        for name in one["features"]
    }
    return {
        "name": run.settings.profile,
        "kept": cast(Any, kept),
        "lowered_by": [
            *(f"persona {one}" for one in missing),
            *(f"feature {one}" for one in sorted(features)),
        ],
    }


def _personas(run: Run) -> list[model.Persona]:
    return [
        {"name": name, "is_present": _is_present(run, name), "what": one.what}
        for name, one in run.spec.personas.items()
    ]


def _is_present(run: Run, name: str) -> bool:
    configured = run.settings.personas
    return name in configured if configured else run.server_url is not None


def _operations(run: Run) -> list[model.Operation]:
    book = run.tally.book
    found: list[model.Operation] = []
    for one in run.contract.operations:
        statuses: Mapping[int, int] = book.statuses.get(one.operation_id, {})
        took = book.milliseconds.get(one.operation_id, [])
        shown = dict.fromkeys(one.responses, 0) | {str(k): v for k, v in statuses.items()}
        found.append(
            {
                "operation": one.operation_id,
                "method": one.method,
                "path": one.path,
                "tag": one.tag,
                "statuses": {
                    status: {"is_documented": status in one.responses, "shown": shown[status]}
                    for status in sorted(shown)
                },
                "milliseconds": _times(took),
                "requests": len(took),
                "parameters": [
                    {
                        "name": name,
                        "valid": kinds["valid"],
                        "boundary": kinds["boundary"],
                        "invalid": kinds["invalid"],
                    }
                    for name, kinds in sorted(book.parameters.get(one.operation_id, {}).items())
                ],
            }
        )
    return found


def _times(took: list[float]) -> model.Milliseconds | None:
    if not took:
        return None
    ordered = sorted(took)
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 2),
        "longest": round(ordered[-1], 2),
    }


def _guest(run: Run) -> model.Guest:
    tally = run.tally
    return {
        "requests": tally.book.requests,
        "created": tally.guest["created"],
        "removed": tally.guest["removed"],
        "leaked": cast(Any, tally.leaked),
        "remaining": [
            {"kind": kind, "count": count, "why": NO_REMOVAL}
            for kind, count in sorted(tally.remaining.items())
        ],
        "waited_seconds": round(tally.book.waited, 2),
        "log_ins_again": tally.book.log_ins_again,
        "expired_early": tally.book.expired_early,
    }

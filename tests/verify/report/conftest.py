"""A report made by hand: every verdict, folded findings, waivers, things left behind."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from understudy.verify.report.model import Exchange, Finding, Operation, Report, Rule

BASE = "http://127.0.0.1:8000/api/v1"
ALL = ("passed", "failed", "waived", "not_demonstrated", "disabled", "suite_error")


def exchange(**changes: Any) -> Exchange:
    made: Any = {
        "operation": "test_runs.start_run",
        "method": "POST",
        "url": f"{BASE}/test-runs/5f1c/start?dry=no",
        "request_headers": {"Authorization": "***", "Content-Type": "application/json"},
        "request_body": '{"note": "verify-1a2b-RUN-07-run-1"}',
        "status": 200,
        "reason": "OK",
        "response_headers": {"content-type": "application/json", "content-length": "52"},
        "response_body": '{"id":"5f1c","status":"RUNNING","started_at":null}',
        "milliseconds": 12.4,
        "at": "2026-01-26T09:00:00.000Z",
    }
    return made | changes


def finding(rule: str, **changes: Any) -> Finding:
    made: Any = {
        "rule": rule,
        "operation": "test_runs.start_run",
        "message": "POST /test-runs/5f1c/start answered with another started_at",
        "expected": "{'started_at': anything but null}",
        "got": "{'started_at': None}",
        "test": "test_test_runs.py::test_start_moves_a_pending_run_to_running",
        "times": 1,
        "also": [],
        "exchange": exchange(),
        "before": [exchange(status=201, reason="Created", operation="test_runs.create_run")],
        "curl": f'curl -i -X POST {BASE}/test-runs/5f1c/start -H "Authorization: Bearer $TOKEN"',
        "waiver": None,
    }
    return made | changes


def rule(id: str, verdict: str = "passed", **changes: Any) -> Rule:
    made: Any = {
        "id": id,
        "level": "must",
        "tag": "test_runs",
        "group": "test_test_runs",
        "promise": f"What {id} promises.",
        "clauses": ["Start sets `started_at`"],
        "personas": ["active"],
        "features": [],
        "verdict": verdict,
        "reason": None,
        "seconds": 0.25,
        "operations": ["test_runs.start_run"],
        "findings": [],
        "tests": 1,
    }
    return made | changes


def operation(name: str, **changes: Any) -> Operation:
    made: Any = {
        "operation": name,
        "method": "GET",
        "path": "/" + name.replace(".", "/"),
        "tag": name.partition(".")[0],
        "statuses": {
            "200": {"is_documented": True, "shown": 12},
            "401": {"is_documented": True, "shown": 3},
            "404": {"is_documented": True, "shown": 0},
            "500": {"is_documented": True, "shown": 0},
        },
        "milliseconds": {"median": 4.0, "p95": 21.5, "longest": 80.25},
        "requests": 15,
        "parameters": [{"name": "query.limit", "valid": 4, "boundary": 2, "invalid": 0}],
    }
    return made | changes


def build(rules: list[Rule], findings: list[Finding], **changes: Any) -> Report:
    """A report of these rules; its indices and counts are right, its verdict follows from them."""
    for one in rules:
        one["findings"] = [at for at, found in enumerate(findings) if found["rule"] == one["id"]]
    verdicts = [one["verdict"] for one in rules]
    counts = {verdict: verdicts.count(verdict) for verdict in ALL}  # type: ignore[arg-type]
    is_broken = counts["failed"] or counts["suite_error"]
    is_open = counts["not_demonstrated"] or counts["disabled"]
    made: Any = {
        "format": 1,
        "understudy": "0.1.0",
        "contract": {"name": "testr", "version": "1.0.0", "digest": "c0ffee" * 10},
        "suite": {"digest": "5eed" * 16, "rules": len(rules), "quality": None},
        "versions": {"python": "3.11.7", "pytest": "9.0.1", "schemathesis": "4.32.5"},
        "target": {"base_url": BASE, "is_understudy": True, "has_movable_time": True},
        "run": {
            "id": "verify-1a2b",
            "started_at": "2026-01-26T09:00:00.000Z",
            "seconds": 12.34,
            "seed": 5,
            "effort": "quick",
            "profile": "full",
            "levels": ["must", "should", "may"],
            "tags": [],
            "keyword": None,
            "read_only": False,
            "workers": 2,
            "stopped": None,
        },
        "personas": [
            {"name": "active", "is_present": True, "what": "ADMIN of a team"},
            {"name": "expired", "is_present": False, "what": "ADMIN whose subscription ran out"},
        ],
        "verdict": "broken" if is_broken else "incomplete" if is_open else "kept",
        "profile": {"name": "full", "kept": ["must"], "lowered_by": ["persona expired"]},
        "counts": counts,
        "rules": rules,
        "findings": findings,
        "waivers": [],
        "operations": [operation("test_runs.start_run")],
        "guest": {
            "requests": 1204,
            "created": 310,
            "removed": 308,
            "leaked": [],
            "remaining": [],
            "waited_seconds": 0.0,
            "log_ins_again": 0,
            "expired_early": 0,
        },
    }
    return made | changes


def realistic() -> Report:
    rules = [
        rule("AUTH-01", group="test_auth", tag="auth"),
        rule("RUN-08", "failed", level="should"),
        rule("RUN-07", "failed", promise="A PENDING run is RUNNING after start."),
        rule("RUN-09", "failed"),
        rule("DEF-02", "waived", tag="defects", group="test_defects", reason="a known one"),
        rule("SUB-01", "not_demonstrated", reason="the persona expired is missing"),
        rule("SUB-02", "not_demonstrated", reason="the persona expired is missing"),
        rule("SET-04", "disabled", reason="no settings here"),
        rule("PAGE-01", "suite_error", reason="KeyError: 'items' (paging.py:12)"),
    ]
    findings = [
        finding("RUN-08", message="the list is not sorted", curl=None, exchange=None, before=[]),
        finding("RUN-09"),
        finding("RUN-07", times=3, also=["test_runs.resume_run"]),
        finding("DEF-02", waiver=0),
    ]
    waiver = {"operation": "test_runs.start_run", "reason": "ticket 12", "is_expired": False}
    waivers: Any = [
        {**waiver, "rule": "DEF-02", "expires": "2026-12-31", "used": 1},
        {**waiver, "rule": "AUTH-01", "operation": None, "expires": "2026-11-30", "used": 0},
    ]
    odd = operation("defects.list_defects")
    odd["statuses"] = {
        "200": {"is_documented": True, "shown": 0},
        "418": {"is_documented": False, "shown": 2},
    }
    silent = operation("auth.logout", milliseconds=None, requests=0, parameters=[], statuses={})
    report = build(
        rules,
        findings,
        waivers=waivers,
        operations=[operation("test_runs.start_run"), odd, silent],
    )
    report["suite"]["quality"] = {
        "mutants": 100,
        "killed": 98,
        "false_alarms": 0,
        "measured_at_digest": report["suite"]["digest"],
    }
    report["guest"]["leaked"] = [
        {"kind": "test_plans.create_plan", "id": "77", "name": "verify-1a2b-plan", "why": "500"}
    ]
    report["guest"]["remaining"] = [
        {"kind": "defects.create_folder", "count": 4, "why": "the API has no way to delete them"}
    ]
    report["guest"].update(waited_seconds=2.0, log_ins_again=1, expired_early=1)
    return report


@pytest.fixture
def report() -> Report:
    """One with everything in it: three rules failed."""
    return realistic()


@pytest.fixture
def kept() -> Report:
    """One of a server that keeps the contract."""
    return build([rule("RUN-07"), rule("RUN-08")], [])


@pytest.fixture
def many() -> Callable[[int, int], Report]:
    """One with so many rules, of which so many failed, with one finding each."""

    def make(rules: int, failed: int) -> Report:
        ids = [f"R{chr(65 + number // 100)}-{number % 100:02}" for number in range(rules)]
        verdicts = ["failed"] * failed + ["passed"] * (rules - failed)
        return build(
            [rule(id, verdict) for id, verdict in zip(ids, verdicts, strict=True)],
            [finding(id, before=[exchange()] * 10) for id in ids[:failed]],
        )

    return make


@pytest.fixture
def with_text() -> Callable[[str], Report]:
    """The whole report with a text in every place where a target or a team can put one."""

    def make(text: str) -> Report:
        made = realistic()
        sent = {"url": BASE + "/" + text, "request_body": text, "request_headers": {"x-a": text}}
        came = {"response_body": text, "response_headers": {"x-b": text}, "reason": text}
        said = {"message": text, "got": text, "expected": text, "curl": text, "test": text}
        for found in made["findings"]:
            found.update(said)
            found["exchange"] = exchange(**sent, **came)
            found["before"] = [exchange(**sent, **came), exchange(status=None, reason=text)]
        for one in made["rules"]:
            one.update(reason=text, promise=text, clauses=[text], tag=text, group=text)
        for waiver in made["waivers"]:
            waiver["reason"] = text
        made["guest"]["leaked"][0].update(id=text, name=text, why=text)
        made["target"]["base_url"] = text
        made["contract"]["version"] = made["profile"]["name"] = text
        made["personas"][0]["what"] = text
        return copy.deepcopy(made)

    return make


@pytest.fixture
def make_exchange() -> Callable[..., Exchange]:
    """A request and its answer, changed as the test wants."""
    return exchange


@pytest.fixture
def make_finding() -> Callable[..., Finding]:
    """A finding of a rule, changed as the test wants."""
    return finding


@pytest.fixture
def make_report() -> Callable[..., Report]:
    """A report of rules and findings, changed as the test wants."""
    return build


@pytest.fixture
def make_rule() -> Callable[..., Rule]:
    """A rule with a verdict, changed as the test wants."""
    return rule

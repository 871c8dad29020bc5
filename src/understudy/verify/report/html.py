"""The report as one HTML page that loads nothing from elsewhere.

Answers are hostile text: Jinja escapes all of it, and a content security policy lets nothing run
but the page's own style and script, known by their digests.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any, Literal

import jinja2
from markupsafe import Markup

from understudy.verify.report import facts, overview, shorts, words
from understudy.verify.report.model import Exchange, Finding, Operation, Report, Rule
from understudy.verify.report.text import address, indented, one_line, visible

BODY, BEFORE = 20_000, 4_000
"""So many characters of a body are shown: where a finding showed, and before that."""

MARKED: tuple[Literal["longest", "p95", "median"], ...] = ("longest", "p95", "median")
"""The parts of a bar, each in front of the one before."""

OPEN = 3
"""So many failures are unfolded from the start."""


def text(report: Report) -> str:
    """The page."""
    style, script = _own("style.css"), _own("script.js")
    return (
        _pages()
        .get_template("page.html")
        .render(
            report=report,
            facts=facts,
            words=words,
            style=Markup(style),
            script=Markup(script),
            policy=_policy(style, script),
            verdicts=overview.VERDICTS,
            rules=_rules(report),
            statuses=_statuses(report),
            timings=_timings(report),
            body=_body,
            where=lambda exchange: address(exchange["url"], report["target"]["base_url"]),
            short=lambda exchange: shorts.sent(exchange, report["target"]["base_url"], 100),
            outcome=_outcome,
            BODY=BODY,
            BEFORE=BEFORE,
        )
    )


@cache
def _pages() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader(__package__ or "", "page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: Any) -> Any:
    """What takes the place of an expression: text without control characters."""
    return visible(value) if type(value) is str else value


def _own(name: str) -> str:
    environment = _pages()
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]


def _policy(style: str, script: str) -> str:
    own = f"style-src {_digest(style)}; script-src {_digest(script)}"
    return f"default-src 'none'; base-uri 'none'; form-action 'none'; {own}"


def _digest(own: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()}'"


def _rules(report: Report) -> list[dict[str, Any]]:
    unfolded = {failure.rule["id"] for failure in facts.failures(report)[:OPEN]}
    return [
        {**_rule(report, rule), "is_open": rule["id"] in unfolded}
        for rule in facts.worst_first(report)
    ]


def _rule(report: Report, rule: Rule) -> dict[str, Any]:
    """A rule, and what the page says beyond it; `sought`: the text that the search looks in."""
    findings = facts.findings_of(report, rule)
    names = [rule["id"], rule["group"], rule["promise"], rule["reason"] or "", *rule["clauses"]]
    names += rule["operations"] + [finding["message"] for finding in findings]
    return {
        **rule,
        "found": [_finding(report, finding) for finding in findings],
        "times": sum(finding["times"] for finding in findings),
        "sought": one_line(" ".join(names)).lower(),
        "repeat": words.repeat(report, rule["id"]),
    }


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    index = finding["waiver"]
    return {**finding, "covered": None if index is None else report["waivers"][index]}


def _statuses(report: Report) -> list[str]:
    """The columns of the matrix."""
    return sorted({status for one in report["operations"] for status in one["statuses"]})


def _timings(report: Report) -> list[dict[str, Any]]:
    """The operations that were asked, with the parts of a bar in percent of the slowest answer."""
    slowest = facts.slowest(report)
    longest = max((_longest(one) for one in slowest), default=0.0) or 1.0
    return [
        {
            **one,
            "bar": {name: round(100 * one["milliseconds"][name] / longest, 2) for name in MARKED},
        }
        for one in slowest
        if one["milliseconds"]
    ]


def _longest(operation: Operation) -> float:
    return operation["milliseconds"]["longest"] if operation["milliseconds"] else 0.0


def _outcome(exchange: Exchange) -> str:
    """`201 Created`; or why no answer came."""
    status, reason = exchange["status"], exchange["reason"] or ""
    return f"no answer: {reason}" if status is None else f"{status} {reason}".rstrip()


def _body(text: str, longest: int) -> str:
    """A body, readable; its beginning where it is long."""
    shown = indented(text)
    if len(shown) <= longest:
        return shown
    return f"{shown[:longest]}\n… {len(shown) - longest:,} more characters"

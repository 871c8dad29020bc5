"""The report as JUnit XML, which every CI server shows: a test case for each rule."""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from understudy.verify.report import facts, shorts, words
from understudy.verify.report.model import Finding, Report, Rule
from understudy.verify.report.text import visible

SKIPPED = {"waived": "waived", "not_demonstrated": "not demonstrated", "disabled": "disabled"}
"""JUnit has one word for them all."""

FINDINGS = 10
"""So many findings of a rule are told in full."""


def text(report: Report) -> str:
    """The document: a test suite for each group of rules."""
    root = Element("testsuites", name=visible(f"{report['contract']['name']} contract"))
    ordered = sorted(report["rules"], key=lambda rule: (rule["group"], rule["id"]))
    for group, rules in groupby(ordered, key=lambda rule: rule["group"]):
        _suite(root, report, group, [*rules])
    _run(root, report)
    _sum_up(root)
    indent(root)
    body = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _suite(root: Element, report: Report, group: str, rules: list[Rule]) -> None:
    suite = _suite_named(root, report, group)
    properties = SubElement(suite, "properties")
    for name, value in _properties(report).items():
        SubElement(properties, "property", name=name, value=visible(value))
    for rule in rules:
        _case(suite, report, rule)
    _sum_up(suite)


def _run(root: Element, report: Report) -> None:
    """What fails a run besides its rules."""
    stopped, over = report["run"]["stopped"], facts.expired(report)
    if not (stopped or over):
        return
    suite = _suite_named(root, report, "run")
    if stopped:
        case = SubElement(suite, "testcase", classname="run", name="comes to its end", time="0.000")
        SubElement(case, "error", type=stopped["why"], message=visible(stopped["message"]))
    for waiver in over:
        name = visible(f"waiver of {waiver['rule']} {waiver['operation'] or ''}").rstrip()
        case = SubElement(suite, "testcase", classname="run", name=name, time="0.000")
        message = f"expired on {waiver['expires']}"
        SubElement(case, "failure", type="expired", message=visible(message))
    _sum_up(suite)


def _suite_named(root: Element, report: Report, name: str) -> Element:
    started = report["run"]["started_at"].rstrip("Z")
    return SubElement(root, "testsuite", name=visible(name), timestamp=started)


def _sum_up(element: Element) -> None:
    """Count what an element holds, as its attributes have it."""
    cases = [*element.iter("testcase")]
    counts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    element.set("tests", str(len(cases)))
    for attribute, tag in counts.items():
        element.set(attribute, str(len([*element.iter(tag)])))
    element.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")


def _properties(report: Report) -> dict[str, str]:
    run = report["run"]
    return {
        "base_url": report["target"]["base_url"],
        "seed": str(run["seed"]),
        "effort": run["effort"],
        "profile": run["profile"],
        "verdict": report["verdict"],
        "contract_digest": report["contract"]["digest"],
        "suite_digest": report["suite"]["digest"],
        "understudy": report["understudy"],
        **report["versions"],
    }


def _case(suite: Element, report: Report, rule: Rule) -> None:
    name = f"{rule['id']} {rule['promise']}"
    case = SubElement(
        suite,
        "testcase",
        classname=visible(rule["group"]),
        name=visible(name),
        time=f"{rule['seconds']:.3f}",
    )
    verdict, reason = rule["verdict"], rule["reason"] or "no reason was given"
    if verdict == "failed":
        _failure(case, report, rule)
    elif verdict == "suite_error":
        SubElement(case, "error", type="suite_error", message=visible(reason))
    elif verdict in SKIPPED:
        SubElement(case, "skipped", message=visible(f"{SKIPPED[verdict]}: {reason}"))


def _failure(case: Element, report: Report, rule: Rule) -> None:
    findings = facts.open_findings(report, rule)
    message = findings[0]["message"] if findings else rule["reason"] or "no reason was given"
    failure = SubElement(case, "failure", type=rule["level"], message=visible(message))
    parts = [f"clause: {clause}" for clause in rule["clauses"]]
    parts += [_finding(report, finding) for finding in findings[:FINDINGS]]
    if len(findings) > FINDINGS:
        parts.append(f"and {len(findings) - FINDINGS} more")
    parts.append(f"repeat: {words.repeat(report, rule['id'])}")
    failure.text = visible("\n\n".join(parts))


def _finding(report: Report, finding: Finding) -> str:
    exchange, base_url = finding["exchange"], report["target"]["base_url"]
    told = {
        "": finding["message"],
        "sent: ": shorts.sent(exchange, base_url) if exchange else None,
        "answered: ": shorts.answered(exchange) if exchange else None,
        "got: ": finding["got"],
        "right: ": finding["expected"],
        "again: ": finding["curl"],
    }
    return "\n".join(f"{label}{said}" for label, said in told.items() if said is not None)

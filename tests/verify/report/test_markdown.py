"""Markdown for a CI job."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from understudy.verify.report import markdown
from understudy.verify.report.model import Report

HOSTILE = (
    "<script>x</script> [a](http://evil.test) ![b](c) `d` **e** | f ``` \n\n```\n# g\n<img src=x>"
)


def tokens(report: Report):
    """What a reader of the document sees, as kinds and texts."""
    for token in MarkdownIt("commonmark").enable("table").parse(markdown.text(report)):
        yield token
        yield from token.children or ()


def test_it_tells_the_verdict_the_counts_and_the_failures(report):
    shown = markdown.text(report)
    assert shown.startswith("## ❌ testr contract")
    assert "| 1 | 3 | 1 | 2 | 1 | 1 |" in shown
    assert shown.index("#### RUN-07") < shown.index("#### RUN-09") < shown.index("#### RUN-08")
    assert (
        "understudy verify http://127.0.0.1:8000/api/v1 --seed 5 --effort quick -k RUN-07" in shown
    )
    assert "- the persona expired is missing: SUB-01, SUB-02" in shown
    assert "used 1 time: ticket 12" in shown


def test_what_another_rule_has_told_is_not_told_again(report):
    shown = markdown.text(report)
    assert "(as in RUN-07)" in shown
    assert shown.count("answered  200") == 1


@pytest.mark.parametrize("verdict", ["kept", "incomplete", "broken"])
def test_it_begins_with_the_verdict(kept, verdict):
    kept["verdict"] = verdict
    assert markdown.text(kept).splitlines()[2].startswith(f"**{verdict.capitalize()}\\:")


def test_a_text_means_nothing_but_itself(with_text):
    found = [*tokens(with_text(HOSTILE))]
    kinds = {token.type for token in found}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "code_inline", "em_open"}
    assert any("<script>x</script> [a](http://evil.test)" in token.content for token in found)


def test_no_text_ends_a_fence(with_text):
    def blocks(text: str) -> list[str]:
        kinds = [token.type for token in tokens(with_text(text))]
        return [kind for kind in kinds if kind in ("fence", "heading_open")]

    assert blocks("```\n````\n# a heading\n```") == blocks("x")


def test_it_stays_below_what_a_job_may_show(many, make_exchange):
    report = many(300, 200)
    for found in report["findings"]:
        found["exchange"] = make_exchange(response_body="ä" * 20_000, request_body="ä" * 20_000)
        found["curl"] = "ä" * 2000
    shown = markdown.text(report)
    assert len(shown.encode()) < 500_000
    assert "180 more rules failed: R" in shown

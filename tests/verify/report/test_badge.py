"""The badge."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from understudy.verify.report import badge
from understudy.verify.report.model import Report

SVG = "{http://www.w3.org/2000/svg}"


def parts(report: Report) -> list[str | None]:
    return [one.text for one in ElementTree.fromstring(badge.text(report)).iter(f"{SVG}text")]


def test_kept(kept):
    assert parts(kept) == ["testr contract", "kept (2 rules)"]


def test_broken(report):
    assert parts(report) == ["testr contract", "broken (3)"]


def test_incomplete(kept):
    kept["verdict"] = "incomplete"
    assert parts(kept) == ["testr contract", "incomplete"]


def test_broken_by_something_else_than_a_rule(kept, report):
    kept["verdict"] = "broken"
    assert parts(kept)[1] == "broken"
    kept["waivers"] = [{**report["waivers"][0], "is_expired": True}]
    assert parts(kept)[1] == "broken (1)"


@pytest.mark.parametrize(
    ("verdict", "colour"), [("kept", "#1a7f37"), ("broken", "#cf222e"), ("incomplete", "#8a5b00")]
)
def test_colours(kept, verdict, colour):
    kept["verdict"] = verdict
    fills = [one.get("fill") for one in ElementTree.fromstring(badge.text(kept)).iter(f"{SVG}rect")]
    assert fills[-1] == colour


def test_the_texts_stand_within_the_image(report):
    root = ElementTree.fromstring(badge.text(report))
    left, right = root.iter(f"{SVG}text")
    _, first, second = root.iter(f"{SVG}rect")
    assert int(left.get("x")) + int(left.get("textLength")) < int(first.get("width"))
    assert int(right.get("x")) + int(right.get("textLength")) < int(root.get("width"))
    assert int(first.get("width")) + int(second.get("width")) == int(root.get("width"))


def test_a_name_is_text(kept):
    kept["contract"]["name"] = '"><script>&'
    assert parts(kept)[0] == '"><script>& contract'
    assert ElementTree.fromstring(badge.text(kept)).get("aria-label") == (
        '"><script>& contract: kept (2 rules)'
    )

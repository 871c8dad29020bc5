"""The faults page: rules are listed, switched, added and removed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def home(page, s):
    page.goto(f"/_console/sandboxes/{s.name}/faults/")
    return page


def rule(page, name):
    return page.locator(".rules > li").filter(has=page.get_by_text(name, exact=True))


def test_without_rules(home):
    expect(home.get_by_text("There are no rules")).to_be_visible()


def test_a_plan_is_one_click(home, s):
    home.get_by_title("Add the plan outage").click()
    expect(rule(home, "outage-1")).to_be_visible()
    assert [one.id for one in s.faults.list()] == ["outage-1"]


def test_counters_follow(home, s):
    s.faults.add(id="one", operation="auth.login", error=401, times=1)
    line = rule(home, "one")
    expect(line).to_contain_text("auth.login")
    with s.http() as client:
        client.post("/auth/login", json={})
        client.post("/auth/login", json={})
    expect(line.locator(".counts")).to_have_text(re.compile(r"seen\s*1\s*struck\s*1"))
    expect(line).to_contain_text("has ended")


def test_a_switch_turns_a_rule_off_and_on(home, s):
    s.faults.add(id="one", error=500)
    switch = home.get_by_role("switch", name="Rule one is on")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    assert not s.faults.get("one").is_enabled
    switch.focus()
    home.keyboard.press("Space")
    expect(switch).to_be_checked()
    expect(switch).to_be_focused()
    assert s.faults.get("one").is_enabled


def test_delete_one_and_all(home, s):
    for name in ("one", "two", "three"):
        s.faults.add(id=name, error=500)
    rule(home, "two").get_by_role("button", name="Delete").click()
    expect(rule(home, "two")).to_have_count(0)
    home.get_by_role("button", name="Delete all rules").click()
    home.get_by_role("dialog").get_by_role("button", name="Delete all rules").click()
    expect(home.get_by_text("There are no rules")).to_be_visible()
    assert s.faults.list() == []


def test_a_rule_of_ones_own(home, s):
    home.get_by_label("Operation").fill("defects.create_defect")
    home.get_by_role("spinbutton", name="Status").fill("402")
    home.get_by_text("Which of them, and until when").click()
    home.get_by_label("Numbers of the calls").fill("2, 4")
    home.get_by_label("Until so many strikes").fill("1")
    home.get_by_label("Name").fill("the-402-dialog")
    home.get_by_label("Note").fill("What does the application do?")
    home.get_by_role("button", name="Add the rule").click()
    expect(home.get_by_text("Rule the-402-dialog is there")).to_be_visible()
    made = s.faults.get("the-402-dialog")
    assert made.match == {"operation": "defects.create_defect"}
    assert made.on == {"calls": [2, 4]}
    assert made.do == {"error": {"status": 402}}
    assert made.until == {"times": 1}
    assert made.note == "What does the application do?"


def test_each_effect_has_its_own_fields(home):
    effect = home.get_by_label("Effect")
    for kind, names in {
        "error": {"status", "code"},
        "status": {"status", "body", "content_type"},
        "retry_after": {"retry_after"},
        "connection": {"breakdown", "processed"},
        "off_contract": {"kind", "field"},
        "delay": set(),
    }.items():
        effect.select_option(kind)
        shown = home.locator(".for:visible").locator("input, select")
        assert {*shown.evaluate_all("all => all.map(one => one.name)")} == names


@pytest.mark.parametrize(
    ("fields", "does"),
    [
        ({"effect": "status", "status": "418", "body": "tea"}, {"status": 418, "body": "tea"}),
        ({"effect": "retry_after", "retry_after": "7"}, {"retry_after": 7}),
        ({"effect": "connection", "breakdown": "reset"}, {"kind": "reset", "processed": False}),
        (
            {"effect": "connection", "breakdown": "close", "processed": "on"},
            {"kind": "close", "processed": True},
        ),
        ({"effect": "off_contract", "kind": "empty"}, {"kind": "empty"}),
        ({"effect": "delay", "delay": "300ms"}, {"distribution": "fixed", "ms": 300}),
        (
            {"effect": "delay", "delay": "1s", "longest": "2s"},
            {"distribution": "uniform", "min_ms": 1000, "max_ms": 2000},
        ),
        ({"effect": "error", "status": "500", "delay": "1s"}, {"status": 500}),
    ],
)
def test_the_form_makes_the_rule(post, s, fields, does):
    answer = post(f"/sandboxes/{s.name}/faults/", **fields)
    assert answer.status_code == 303, answer.text
    assert does in s.faults.get("fault-1").do.values()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"effect": "error"}, "status: &#39;&#39; is not a whole number"),
        ({"effect": "error", "status": "402", "every": "x"}, "every: &#39;x&#39; is not a whole"),
        ({"effect": "delay"}, "say what happens"),
        ({"effect": "delay", "delay": "soon"}, "is not a length of time"),
        ({"effect": "error", "status": "499", "operation": "auth.me"}, "is not documented"),
        ({"effect": "status", "status": "500", "probability": "often"}, "is not a number"),
    ],
)
def test_what_makes_no_rule_is_told_and_what_was_typed_stays(post, s, fields, told):
    answer = post(f"/sandboxes/{s.name}/faults/", note="mine", **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="mine"' in answer.text
    assert s.faults.list() == []


def test_a_rule_that_is_gone_is_told(post, web, s):
    assert post(f"/sandboxes/{s.name}/faults/nope/delete").status_code == 303
    assert "There is no rule" in web.get(f"/sandboxes/{s.name}/faults/").text

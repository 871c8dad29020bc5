"""The overview: sandboxes are seen, made, forked, reset and deleted, by mouse and by keyboard."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from understudy.client import ControlError


@pytest.fixture
def made(stage):
    """Names of sandboxes to delete at the end."""
    names = []
    yield names
    for name in names:
        stage.attach(name).delete()


def row(page, name):
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=name, exact=True))


def test_each_sandbox_has_a_line(page, s):
    s.faults.add(error=500)
    page.goto("/_console/")
    line = row(page, "alice")
    expect(line).to_contain_text("from default")
    expect(line).to_contain_text("2026-01-26 09:00:00")
    expect(line).to_contain_text("stands")
    expect(line.locator(".counts div").nth(2)).to_have_text("faults1")
    line.get_by_role("link", name="alice").click()
    expect(page.get_by_role("heading", level=1, name="alice")).to_be_visible()


def test_what_comes_and_goes_is_seen_without_a_reload(page, stage):
    page.clock.install()
    page.goto("/_console/")
    with stage.sandbox("empty", name="a-late-comer"):
        page.clock.fast_forward("00:03")
        expect(row(page, "a-late-comer")).to_be_visible()
    page.clock.fast_forward("00:03")
    expect(row(page, "a-late-comer")).to_have_count(0)


def test_a_sandbox_is_made_from_a_scenario(page, stage, made):
    made.append("bob")
    page.goto("/_console/")
    page.keyboard.press("n")
    page.keyboard.type("bob")
    page.get_by_label("Scenario").select_option("empty")
    page.get_by_label("Clock stands at").fill("2026-02-01T08:00:00Z")
    page.get_by_label("Seed").fill("7")
    page.get_by_role("button", name="Make the sandbox").click()
    expect(page.get_by_text("Sandbox bob is made.")).to_be_visible()
    info = stage.attach("bob").show()
    assert (info.scenario, info.clock.text) == ("empty", "2026-02-01T08:00:00.000Z")
    assert info.clock.is_frozen


def test_what_is_refused_keeps_what_was_typed(open_page, s):
    page = open_page(expects="status of 422")
    page.goto("/_console/")
    page.get_by_label("Name").fill("alice")
    page.get_by_label("Seed").fill("a seed of mine")
    page.get_by_role("button", name="Make the sandbox").click()
    expect(page.get_by_role("alert")).to_have_text("There is a sandbox 'alice' already.")
    expect(page.get_by_label("Name")).to_have_value("alice")
    expect(page.get_by_label("Seed")).to_have_value("a seed of mine")


def test_fork(page, s, stage, made):
    made.append("what-if")
    page.goto(f"/_console/sandboxes/{s.name}/")
    page.get_by_label("Fork as").fill("what-if")
    page.get_by_role("button", name="Fork").click()
    expect(page.get_by_role("heading", level=1, name="what-if")).to_be_visible()
    assert stage.attach("what-if").show().forked_from == "alice"


def test_reset_asks_first(page, s):
    s.faults.add(error=500)
    page.goto("/_console/")
    row(page, "alice").get_by_role("button", name="Reset").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Reset alice?")
    asked.get_by_role("button", name="Cancel").click()
    expect(asked).to_be_hidden()
    assert len(s.faults.list()) == 1
    row(page, "alice").get_by_role("button", name="Reset").click()
    asked.get_by_role("button", name="Reset").click()
    expect(page.get_by_text("Sandbox alice is as it was at first.")).to_be_visible()
    assert s.faults.list() == []


def test_delete_by_keyboard_alone(page, stage):
    gone = stage.sandbox("empty", name="soon-gone")
    page.goto("/_console/")
    row(page, "soon-gone").get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Delete soon-gone with all it holds?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Sandbox soon-gone is deleted.")).to_be_visible()
    with pytest.raises(ControlError, match="no_such_sandbox"):
        gone.show()


def test_escape_is_no(page, s):
    page.goto("/_console/")
    row(page, "alice").get_by_role("button", name="Delete").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert s.show().name == "alice"


@pytest.mark.parametrize("path", ["", "sandboxes/alice/", "sandboxes/alice/faults/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_window(open_page, s, path, scheme):
    page = open_page(viewport={"width": 360, "height": 700}, color_scheme=scheme)
    page.goto(f"/_console/{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wider)
    dark = "rgb(15, 18, 23)" if scheme == "dark" else "rgb(245, 246, 248)"
    expect(page.locator("body")).to_have_css("background-color", dark)


@pytest.mark.parametrize("path", ["", "sandboxes/alice/", "sandboxes/alice/faults/"])
def test_headings_and_labels_are_in_order(page, s, path):
    page.goto(f"/_console/{path}")
    levels = page.locator("main :is(h1, h2, h3, h4)").evaluate_all(
        "all => all.map(one => Number(one.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    unnamed = page.locator("input:not([type=hidden]), select, textarea, button").evaluate_all(
        "all => all.filter(one => !one.labels?.length && !one.ariaLabel && !one.textContent.trim())"
        ".map(one => one.outerHTML)"
    )
    assert unnamed == []

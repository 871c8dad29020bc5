"""Snapshots: taken, compared, restored, deleted."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

SNAPSHOTS = "/_console/sandboxes/alice/snapshots/"


@pytest.fixture
def changed(s):
    """A snapshot `before`, and since then one object added, one removed, one changed."""
    s.state.snapshot("before")
    [admin] = s.state.list("users", field="email", value="admin@acme.test")
    [workspace] = s.state.list("workspaces", field="name", value="Acme QA")
    s.state.put("users", {**admin, "username": "<i>renamed</i>"})
    s.state.create("defects", title="<b>new</b>", _workspace_id=workspace["id"])
    gone = s.state.list("variables")[0]
    s.state.delete("variables", gone["id"], cascade=True)
    return gone


def test_take_change_compare_restore(page, s, app):
    page.goto(SNAPSHOTS)
    page.keyboard.press("n")
    page.keyboard.type("before")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Took the snapshot before")).to_be_visible()
    page.wait_for_load_state()
    app.post("/defects", json={"title": "A crash"})
    page.keyboard.press("d")
    defects = page.locator("#in-defects")
    expect(defects).to_contain_text("A crash")
    expect(defects.locator("summary").first).to_contain_text("+1")
    page.wait_for_load_state()
    page.get_by_role("button", name="Restore before").click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_text("Everything is as it was in before again.")).to_be_visible()
    assert s.state.list("defects", search="A crash") == []
    page.get_by_role("link", name="Compare with now").click()
    expect(page.get_by_text("Nothing is different.")).to_be_visible()


def test_added_removed_and_changed(page, changed):
    page.goto(f"{SNAPSHOTS}before/compare")
    expect(page.locator("#in-defects li.added")).to_have_count(1)
    expect(page.locator("#in-defects li.added .sign")).to_have_text("+")
    expect(page.locator("#in-variables li.removed")).to_contain_text(changed["name"])
    expect(page.locator("#in-variables li.removed .sign")).to_have_text("\N{MINUS SIGN}")
    user = page.locator("#in-users li.changed")
    expect(user.locator(".sign")).to_have_text("~")
    expect(user).to_contain_text("admin@acme.test")
    expect(user.locator("dt")).to_have_text("username")
    expect(user.locator("code.old")).to_have_text('"admin"')
    expect(user.locator("code.fresh")).to_have_text('"<i>renamed</i>"')
    assert page.locator("main i, main b").count() == 0


def test_collections_can_be_folded(page, changed):
    page.goto(f"{SNAPSHOTS}before/compare")
    item = page.locator("#in-users li.changed")
    expect(item).to_be_visible()
    page.locator("#in-users > summary").click()
    expect(item).to_be_hidden()


def test_two_snapshots(page, s, changed):
    s.state.snapshot("after")
    s.state.restore("before")
    page.goto(SNAPSHOTS)
    page.get_by_label("From").select_option("before")
    page.locator("form").filter(has_text="From").get_by_label("to").select_option("after")
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator("h1")).to_contain_text("before → after")
    expect(page.locator(".tally").first).to_contain_text("+1 \N{MINUS SIGN}1 ~1")


def test_a_name_without_one_is_made(post, s):
    assert post("/sandboxes/alice/snapshots/", snapshot=" ").status_code == 303
    assert [one.name for one in s.state.snapshots()] == ["snapshot-1"]


def test_a_name_that_is_taken_or_none(page, s):
    s.state.snapshot("before")
    page.goto(SNAPSHOTS)
    for name, told in (("before", "There is a snapshot 'before' already."), ("a b", "name:")):
        page.get_by_label("Name of the snapshot").fill(name)
        page.get_by_role("button", name="Take a snapshot").click()
        expect(page.get_by_role("alert")).to_contain_text(told)
    assert len(s.state.snapshots()) == 1


def test_restoring_with_its_time(page, s):
    s.state.snapshot("before")
    taken = s.clock.now()
    s.clock.advance("1h")
    page.goto(SNAPSHOTS)
    page.get_by_label("its time, too").check()
    page.get_by_role("button", name="Restore").click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_text("its time included")).to_be_visible()
    assert s.clock.now() == taken


def test_deleting(page, s):
    s.state.snapshot("before")
    page.goto(SNAPSHOTS)
    page.get_by_role("button", name="Delete").click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_text("Deleted the snapshot before.")).to_be_visible()
    assert s.state.snapshots() == []


def test_of_many_objects_some_are_listed_and_all_counted(web, s):
    s.state.snapshot("before")
    [workspace] = s.state.list("workspaces", field="name", value="Acme QA")
    for number in range(305):
        s.state.create("defects", title=f"bug {number}", _workspace_id=workspace["id"])
    shown = web.get("/sandboxes/alice/snapshots/before/compare").text
    assert "The first 300 are listed." in shown
    assert shown.count('<li class="added">') == 300
    assert "+305" in shown
    assert "5 more are counted and not listed." in shown


def test_one_that_is_not_there(web, s):
    answer = web.get("/sandboxes/alice/snapshots/nothing/compare")
    assert answer.status_code == 404
    assert "There is no snapshot" in answer.text


def test_on_a_narrow_window(open_page, s, changed):
    page = open_page(viewport={"width": 360, "height": 740})
    for path in ("", "before/compare"):
        page.goto(SNAPSHOTS + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

"""One exchange: both sides, warnings in their place, curl, and a fault made of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from understudy.console import remarks
from understudy.console.making_faults import NETWORK, SPOILED, choices

PAGE = "/_console/sandboxes/alice/journal"


def test_both_sides(page, s, app):
    made = app.post("/defects?dry=1", json={"title": "A crash", "colour": "red"}).json()
    page.goto(f"{PAGE}/2/")
    request = page.get_by_role("region", name="Request")
    answer = page.get_by_role("region", name="Answer 201")
    expect(request.locator("pre.json mark")).to_have_text('"colour": "red"')
    expect(request.locator("dl mark")).to_have_text("dry")
    expect(answer.locator("pre.json")).to_contain_text(f'"id": "{made["id"]}"')
    expect(page.get_by_text("field 'colour' is not documented")).to_be_visible()
    request.get_by_text("headers").click()
    expect(request.get_by_text("Bearer ***")).to_be_visible()
    page.get_by_role("link", name=f"defects {made['id']}").click()
    expect(page.locator("h1")).to_contain_text("A crash")


def test_secrets_stay_away(web, app):
    shown = web.get("/sandboxes/alice/journal/1/").text
    assert "Passw0rd!" not in shown
    assert app.headers["Authorization"].split()[1] not in shown


def test_curl_is_copied(open_page, app, stage):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    app.post("/defects", json={"title": "It's <here>"})
    page.goto(f"{PAGE}/2/")
    page.keyboard.press("y")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"curl -X POST {stage.url}/api/v1/defects ")
    assert '-H "Authorization: Bearer $TOKEN"' in copied
    assert "<here>" in copied
    assert "\n" not in copied


def test_curl_is_copied_without_the_newer_way(open_page, app):
    page = open_page()
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto(f"{PAGE}/1/")
    page.keyboard.press("y")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()


def test_the_next_such_request_fails(page, s, app):
    app.get("/auth/me")
    page.goto(f"{PAGE}/2/")
    page.get_by_label("What happens").select_option("503")
    page.get_by_label("only for admin@acme.test").check()
    page.get_by_role("button", name="Add the fault").click()
    [rule] = s.faults.list()
    expect(page.get_by_text(f"Added the fault {rule.id}.")).to_be_visible()
    assert rule.match == {"operation": "auth.me", "user": "admin@acme.test"}
    assert rule.until == {"times": 1}
    assert rule.note == "made of exchange 2"


def test_it_does_what_was_chosen(post, s, app):
    app.get("/auth/me")
    post("/sandboxes/alice/journal/2/fault", what="500", often="once")
    answers = [app.get("/auth/me").status_code for _ in range(2)]
    assert answers == [500, 200]
    shown = s.journal.get(3)
    assert (shown.status, shown.fault is not None) == (500, True)


def test_it_asks_how_slow(page, s, app):
    page.goto(f"{PAGE}/1/")
    expect(page.get_by_label("How slow")).to_be_hidden()
    page.get_by_label("What happens").select_option("slow")
    page.get_by_label("How slow").fill("nonsense")
    page.get_by_role("button", name="Add the fault").click()
    expect(page.get_by_role("alert")).to_contain_text("nonsense")
    assert s.faults.list() == []


def test_every_choice_makes_a_rule(post, s, app):
    app.get("/defects")
    app.get("/nowhere")
    for sequence in (2, 3):
        for each in choices(s, s.journal.get(sequence)):
            s.faults.clear()
            path = f"/sandboxes/alice/journal/{sequence}/fault"
            assert post(path, what=each.key, often="always").status_code == 303
            assert len(s.faults.list()) == 1, each


def test_what_may_happen(s, app):
    app.get("/defects")
    app.get("/nowhere")
    keys = [each.key for each in choices(s, s.journal.get(2))]
    assert {"400", "401", "402", "500", "503", "429"} <= {*keys}
    assert {each.key for each in (*NETWORK, *SPOILED)} <= {*keys}
    assert len(keys) == len({*keys})
    assert "truncated" not in [each.key for each in choices(s, s.journal.get(3))]


def test_a_choice_that_is_none(post, s, app):
    assert post("/sandboxes/alice/journal/1/fault", what="no", often="once").status_code == 303
    assert s.faults.list() == []


def test_one_that_is_not_kept(web, app, s):
    answer = web.get("/sandboxes/alice/journal/99/")
    assert answer.status_code == 404
    assert "There is no exchange 99" in answer.text
    assert web.get("/sandboxes/nobody/journal/1/").status_code == 404


def test_no_answer_and_no_body(web, s, app):
    s.faults.add(operation="auth.me", connection="close")
    with pytest.raises(Exception, match="disconnected"):
        app.get("/auth/me")
    shown = web.get("/sandboxes/alice/journal/2/").text
    assert "No answer was sent." in shown
    assert "No body." in shown


def test_where_warnings_belong(s, app):
    body = {"title": "x", "steps": [{"step_number": 1, "it's": 2}]}
    app.post("/defects", json=body)
    app.get("/nowhere?a=1")
    assert remarks.places(s.journal.get(2)) == {"steps.0.it's": "not documented"}
    assert remarks.others(s.journal.get(2)) == []
    [told] = remarks.others(s.journal.get(3))
    assert told.startswith("no operation answers GET")

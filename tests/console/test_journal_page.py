"""The journal's page: live, filtered, walked by keyboard, exported, cleared."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

JOURNAL = "/_console/sandboxes/alice/journal/"


@pytest.fixture
def traffic(app):
    """1 log in, 2 a defect with a wrong field, 3 an invalid one, 4 a wrong address."""
    app.post("/defects", json={"title": "A crash", "colour": "red"})
    app.post("/defects", json={"title": ""})
    app.get("/nowhere")
    return app


def rows(page):
    return page.locator("#journal tbody tr")


def sequences(page):
    return rows(page).evaluate_all("all => all.map(one => Number(one.dataset.sequence))")


def test_a_request_appears_by_itself(page, app):
    page.goto(JOURNAL)
    expect(rows(page)).to_have_count(1)
    app.get("/auth/me", params={"dry": "1"})
    expect(rows(page)).to_have_count(2)
    first = rows(page).first
    expect(first).to_contain_text("/api/v1/auth/me?dry=1")
    expect(first).to_contain_text("09:00:00.000")
    expect(first).to_contain_text("auth.me · admin@acme.test")
    expect(first).to_contain_text("1 warning")
    expect(page.locator("#total")).to_have_text("2")


def test_the_first_one_takes_the_place_of_the_advice(page, s):
    page.goto(JOURNAL)
    expect(page.locator("#nothing")).to_contain_text("X-Understudy-Sandbox: alice")
    s.http().get("/auth/me")
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#nothing")).to_be_hidden()


def test_only_what_fits_the_filters_appears(page, app):
    page.goto(f"{JOURNAL}?status=4xx")
    expect(rows(page)).to_have_count(0)
    app.get("/auth/me")
    app.get("/nowhere")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("/api/v1/nowhere")


def test_it_can_stand_still(page, app):
    page.goto(JOURNAL)
    page.keyboard.press("p")
    expect(page.locator("#pause")).to_have_text("Go on")
    app.get("/auth/me")
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("p")
    expect(rows(page)).to_have_count(2)


def test_more_than_a_page_at_once(page, app):
    page.goto(JOURNAL)
    page.keyboard.press("p")
    for _ in range(250):
        app.get("/auth/me")
    page.keyboard.press("p")
    expect(rows(page)).to_have_count(201)
    expect(page.locator("#missed")).to_contain_text("50 more came at once")
    expect(page.locator("#total")).to_have_text("251")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [4, 3, 2, 1]),
        ("?operation=defects.*", [3, 2]),
        ("?method=GET", [4]),
        ("?status=422", [3]),
        ("?text=CRASH", [2]),
        ("?user=admin@acme.test&status=2xx", [2, 1]),
        ("?warnings=1", [4, 2]),
        ("?faults=1", []),
        ("?status=4xx&operation=", [4, 3]),
    ],
)
def test_filters(page, traffic, query, found):
    page.goto(JOURNAL + query)
    assert sequences(page) == found
    expect(page.locator("#total")).to_have_text(str(len(found)))


def test_a_filter_by_hand(page, traffic):
    page.goto(JOURNAL)
    page.keyboard.press("/")
    page.keyboard.type("crash")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    assert page.url.endswith("?text=crash")
    page.wait_for_load_state()
    page.keyboard.press("x")
    expect(rows(page)).to_have_count(4)
    page.wait_for_load_state()
    page.get_by_label("with warnings").check()
    expect(rows(page)).to_have_count(2)
    assert page.url.endswith("?warnings=1")


def test_a_filter_that_is_none_is_told_and_kept(open_page, s):
    page = open_page(expects="status of 400")
    page.goto(f"{JOURNAL}?operation=auth.logn&status=4x")
    expect(page.get_by_role("alert")).to_contain_text("status: is not a status such as 402 or 4xx")
    expect(page.get_by_label("Operation")).to_have_value("auth.logn")
    expect(page.get_by_label("Status")).to_have_value("4x")


def test_by_keyboard_alone(page, traffic):
    page.goto(JOURNAL)
    for key in "jjk":
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("#4 GET /api/v1/nowhere")
    page.wait_for_load_state()
    page.keyboard.press("j")
    expect(page.locator("h1")).to_contain_text("#3 POST /api/v1/defects")
    page.wait_for_load_state()
    page.keyboard.press("k")
    expect(page.locator("h1")).to_contain_text("#4")
    page.wait_for_load_state()
    page.keyboard.press("u")
    expect(rows(page)).to_have_count(4)


def test_neighbours_keep_to_the_filters(web, traffic):
    shown = web.get("/sandboxes/alice/journal/3/", params={"status": "2xx"}).text
    assert "/journal/2/?status=2xx" in shown
    assert "/journal/4/" not in shown
    shown = web.get("/sandboxes/alice/journal/2/", params={"operation": "defects.*"}).text
    assert "/journal/3/?operation=defects.*" in shown
    assert "/journal/1/" not in shown


def test_a_full_ring_comes_in_pages(web, s, app):
    for _ in range(1100):
        app.get("/auth/me")
    first = web.get("/sandboxes/alice/journal/").text
    assert first.count("<tr data-sequence") == 200
    assert "101 earlier ones the journal keeps no longer" in first
    last = web.get("/sandboxes/alice/journal/", params={"offset": "800"}).text
    assert last.count("<tr data-sequence") == 200
    assert 'data-sequence="102"' in last
    assert 'data-is-live="no"' in last


def test_exports(web, traffic):
    archive = web.get("/sandboxes/alice/journal/har", params={"status": "422"})
    assert archive.headers["content-disposition"] == 'attachment; filename="alice.har"'
    assert [one["_sequence"] for one in archive.json()["log"]["entries"]] == [3]
    script = web.get("/sandboxes/alice/journal/curl")
    assert script.text.count("\ncurl ") == 4
    assert "Passw0rd" not in script.text


def test_a_question_right_after_a_refused_one_is_heard(page, s, traffic):
    page.goto(JOURNAL)
    page.keyboard.press("c")
    page.evaluate(
        "document.getElementById('confirm').close('no');"
        "document.querySelector('[data-key=c]').click()"
    )
    page.locator("#confirm-yes").click()
    expect(page.get_by_text("Forgot 4 exchanges; their numbers go on.")).to_be_visible()
    assert s.journal.list() == []


def test_clearing_asks_first(page, s, traffic):
    page.goto(JOURNAL)
    page.keyboard.press("c")
    page.get_by_role("button", name="Cancel").click()
    assert len(s.journal.list()) == 4
    page.keyboard.press("c")
    page.locator("#confirm-yes").click()
    expect(page.get_by_text("Forgot 4 exchanges; their numbers go on.")).to_be_visible()
    expect(rows(page)).to_have_count(0)
    assert s.journal.list() == []


def test_what_was_cleared_elsewhere_goes(page, s, traffic):
    page.goto(JOURNAL)
    expect(rows(page)).to_have_count(4)
    s.journal.clear()
    traffic.get("/auth/me")
    expect(rows(page)).to_have_count(1)
    s.journal.clear()
    expect(page.locator("#nothing")).to_be_visible()


def test_clearing_from_elsewhere_is_refused(web, s, traffic):
    answer = web.post("/sandboxes/alice/journal/clear", headers={"Origin": "http://evil.test"})
    assert answer.status_code == 403
    assert len(s.journal.list()) == 4


def test_what_was_sent_is_text(page, app):
    app.get("/<script>alert(1)</script>", params={"<b>": '"><img src=x onerror=alert(2)>'})
    app.post("/defects", json={"title": "<script>alert(3)</script>", "<i>": 1})
    page.goto(JOURNAL)
    expect(rows(page)).to_have_count(3)
    assert page.locator("main script, main img").count() == 0
    page.goto(f"{JOURNAL}3/")
    expect(page.locator("pre.json").first).to_contain_text("<script>alert(3)</script>")
    expect(page.locator("pre.json .note")).to_have_text("← not documented")
    assert page.locator("main script, main img, main b, main i").count() == 0


def test_on_a_narrow_window(open_page, traffic):
    page = open_page(viewport={"width": 360, "height": 740})
    for path in ("", "2/"):
        page.goto(JOURNAL + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

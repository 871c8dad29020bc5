"""The charts and the coverage say what was asked."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

TRAFFIC = "/_console/sandboxes/alice/traffic/"


def test_counts_are_those_of_the_traffic(page, app, s):
    for title in ("one", "two", ""):
        app.post("/defects", json={"title": title})
    app.get("/nowhere")
    page.goto(TRAFFIC)
    expect(page.get_by_text("5 requests in steps of 1 s: 3 2xx, 2 4xx.")).to_be_visible()
    expect(page.get_by_text("2 of 63 operations called")).to_be_visible()
    expect(page.get_by_text(re.compile(r"3 of \d+ documented answers seen"))).to_be_visible()
    row = page.locator("tr").filter(has_text="defects.create_defect")
    expect(row.locator("td.calls")).to_have_text("3")
    expect(row.locator("td.seen")).to_have_text(["2", "1"])
    expect(page.locator("tr.uncalled")).to_have_count(61)
    expect(page.get_by_text("1 went where no operation answers")).to_be_visible()


def test_the_table_has_the_numbers_of_the_chart(page, app):
    for _ in range(7):
        app.get("/auth/me")
    app.get("/nowhere")
    page.goto(TRAFFIC)
    page.locator("#numbers-1 summary").click()
    cells = page.locator("#numbers-1 tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].slice(1).map(cell => Number(cell.textContent)))"
    )
    assert [sum(column) for column in zip(*cells, strict=True)] == [8, 0, 1, 0, 0]
    drawn = page.locator("svg.chart").first.locator("rect title").all_text_contents()
    assert sum(int(re.search(r": (\d+) ", one)[1]) for one in drawn) == 9


def test_a_cell_leads_to_its_exchanges(page, app):
    app.post("/defects", json={"title": ""})
    app.get("/auth/me")
    page.goto(TRAFFIC)
    page.locator("tr").filter(has_text="defects.create_defect").locator("td.seen a").click()
    expect(page.locator("#journal tbody tr")).to_have_count(1)
    expect(page.locator("#journal tbody tr")).to_contain_text("422")


def test_what_was_never_called_is_named(page, app):
    page.goto(TRAFFIC)
    page.locator("#never summary").click()
    expect(page.locator("#never li")).to_have_count(62)
    expect(page.locator("#never")).to_contain_text("defects.list_defects")
    expect(page.locator("#never")).not_to_contain_text("auth.login")


def test_it_stays_fresh(page, app):
    page.goto(TRAFFIC)
    expect(page.get_by_text("1 of 63 operations called")).to_be_visible()
    app.get("/auth/me")
    expect(page.get_by_text("2 of 63 operations called")).to_be_visible()


def test_an_answer_that_is_not_documented_stands_out(web, s, app):
    s.faults.add(operation="auth.me", status=418)
    # The tests' own client would object to such an answer.
    with pytest.raises(urllib.error.HTTPError, match="418"):
        urllib.request.urlopen(urllib.request.Request(f"{s.api_url}/auth/me", headers=s.headers))
    shown = web.get("/sandboxes/alice/traffic/").text
    assert '<td class="odd">' in shown
    assert "not documented" in shown


def test_it_counts_what_the_journal_keeps_no_longer(web, s, app):
    for _ in range(1050):
        app.get("/auth/me")
    shown = web.get("/sandboxes/alice/traffic/").text
    assert "The charts show the 1\u202f000 exchanges that the journal keeps" in shown
    assert "Counts 1\u202f051 exchanges" in shown


def test_nothing_yet(page, s):
    page.goto(TRAFFIC)
    expect(page.get_by_text("Nothing was asked yet.")).to_have_count(2)
    expect(page.get_by_text("0 of 63 operations called")).to_be_visible()
    assert page.locator("svg.chart").count() == 0


def test_on_a_narrow_window(open_page, app):
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(TRAFFIC)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

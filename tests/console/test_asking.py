"""What cannot be undone is asked about first, with a script and without."""

from __future__ import annotations

import re
import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from understudy.console.mount import LARGEST_FORM, WORKERS


@pytest.fixture
def plain(open_page):
    """A page in a browser that runs no scripts."""
    return open_page(java_script_enabled=False)


def test_a_delete_is_asked_about_where_no_script_runs(plain, stage, s):
    plain.goto("/_console/sandboxes/alice/")
    plain.get_by_role("button", name="Delete", exact=True).click()
    expect(plain.get_by_role("heading", name="Delete alice with all it holds?")).to_be_visible()
    assert s.show().name == "alice"
    plain.get_by_role("button", name="Delete", exact=True).click()
    expect(plain.get_by_role("status").first).to_contain_text("Sandbox alice is deleted.")
    assert [one.name for one in stage.list_sandboxes()] == ["default"]
    stage.sandbox(name="alice")  # which the fixture deletes


def test_to_cancel_leads_back_to_the_sandbox(plain, s):
    plain.goto("/_console/sandboxes/alice/")
    plain.get_by_role("button", name="Reset", exact=True).click()
    plain.get_by_role("link", name="Cancel").click()
    expect(plain).to_have_title(re.compile("alice"))


def test_the_page_with_the_question_keeps_the_other_fields(plain, s):
    s.clock.set("2026-02-02T09:00:00Z")
    s.state.snapshot("monday")
    s.clock.set("2026-03-03T09:00:00Z")
    plain.goto("/_console/sandboxes/alice/snapshots/")
    plain.get_by_label("its time, too").check()
    plain.get_by_role("button", name="Restore").click()
    plain.get_by_role("button", name="Restore").click()
    expect(plain.get_by_role("status").first).to_contain_text("its time included")
    assert s.clock.show().now.month == 2


def test_a_question_is_text(post):
    page = post(
        "/sandboxes/alice/reset", **{"ask-first": "<i>?", "ask-yes": "<b>", "more": '"><u>'}
    )
    assert page.status_code == 200
    assert not re.search("<[ibu]>", page.text)
    assert "&lt;i&gt;?" in page.text


def test_the_script_asks_every_time(page, s):
    page.goto("/_console/sandboxes/alice/")
    for _ in range(2):
        s.faults.add(connection="close")
        page.get_by_role("button", name="Reset", exact=True).click()
        with page.expect_navigation():
            page.get_by_role("dialog").get_by_role("button", name="Reset").click()
        expect(page.get_by_role("status").first).to_contain_text("as it was at first")
        assert s.faults.list() == []


def test_forms_that_do_not_end_keep_no_page_waiting(stage, web):
    where = urlsplit(stage.url)
    head = "POST /_console/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nform_"
    with ExitStack() as open_ones:
        for _ in range(WORKERS + 1):
            one = socket.create_connection((where.hostname, where.port))
            open_ones.enter_context(one)
            one.sendall(head.encode())
        assert web.get("/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/sandboxes/alice/state/users/object?id=..",
        "/sandboxes/alice/state/users/new?like=..",
        "/sandboxes/alice/state/%2e%2e/",
    ],
)
def test_an_address_that_names_nothing_is_no_page(web, s, path):
    answer = web.get(path)
    assert answer.status_code == 404
    assert "names nothing" in answer.text


def test_a_form_that_is_too_large(post, s):
    answer = post("/sandboxes/alice/state/users/new", text="x" * (LARGEST_FORM + 1))
    assert answer.status_code == 413
    assert "The form is too large." in answer.text


def test_a_file_may_be_larger_than_a_form(web):
    token = re.search(r'data-form-token="([^"]+)"', web.get("/").text)[1]
    file = {"bundle": ("large.understudy", b"x" * (LARGEST_FORM + 1))}
    answer = web.post(
        "/bundles", data={"form_token": token}, files=file, headers={"X-Fragment": "1"}
    )
    assert answer.status_code == 422
    assert "no ZIP archive" in answer.json()["messages"][0]["text"]

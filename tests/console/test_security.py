"""Who may use the console, and what a browser lets its pages do."""

from __future__ import annotations

import re
import socket
import ssl

import httpx
import pytest
from playwright.sync_api import expect

import understudy

PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PAGES = (
    "/",
    "/sandboxes",
    "/sandboxes/alice/",
    "/sandboxes/alice/clock",
    "/sandboxes/alice/accounts",
    "/sandboxes/alice/faults/",
    "/sandboxes/alice/faults/rules",
    "/sandboxes/alice/scenarios/",
    "/sandboxes/alice/journal/",
    "/sandboxes/alice/state/",
    "/sandboxes/alice/state/users/",
    "/sandboxes/alice/snapshots/",
    "/sandboxes/alice/traffic/",
    "/sandboxes/nobody/",
    "/token",
    "/nowhere",
    "/static/console.css",
    "/static/console.js",
)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
TOKEN = "not-to-be-seen-anywhere"
LINK = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def closed():
    """A server that wants its control token."""
    with understudy.run(scenario="empty", control_token=TOKEN) as running:
        yield running


@pytest.fixture
def guest(closed):
    with httpx.Client(base_url=f"{closed.url}/_console", verify=PLAIN_HTTP) as client:
        yield client


def token_of(page: str) -> str:
    return re.search(r'data-form-token="([^"]+)"', page).group(1)


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_says_what_the_page_may_do(web, s, path):
    headers = web.get(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", [one for one in PAGES if not one.startswith("/static")])
def test_no_page_needs_more_than_the_policy_allows(web, s, path):
    page = web.get(path).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)


def test_the_cookie_is_for_our_own_forms_alone(web):
    cookie = web.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/_console" in cookie


def test_a_form_with_its_token_is_taken(s, post):
    assert post(f"/sandboxes/{s.name}/clock/advance", by="1h").status_code == 303
    assert s.clock.show().text == "2026-01-26T10:00:00.000Z"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_a_form_from_elsewhere_is_refused(web, s, headers):
    token = token_of(web.get("/").text)
    answer = web.post(
        f"/sandboxes/{s.name}/clock/advance",
        data={"form_token": token, "by": "1h"},
        headers=headers,
    )
    assert answer.status_code == 403
    assert s.clock.show().text == "2026-01-26T09:00:00.000Z"


@pytest.mark.parametrize("token", ["", "x", "ü"])
def test_a_form_without_the_token_of_its_browser_is_refused(web, s, token):
    web.get("/")
    answer = web.post(f"/sandboxes/{s.name}/clock/advance", data={"form_token": token, "by": "1h"})
    assert answer.status_code == 403
    assert "reload" in answer.text
    assert s.clock.show().text == "2026-01-26T09:00:00.000Z"


def test_the_token_of_another_browser_is_refused(stage, web, s):
    token = token_of(web.get("/").text)
    answer = httpx.post(
        f"{stage.url}/_console/sandboxes/{s.name}/clock/advance",
        data={"form_token": token, "by": "1h"},
        verify=PLAIN_HTTP,
    )
    assert answer.status_code == 403


def test_forms_of_a_browser_that_hides_the_origin_are_taken(web, s):
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    data = {"form_token": token_of(web.get("/").text), "by": "1h"}
    path = f"/sandboxes/{s.name}/clock/advance"
    assert web.post(path, data=data, headers=headers).status_code == 303


def test_another_site_may_link_to_a_page_and_load_none(web):
    assert web.get("/", headers={"Sec-Fetch-Site": "cross-site", **LINK}).status_code == 200
    for kind in ("iframe", "script", "image", "empty"):
        headers = {"Sec-Fetch-Site": "cross-site", **LINK, "Sec-Fetch-Dest": kind}
        assert web.get("/", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "host",
    ["evil.test", "127.0.0.1.evil.test", "localhost.evil.test", "", "192.0.2.7", "[2001:db8::1]"],
)
def test_a_foreign_name_for_this_machine_is_refused(web, host):
    assert web.get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:1", "app.localhost", "127.0.0.1:9", "[::1]:8"]
)
def test_names_of_this_machine_are_right(web, host):
    assert web.get("/", headers={"Host": host}).status_code == 200


def test_a_server_for_others_has_addresses_and_a_name_of_its_own_but_no_foreign_one(guest):
    for host in ("192.0.2.7:8000", "[2001:db8::1]", socket.gethostname().upper()):
        assert guest.get("/token", headers={"Host": host}).status_code == 200
    for host in ("evil.test", f"{socket.gethostname()}.evil.test"):
        assert guest.get("/token", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_what_a_proxy_hands_on_is_not_from_this_machine(web, name):
    answer = web.get("/", headers={name: "192.0.2.7"})
    assert answer.status_code == 403
    assert "--control-token" in answer.text


def test_what_names_say_is_escaped(stage, web, s):
    with s.http() as client:
        body = {"email": '"><script>@x.test', "password": "Passw0rd!", "name": SCRIPT}
        client.post("/auth/register", json=body)
    s.faults.add(error=500, operation="auth.login", note=SCRIPT)
    for path in ("/", f"/sandboxes/{s.name}/", f"/sandboxes/{s.name}/faults/"):
        page = web.get(path).text
        assert "<script>alert" not in page
        assert "<script>@x" not in page
    assert "&lt;script&gt;alert(1)" in web.get(f"/sandboxes/{s.name}/faults/").text


def test_a_refusal_is_escaped(web, post, s):
    post(f"/sandboxes/{s.name}/clock/set", to=SCRIPT)
    page = web.get(f"/sandboxes/{s.name}/").text
    assert "<script>alert" not in page
    assert "to: is neither `real` nor a time" in page


def test_the_token_is_asked_for_where_it_is_wanted(guest):
    answer = guest.get("/sandboxes/default/?a=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/_console/token?then=/sandboxes/default/?a%3D1"
    assert guest.get("/sandboxes", headers={"X-Fragment": "1"}).status_code == 401


def test_the_right_token_opens_the_page_that_was_asked_for(guest):
    page = guest.get("/", follow_redirects=True)
    data = {"form_token": token_of(page.text), "token": TOKEN, "then": "/sandboxes/default/"}
    answer = guest.post("/token", data=data)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/_console/sandboxes/default/",
    )
    cookie = next(one for one in answer.headers.get_list("set-cookie") if TOKEN in one)
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/_console" in cookie
    shown = guest.get("/sandboxes/default/")
    assert shown.status_code == 200
    assert TOKEN not in shown.text


@pytest.mark.parametrize("wrong", ["", "nope", "ä", "a b"])
def test_a_wrong_token_is_told_and_not_shown(guest, wrong):
    page = guest.get("/token")
    answer = guest.post("/token", data={"form_token": token_of(page.text), "token": wrong})
    assert answer.status_code == 403
    assert 'role="alert"' in answer.text
    assert guest.get("/").status_code == 303


@pytest.mark.parametrize(
    "then", ["//evil.test/", "http://evil.test/", "/\\evil.test", "/a\r\nSet-Cookie: a=b", ""]
)
def test_after_the_token_nobody_is_led_elsewhere(guest, then):
    page = guest.get("/token")
    data = {"form_token": token_of(page.text), "token": TOKEN, "then": then}
    assert guest.post("/token", data=data).headers["location"] == "/_console/"


def test_the_token_can_be_forgotten(guest):
    page = guest.get("/token")
    data = {"form_token": token_of(page.text), "token": TOKEN}
    guest.post("/token", data=data)
    assert guest.get("/").status_code == 200
    guest.post("/token/forget", data=data)
    assert guest.get("/").status_code == 303


def test_errors_are_pages_of_our_own(web):
    answer = web.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    assert web.get("/sandboxes/nobody/").status_code == 404
    assert "There is no sandbox &#39;nobody&#39;" in web.get("/sandboxes/nobody/").text


def test_what_fails_inside_is_told_without_a_traceback(web, monkeypatch, caplog):
    from understudy.client import Server

    def fail(_self):
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(Server, "list_sandboxes", fail)
    answer = web.get("/")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "secret" not in answer.text
    assert "a secret of the inside" in caplog.text


def test_a_person_gives_the_token_and_goes_on(open_page, closed):
    page = open_page(base_url=closed.url, expects="status of 403")
    page.goto("/_console/sandboxes/default/faults/")
    expect(page.get_by_role("heading", name="Control token")).to_be_visible()
    expect(page.get_by_label("Token")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("This is not the server's control token.")
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button", name="Open the console").click()
    expect(page.get_by_role("heading", level=1, name="Faults")).to_be_visible()
    assert TOKEN not in page.content()
    assert page.evaluate("document.cookie") == ""
    page.goto("/_console/")
    page.get_by_role("button", name="Forget the token").click()
    expect(page.get_by_role("heading", name="Control token")).to_be_visible()

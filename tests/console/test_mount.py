"""Where the console hangs in a server, and what it costs while nobody opens it."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

import understudy

START = """
import sys, understudy
with understudy.run(scenario="empty") as server:
    assert "flask" not in sys.modules
    import httpx
    assert httpx.get(f"{server.url}/_console/", timeout=60).status_code == 200
    assert "flask" in sys.modules
"""


def test_flask_is_imported_when_the_first_page_is_asked_for():
    subprocess.run([sys.executable, "-c", START], check=True, timeout=120)


@pytest.mark.parametrize("path", ["/_console", "/_console?a=1"])
def test_the_address_without_a_slash_leads_to_the_overview(stage, path):
    answer = httpx.get(stage.url + path)
    assert answer.status_code == 308
    assert answer.headers["location"].partition("?")[0] == f"{stage.url}/_console/"


def test_other_addresses_are_not_the_consoles(stage):
    assert httpx.get(f"{stage.url}/_consoles").json()["error"] == "not_found"


def test_pages_are_in_no_journal(stage, s, web):
    web.get("/")
    web.get(f"/sandboxes/{s.name}/")
    assert s.journal.list() == []
    with stage.attach() as default:
        assert not [one for one in default.journal.list() if "_console" in one.path]


def test_faults_do_not_strike_the_console(s, web):
    s.faults.add(connection="close")
    assert web.get(f"/sandboxes/{s.name}/faults/").status_code == 200


def test_a_server_closes_with_its_console_open():
    with understudy.run(scenario="empty") as server:
        assert httpx.get(f"{server.url}/_console/", timeout=60).status_code == 200


def test_head_and_other_methods(stage, web):
    assert web.head("/").status_code == 200
    assert web.head("/").content == b""
    assert web.request("DELETE", "/").status_code == 403
    assert web.options("/").status_code == 200


def test_a_form_that_is_too_large_is_refused(web, post):
    assert post("/sandboxes", name="x" * 4_100_000).status_code == 413

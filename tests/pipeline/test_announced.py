"""The control contract is compiled when somebody first asks for it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx

import understudy

LOADED = """
import sys, understudy
app = understudy.create_app(scenario="empty")
print([name for name in sys.modules if name.startswith("understudy.handlers.control.")])
"""


def test_a_start_does_not_need_its_handlers():
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_all_who_ask_first_get_an_answer():
    with understudy.run(scenario="empty") as server:

        def ask(path):
            return httpx.get(f"{server.url}{path}").status_code

        paths = ["/_control/server", "/_control/openapi.json", "/_control/nothing", "/docs/"] * 3
        with ThreadPoolExecutor(len(paths)) as pool:
            answers = [*pool.map(ask, paths)]
    assert answers == [200, 200, 404, 200] * 3


def test_an_unknown_address_names_both_places():
    with understudy.run(scenario="empty") as server:
        told = httpx.get(f"{server.url}/elsewhere").json()["message"]
    assert "/api/v1/ and /_control/" in told


def test_the_first_to_ask_may_not_be_a_page_of_another_origin():
    with understudy.run(scenario="empty") as server:
        answer = httpx.get(f"{server.url}/_control/server", headers={"Origin": "http://evil.test"})
    assert answer.status_code == 403

"""What the first answer need not wait for is done soon after, before anybody waits for it: the
indexes of a large scenario, and what the first log-in needs.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys

import httpx

import understudy

IN_A_PROCESS_OF_ITS_OWN = """
import asyncio, sys, understudy
app = understudy.create_app(scenario="empty")
assert "jwt" not in sys.modules, "the start waits for it"
asyncio.run(app.get_ready())
assert "jwt" in sys.modules, "the first log-in waits for it"
app.close()
"""
SMALL = {"defects": 2_500, "cases": 10, "runs": 10}


def indexed(store):
    """Whether the texts of the defects have been looked through."""
    rows = store.database.table("defects").rows
    return rows.schema.texts in rows._texts


def test_it_is_ready_without_indexes_and_gets_them_then():
    app = understudy.create_app(scenario="large-workspace", parameters=SMALL)
    with contextlib.closing(app):
        default = app.sandboxes.default.store
        assert len(default["defects"]) == SMALL["defects"]
        assert not indexed(default)
        asyncio.run(app.get_ready())
        assert indexed(default)
        assert indexed(app.sandboxes.create("another").store)


def test_what_the_first_log_in_needs_is_there_before_it():
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_one_that_is_made_while_it_serves_has_them_at_once():
    with understudy.run(scenario="empty") as server:
        body = {"name": "large", "scenario": "large-workspace", "parameters": SMALL}
        answer = httpx.post(f"{server.url}/_control/sandboxes", json=body, timeout=60)
        assert answer.status_code == 201, answer.text
        assert indexed(server.sandboxes.named("large").store)


def test_the_server_asks_for_it_when_it_starts(monkeypatch):
    asked = []

    async def get_ready(self):
        asked.append(self)

    monkeypatch.setattr("understudy.pipeline.app.Application.get_ready", get_ready)
    with understudy.run(scenario="empty") as server:
        assert httpx.get(f"{server.api_url}/auth/me").status_code == 401
        assert asked == [server.app]

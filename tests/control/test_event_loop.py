"""The event loop stays free: while a large thing is made, saved or deleted, others are served."""

from __future__ import annotations

import json
import ssl
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from itertools import pairwise

import httpx
import pytest

import understudy

pytestmark = pytest.mark.long

SHARE = 0.75
"""The longest pause of the others may take so much of a request: where the loop is blocked, it is
all of it.
"""
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ADMIN = "admin@acme.test"
DEFECTS = 6_000
SESSIONS = 20_000


@pytest.fixture(scope="module")
def server():
    with understudy.run(scenario="default") as running:
        yield running


@pytest.fixture(scope="module")
def large(server):
    with server.sandbox(
        scenario="large-workspace", parameters={"defects": DEFECTS, "cases": 200, "runs": 50}
    ) as made:
        yield made


@pytest.fixture(scope="module")
def others(server):
    """Tells the longest time that nobody else was answered, as a share of the time of some work."""
    with working(server) as longest_pause:
        yield longest_pause


@contextmanager
def working(server):
    """Somebody who works in another sandbox all the time that some work takes."""
    with server.sandbox(scenario="default") as small:
        http = small.http()
        account = {"email": ADMIN, "password": "Passw0rd!"}
        token = http.post("/auth/login", json=account).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        path = f"/defects/{http.get('/defects').json()['defects'][0]['id']}"

        def longest_pause(work):
            answers, is_over = [], threading.Event()

            def ask():
                while not is_over.is_set():
                    assert http.get(path).status_code == 200
                    answers.append(time.perf_counter())

            asking = threading.Thread(target=ask)
            asking.start()
            while not answers:
                pass
            began = time.perf_counter()
            work()
            ended = time.perf_counter()
            is_over.set()
            asking.join()
            marks = [began, *(one for one in answers if began < one < ended), ended]
            pauses = [after - before for before, after in pairwise(marks)]
            return max(pauses) / (ended - began)

        yield longest_pause


@pytest.mark.parametrize("times", ["absolute", "relative"])
def test_an_export(large, others, times):
    assert others(lambda: large.state.export(times=times)) < SHARE


def test_a_bundle_is_saved_and_opened(server, large, others):
    kept = []
    assert others(lambda: kept.append(large.save_bundle())) < SHARE
    assert others(lambda: kept.append(server.open_bundle(kept[0]))) < SHARE
    assert kept[1].show().objects == large.show().objects
    kept[1].delete()


def test_a_large_scenario_is_built(server, others):
    def build():
        with server.sandbox(
            scenario="large-workspace",
            parameters={"defects": DEFECTS + 1, "cases": 200, "runs": 50},
            clock="2026-03-01T00:00:00Z",
        ):
            pass

    assert others(build) < SHARE


def test_much_is_deleted_at_once(large, others):
    large.state.snapshot("before")
    [workspace] = large.state.list("workspaces", search="Acme QA")
    delete = lambda: large.state.delete("workspaces", workspace["id"], cascade=True)  # noqa: E731
    assert others(delete) < SHARE
    assert large.state.compare("before").counts.removed > DEFECTS
    large.state.restore("before")


def test_what_is_kept_is_replaced(tmp_path):
    parameters = {"defects": DEFECTS, "cases": 200, "runs": 50}
    with understudy.run(scenario="default", state=tmp_path) as server, working(server) as others:
        made = [server.sandbox(scenario="large-workspace", parameters=parameters)]
        made[0].state.snapshot("before")
        assert others(lambda: made.append(made[0].fork())) < SHARE
        assert others(lambda: made[0].state.restore("before")) < SHARE
        assert others(made[0].reset) < SHARE
        assert others(made[0].delete) < SHARE
        assert made[1].show().objects > DEFECTS


def test_a_long_answer_of_the_served_api(server, large, others):
    with large.http() as http:
        account = {"email": "admin@acme.test", "password": "Passw0rd!"}
        token = http.post("/auth/login", json=account).json()["access_token"]
        address = http.base_url
    answers = []

    def export():
        # Not by a client whose answers are judged meanwhile.
        connection = HTTPConnection(address.host, address.port)
        headers = {"Authorization": f"Bearer {token}"}
        connection.request(
            "GET", f"{server.app.contract.base_path}/defects/export/json", None, headers
        )
        answers.append(connection.getresponse().read())
        connection.close()

    assert others(export) < SHARE
    assert json.loads(answers[0])["total"] == DEFECTS


@pytest.fixture
def crowded(server):
    """One account with many sessions, all of them live; asks the control API about it."""
    with server.sandbox(scenario="default") as made, httpx.Client(verify=PLAIN_HTTP) as client:
        store = server.sandboxes.named(made.name).store
        user = store["users"].first({"email": ADMIN})
        session = {
            "user_id": user["id"],
            "refresh_expires_at": "2999-01-01T00:00:00.000Z",
            "access": {},
            "ends_at": None,
            "ended_at": None,
            "created_at": "2026-01-26T09:00:00.000Z",
        }
        for number in range(SESSIONS):
            own_id = f"00000000-0000-4000-8000-{number:012}"
            store["sessions"].insert({"id": own_id, "refresh_id": own_id, **session})
        path = f"{server.url}/_control/sandboxes/{made.name}"

        def ask(method, below, **arguments):
            answer = client.request(method, f"{path}/{below}", timeout=60, **arguments)
            assert answer.status_code == 200, answer.text
            return answer.content

        yield ask


def test_an_account_with_many_sessions(crowded, others):
    told = []
    assert others(lambda: told.append(crowded("GET", "accounts"))) < SHARE
    assert told[0].count(b'"kind":"refresh"') == SESSIONS
    expire = partial(crowded, "POST", "shortcuts/expire-session", json={"user": ADMIN})
    assert others(lambda: told.append(expire())) < SHARE
    assert b'"sessions":%d' % SESSIONS in told[1]
    assert b'"kind":"refresh"' not in crowded("GET", "accounts")


DENSE = b"[" + b"{}," * 1_000_000 + b"{}]"


@pytest.mark.parametrize(
    ("field", "status"), [("recording_data", 201), ("undocumented", 201), ("test_case_id", 422)]
)
def test_a_body_of_very_many_values(large, others, field, status):
    with large.http() as http:
        account = {"email": ADMIN, "password": "Passw0rd!"}
        token = http.post("/auth/login", json=account).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        plan = http.get("/test-plans").json()["test_plans"][0]["id"]
        case = http.post("/test-cases", json={"test_plan_id": plan, "name": field}).json()["id"]
        address, path = http.base_url, f"{http.base_url.path.rstrip('/')}/test-recordings"
    body = b'{"test_case_id":"%b","recording_data":[],"%b":%b}' % (
        case.encode(),
        field.encode(),
        DENSE,
    )
    answers = []

    def record():
        # Not by a client whose answers are judged meanwhile.
        connection = HTTPConnection(address.host, address.port)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", path, body, headers)
        answers.append(connection.getresponse())
        answers[0].read()
        connection.close()

    assert others(record) < SHARE
    assert answers[0].status == status

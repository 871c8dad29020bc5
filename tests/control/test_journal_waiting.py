"""Waiting and verifying over HTTP."""

# ruff: noqa: RUF001  (the messages count with a multiplication sign)

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest


def waited(own, match, **options):
    answer = own.post("/journal/wait", json={"match": match, **options})
    assert answer.status_code == 200, answer.text
    return answer.json()


def until(condition):
    """Wait a moment for what another thread does."""
    for _ in range(500):
        if condition():
            return
        time.sleep(0.002)
    raise AssertionError("it did not come to that")


def waiting(world):
    return len(world.sandbox.journal._waiting)


def test_what_is_there_is_found_at_once(own, world):
    world.client().get("/auth/me")
    found = waited(own, {"operation": "auth.me"}, timeout="0ms")
    assert found["found"] is True
    assert [one["sequence"] for one in found["exchanges"]] == [2]
    assert found["message"] == "waited for 1 × auth.me, saw 1: #2."
    assert (found["nearest"], found["lost"]) == ([], 0)


def test_what_comes_is_found_as_soon_as_it_comes(own, world):
    client = world.client()
    with ThreadPoolExecutor() as pool:
        wait = pool.submit(waited, own, {"operation": "auth.me"}, timeout="30s", count=2)
        until(lambda: waiting(world) == 1)
        client.get("/auth/me")
        client.get("/defects")
        until(lambda: waiting(world) == 1)
        assert not wait.done()
        client.get("/auth/me")
        found = wait.result(timeout=10)
    assert [one["sequence"] for one in found["exchanges"]] == [2, 4]


def test_only_what_comes_after(own, world):
    client = world.client()
    client.get("/auth/me")
    assert not waited(own, {"operation": "auth.me", "since": 2}, timeout="10ms")["found"]
    client.get("/auth/me")
    found = waited(own, {"operation": "auth.me", "since": 2}, timeout="10ms")
    assert [one["sequence"] for one in found["exchanges"]] == [3]


def test_as_many_as_wanted(own, world):
    client = world.client()
    for _ in range(3):
        client.get("/auth/me")
    found = waited(own, {"operation": "auth.me"}, count=2, timeout="10ms")
    assert [one["sequence"] for one in found["exchanges"]] == [2, 3]


def test_a_miss_is_explained(own, world):
    world.client().get("/auth/me")
    missed = waited(own, {"operation": "auth.me", "user": "member@acme.test"}, timeout="20ms")
    assert (missed["found"], missed["exchanges"]) == (False, [])
    assert missed["message"] == (
        "waited 20ms for 1 × auth.me by member@acme.test, saw 0. Nearest:\n"
        "  #2 GET /api/v1/auth/me 200 by admin@acme.test: user is admin@acme.test"
    )
    [near] = missed["nearest"]
    assert near["exchange"]["sequence"] == 2
    assert near["differences"] == ["user is admin@acme.test"]
    some = waited(own, {"operation": "auth.me"}, count=2, timeout="0s")
    assert (some["found"], [one["sequence"] for one in some["exchanges"]]) == (False, [2])


def test_the_time_is_real(own, world):
    """A frozen clock ends no waiting, and neither does an advance."""
    with ThreadPoolExecutor() as pool:
        wait = pool.submit(waited, own, {"operation": "auth.me"}, timeout="200ms")
        until(lambda: waiting(world) == 1)
        world.clock.advance(days=1)
        started = time.perf_counter()
        assert wait.result(timeout=10)["found"] is False
    assert time.perf_counter() - started > 0.1


def test_many_wait_at_once(own, world):
    client = world.client()

    def wait(number):
        with httpx.Client(base_url=own.base_url, timeout=30) as mine:
            match = {"path": f"/nowhere/{number % 4}"}
            return waited(mine, match, timeout="30s")["exchanges"][0]["path"]

    with ThreadPoolExecutor(16) as pool:
        waits = [pool.submit(wait, number) for number in range(16)]
        until(lambda: waiting(world) == 16)
        for number in range(4):
            client.get(f"/nowhere/{number}")
        paths = [one.result(timeout=10) for one in waits]
    assert paths == [f"/api/v1/nowhere/{number % 4}" for number in range(16)]
    until(lambda: waiting(world) == 0)


def test_whoever_goes_away_waits_no_longer(own, world):
    with pytest.raises(httpx.ReadTimeout):
        own.post("/journal/wait", json={"match": {}, "timeout": "60s"}, timeout=0.05)
    until(lambda: waiting(world) == 0)


def test_waiting_through_a_clearing(own, world):
    client = world.client()
    with ThreadPoolExecutor() as pool:
        wait = pool.submit(waited, own, {"operation": "auth.me"}, timeout="30s")
        until(lambda: waiting(world) == 1)
        own.delete("/journal")
        client.get("/auth/me")
        assert wait.result(timeout=10)["found"] is True


def test_waiting_ends_with_the_sandbox(control, world, own):
    name = f"{world.name}-b"
    control.post("/sandboxes", json={"name": name})
    journal = world.server.sandboxes.get(name).journal
    answers = []
    ask = {"match": {"operation": "auth.me"}, "timeout": "60s"}
    path = f"/sandboxes/{name}/journal/wait"
    thread = threading.Thread(target=lambda: answers.append(control.post(path, json=ask)))
    thread.start()
    until(lambda: len(journal._waiting) == 1)
    own.delete(f"{control.base_url}sandboxes/{name}")
    thread.join(10)
    assert answers[0].json()["found"] is False


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["match"]),
        ({"match": {}, "timeout": "61s"}, ["timeout"]),
        ({"match": {}, "timeout": "2m"}, ["timeout"]),
        ({"match": {}, "timeout": "60001ms"}, ["timeout"]),
        ({"match": {}, "timeout": 5}, ["timeout"]),
        ({"match": {}, "count": 0}, ["count"]),
        ({"match": {"status": "5x", "method": "", "since": -1}},
         ["match.status", "match.method", "match.since"]),
        ({"match": {"status": 600}}, ["match.status"]),
        ({"match": {"body": 1, "query": []}}, ["match.query"]),
    ],
    ids=str,
)  # fmt: skip
def test_bad_waits(own, body, fields):
    answer = own.post("/journal/wait", json=body)
    assert answer.status_code == 422
    assert sorted(answer.json()["details"]) == sorted(fields)


@pytest.mark.parametrize("timeout", ["0s", "1ms", "0s1ms", "0ms", "10s", "59s999ms", "60s", "1m"])
def test_lengths_of_time(own, world, timeout):
    world.client()
    assert waited(own, {"operation": "auth.login"}, timeout=timeout)["found"]


def verified(own, **body):
    answer = own.post("/journal/verify", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_verification(own, world):
    client = world.client()
    client.get("/auth/me")
    client.get("/auth/me")
    me = {"operation": "auth.me"}
    assert verified(own, match=me) == {
        "verified": True, "count": 2, "message": "expected at least 1 × auth.me, saw 2: #2, #3.",
        "exchanges": [2, 3], "nearest": [], "lost": 0,
    }  # fmt: skip
    for counts, expected in (
        ({"exactly": 2}, True),
        ({"exactly": 1}, False),
        ({"exactly": 0}, False),
        ({"at_least": 2}, True),
        ({"at_least": 3}, False),
        ({"at_least": 0}, True),
        ({"at_most": 2}, True),
        ({"at_most": 1}, False),
        ({"at_least": 1, "at_most": 2}, True),
        ({"at_least": 3, "at_most": 4}, False),
        ({"exactly": None, "at_least": None}, True),
    ):
        assert verified(own, match=me, **counts)["verified"] is expected, counts
    assert verified(own, match={"operation": "auth.logout"}, exactly=0)["verified"]
    assert verified(own, match={"operation": "auth.logout"}, at_most=0)["verified"]
    assert not verified(own, match={"operation": "auth.logout"})["verified"]


def test_an_explanation_over_http(own, world):
    world.client("member@acme.test").post("/defects", json={"title": "A crash"})
    match = {"method": "POST", "operation": "defects.create_defect", "user": "admin@acme.test"}
    verdict = verified(own, match=match, exactly=1)
    assert verdict["message"] == (
        "expected exactly 1 × POST defects.create_defect by admin@acme.test, saw 0. Nearest:\n"
        "  #2 POST /api/v1/defects 201 by member@acme.test: user is member@acme.test"
    )
    assert verdict["nearest"][0]["exchange"]["request"]["body"] == {"title": "A crash"}


def test_the_order_over_http(own, world):
    client = world.client()
    client.get("/auth/me")
    client.get("/defects")
    first, second = {"operation": "auth.me"}, {"operation": "defects.list_defects"}
    right = verified(own, order=[first, second])
    assert (right["verified"], right["count"], right["exchanges"]) == (True, 2, [2, 3])
    wrong = verified(own, order=[second, first], exactly=None)
    assert (wrong["verified"], wrong["count"], wrong["exchanges"]) == (False, 1, [3])
    assert "2. auth.me: none after #3, only before: #2" in wrong["message"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["match"]),
        ({"match": {}, "order": [{}]}, ["match"]),
        ({"order": [{}], "exactly": 1, "at_most": 1}, ["exactly", "at_most"]),
        ({"match": {}, "exactly": 1, "at_least": 1, "at_most": 1}, ["at_least", "at_most"]),
        ({"match": {}, "at_least": 2, "at_most": 1}, ["at_most"]),
        ({"match": {}, "exactly": -1}, ["exactly"]),
        ({"order": []}, ["order"]),
        ({"order": [{"status": 7000}]}, ["order.0.status"]),
    ],
    ids=str,
)
def test_bad_verifications(own, body, fields):
    answer = own.post("/journal/verify", json=body)
    assert answer.status_code == 422
    assert sorted(answer.json()["details"]) == sorted(fields)


@pytest.mark.parametrize(
    ("bounds", "verified"),
    [({"exactly": 0}, False), ({"at_most": 5}, False), ({"at_least": 0}, True)],
    ids=["never", "at most", "at least"],
)
def test_what_is_lost_may_have_been_too_much(own, world, bounds, verified):
    world.sandbox.journal._most = 3
    for _ in range(5):
        world.anonymous.get("/nothing")
    match = {"operation": "auth.login"}
    told = own.post("/journal/verify", json={"match": match, **bounds}).json()
    assert told["verified"] is verified
    assert told["lost"] == 2
    assert ("say since when" in told["message"]) is not verified
    later = own.post("/journal/verify", json={"match": {**match, "since": 2}, **bounds}).json()
    assert later["verified"] is True


def test_a_wait_ends_with_its_sandbox(control):
    name = control.post("/sandboxes", json={}).json()["name"]
    body = {"match": {"operation": "auth.me"}, "timeout": "60s"}
    with ThreadPoolExecutor() as pool:
        waiter = pool.submit(
            httpx.post, f"{control.base_url}sandboxes/{name}/journal/wait", json=body, timeout=30
        )
        while control.delete(f"/sandboxes/{name}").status_code != 200:
            pass
        told = waiter.result()
    if told.status_code != 404:  # it came too late to wait at all
        assert told.json()["found"] is False
        assert "the sandbox was deleted" in told.json()["message"]


def test_the_address_that_leads_into_the_sandbox_is_its_user(own, world):
    plus = f"Admin+{world.name}@acme.test"
    world.anonymous.post("/auth/login", json={"email": plus, "password": "Passw0rd!"})
    world.anonymous.post("/auth/login", json={"email": plus, "password": "wrong"})
    for user in (plus, "admin@acme.test"):
        match = {"operation": "auth.login", "user": user}
        told = own.post("/journal/verify", json={"match": match, "exactly": 2}).json()
        assert told["verified"], told["message"]
    assert own.get("/journal", params={"user": plus}).json()["total"] == 2


def test_faults_know_that_address_too(own, world):
    plus = f"admin+{world.name}@acme.test"
    rule = {"match": {"user": plus}, "do": {"error": {"status": 500}}}
    assert own.post("/faults", json=rule).json()["match"]["user"] == "admin@acme.test"
    login = {"email": plus, "password": "Passw0rd!"}
    assert world.anonymous.post("/auth/login", json=login).status_code == 500
    assert world.client("member@acme.test").get("/auth/me").status_code == 200

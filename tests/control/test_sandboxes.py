"""Sandboxes over HTTP: made, listed, shown, forked, reset, deleted, limited."""

from __future__ import annotations

import httpx
import jwt
import pytest

import understudy

ADMIN = {"email": "admin@acme.test", "password": "Passw0rd!"}
TINY = """\
scenario: tiny
title: One account
collections:
  users:
    only: {email: only@tiny.test, password: 'Passw0rd!'}
"""


@pytest.fixture
def make(control):
    """Makes sandboxes that are gone after the test."""
    made = []

    def make(**body):
        answer = control.post("/sandboxes", json=body)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["name"])
        return answer.json()

    yield make
    for name in made:
        control.delete(f"/sandboxes/{name}")


@pytest.fixture
def api(server):
    """Asks the served API in a sandbox, as admin."""
    clients = []

    def client(name, account=ADMIN):
        headers = {"X-Understudy-Sandbox": name}
        found = httpx.Client(base_url=server.api_url, headers=headers)
        clients.append(found)
        token = found.post("/auth/login", json=account).json()["access_token"]
        found.headers["Authorization"] = f"Bearer {token}"
        return found

    yield client
    for found in clients:
        found.close()


def titles(client):
    return [one["title"] for one in client.get("/defects").json()["defects"]]


def test_a_new_one_is_filled_from_the_scenario_of_that_name(make):
    made = make(name="from-default", scenario="default", seed="7")
    assert made["scenario"] == "default"
    assert made["seed"] == "7"
    assert made["objects"] > make(name="from-empty", scenario="empty")["objects"]
    assert (made["exchanges"], made["faults"], made["snapshots"]) == (0, 0, [])


def test_without_a_name_it_gets_one_of_its_own(make):
    first, second = make(), make()
    assert first["name"] != second["name"]
    assert first["scenario"] == "empty"


def test_a_taken_name_is_a_conflict_and_changes_nothing(make, api, control):
    make(name="taken")
    api("taken").post("/defects", json={"title": "Still here"})
    answer = control.post("/sandboxes", json={"name": "taken", "scenario": "default"})
    assert answer.status_code == 409
    assert answer.json()["error"] == "sandbox_exists"
    assert titles(api("taken")) == ["Still here"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"name": "no/slash"}, {"name"}),
        ({"scenario": "nowhere"}, {"scenario"}),
        ({"scenario": "../secret.yaml"}, {"scenario"}),
        ({"scenario": "empty", "definition": TINY}, {"definition"}),
        ({"definition": "scenario: x\n"}, {"definition"}),
        ({"clock": "yesterday"}, {"clock"}),
        ({"clock": "9999-01-01T00:00:00Z"}, {"clock"}),
        ({"name": "", "seed": 7}, {"name", "seed"}),
    ],
)
def test_what_cannot_be_made_is_told_field_by_field(control, body, fields):
    before = control.get("/sandboxes").json()["total"]
    answer = control.post("/sandboxes", json=body)
    assert answer.status_code == 422
    assert set(answer.json()["details"]) == fields
    assert control.get("/sandboxes").json()["total"] == before


def test_an_unknown_scenario_names_the_known_ones(control):
    answer = control.post("/sandboxes", json={"scenario": "nowhere"}).json()
    assert "known: default, " in answer["details"]["scenario"][0]


def test_a_scenario_can_be_sent_along(make, api):
    made = make(name="sent", definition=TINY)
    assert made["scenario"] == "tiny"
    client = api("sent", {"email": "only@tiny.test", "password": "Passw0rd!"})
    assert client.get("/auth/me").json()["username"] == "only"


def test_a_scenario_with_mistakes_is_refused_with_their_lines(control):
    answer = control.post("/sandboxes", json={"definition": TINY.replace("email", "mail")})
    assert answer.status_code == 422
    assert "definition:5:" in answer.json()["details"]["definition"][0]


def test_its_clock_can_stand_from_the_start(make, control):
    made = make(name="monday", clock="2026-03-02T09:00:00+01:00")
    assert made["clock"] == {"now": "2026-03-02T08:00:00.000Z", "is_frozen": True, "factor": 0.0}


def test_what_it_holds_is_as_old_as_its_clock_says(make, api, control):
    make(name="long-ago", scenario="default", clock="2001-01-01T00:00:00Z")
    newest = api("long-ago").get("/defects", params={"sort_by": "created_at"}).json()["defects"][0]
    assert "2000-12" in newest["created_at"]
    control.post("/sandboxes/long-ago/clock/advance", json={"by": "1d"})
    again = control.post("/sandboxes/long-ago/reset").json()
    assert again["clock"]["now"] == "2001-01-01T00:00:00.000Z"
    assert api("long-ago").get("/auth/me").json()["is_paid"]


def test_one_seed_gives_the_same_ids(make, api):
    ids = []
    for name in ("one-seed", "same-seed"):
        make(name=name, seed="a seed")
        ids.append(api(name).post("/defects", json={"title": "x"}).json()["id"])
    make(name="other-seed", seed="another")
    assert ids[0] == ids[1]
    assert api("other-seed").post("/defects", json={"title": "x"}).json()["id"] != ids[0]


def test_a_fork_has_what_was_there_and_goes_its_own_way(make, api, control):
    make(name="source")
    client = api("source")
    client.post("/defects", json={"title": "Before"})
    control.post("/sandboxes/source/clock/advance", json={"by": "3h"})
    fork = control.post("/sandboxes/source/fork", json={"name": "fork"}).json()
    try:
        assert fork["forked_from"] == "source"
        assert fork["clock"]["now"] == control.get("/sandboxes/source/clock").json()["now"]
        api("fork").post("/defects", json={"title": "In the fork"})
        client = api("source")
        client.post("/defects", json={"title": "In the source"})
        assert sorted(titles(api("fork"))) == ["Before", "In the fork"]
        assert sorted(titles(client)) == ["Before", "In the source"]
        assert fork["exchanges"] == 0
    finally:
        control.delete("/sandboxes/fork")


def test_a_reset_brings_back_the_beginning(make, api, control):
    make(name="again", seed="x")
    client = api("again")
    first = client.post("/defects", json={"title": "x"}).json()
    control.post("/sandboxes/again/clock/advance", json={"by": "1h"})
    control.post("/sandboxes/again/faults", json={"do": {"status": {"status": 503}}})
    control.post("/sandboxes/again/snapshots", json={})
    answer = control.post("/sandboxes/again/reset")
    assert answer.status_code == 200
    made = answer.json()
    assert (made["exchanges"], made["faults"], made["snapshots"]) == (0, 0, [])
    assert client.get("/auth/me").status_code == 401
    client = api("again")
    assert titles(client) == []
    assert client.post("/defects", json={"title": "x"}).json() == first


def test_a_reset_fork_is_what_was_forked(make, api, control):
    make(name="origin")
    api("origin").post("/defects", json={"title": "Forked"})
    control.post("/sandboxes/origin/fork", json={"name": "branch"})
    try:
        api("branch").post("/defects", json={"title": "Later"})
        control.post("/sandboxes/branch/reset")
        assert titles(api("branch")) == ["Forked"]
    finally:
        control.delete("/sandboxes/branch")


def test_tokens_of_a_deleted_sandbox_are_unknown_in_its_next_life(make, api, server, control):
    make(name="reborn", seed="1")
    first = api("reborn")
    token = first.headers["Authorization"]
    assert control.delete("/sandboxes/reborn").json() == {"success": True}
    make(name="reborn", seed="1")
    second = api("reborn")
    assert first.get("/auth/me", headers={"Authorization": token}).status_code == 401
    assert second.get("/auth/me").status_code == 200
    assert jwt.get_unverified_header(token.split()[1])["kid"] == "reborn"


def test_default_comes_back(server, control):
    with understudy.run(scenario="empty") as running:
        url = f"{running.url}/_control/sandboxes"
        assert httpx.delete(f"{url}/default").json() == {"success": True}
        assert httpx.get(f"{url}/default").json()["name"] == "default"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/reset"),
        ("POST", "/fork"),
        ("GET", "/clock"),
        ("POST", "/clock/freeze"),
    ],
)
def test_what_is_not_there_is_404(control, method, path):
    answer = control.request(method, f"/sandboxes/nobody{path}", json={})
    assert answer.status_code == 404
    assert answer.json()["error"] == "no_such_sandbox"
    assert "nobody" in answer.json()["message"]


def test_the_list_is_paged(make, control):
    names = [make()["name"] for _ in range(3)]
    whole = control.get("/sandboxes", params={"limit": 1000}).json()
    assert [one["name"] for one in whole["sandboxes"]][-3:] == names
    page = control.get("/sandboxes", params={"limit": 2, "offset": whole["total"] - 2}).json()
    assert [one["name"] for one in page["sandboxes"]] == names[-2:]
    assert page["total"] == whole["total"]


def test_there_is_a_limit_and_it_is_told():
    with understudy.run(scenario="empty", sandbox_limit=2) as running:
        url = f"{running.url}/_control/sandboxes"
        for _ in range(2):
            assert httpx.post(url, json={}).status_code == 201
        answer = httpx.post(url, json={})
        assert answer.status_code == 409
        assert answer.json()["error"] == "too_many_sandboxes"
        assert "2 sandboxes besides 'default'" in answer.json()["message"]
        told = httpx.get(f"{running.url}/_control/server").json()["sandboxes"]
        assert (told["count"], told["limit"]) == (3, 2)
        login = {"email": "admin+third@acme.test", "password": "Passw0rd!"}
        refused = httpx.post(f"{running.api_url}/auth/login", json=login)
        assert (refused.status_code, refused.json()["error"]) == (400, "too_many_sandboxes")
        assert httpx.post(f"{url}/default/fork", json={}).status_code == 409


def test_unused_ones_are_forgotten_but_not_default():
    with understudy.run(scenario="empty", idle_limit="1ms") as running:
        url = f"{running.url}/_control/sandboxes"
        name = httpx.post(url, json={}).json()["name"]
        running.sandboxes.named(name).touched -= 1
        running.sandboxes.default.touched -= 1
        assert [one["name"] for one in httpx.get(url).json()["sandboxes"]] == ["default"]
        assert httpx.get(f"{url}/{name}").status_code == 404


def test_one_that_is_used_through_the_control_api_is_not_idle():
    with understudy.run(scenario="empty", idle_limit="1h") as running:
        url = f"{running.url}/_control/sandboxes"
        name = httpx.post(url, json={}).json()["name"]
        running.sandboxes.named(name).touched -= 3599
        httpx.post(f"{url}/{name}/clock/advance", json={"by": "1s"})
        running.sandboxes.named(name).touched -= 3599
        assert len(httpx.get(url).json()["sandboxes"]) == 2
        # To look at it is no use of it.
        httpx.get(f"{url}/{name}")
        running.sandboxes.named(name).touched -= 2
        assert len(httpx.get(url).json()["sandboxes"]) == 1


def test_default_comes_back_on_a_full_server():
    with understudy.run(scenario="empty", sandbox_limit=2) as running:
        url = f"{running.url}/_control/sandboxes"
        httpx.delete(f"{url}/default")
        for _ in range(2):
            httpx.post(url, json={})
        assert httpx.get(f"{running.api_url}/nothing").status_code == 404
        assert httpx.get(f"{url}/default").status_code == 200


def test_a_full_server_forgets_unused_ones_first():
    with understudy.run(scenario="empty", sandbox_limit=2, idle_limit="1h") as running:
        url = f"{running.url}/_control/sandboxes"
        old = httpx.post(url, json={}).json()["name"]
        running.sandboxes.named(old).touched -= 3601
        httpx.post(url, json={})
        assert httpx.post(url, json={"name": "new"}).status_code == 201
        assert running.sandboxes.get(old) is None


@pytest.mark.parametrize("text", ["soon", "", "0s", "8"])
def test_a_wrong_idle_limit_is_told(text):
    with pytest.raises(understudy.UsageError, match="idle limit"):
        understudy.create_app(scenario="empty", idle_limit=text)


def test_what_is_kept_survives_a_restart(tmp_path):
    with understudy.run(scenario="empty", state=tmp_path) as running:
        url = f"{running.url}/_control/sandboxes"
        httpx.post(url, json={"name": "kept", "scenario": "default", "seed": "5"})
        httpx.post(f"{url}/kept/clock/set", json={"to": "2030-01-01T00:00:00Z"})
        httpx.post(f"{url}/kept/clock/freeze", json={})
        httpx.post(f"{url}/kept/faults", json={"do": {"status": {"status": 503}}})
        before = httpx.get(f"{url}/kept").json()
        httpx.post(url, json={"name": "gone"})
        login = {"email": "admin+gone@acme.test", "password": "Passw0rd!"}
        gone = httpx.post(f"{running.api_url}/auth/login", json=login).json()["access_token"]
        httpx.delete(f"{url}/gone")
    with understudy.run(scenario="empty", state=tmp_path) as running:
        url = f"{running.url}/_control/sandboxes"
        after = httpx.get(f"{url}/kept").json()
        for name in ("scenario", "seed", "clock", "objects", "faults"):
            assert after[name] == before[name], name
        httpx.post(url, json={"name": "gone"})
        httpx.post(f"{running.api_url}/auth/login", json=login)
        me = httpx.get(f"{running.api_url}/auth/me", headers={"Authorization": f"Bearer {gone}"})
        assert me.status_code == 401

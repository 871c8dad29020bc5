"""The journal over HTTP: listed, filtered, paged, shown, cleared; what it says of each exchange."""

from __future__ import annotations

import pytest

from understudy.clock import Clock

MONDAY = "2026-01-26T09:00:00.000Z"


def listed(own, **params):
    answer = own.get("/journal", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sequences(own, **params):
    return [one["sequence"] for one in listed(own, **params)["exchanges"]]


def last(own):
    return listed(own, limit=1)["exchanges"][0]


@pytest.fixture
def visit(world):
    """1 log in, 2 me, 3 create, 4 a path that is none, 5 a method that is none, 6 a bad token."""
    client = world.client()
    client.get("/auth/me", params={"serach": "x"})
    client.post("/defects", json={"title": "A crash", "colour": "red", "steps": []})
    client.get("/deffects")
    client.put("/auth/me", json={"email": "x"})
    world.with_headers(Authorization="Bearer nonsense").get("/auth/me")


def test_an_exchange(own, world):
    made = world.client().post("/defects?dry=1", json={"title": "A crash", "colour": "red"}).json()
    world.clock.advance(minutes=1)
    shown = last(own)
    assert shown.pop("milliseconds") > 0
    shown.pop("received_at")
    request, response = shown.pop("request"), shown.pop("response")
    assert request["body"] == {"title": "A crash", "colour": "red"}
    assert request["headers"]["authorization"] == "Bearer ***"
    assert request["headers"]["x-understudy-sandbox"] == world.name
    assert "x-request-id" not in request["headers"]
    assert (request["bytes"], request["omitted"]) == (34, None)
    assert response["body"] == made
    assert response["headers"] == {"content-type": "application/json"}
    assert shown == {
        "sequence": 2,
        "at": MONDAY,
        "operation": "defects.create_defect",
        "method": "POST",
        "path": "/api/v1/defects",
        "query": "dry=1",
        "user": "admin@acme.test",
        "status": 201,
        "request_id": shown["request_id"],
        "fault": None,
        "warnings": ["field 'colour' is not documented", "query parameter 'dry' is not documented"],
        "changes": [{"collection": "defects", "id": made["id"], "kind": "added", "fields": []}],
        "change_count": 1,
    }


def test_the_real_time_is_there_though_the_clock_stands(own, world):
    before = Clock()
    began = before.now()
    client = world.client()
    client.get("/auth/me")
    first, second = listed(own, order="oldest")["exchanges"]
    assert first["at"] == second["at"] == MONDAY
    assert (
        began[:-1] <= first["received_at"][:-1] <= second["received_at"][:-1] <= before.now()[:-1]
    )


MISTYPED = [
    ({"operation": "auth.logn"}, "operation", "names no operation; is auth.login"),
    ({"operation": "nothing.*"}, "operation", "names no operation"),
    ({"method": "GTE"}, "method", "names no method; is GET meant?"),
    (
        {"operation": "auth.login", "method": "get"},
        "method",
        "is not one that auth.login answers, which POST is",
    ),
]


@pytest.mark.parametrize("path", ["/journal", "/journal/har", "/journal/curl", "/journal/stream"])
@pytest.mark.parametrize(("match", "field", "words"), MISTYPED)
def test_a_mistyped_name_is_refused_in_a_query(own, path, match, field, words):
    answer = own.get(path, params=match)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameter")
    [told] = answer.json()["details"][field]
    assert told.startswith(words)
    assert answer.json()["details"].keys() == {field}


@pytest.mark.parametrize(("match", "field", "words"), MISTYPED)
@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("wait", lambda match: {"match": match, "timeout": "60s"}, "match"),
        ("verify", lambda match: {"match": match, "exactly": 0}, "match"),
        ("verify", lambda match: {"order": [{"operation": "auth.*"}, match]}, "order.1"),
    ],
)
def test_a_mistyped_name_is_refused_in_a_body(own, match, field, words, path, body, where):
    answer = own.post(f"/journal/{path}", json=body(match))
    assert (answer.status_code, answer.json()["error"]) == (422, "validation_error")
    [told] = answer.json()["details"][f"{where}.{field}"]
    assert told.startswith(words)


@pytest.mark.parametrize(
    "match",
    [
        {"operation": "auth.*", "method": "get"},
        {"operation": "auth.me", "method": "HEAD"},
        {"method": "options"},
        {"user": "nobody@acme.test", "path": "/nowhere"},
        {"operation": None, "method": None},
    ],
)
def test_what_may_come_is_taken(own, match):
    answer = own.post("/journal/verify", json={"match": match, "exactly": 0})
    assert answer.json()["verified"], answer.text


def test_the_request_id_is_that_of_the_answer(own, world):
    answer = world.client().get("/auth/me")
    assert last(own)["request_id"] == answer.headers["x-request-id"]
    world.client().get("/auth/me", headers={"X-Request-ID": "mine-1"})
    assert last(own)["request_id"] == "mine-1"


def test_changes(own, world):
    client = world.client()
    made = [client.post("/defects", json={"title": f"{n}"}).json()["id"] for n in (1, 2)]
    answer = client.patch("/defects/batch", json={"defect_ids": made[:1], "status": "CLOSED"})
    assert answer.status_code == 200, answer.text
    [change] = last(own)["changes"]
    assert (change["collection"], change["id"], change["kind"]) == ("defects", made[0], "changed")
    assert "status" in change["fields"]
    assert "title" not in change["fields"]
    client.delete_with("/defects/batch", json={"defect_ids": made})
    shown = last(own)
    assert sorted(one["id"] for one in shown["changes"]) == sorted(made)
    assert {one["kind"] for one in shown["changes"]} == {"removed"}
    client.post("/defects", json={"title": ""})
    assert last(own)["changes"] == []


def test_who_asked_though_refused(own, world, visit):
    assert [one["user"] for one in listed(own, order="oldest")["exchanges"]] == [
        *["admin@acme.test"] * 5, None,
    ]  # fmt: skip
    world.clock.advance(hours=2)
    assert world.client().get("/auth/me").status_code == 401
    assert last(own)["user"] == "admin@acme.test"
    world.anonymous.post("/auth/login", json={"email": "member@acme.test", "password": "wrong"})
    assert (last(own)["status"], last(own)["user"]) == (401, "member@acme.test")
    assert sequences(own, user="member@acme.test") == [8]


@pytest.mark.parametrize("email", [["a"], {"a": 1}, None, 7, "x" * 60_000, ""])
def test_whoever_they_say_they_are(own, world, email):
    world.anonymous.post("/auth/login", json={"email": email, "password": "x"})
    assert len(last(own)["user"] or "") <= 320


def test_warnings(own, world, visit):
    assert [one["warnings"] for one in listed(own, order="oldest")["exchanges"]] == [
        [],
        ["query parameter 'serach' is not documented"],
        ["field 'colour' is not documented"],
        ["no operation answers GET /api/v1/deffects"],
        ["no operation answers PUT /api/v1/auth/me, only GET, HEAD and OPTIONS"],
        [],
    ]
    headers = {"Origin": "http://x.test", "Access-Control-Request-Method": "GET"}
    world.anonymous.options("/auth/me", headers=headers)
    assert last(own)["warnings"] == []
    world.anonymous.options("/nowhere")
    assert last(own)["warnings"] == ["no operation answers OPTIONS /api/v1/nowhere"]


def test_many_warnings(own, world):
    world.client().post("/defects", json={"title": "x"} | {f"f{n}": n for n in range(300)})
    warnings = last(own)["warnings"]
    assert len(warnings) == 101
    assert warnings[-1] == "and more is not documented"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [6, 5, 4, 3, 2, 1]),
        ({"operation": "auth.*"}, [6, 2, 1]),
        ({"operation": "auth.me", "status": "2xx"}, [2]),
        ({"method": "put"}, [5]),
        ({"path": "/defects"}, [3]),
        ({"path": "*/d*fects"}, [4, 3]),
        ({"user": "admin@acme.test", "status": "404"}, [4]),
        ({"status": "4xx"}, [6, 5, 4]),
        ({"has_warnings": "true"}, [5, 4, 3, 2]),
        ({"has_warnings": "false"}, [6, 1]),
        ({"has_fault": "true"}, []),
        ({"has_fault": "false", "since": 4}, [6, 5]),
        ({"order": "oldest", "since": 2}, [3, 4, 5, 6]),
        ({"limit": 2}, [6, 5]),
        ({"limit": 2, "offset": 1, "order": "oldest"}, [2, 3]),
        ({"offset": 6}, []),
    ],
    ids=str,
)
def test_filters_and_pages(own, visit, filters, expected):
    assert sequences(own, **filters) == expected


def test_totals(own, visit):
    page = listed(own, operation="auth.*", limit=1)
    assert (page["total"], page["last"], page["lost"]) == (3, 6, 0)


def test_following_it(own, world, visit):
    assert sequences(own, order="oldest", since=6) == []
    world.client().get("/auth/me")
    assert sequences(own, order="oldest", since=6) == [7]


@pytest.mark.parametrize(
    "params",
    [
        {"status": "abc"}, {"status": "600"}, {"status": ""}, {"method": "G T"}, {"since": -1},
        {"order": "up"}, {"has_fault": "maybe"}, {"limit": 1001}, {"operation": ""}, {"user": ""},
    ],
    ids=str,
)  # fmt: skip
def test_bad_filters(own, params):
    for path in ("/journal", "/journal/har", "/journal/curl", "/journal/stream"):
        if params.keys() & {"order", "limit"} and path != "/journal":
            continue
        answer = own.get(path, params=params)
        assert answer.status_code == 400
        assert answer.json()["details"].keys() == params.keys()


def test_one_exchange(own, visit):
    one = own.get("/journal/3").json()
    assert one == listed(own, operation="defects.create_defect")["exchanges"][0]
    missing = own.get("/journal/7")
    assert missing.status_code == 404
    assert missing.json() == {
        "error": "no_such_exchange",
        "message": "There is no exchange 7; the journal has 1 to 6.",
    }
    assert own.get("/journal/0").status_code == 400
    assert own.get("/journal/x").json()["details"] == {"exchange": ["must be an integer"]}


def test_clearing(own, world, visit):
    assert own.delete("/journal").json() == {"cleared": 6}
    assert listed(own) == {"exchanges": [], "total": 0, "last": 6, "lost": 0}
    assert (
        own.get("/journal/6").json()["message"] == "There is no exchange 6; the journal is empty."
    )
    world.client().get("/auth/me")
    assert sequences(own) == [7]


def test_a_ring(own, world):
    client = world.client()
    for number in range(1005):
        client.get(f"/nowhere/{number}")
    page = listed(own, limit=1000)
    assert (page["total"], page["last"], page["lost"]) == (1000, 1006, 6)
    assert own.get("/journal/6").status_code == 404
    assert own.get("/journal/7").json()["path"] == "/api/v1/nowhere/5"
    lost = own.post("/journal/verify", json={"match": {"operation": "auth.login"}}).json()
    assert lost["lost"] == 6
    assert lost["message"].endswith(
        "The journal begins with #7; nothing is certain of the 6 exchanges before that."
    )
    assert listed(own, since=6)["lost"] == 0


def test_bodies(own, world):
    client = world.client()
    client.post("/defects", json={"title": "x" * 70_000})
    request = last(own)["request"]
    assert (request["body"], request["omitted"]) == (None, "too_large")
    assert request["bytes"] > 70_000
    json_type = {"Content-Type": "application/json"}
    client.post("/defects", content=b"\xff\x00", headers=json_type)
    assert last(own)["request"] | {"headers": {}} == {
        "headers": {}, "body": None, "bytes": 2, "omitted": "not_text",
    }  # fmt: skip
    client.post("/defects", content=b'{"title": "x"', headers=json_type)
    assert last(own)["request"]["body"] == '{"title": "x"'
    client.post("/defects", content=b"null", headers=json_type)
    assert last(own)["request"] | {"headers": {}} == {
        "headers": {}, "body": None, "bytes": 4, "omitted": None,
    }  # fmt: skip
    client.post("/nowhere", json={"title": "x"})
    request = last(own)["request"]
    assert (request["body"], request["bytes"], request["omitted"]) == (None, 13, "not_read")
    for deep in (90, 2000):
        client.post("/defects", content=b"[" * deep + b"]" * deep, headers=json_type)
        assert isinstance(last(own)["request"]["body"], list if deep < 100 else str)


def test_a_fault(own, world):
    client = world.client()
    world.sandbox.faults.add(
        {"id": "no-me", "match": {"operation": "auth.me"}, "do": {"error": {"status": 500}}}
    )
    client.get("/auth/me")
    shown = last(own)
    assert (shown["status"], shown["fault"]["id"]) == (500, "no-me")
    assert sequences(own, has_fault=True) == [2]
    world.sandbox.faults.clear()
    world.sandbox.faults.add({"id": "gone", "do": {"connection": {"kind": "close"}}})
    with pytest.raises(Exception, match="disconnected"):
        client.get("/auth/me")
    shown = last(own)
    assert (shown["status"], shown["fault"]["id"], shown["response"]["body"]) == (0, "gone", None)
    assert sequences(own, status=0) == [3]


def test_each_sandbox_has_its_own(own, control, world):
    before = listed(own)["last"]
    control.post("/sandboxes", json={"name": f"{world.name}-b"})
    try:
        other = world.with_headers(**{"X-Understudy-Sandbox": f"{world.name}-b"})
        other.get("/nowhere")
        assert listed(own)["last"] == before
        answer = control.get(f"/sandboxes/{world.name}-b/journal").json()
        assert [one["path"] for one in answer["exchanges"]] == ["/api/v1/nowhere"]
    finally:
        control.delete(f"/sandboxes/{world.name}-b")
    gone = control.get(f"/sandboxes/{world.name}-b/journal")
    assert (gone.status_code, gone.json()["error"]) == (404, "no_such_sandbox")


def test_the_control_api_is_not_in_it(own, world):
    world.client()
    before = listed(own)["last"]
    own.get("/clock")
    own.get("/nowhere")
    assert listed(own)["last"] == before

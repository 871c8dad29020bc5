"""What an application sees of a fault: delays, errors, statuses, rate limits, wrong bodies.

Answers that break the contract are fetched with `http.client`, which nobody judges.
"""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from understudy.clock import stopwatch


@pytest.fixture
def add(own):
    """Add a rule, and see that it is taken."""

    def add(**rule):
        answer = own.post("/faults", json=rule)
        assert answer.status_code == 201, answer.text

    return add


@pytest.fixture
def ask(world):
    """Ask as the administrator: status, headers and body as they come."""
    token = world.login("admin@acme.test")["access_token"]

    def ask(method, path, body=None, **headers):
        where = urlsplit(world.server.api_url)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
        sent = {
            "Authorization": f"Bearer {token}",
            "X-Understudy-Sandbox": world.name,
            "Content-Type": "application/json",
            **headers,
        }
        connection.request(method, where.path + path, body and json.dumps(body), sent)
        answer = connection.getresponse()
        payload = answer.read()
        connection.close()
        return answer.status, answer.headers, payload

    return ask


def test_a_delay_is_waited_for_in_real_time_after_the_request_was_handled(add, world):
    add(match={"operation": "defects.create_defect"}, do={"delay": {"ms": 30}})
    client = world.client()
    began = stopwatch()
    made = client.post("/defects", json={"title": "slow"})
    assert stopwatch() - began >= 0.03
    assert made.status_code == 201
    assert made.headers["date"] == "Mon, 26 Jan 2026 09:00:00 GMT"
    assert client.get(f"/defects/{made.json()['id']}").status_code == 200


def test_a_documented_error_has_the_body_of_its_contract(add, world):
    add(match={"operation": "defects.create_defect"}, do={"error": {"status": 402}})
    client = world.client()
    answer = client.post("/defects", json={"title": "never"})
    assert (answer.status_code, answer.json()["error"]) == (402, "subscription_expired")
    assert client.get("/defects").json()["total"] == 0


def test_a_documented_error_is_chosen_by_its_code(add, world):
    add(do={"error": {"status": 403, "code": "workspace_forbidden"}})
    assert world.client().get("/defects").json()["error"] == "workspace_forbidden"
    assert world.anonymous.post("/auth/login", json={}).status_code == 422


def test_a_documented_error_has_the_headers_of_its_contract(add, world):
    add(match={"operation": "settings.update_settings"}, do={"error": {"status": 429}})
    answer = world.client().put("/settings", json={})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "12")
    assert answer.json()["error"]["code"] == "RATE_LIMITED"


@pytest.mark.parametrize(("path", "challenge"), [("/auth/me", "Bearer"), ("/auth/login", None)])
def test_a_401_challenges_where_a_token_would_help(add, ask, path, challenge):
    add(do={"error": {"status": 401}})
    status, headers, _ = ask("GET" if challenge else "POST", path)
    assert (status, headers["WWW-Authenticate"]) == (401, challenge)


def test_operations_that_do_not_document_an_error_are_not_struck(add, own, world):
    add(id="r", do={"error": {"status": 429}})
    client = world.client()
    assert client.get("/defects").status_code == 200
    assert client.get("/nowhere").status_code == 404
    assert client.put("/settings", json={}).status_code == 429
    assert own.get("/faults/r").json()["seen"] == 1


def test_a_rate_limit_says_when_to_try_again(add, ask, world):
    add(do={"rate_limit": {"retry_after": 7}})
    for method, path, code in (
        ("PUT", "/settings", "RATE_LIMITED"),
        ("GET", "/settings", "RATE_LIMITED"),
        ("GET", "/defects", "rate_limited"),
        ("GET", "/nowhere", "rate_limited"),
    ):
        status, headers, payload = ask(method, path)
        error = json.loads(payload)["error"]
        assert (status, headers["Retry-After"]) == (429, "7"), path
        assert (error["code"] if isinstance(error, dict) else error) == code, path


@pytest.mark.parametrize(
    ("given", "payload", "media"),
    [
        ({}, b"", None),
        ({"body": {"a": [1, None]}}, b'{"a":[1,null]}', "application/json"),
        ({"body": 0}, b"0", "application/json"),
        ({"body": "down"}, b"down", "text/plain; charset=utf-8"),
        ({"body": "{no", "content_type": "application/json"}, b"{no", "application/json"),
        ({"body": "<p>", "content_type": "text/html"}, b"<p>", "text/html"),
        (
            {"body": {}, "content_type": "application/problem+json"},
            b"{}",
            "application/problem+json",
        ),
    ],
)
def test_any_answer_at_all(add, ask, given, payload, media):
    add(do={"status": {"status": 418, "headers": {"X-Proxy": "edge 1"}, **given}})
    status, headers, body = ask("GET", "/defects")
    assert (status, body, headers["Content-Type"]) == (418, payload, media)
    assert (headers["X-Proxy"], headers["Content-Length"]) == ("edge 1", str(len(payload)))


@pytest.mark.parametrize(("code", "length"), [(204, None), (205, "0"), (304, None), (503, "0")])
def test_an_answer_that_can_have_no_body_has_no_length(add, ask, code, length):
    add(do={"status": {"status": code}})
    status, headers, body = ask("GET", "/defects")
    assert (status, body, headers["Content-Length"]) == (code, b"", length)


def test_faults_come_before_tokens_are_looked_at_and_where_nothing_lives(add, ask):
    add(match={"path": "/api/v1/*"}, do={"status": {"status": 503}})
    assert ask("GET", "/defects", Authorization="Bearer nonsense")[0] == 503
    assert ask("DELETE", "/no/such/path")[0] == 503
    assert ask("GET", "/caf%C3%A9")[0] == 503


def test_a_path_is_matched_decoded(add, ask):
    add(match={"path": "/api/v1/café/*"}, do={"status": {"status": 503}})
    assert ask("GET", "/caf%C3%A9/x%20y")[0] == 503
    assert ask("GET", "/cafe/x")[0] == 404


def test_a_rule_for_one_user_leaves_others_alone(add, world):
    admin, viewer = world.client("admin@acme.test"), world.client("viewer@acme.test")
    add(match={"user": "ADMIN@acme.test"}, do={"error": {"status": 500}})
    assert admin.get("/auth/me").status_code == 500
    assert viewer.get("/auth/me").status_code == 200


def test_whoever_logs_in_is_a_user_already(add, world):
    add(match={"user": "viewer@acme.test"}, do={"error": {"status": 500}})
    body = {"email": "Viewer@Acme.test", "password": "Passw0rd!"}
    assert world.anonymous.post("/auth/login", json=body).status_code == 500
    body["email"] = "admin@acme.test"
    assert world.anonymous.post("/auth/login", json=body).status_code == 200


def test_a_spoiled_answer_is_of_a_request_that_was_handled(add, ask, own, world):
    add(id="r", do={"off_contract": {"kind": "missing_field", "field": "id"}})
    status, _, payload = ask("POST", "/defects", {"title": "kept"})
    assert status == 201
    assert json.loads(payload).keys() > {"title"}
    assert "id" not in json.loads(payload)
    own.delete("/faults")
    defects = world.client().get("/defects").json()["defects"]
    assert [defect["title"] for defect in defects] == ["kept"]


@pytest.mark.parametrize(
    "kind",
    ["missing_field", "wrong_type", "undocumented_field", "truncated", "malformed", "empty"],
)
def test_a_spoiled_answer_breaks_the_contract(add, ask, judge, kind):
    add(do={"off_contract": {"kind": kind}})
    for method, path, body in (
        ("GET", "/auth/me", None),
        ("POST", "/defects", {"title": "x"}),
        ("GET", "/defects", None),
        ("GET", "/settings", None),
    ):
        status, headers, payload = ask(method, path, body)
        assert status in (200, 201)
        assert headers["Content-Length"] == str(len(payload))
        if kind in ("truncated", "malformed", "empty"):
            with pytest.raises(ValueError, match=r"Expecting|delimiter|Unterminated|double quotes"):
                json.loads(payload)
        else:
            with pytest.raises(AssertionError, match="breaks the contract"):
                judge.check(answer_of(method, path, status, headers, payload))


def answer_of(method, path, status, headers, payload):
    """An answer, as the judge wants it."""
    import httpx

    request = httpx.Request(method, f"http://127.0.0.1/api/v1{path}")
    return httpx.Response(status, headers=list(headers.items()), content=payload, request=request)


def test_an_answer_with_nothing_to_spoil_does_not_count_as_struck(add, ask, own):
    add(id="r", do={"off_contract": {"kind": "empty"}}, until={"times": 1})
    assert ask("GET", "/defects/0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e01")[0] == 404
    assert own.get("/faults/r").json()["struck"] == 0
    assert ask("GET", "/defects")[2] == b""
    assert own.get("/faults/r").json()["has_ended"] is True


def test_the_journal_tells_which_rule_struck_and_what_it_did(add, ask, own):
    add(id="thin", match={"operation": "auth.me"}, do={"off_contract": {"kind": "empty"}})
    add(id="down", match={"path": "*/nowhere"}, do={"status": {"status": 503}})
    add(id="slow", match={"path": "*/nowhere"}, do={"delay": {"ms": 3}})
    for path in ("/auth/me", "/nowhere", "/defects"):
        ask("GET", path)
    exchanges = {one["path"]: one["fault"] for one in own.get("/journal").json()["exchanges"]}
    assert exchanges["/api/v1/auth/me"] == {"id": "thin", "does": "answers with an empty body"}
    assert exchanges["/api/v1/nowhere"] == {"id": "down", "does": "waits 3 ms, answers 503"}
    assert exchanges["/api/v1/defects"] is None

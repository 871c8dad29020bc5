"""Secrets never leave: not where the contract marks them, and not where a client misplaces them."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest

from understudy.contract.secret import is_secret
from understudy.journal import har
from understudy.journal.curl import command
from understudy.journal.record import as_json

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
SECRET = "hunter2-Secret"


def everything(exchange):
    """Whatever is shown of an exchange, as one text."""
    shown = [as_json(exchange), har.entry(exchange), command(exchange), exchange.line]
    return json.dumps(shown)


def posted(note, body, operation="auth.login", **fields):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return note("POST", "/api/v1/auth/login", operation=operation, body=raw, **fields)


@pytest.mark.parametrize(
    ("operation", "body", "shown"),
    [
        ("auth.login", {"email": "a@b.test", "password": SECRET}, {"password": "***"}),
        ("auth.register", {"email": "a@b.test", "password": SECRET}, {"password": "***"}),
        ("auth.refresh", {"refresh_token": SECRET}, {"refresh_token": "***"}),
        ("auth.logout", {"refresh_token": SECRET}, {"refresh_token": "***"}),
        (
            "auth.change_password",
            {"current_password": SECRET, "new_password": SECRET},
            {"current_password": "***", "new_password": "***"},
        ),
        ("auth.reset_password", {"new_password": SECRET}, {"new_password": "***"}),
        ("settings.update_settings", {"ai_api_key": SECRET}, {"ai_api_key": "***"}),
        ("settings.update_settings", {"jira_api_token": SECRET}, {"jira_api_token": "***"}),
        ("settings.update_settings", {"azure_pat": SECRET}, {"azure_pat": "***"}),
        ("settings.test_integration", {"azure_pat": SECRET}, {"azure_pat": "***"}),
        ("test_plans.create_variable", {"name": "A", "value": SECRET}, {"value": "***"}),
    ],
)  # fmt: skip
def test_marked_fields_of_requests(note, operation, body, shown):
    exchange = posted(note, body, operation)
    assert exchange.shown_body == {**body, **shown}
    assert SECRET not in everything(exchange)


@pytest.mark.parametrize(
    ("operation", "status", "body", "shown"),
    [
        ("auth.login", 200, {"access_token": SECRET, "expires_in": 1},
         {"access_token": "***", "expires_in": 1}),
        ("auth.refresh", 200, {"refresh_token": SECRET}, {"refresh_token": "***"}),
        ("test_plans.resolve_variables", 200, {"resolved": {"A": SECRET}, "unresolved": ["B"]},
         {"resolved": {"A": "***"}, "unresolved": ["B"]}),
    ],
)  # fmt: skip
def test_marked_fields_of_answers(note, operation, status, body, shown):
    exchange = note(operation=operation, status=status, answer=json.dumps(body).encode())
    assert exchange.shown_answer == shown
    assert SECRET not in everything(exchange)


def test_what_is_documented_and_no_secret_is_shown(note):
    plain = {"id": "1", "name": "BASE_URL", "value": "https://shop.acme.test"}
    exchange = note(
        operation="test_plans.create_variable", status=201, answer=json.dumps(plain).encode()
    )
    assert exchange.shown_answer == plain
    refusal = {"error": "validation_error", "details": {"password": ["is required"]}}
    exchange = posted(note, {}, status=422, answer=json.dumps(refusal).encode())
    assert exchange.shown_answer == refusal
    settings = {"data": {"has_ai_api_key": True, "ai_api_key": None}}
    answer = json.dumps(settings).encode()
    assert note(operation="settings.get_settings", answer=answer).shown_answer == settings


def test_that_there_is_no_secret_is_shown(note):
    body = {"ai_api_key": None, "azure_pat": ""}
    assert posted(note, body, "settings.update_settings").shown_body == body


@pytest.mark.parametrize(
    "body",
    [
        {"accessToken": SECRET},
        {"Password": SECRET},
        {"confirm_password": SECRET},
        {"user": {"credentials": {"password": SECRET}}},
        [{"password": SECRET}],
        {"email": {"password": SECRET}},
        {"password": {"first": SECRET}},
        {"password": [SECRET]},
        {"client-secret": SECRET},
        {"x_api_key": SECRET},
        {"pass\\word": 1, "password": SECRET},
        {"user": {"login": "a", "pwd": SECRET}},
        {"pass": SECRET},
        {"sessionId": SECRET, "session_id": SECRET, "PHPSESSID": SECRET},
        {"csrf": SECRET, "xsrf_value": SECRET},
        {"jwt": SECRET, "bearer": SECRET},
        {"access_key": SECRET},
    ],
    ids=json.dumps,
)
@pytest.mark.parametrize("operation", ["auth.login", "defects.create_defect", None])
def test_misplaced_and_misspelt_fields(note, body, operation):
    text = everything(posted(note, body, operation))
    assert SECRET not in text
    assert "***" in text


def test_a_variable_in_the_wrong_shape(note):
    body = {"variables": [{"name": "A", "value": SECRET}]}
    assert SECRET not in everything(posted(note, body, "test_plans.create_variable"))
    assert SECRET not in everything(posted(note, body, None))
    assert SECRET in everything(posted(note, body, "defects.create_defect"))  # a name like others


@pytest.mark.parametrize(
    "body",
    [
        '{"email": "a@b.test", "password": "%s"',
        '{"password": "%s',
        '{"password": "a\\"%s", "email": 1',
        "{'password': '%s'}",
        '{"password": {"a": "%s"}, ',
        '{"text": "{\\"password\\": \\"%s\\"}", ',
        "password: %s\nemail: a@b.test",
        "email=a%%40b.test&password=%s",
        "email=a%%40b.test&pass%%77ord=%s",
        "%%70assword=%s",
        "100%%password=%s",
        "50%%pass=%s",
        "a%%26pass=%s",
        "<login><password>%s</password></login>",
        '--b\r\nContent-Disposition: form-data; name="password"\r\n\r\n%s\r\n--b--',
        '--b\r\nContent-Disposition: form-data; name="new_password"; a="b"\r\nX: y\r\n\r\n%s',
    ],
)
def test_bodies_that_are_no_json(note, body):
    exchange = posted(note, (body % SECRET).encode())
    assert isinstance(exchange.shown_body, str)
    assert SECRET not in everything(exchange)
    assert "***" in exchange.shown_body


def test_what_is_left_of_a_body_that_is_no_json(note):
    exchange = posted(note, b'{"email": "a@b.test", "password": "x y", "remember": true')
    assert exchange.shown_body == '{"email": "a@b.test", "password": ***, "remember": true'
    exchange = posted(note, b"email=a%40b.test&password=x&remember=1")
    assert exchange.shown_body == "email=a%40b.test&password=***&remember=1"
    exchange = posted(note, b'{"password": null, "email": "a@b.test"')
    assert exchange.shown_body == '{"password": null, "email": "a@b.test"'


def test_a_form_with_an_encoded_name(note):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    exchange = posted(note, f"pass%77ord={SECRET}&email=a".encode(), headers=headers)
    assert exchange.shown_body == "pass%77ord=***&email=a"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("authorization", f"Bearer {TOKEN}", "Bearer ***"),
        ("authorization", f"bearer {SECRET}", "bearer ***"),
        ("authorization", f"Basic {SECRET}", "Basic ***"),
        ("authorization", SECRET, "***"),
        ("authorization", f"{SECRET} x", "***"),
        ("authorization", f"Digest {SECRET}", "Digest ***"),
        ("proxy-authorization", f"{SECRET} ", "***"),
        ("proxy-authorization", f"Basic {SECRET}", "Basic ***"),
        ("cookie", f"session={SECRET}", "***"),
        ("x-api-key", SECRET, "***"),
        ("x-auth-token", SECRET, "***"),
        ("x-csrf", SECRET, "***"),
        ("x-session-id", SECRET, "***"),
        ("x-pass", SECRET, "***"),
        ("x-anything", f"a {TOKEN} b", "a *** b"),
        ("referer", f"http://x.test/?password={SECRET}", "http://x.test/?password=***"),
        ("access-control-request-headers", "authorization", "authorization"),
        ("x-workspace-id", "6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11", None),
    ],
)
def test_headers(note, name, value, shown):
    exchange = note(headers={name: value})
    assert exchange.headers[name] == (value if shown is None else shown)
    assert SECRET not in everything(exchange)
    assert TOKEN not in everything(exchange)


def test_headers_of_answers(note):
    headers = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2"), (b"x-b", b"1"), (b"x-b", b"2")]
    assert note(answer_headers=headers).answer_headers == {"set-cookie": "***, ***", "x-b": "1, 2"}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        (f"token={SECRET}&page=1", "token=***&page=1"),
        (f"access%5Ftoken={SECRET}", "access%5Ftoken=***"),
        (f"search={TOKEN}", "search=***"),
        (f"search={quote(TOKEN, safe='').replace('.', '%2E')}", "search=***"),
        (f"{TOKEN}=1", "***=1"),
        ("search=a%20b+c&x", "search=a%20b+c&x"),
        ("token=&x=1", "token=&x=1"),
    ],
)
def test_queries(note, query, shown):
    exchange = note(query=query, operation="defects.list_defects")
    assert exchange.query == shown
    assert SECRET not in everything(exchange)
    assert TOKEN.partition(".")[2] not in everything(exchange)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/api/v1/x/{TOKEN}", "/api/v1/x/***"),
        (f"/api/v1/x/{TOKEN.replace('.', '%2e')}/y", "/api/v1/x/***/y"),
        ("/api/v1/a%20b", "/api/v1/a%20b"),
    ],
)
def test_paths(note, path, shown):
    exchange = note(path=path, operation=None, status=404)
    assert exchange.path == shown
    assert "eyJ" not in everything(exchange)


@pytest.mark.parametrize(
    "body",
    [
        {"title": f"see {TOKEN}"},
        {TOKEN: 1},
        {"tags": [TOKEN]},
        {"a": {"b": [{"c": f"x.{TOKEN}"}]}},
        TOKEN,
        [TOKEN.rpartition(".")[0]],
    ],
)
def test_tokens_wherever_they_stand(note, body):
    assert "eyJ" not in everything(posted(note, body, "defects.create_defect"))
    assert "eyJ" not in everything(note(answer=json.dumps(body).encode()))


def test_a_token_in_escapes(note):
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in TOKEN)
    exchange = posted(note, f'{{"title": "{escaped}"}}'.encode(), "defects.create_defect")
    assert exchange.shown_body == {"title": "***"}


def test_tokens_in_what_is_said_about_it(note):
    exchange = note(
        user=TOKEN, warnings=[TOKEN], headers={"x-request-id": TOKEN}, operation="auth.me"
    )
    assert "eyJ" not in everything(exchange)
    assert exchange.warnings == ["field '***' is not documented"]


def test_what_looks_a_little_like_a_token_is_shown(note):
    for text in ("eyJ", "eyJabc", "see eyJ. There", "a.b.c"):
        assert posted(note, {"title": text}, "defects.create_defect").shown_body == {"title": text}


def test_hostile_texts_take_no_time(note):
    """Each of them would take minutes if anything were looked at again and again."""
    hostile = [
        "eyJ" * 20_000,
        "eyJ." * 16_000,
        "token" * 13_000,
        "a " * 30_000,
        '"' * 60_000,
        "\\" * 60_000,
        '"\\' * 30_000,
        " " * 60_000,
        'name="a"' * 8_000,
        'name="a"\r\n' * 6_000,
        "password" + " " * 60_000,
        "password:" * 7_000,
        "{" * 60_000,
        "[{" * 30_000,
        "%41" * 20_000,
        "a%" * 30_000,
        "%" * 60_000,
    ]
    for text in hostile:
        everything(posted(note, text.encode()))
        everything(posted(note, text, "defects.create_defect"))
        everything(note(query=text))


def test_no_marked_example_of_the_contract_survives(note, served):
    """Each request example of each operation, with all that its schemas mark."""
    marked = 0
    for operation in served.operations:
        content = operation.raw.get("requestBody", {}).get("content", {})
        for media in content.values():
            examples = [media.get("example"), *(
                one["value"] for one in media.get("examples", {}).values()
            )]  # fmt: skip
            for example in filter(None, examples):
                schema = operation.request_schema
                schema = served.document["components"]["schemas"][
                    schema["$ref"].rpartition("/")[2]
                ] if "$ref" in schema else schema  # fmt: skip
                for name, part in schema.get("properties", {}).items():
                    while "$ref" in part:
                        part = served.document["components"]["schemas"][
                            part["$ref"].rpartition("/")[2]
                        ]
                    if is_secret(part) and example.get(name):
                        marked += 1
                        shown = posted(note, example, operation.operation_id).shown_body
                        assert shown[name] == "***"
    assert marked >= 10


def test_through_the_server(own, world):
    """Nothing of a whole visit is in any of the journal's answers."""
    tokens = world.login("admin@acme.test")
    client = world.with_headers(Authorization=f"Bearer {tokens['access_token']}")
    client.put("/settings", json={"ai_api_key": SECRET, "jira_api_token": SECRET})
    client.post("/variables/global", json={"name": "A", "value": SECRET, "is_encrypted": True})
    assert client.get("/variables/resolve", params={"names": "A"}).json()["resolved"]["A"] == SECRET
    passwords = {"current_password": "Passw0rd!", "newPassword": SECRET}
    assert client.post("/auth/change-password", json=passwords).status_code == 422
    client.get(f"/nowhere/{tokens['refresh_token']}", params={"t": tokens["access_token"]})
    world.anonymous.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    answers = [own.get("/journal"), own.get("/journal/har"), own.get("/journal/curl")]
    match = {"operation": "auth.logout", "body": {"password": SECRET}}
    answers += [
        own.get("/journal/stream", params={"since": 0, "seconds": 0}),
        own.post("/journal/verify", json={"match": match}),
    ]
    for answer in answers:
        assert answer.status_code == 200
        for secret in (SECRET, "Passw0rd!", "eyJ"):
            assert secret not in answer.text
    assert re.search(r'"ai_api_key": ?"\*\*\*"', answers[0].text)

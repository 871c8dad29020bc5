"""Who may use the control API: this machine, or whoever holds the token; no page of elsewhere."""

from __future__ import annotations

import socket

import httpx
import pytest

import understudy

TOKEN = "a-token-of-ours"


@pytest.fixture(scope="module")
def guarded():
    with understudy.run(scenario="empty", control_token=TOKEN) as running:
        yield running


def show(running, **headers):
    return httpx.get(f"{running.url}/_control/server", headers=headers)


def test_loopback_is_open(server):
    assert show(server).status_code == 200


@pytest.mark.parametrize("given", [None, "Bearer wrong", "Bearer", f"Basic {TOKEN}", "Bearer é"])
def test_a_server_with_a_token_wants_it(guarded, given):
    answer = show(guarded, **({"Authorization": given.encode()} if given else {}))
    assert answer.status_code == 401
    assert answer.json()["error"] == "control_token_required"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert TOKEN not in answer.text


def test_its_holder_gets_in(guarded):
    assert show(guarded, Authorization=f"Bearer {TOKEN}").status_code == 200


def test_the_served_api_wants_no_control_token(guarded):
    login = {"email": "admin@acme.test", "password": "Passw0rd!"}
    assert httpx.post(f"{guarded.api_url}/auth/login", json=login).status_code == 200


def test_unknown_addresses_are_guarded_too(guarded):
    assert httpx.get(f"{guarded.url}/_control/nothing").status_code == 401
    # What the contract says is no secret, and /docs has to show it.
    assert httpx.get(f"{guarded.url}/_control/openapi.json").status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "https://127.0.0.1.evil.test"])
def test_pages_of_other_origins_are_refused(server, origin):
    answer = show(server, Origin=origin)
    assert answer.status_code == 403
    assert answer.json()["error"] == "cross_site"
    assert "access-control-allow-origin" not in answer.headers


def test_the_servers_own_pages_are_not(server):
    assert show(server, Origin=server.url).status_code == 200


def test_a_cross_site_fetch_without_an_origin_is_refused(server):
    assert show(server, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert show(server, **{"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_a_preflight_allows_other_origins_nothing(server):
    headers = {"Origin": server.url, "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"{server.url}/_control/sandboxes", headers=headers)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]
    served = httpx.options(f"{server.api_url}/defects", headers=headers)
    assert served.headers["access-control-allow-methods"]


@pytest.mark.parametrize("host", ["evil.test", "evil.test:80", "localhost.evil.test"])
def test_a_made_up_name_of_this_machine_is_refused(server, host):
    answer = show(server, Host=host)
    assert answer.status_code == 403
    assert answer.json()["error"] == "foreign_host"


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST", "localhost.:80", "fake.localhost:8000", "127.0.0.1", "[::1]:80"],
)
def test_its_own_names_are_not(server, host):
    assert show(server, Host=host).status_code == 200


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For"])
def test_what_a_proxy_hands_on_is_not_local(server, header):
    assert show(server, **{header: "203.0.113.7"}).status_code == 401


def test_a_server_beyond_loopback_makes_a_token():
    with understudy.run(scenario="empty", host="0.0.0.0") as running:
        assert running.control_token
        assert show(running).status_code == 401
        assert show(running, Authorization=f"Bearer {running.control_token}").status_code == 200


async def from_elsewhere(app, headers):
    """The status of an answer to a request of another machine."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/_control/server",
        "raw_path": b"/_control/server",
        "query_string": b"",
        "headers": headers,
        "client": ("203.0.113.7", 4711),
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"]


def test_an_application_without_a_token_answers_no_other_machine():
    import asyncio

    app = understudy.create_app(scenario="empty")
    host = (b"host", b"192.0.2.1:8000")
    assert asyncio.run(from_elsewhere(app, [host])) == 401


@pytest.mark.parametrize("token", ["", " x", "ümlaut", "a\nb"])
def test_a_token_that_cannot_be_sent_is_refused(token):
    with (
        pytest.raises(understudy.UsageError, match="control token"),
        understudy.run(scenario="empty", control_token=token),
    ):
        pass


@pytest.mark.parametrize("token", ["", " x"])
def test_an_application_refuses_such_a_token_too(token):
    with pytest.raises(understudy.UsageError, match="control token"):
        understudy.create_app(scenario="empty", control_token=token)


def test_the_control_contract_is_shown_next_to_the_served_one(server):
    document = httpx.get(f"{server.url}/_control/openapi.json").json()
    assert document["info"]["title"] == "Understudy control"
    assert document["servers"] == [{"url": "/_control", "description": "This server"}]
    assert "x-understudy" not in document
    shown = httpx.get(f"{server.url}/docs/swagger-ui-config.json").json()["urls"]
    assert [one["url"] for one in shown] == ["/api/v1/openapi.json", "/_control/openapi.json"]


def test_an_unknown_address_is_told(server):
    answer = httpx.get(f"{server.url}/_control/nothing")
    assert answer.status_code == 404
    assert httpx.put(f"{server.url}/_control/sandboxes").status_code == 405


def test_control_requests_are_in_no_journal(server, world):
    before = len(world.sandbox.journal)
    httpx.get(f"{server.url}/_control/sandboxes/{world.name}/clock")
    httpx.get(f"{server.url}/_control/nothing", headers={"X-Understudy-Sandbox": world.name})
    assert len(world.sandbox.journal) == before


def test_the_server_tells_what_is_served(server):
    shown = show(server).json()
    assert shown["version"] == understudy.__version__
    assert shown["contract"]["operations"] == 63
    assert shown["contract"]["base_path"] == server.app.contract.base_path
    assert {"default", "empty"} <= {one["name"] for one in shown["scenarios"]}
    assert shown["sandboxes"]["limit"] == server.sandboxes.limit


def test_a_port_that_is_in_use_is_told_before_a_token_is_made():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with (
            pytest.raises(understudy.UsageError, match="in use"),
            understudy.run(port=taken.getsockname()[1]),
        ):
            pass

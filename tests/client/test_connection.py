"""The way to a server, and what is told where it ends."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import understudy
from understudy.client.connection import Connection, path_to

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def silent_server():
    """Something that closes every connection without an answer."""

    def hang_up(listener, is_over):
        while not is_over.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65536)

    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        thread = threading.Thread(target=hang_up, args=(listener, is_over))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        is_over.set()
        thread.join()


def test_nothing_is_sent_before_it_is_asked_for():
    understudy.connect(NOWHERE).close()


@pytest.mark.parametrize(
    "ask",
    [
        lambda server: server.show(),
        lambda server: server.sandbox(),
        lambda server: server.attach(),
        lambda server: server.list_sandboxes(),
        lambda server: server.fault_plans(),
    ],
)
def test_a_server_that_is_not_there_is_told_in_one_line_with_the_remedy(ask):
    with understudy.connect(NOWHERE) as server, pytest.raises(understudy.Unreachable) as raised:
        ask(server)
    told = "no server answers there; start one with `understudy serve`, or with `understudy.run()`"
    assert str(raised.value) == f"{NOWHERE}: {told} in Python"
    assert isinstance(raised.value, understudy.ControlError)
    assert (raised.value.status, raised.value.code) == (0, "unreachable")


def test_a_server_that_is_gone_is_told_too():
    with understudy.run(scenario="empty") as gone:
        left = gone.attach()
    with pytest.raises(understudy.Unreachable, match="no server answers there"):
        left.clock.now()
    gone.close()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404, json={"detail": "Not Found"}),
        httpx.Response(502, text="Bad Gateway"),
        httpx.Response(404, json=["error", "message"]),
        httpx.Response(302, headers={"Location": "/"}),
        httpx.Response(200, text="<!doctype html>"),
    ],
)
def test_another_server_is_no_understudy(answer, monkeypatch):
    monkeypatch.setattr(httpx.Client, "request", lambda *_args, **_options: answer)
    with understudy.connect(NOWHERE) as server, pytest.raises(understudy.ControlError) as raised:
        server.show()
    assert raised.value.code == "not_understudy"
    told = f"{NOWHERE} is no Understudy: status {answer.status_code}"
    assert told in str(raised.value)


def test_a_connection_that_breaks_is_unreachable(silent_server):
    broken = pytest.raises(understudy.Unreachable, match="the connection broke: ")
    with understudy.connect(silent_server) as server, broken:
        server.show()


def test_an_answer_that_takes_too_long_is_unreachable(monkeypatch):
    def wait(*_args, **_options):
        raise httpx.ReadTimeout("")

    monkeypatch.setattr(httpx.Client, "request", wait)
    slow = pytest.raises(understudy.Unreachable, match="takes too long")
    with understudy.connect(NOWHERE) as server, slow:
        server.show()


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8000",
        "localhost",
        "ftp://localhost",
        "http://",
        "http://localhost:0",
        "http://localhost:port",
        "http://localhost:8000/api/v1",
        "http://localhost:8000?x",
        "http://[::1",
        "",
    ],
)
def test_what_is_no_address_is_a_usage_error(url):
    with pytest.raises(understudy.UsageError, match="no server's address such as http://127"):
        understudy.connect(url)


def test_a_slash_at_the_end_does_no_harm(server):
    with understudy.connect(f"{server.url}/") as connected:
        assert connected.url == server.url
        assert connected.attach().api_url == server.api_url


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_proxies_are_not_asked_for_loopback(host, server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, NOWHERE)
    url = server.url.replace("127.0.0.1", host)
    with understudy.connect(url) as connected, connected.attach() as s:
        assert connected.show().scenario == "empty"
        with s.http() as client:
            assert client.get("/auth/me").status_code == 401


def test_proxies_are_asked_for_other_machines():
    with Connection("http://fake.example:8000").http("", {}) as client:
        assert client.trust_env


def test_no_root_certificates_are_loaded_for_plain_http(server, monkeypatch):
    def load(*_args, **_options):
        pytest.fail("loads root certificates")

    monkeypatch.setattr(ssl, "create_default_context", load)
    with understudy.connect(server.url) as connected:
        connected.show()
    with (
        understudy.connect("https://127.0.0.1:9") as connected,
        pytest.raises(pytest.fail.Exception),
    ):
        connected.show()


def test_the_control_token_is_sent():
    with understudy.run(scenario="empty", control_token="s3cret") as server:
        assert server.show().scenario == "empty"
        with understudy.connect(server.url, token="s3cret") as connected:
            assert connected.attach().name == "default"
        for wrong in (None, "other"):
            refused = pytest.raises(understudy.ControlError)
            with understudy.connect(server.url, token=wrong) as connected, refused as raised:
                connected.show()
            assert (raised.value.status, raised.value.code) == (401, "control_token_required")


def test_the_control_token_is_read_from_the_environment(monkeypatch):
    with understudy.run(scenario="empty", control_token="s3cret") as server:
        monkeypatch.setenv("UNDERSTUDY_CONTROL_TOKEN", "s3cret")
        with understudy.connect(server.url) as connected:
            assert connected.show().scenario == "empty"
        for token, fault in (("wrong", "is not the right one"), (None, "is missing")):
            monkeypatch.delenv("UNDERSTUDY_CONTROL_TOKEN", raising=False)
            with understudy.connect(server.url, token) as connected:
                told = pytest.raises(understudy.ControlError, match=f"the control token {fault}; ")
                with told as raised:
                    connected.show()
            assert "understudy.connect(url, token)" in str(raised.value)
            assert "UNDERSTUDY_CONTROL_TOKEN" in str(raised.value)


def test_the_environment_is_not_asked_for_the_token_of_a_server_of_ours(monkeypatch):
    monkeypatch.setenv("UNDERSTUDY_CONTROL_TOKEN", "gehe\u00edm")
    with understudy.run(scenario="empty") as server:
        assert server.show().scenario == "empty"


def test_what_cannot_be_a_token_is_a_usage_error_that_does_not_show_it():
    for token in ("s3cret\n", "gehe\u00edm"):
        with pytest.raises(understudy.UsageError, match="printable ASCII") as raised:
            understudy.connect(NOWHERE, token=token)
        assert token.strip() not in str(raised.value)


def test_the_token_stays_out_of_the_clients_of_the_api():
    guarded = understudy.run(scenario="empty", control_token="s3cret")
    with guarded as server, server.sandbox() as s, s.http() as client:
        assert "authorization" not in client.headers


def test_one_client_serves_all_threads(server, monkeypatch):
    made = []
    make = httpx.Client.__init__

    def count(client, *args, **options):
        made.append(client)
        make(client, *args, **options)

    monkeypatch.setattr(httpx.Client, "__init__", count)
    with understudy.connect(server.url) as connected, ThreadPoolExecutor(8) as pool:
        names = pool.map(lambda _: connected.attach().name, range(40))
        assert set(names) == {"default"}
        assert len(made) == 1


def test_parts_of_a_path_cannot_lead_elsewhere(server):
    assert path_to("sandboxes", "a/../b", 3) == "/sandboxes/a%2F..%2Fb/3"
    for part in ("", ".", ".."):
        with pytest.raises(understudy.UsageError, match="names nothing"):
            path_to("sandboxes", part)
    for name in ("default/clock", "", ".."):
        with pytest.raises(understudy.UsageError, match="is not a name of 1 to 63 letters"):
            server.attach(name)

"""Requests that take their time: over when their client goes, and when the server stops."""

from __future__ import annotations

import contextlib
import socket
import threading

import httpx
import pytest

import understudy
from understudy.clock import stopwatch

STREAM = b"GET /_control/sandboxes/default/journal/stream HTTP/1.1\r\nhost: localhost\r\n\r\n"
ANOTHER = b"GET /api/v1/nothing HTTP/1.1\r\nhost: localhost\r\n\r\n"
HALF = (
    b"POST /api/v1/auth/login HTTP/1.1\r\nhost: localhost\r\n"
    b"content-type: application/json\r\ncontent-length: 100\r\n\r\n{"
)
WAIT = {"match": {"operation": "auth.me"}, "timeout": "60s"}


@pytest.fixture
def own_server():
    with understudy.run(scenario="empty") as running:
        yield running


def connected(server):
    port = int(server.url.rpartition(":")[2])
    return contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=10))


def until(true, what):
    """Wait for it, asking the server all the time."""
    end = stopwatch() + 10
    while not true():
        assert stopwatch() < end, what


@pytest.mark.parametrize("request_", [STREAM, STREAM + ANOTHER], ids=["alone", "pipelined"])
def test_a_client_that_goes_leaves_nothing_behind(own_server, request_):
    journal = own_server.sandboxes.default.journal
    with connected(own_server) as client:
        client.sendall(request_)
        until(lambda: journal.is_followed, "nobody follows the journal")
    until(lambda: not journal.is_followed, "somebody still follows the journal")


@pytest.mark.parametrize("sent", [STREAM, HALF], ids=["a stream", "half a body"])
def test_a_stopping_server_waits_for_nobody(sent):
    with understudy.run(scenario="empty") as server, connected(server) as client:
        client.sendall(sent)
        httpx.get(f"{server.api_url}/nothing")
        begun = stopwatch()
        server.close()
    # uvicorn would give up after five seconds.
    assert stopwatch() - begun < 4


def test_a_wait_that_the_server_cannot_answer_any_more_ends_without_an_answer():
    ended = []

    def wait(url):
        try:
            ended.append(httpx.post(url, json=WAIT, timeout=30))
        except httpx.HTTPError as error:
            ended.append(error)

    with understudy.run(scenario="empty") as server:
        journal = server.sandboxes.default.journal
        url = f"{server.url}/_control/sandboxes/default/journal/wait"
        waiter = threading.Thread(target=wait, args=[url])
        waiter.start()
        until(lambda: journal.is_followed, "nobody waits")
    waiter.join()
    assert isinstance(ended[0], httpx.RemoteProtocolError | httpx.ReadError)

"""`s.journal`: what the application asked, and whether it was what a test expects."""

from __future__ import annotations

import contextlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import understudy
from understudy.client.errors import VerificationFailed


@pytest.fixture
def asked(s, login):
    """The sandbox after five exchanges."""
    client = login(s)
    client.get("/defects", params={"limit": 3})
    client.post("/defects", json={"title": "It", "colour": "red"})
    client.get("/nowhere")
    s.clock.advance("1m")
    client.get("/auth/me")
    return s


class TestReading:
    def test_all_of_it_the_oldest_first(self, asked):
        exchanges = asked.journal.list()
        assert [one.sequence for one in exchanges] == [1, 2, 3, 4, 5]
        assert [one.status for one in exchanges] == [200, 200, 201, 404, 200]
        _, listed, created, nowhere, me = exchanges
        assert (listed.operation, listed.query) == ("defects.list_defects", "limit=3")
        assert listed.user == "admin@acme.test"
        assert created.request.body == {"title": "It", "colour": "red"}
        assert created.changes[0].kind == "added"
        assert created.warnings
        assert (nowhere.operation, nowhere.path) == (None, "/api/v1/nowhere")
        assert me.at == asked.clock.now()

    def test_page_by_page(self, asked, monkeypatch):
        monkeypatch.setattr("understudy.client.journal.PAGE", 2)
        assert [one.sequence for one in asked.journal.list()] == [1, 2, 3, 4, 5]
        assert [one.sequence for one in asked.journal.list(method="GET")] == [2, 4, 5]
        assert [one.sequence for one in asked.journal.list(since=4)] == [5]

    def test_the_last_of_it(self, asked):
        assert [one.sequence for one in asked.journal.tail(2)] == [4, 5]
        assert [one.sequence for one in asked.journal.tail(2, status="2xx")] == [3, 5]
        assert len(asked.journal.tail()) == 5

    def test_filters(self, asked):
        def sequences(**filters):
            return [one.sequence for one in asked.journal.list(**filters)]

        assert sequences(operation="defects.*") == [2, 3]
        assert sequences(path="*/nowhere") == [4]
        assert sequences(status=404) == [4]
        assert sequences(user="admin@acme.test", method="POST", status=201) == [3]
        assert 3 in sequences(has_warnings=True)
        assert sequences(has_fault=True) == []
        with pytest.raises(TypeError, match="no 'oparation'"):
            sequences(oparation="defects.*")

    def test_one_of_it(self, asked):
        assert asked.journal.get(3).operation == "defects.create_defect"
        with pytest.raises(understudy.ControlError) as raised:
            asked.journal.get(6)
        assert (raised.value.status, raised.value.code) == (404, "no_such_exchange")

    def test_it_is_cleared_and_goes_on(self, asked):
        asked.journal.clear()
        assert asked.journal.list() == []
        asked.http().get("/auth/me")
        assert [one.sequence for one in asked.journal.list()] == [6]

    def test_exports(self, asked):
        entries = asked.journal.har(method="POST")["log"]["entries"]
        assert [one["request"]["method"] for one in entries] == ["POST", "POST"]
        commands = asked.journal.curl(path="*/defects", method="GET").splitlines()
        assert len([line for line in commands if line.startswith("curl ")]) == 1


class TestVerifying:
    def test_what_was_asked(self, asked):
        assert asked.journal.verify(operation="defects.create_defect").count == 1
        assert asked.journal.verify(operation="defects.*", exactly=2).exchanges == (2, 3)
        assert asked.journal.verify(body={"title": "It"}, method="POST", at_most=1)
        assert asked.journal.verify(query={"limit": 3}, at_least=1)
        assert asked.journal.verify(status="5xx", exactly=0).verified

    def test_never(self, asked):
        assert asked.journal.verify(status="5xx", never=True).count == 0
        with pytest.raises(VerificationFailed):
            asked.journal.verify(operation="auth.login", never=True)
        with pytest.raises(TypeError, match="never is exactly=0: leave out at_most"):
            asked.journal.verify(never=True, at_most=3)

    def test_an_unknown_field_tells_all_that_there_are(self, asked):
        for name in ("never", "exactly", "at_least", "at_most", "operation"):
            with pytest.raises(TypeError, match=rf"no 'execty'; there are .*\b{name}\b"):
                asked.journal.verify(execty=1)
        with pytest.raises(TypeError, match=r"no 'tiemout'; there are .*count.*timeout"):
            asked.journal.wait(tiemout=1)

    def test_a_miss_tells_what_was_nearest(self, asked):
        with pytest.raises(AssertionError) as raised:
            asked.journal.verify(operation="defects.create_defect", user="viewer@acme.test")
        told = str(raised.value)
        assert "viewer@acme.test" in told
        assert "admin@acme.test" in told
        assert isinstance(raised.value, understudy.VerificationFailed)
        answer = raised.value.answer
        assert answer.nearest[0].exchange.sequence == 3
        assert any("admin@acme.test" in one for one in answer.nearest[0].differences)

    def test_too_often(self, asked):
        with pytest.raises(VerificationFailed, match="saw 2"):
            asked.journal.verify(operation="defects.*", exactly=1)

    def test_an_order(self, asked):
        first, then = {"operation": "auth.login"}, {"operation": "defects.create_defect"}
        assert asked.journal.verify_order([first, then]).verified
        with pytest.raises(VerificationFailed):
            asked.journal.verify_order([then, first])
        with pytest.raises(TypeError, match="no 'oparation'"):
            asked.journal.verify_order([{"oparation": "auth.login"}])

    def test_what_makes_no_sense_is_the_servers_to_say(self, asked):
        with pytest.raises(understudy.ControlError) as raised:
            asked.journal.verify(exactly=1, at_least=2)
        assert raised.value.status == 422


class TestWaiting:
    def test_what_is_there_already(self, asked):
        assert [one.sequence for one in asked.journal.wait(operation="defects.*", count=2)] == [
            2,
            3,
        ]

    def test_what_comes(self, s):
        with ThreadPoolExecutor() as pool:
            waiting = pool.submit(s.journal.wait, operation="auth.me", timeout="10s")
            s.http().get("/auth/me")
            (found,) = waiting.result()
        assert found.path == "/api/v1/auth/me"

    def test_what_does_not_come(self, asked):
        with pytest.raises(understudy.VerificationFailed, match="waited 20ms") as raised:
            asked.journal.wait(operation="defects.create_defect", count=2, timeout=0.02)
        assert not raised.value.answer.found

    def test_as_long_as_it_takes(self, s, monkeypatch):
        asked = []
        request = httpx.Client.request

        def ask(client, *args, **options):
            asked.append(options["timeout"].read)
            return request(client, *args, **options)

        monkeypatch.setattr(httpx.Client, "request", ask)
        s.clock.show()
        s.http().get("/auth/me", timeout=httpx.Timeout(1))
        s.journal.wait(timeout="1m")
        assert asked[2] == asked[0] + 60

    def test_longer_than_the_server_waits(self, s):
        with pytest.raises(understudy.ControlError) as raised:
            s.journal.wait(timeout="2m")
        assert "timeout" in raised.value.details


class TestFollowing:
    def test_what_is_there_already(self, asked):
        stream = asked.journal.stream(since=0, limit=2, operation="defects.*")
        assert [one.sequence for one in stream] == [2, 3]

    def test_what_comes(self, s):
        followed = []
        follower = threading.Thread(
            target=lambda: followed.extend(s.journal.stream(since=0, limit=2))
        )
        follower.start()
        client = s.http()
        client.get("/auth/me")
        client.get("/nowhere")
        follower.join(10)
        assert [one.path for one in followed] == ["/api/v1/auth/me", "/api/v1/nowhere"]

    def test_that_some_were_lost_is_no_exchange(self, asked, monkeypatch):
        (first, *_) = asked.journal.list()

        @contextlib.contextmanager
        def lines(*_):
            exchange = json.dumps(dict(first.raw))
            lost = ["event: lost", 'data: {"first": 2, "last": 9}', ""]
            yield iter([": hello", "", *lost, "id: 1", "event: exchange", f"data: {exchange}", ""])

        monkeypatch.setattr(asked._connection, "lines", lines)
        assert [*asked.journal.stream()] == [first]

    def test_for_a_while(self, asked):
        assert list(asked.journal.stream(seconds=0.01)) == []

    def test_it_can_be_left(self, asked):
        stream = asked.journal.stream(since=0)
        assert next(stream).sequence == 1
        stream.close()

    def test_of_a_sandbox_that_is_not_there(self, server):
        s = server.sandbox()
        s.close()
        with pytest.raises(understudy.ControlError) as raised:
            next(s.journal.stream())
        assert raised.value.code == "no_such_sandbox"

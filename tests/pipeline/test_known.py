"""Requests that came before, to the letter: they are not parsed again, and answered as if they
were.
"""

from __future__ import annotations

import json
import re

import pytest
from tests.pipeline.test_fastlane import ME, Connection

from understudy.fastlane import FastLane
from understudy.pipeline.known import LONGEST, MOST, Known

DEFECTS = "/api/v1/defects"


@pytest.fixture
def parsed(monkeypatch):
    """The addresses of the requests that the parser has seen."""
    seen = []
    original = FastLane.on_headers_complete

    def noted(self):
        seen.append(self.url.decode())
        original(self)

    monkeypatch.setattr(FastLane, "on_headers_complete", noted)
    return seen


@pytest.fixture
def connection(world, server, parsed):
    """A connection to the server, with what it takes to ask as the admin of a fresh sandbox."""
    with Connection(server.url, world.client().headers["authorization"]) as opened:
        parsed.clear()
        yield opened


def ask(connection, *arguments, **named):
    """A request's status and JSON."""
    connection.send(connection.request(*arguments, **named))
    status, _, body = connection.answer()
    return status, json.loads(body)


class TestWhatIsNotParsedAgain:
    def test_the_same_request(self, connection, parsed):
        answers = [ask(connection, "GET", ME) for _ in range(4)]
        assert answers[0][0] == 200
        assert answers[1:] == answers[:1] * 3
        assert parsed == [ME, ME]

    def test_over_another_connection_of_the_same_client(self, world, server, parsed):
        authorization = world.client().headers["authorization"]
        parsed.clear()
        for count in (3, 1, 1):
            with Connection(server.url, authorization) as one:
                assert [ask(one, "GET", ME)[0] for _ in range(count)] == [200] * count
        assert parsed == [ME, ME]

    def test_another_body_of_the_same_length(self, connection, parsed):
        titles = ["first", "other", "third"]
        made = [ask(connection, "POST", DEFECTS, {"title": title}) for title in titles]
        assert [(status, body["title"]) for status, body in made] == [(201, one) for one in titles]
        assert len({body["id"] for _, body in made}) == 3
        assert parsed == [DEFECTS] * 2

    def test_an_address_and_headers_that_came_apart(self, connection, parsed):
        for _ in range(2):
            ask(connection, "GET", ME)
        for _ in range(2):
            ask(connection, "GET", DEFECTS, accept="*/*")
        parsed.clear()
        assert "email" in ask(connection, "GET", ME, accept="*/*")[1]
        assert "total" in ask(connection, "GET", DEFECTS)[1]
        assert parsed == []


class TestWhatIs:
    @pytest.mark.parametrize("body", [{"title": "longer than it was"}, {"title": "s"}])
    def test_a_body_of_another_length(self, connection, parsed, body):
        for _ in range(2):
            ask(connection, "POST", DEFECTS, {"title": "first"})
        assert ask(connection, "POST", DEFECTS, body)[1]["title"] == body["title"]
        assert len(parsed) == 3

    def test_two_in_one_packet(self, connection, parsed):
        for _ in range(2):
            ask(connection, "GET", ME)
        twice = connection.request("GET", ME) * 2
        for _ in range(2):
            connection.send(twice)
            assert [connection.answer()[0] for _ in range(2)] == [200, 200]
        assert len(parsed) == 6

    def test_one_in_two_packets(self, connection, parsed):
        whole = connection.request("POST", DEFECTS, {"title": "first"})
        for _ in range(2):
            connection.send(whole)
            assert connection.answer()[0] == 201
        before = ask(connection, "GET", DEFECTS)[1]["total"]
        head, _, body = whole.partition(b"\r\n\r\n")
        connection.send(head + b"\r\n\r\n", body)
        assert connection.answer()[0] == 201
        assert ask(connection, "GET", DEFECTS)[1]["total"] == before + 1

    def test_one_behind_an_empty_line(self, connection):
        for address, name in ((ME, "email"), (DEFECTS, "total"), (ME, "email")):
            connection.send(b"\r\n" + connection.request("GET", address))
            assert name in json.loads(connection.answer()[2])

    def test_one_that_ends_the_connection(self, world, server, parsed):
        authorization = world.client().headers["authorization"]
        for _ in range(2):
            with Connection(server.url, authorization) as one:
                one.send(one.request("GET", ME, connection="close"))
                assert one.answer()[0] == 200
                assert one.is_over()
        assert len(parsed) >= 2


class TestWhatHasChangedSince:
    @pytest.fixture(autouse=True)
    def known(self, connection):
        for _ in range(2):
            assert ask(connection, "GET", ME)[0] == 200

    def test_the_session_has_ended(self, world, connection):
        store = world.sandbox.store["sessions"]
        for session in list(store):
            store.change(session["id"], ended_at=world.sandbox.clock.now(), access={})
        assert ask(connection, "GET", ME)[0] == 401

    def test_the_token_has_expired(self, world, connection):
        world.sandbox.clock.advance(3_600_000)
        assert ask(connection, "GET", ME)[0] == 401
        world.sandbox.clock.advance(-3_600_000)
        assert ask(connection, "GET", ME)[0] == 200

    def test_the_account_is_switched_off(self, world, connection):
        user = world.sandbox.store["users"].first({"email": "admin@acme.test"})
        world.sandbox.store["users"].change(user["id"], is_active=False)
        assert ask(connection, "GET", ME)[1]["error"] == "account_inactive"

    def test_the_role_is_another(self, world, connection):
        assert ask(connection, "POST", DEFECTS, {"title": "x"})[0] == 201
        user = world.sandbox.store["users"].first({"email": "admin@acme.test"})
        membership = world.sandbox.store["memberships"].first({"user_id": user["id"]})
        world.sandbox.store["memberships"].change(membership["id"], role="VIEWER")
        assert ask(connection, "POST", DEFECTS, {"title": "x"})[0] == 403

    def test_the_subscription_has_run_out(self, world, connection):
        assert ask(connection, "GET", DEFECTS)[0] == 200
        user = world.sandbox.store["users"].first({"email": "admin@acme.test"})
        workspace_id = world.sandbox.store["memberships"].first({"user_id": user["id"]})[
            "workspace_id"
        ]
        now = world.sandbox.clock.now()
        world.sandbox.store["workspaces"].change(workspace_id, subscription_expires_at=now)
        assert ask(connection, "GET", DEFECTS)[0] == 402

    def test_the_data_went_back_to_before_the_log_in(self, world, connection):
        user = world.sandbox.store["users"].first({"email": "admin@acme.test"})
        before = world.sandbox.store.snapshot()
        world.sandbox.store["users"].change(user["id"], username="somebody")
        assert ask(connection, "GET", ME)[1]["username"] == "somebody"
        world.sandbox.store.restore(before)
        assert ask(connection, "GET", ME)[1]["username"] == user["username"]

    def test_a_fault_strikes(self, world, connection):
        last = world.sandbox.journal.last
        slow = {
            "match": {"operation": "auth.me"},
            "do": {"delay": {"ms": 20}},
            "until": {"times": 1},
        }
        world.sandbox.faults.add(slow)
        connection.send(connection.request("GET", ME))
        assert connection.answer()[0] == 200
        assert ask(connection, "GET", ME)[0] == 200
        struck = [entry.fault is not None for entry in world.sandbox.journal.after(last)]
        assert struck == [True, False]


def test_each_gets_an_id_of_its_own_and_the_journal_has_it(world, connection):
    last = world.sandbox.journal.last
    ids = []
    for given in (None, None, "mine", "mine", "not a plain one", "not a plain one"):
        named = {} if given is None else {"x_request_id": given}
        connection.send(connection.request("GET", ME, **named))
        ids.append(connection.answer()[1]["x-request-id"])
    assert ids[2:4] == ["mine", "mine"]
    assert len(set(ids)) == 5
    kept = [
        dict(_lines(entry.headers))[b"x-request-id"] for entry in world.sandbox.journal.after(last)
    ]
    assert kept == [one.encode() for one in ids]


def _lines(packed):
    lines = packed.split(b"\n")
    return zip(lines[::2], lines[1::2], strict=True)


ODD = [
    b"GET %b HTTP/1.1\r\nhost: a\r\n\r\n",
    b"GET %b? HTTP/1.1\r\nhost: a\r\n\r\n",
    b"GET %b?per_page=1&nothing=1 HTTP/1.1\r\nhost: a\r\n\r\n",
    b"GET  %b HTTP/1.1\r\nhost: a\r\n\r\n",
    b"GET %b HTTP/1.1\nhost: a\n\n",
    b"GET %b HTTP/1.1\r\nhost: a\n\nGET %b HTTP/1.1\r\nhost: b\r\n\r\n",
    b"GET %b HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
    b"GET %b HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n",
    b"GET %b HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}",
    b"GET %b HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\n\r\n\r\n",
    b"GET %b HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}",
    b"GET %b HTTP/1.1\r\nhost: a\r\ncontent-length: +2\r\n\r\n{}",
    b"GET %b HTTP/1.1\r\nhost: a\r\ncontent-length: " + b"0" * 5000 + b"\r\n\r\n",
    b"POST %b HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    b"POST %b HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nupgrade: x\r\n\r\n{}",
    b"HEAD %b HTTP/1.1\r\nhost: a\r\n\r\n",
    b"get %b HTTP/1.1\r\nhost: a\r\n\r\n",
    b"GET %b HTTP/1.0\r\nhost: a\r\n\r\n",
    b"GET %b HTTP/1.1\r\nhost : a\r\n\r\n",
    b"GET %b HTTP/1.1\r\n folded: a\r\n\r\n",
    b"GET %b HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n\r\n",
    b"GET http://a%b HTTP/1.1\r\nhost: a\r\n\r\n",
    b"GET %b#part HTTP/1.1\r\nhost: a\r\n\r\n",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_requests_are_answered_as_when_nothing_is_known(server, monkeypatch, odd):
    raw = odd.replace(b"%b", DEFECTS.encode())
    usual = ODD[0].replace(b"%b", DEFECTS.encode())

    def answers():
        found, rest = [], [raw] * 3 + [usual] * 3 + [raw + usual, raw]
        while rest:
            with Connection(server.url, "") as one:
                is_open = True
                while rest and is_open:
                    one.send(rest.pop(0))
                    found.append(_all_answers(one))
                    is_open = b"connection: close" not in found[-1]
        return found

    known = answers()
    monkeypatch.setattr(Known, "get", lambda *_: None)
    assert known == answers()


LAST = b"GET /the-last HTTP/1.1\r\nhost: a\r\nx-request-id: the-last\r\n\r\n"


def _all_answers(connection):
    """All that is sent until one more request is answered, or until the end of the connection: to
    one that ends, nothing more is sent, or the answer might be lost.
    """
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += connection._file.readline()
    if b"connection: close" in answer:
        return _plain(answer + connection._file.read())
    connection.send(LAST)
    while b"the-last" not in answer and (line := connection._file.readline()):
        answer += line
    if b"the-last" in answer:  # of which nothing is left for the next one
        while not answer.endswith(b"\r\n\r\n"):
            answer += connection._file.readline()
        length = re.findall(rb"content-length: ([0-9]+)\r\n", answer)[-1]
        answer += connection._file.read(int(length))
    return _plain(answer)


def _plain(answer):
    answer = re.sub(rb"x-request-id: [^\r]*|date: [^\r]*", b"", answer)
    return re.sub(rb"request [0-9a-f]+-[0-9]+", b"request", answer)


def test_not_too_much_is_kept():
    known = Known()
    known.keep(b"x" * (LONGEST + 1), 1)
    assert not known
    for number in range(MOST + 1):
        known.keep(b"%d" % number, number)
    assert known == {b"%d" % MOST: MOST}

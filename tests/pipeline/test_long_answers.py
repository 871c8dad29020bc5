"""Answers of some megabytes: kept and sent in pieces, and spoiled or broken off like any other."""

from __future__ import annotations

import asyncio
import json
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlsplit

import httpx
import pytest

import understudy
from understudy.pipeline.exchange import Reply, Request
from understudy.pipeline.known import Head
from understudy.pipeline.pieces import PORTION, Pieces, Text
from understudy.pipeline.sending import send_reply

EXPORT = "/defects/export/json"
OPEN_ONES = f"{EXPORT}?status=OPEN"
SIZES = {"defects": 9_000, "cases": 10, "runs": 10}
"""All defects have some five megabytes, the open ones more than one and less than two."""


@pytest.fixture(scope="module")
def server():
    """A server whose clock stands: so two exports are the same."""
    at = "2026-07-01T09:00:00Z"
    with understudy.run(scenario="large-workspace", parameters=SIZES, clock=at) as server:
        yield server


@pytest.fixture(scope="module")
def get(server):
    """GET a path: the length that was told, and what came, byte by byte, whatever it is."""
    where = urlsplit(server.api_url)
    account = {"email": "admin@acme.test", "password": "Passw0rd!"}
    token = httpx.post(f"{server.api_url}/auth/login", json=account).json()["access_token"]

    def get(path):
        connection = HTTPConnection(where.netloc, timeout=60)
        connection.request("GET", where.path + path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        assert answer.status == 200
        try:
            payload = answer.read()
        except IncompleteRead as error:
            payload = error.partial
        connection.close()
        return int(answer.headers["Content-Length"]), payload

    return get


@pytest.fixture
def strike(server):
    """Add a rule for one call; it is gone after the test."""
    faults = f"{server.url}/_control/sandboxes/default/faults"

    def add(do):
        answer = httpx.post(faults, json={"id": "rule", "do": do, "until": {"times": 1}})
        assert answer.status_code == 201, answer.text

    yield add
    assert httpx.delete(f"{faults}/rule").status_code == 200


def told(server):
    """What the last rule did, as the journal has it."""
    journal = httpx.get(f"{server.url}/_control/sandboxes/default/journal").json()["exchanges"]
    return max((one["sequence"], one["fault"]["does"]) for one in journal if one["fault"])[1]


def test_it_is_whole(get):
    length, payload = get(EXPORT)
    assert length == len(payload) > 2 * PORTION
    found = json.loads(payload)
    assert found["total"] == len({each["id"] for each in found["defects"]}) == SIZES["defects"]


def test_it_breaks_off_where_a_rule_says(get, strike):
    _, whole = get(EXPORT)
    strike({"connection": {"kind": "close", "after_bytes": 2_500_000}})
    length, payload = get(EXPORT)
    assert length == len(whole)
    assert same(payload, whole[:2_500_000])


def test_it_trickles_whole(get, strike):
    _, whole = get(EXPORT)
    strike({"connection": {"kind": "trickle", "bytes_per_second": 10_000_000}})
    assert same(get(EXPORT)[1], whole)


@pytest.mark.parametrize("kind", ["truncated", "malformed", "missing_field"])
def test_a_very_long_one_is_cut_short_however_it_should_be_spoiled(get, strike, server, kind):
    _, whole = get(EXPORT)
    strike({"off_contract": {"kind": kind}})
    length, cut = get(EXPORT)
    assert 0 < length == len(cut) < len(whole)
    assert same(cut, whole[:length])
    more = "" if kind == "truncated" else ", which are too many to break otherwise"
    assert told(server) == f"answers {length} of {len(whole)} bytes of JSON{more}"


def test_a_long_one_is_spoiled_as_asked_for(get, strike, server):
    _, whole = get(OPEN_ONES)
    assert PORTION < len(whole) < 2 * PORTION
    strike({"off_contract": {"kind": "missing_field", "field": "defects.7.title"}})
    length, payload = get(OPEN_ONES)
    assert length == len(payload)
    expected = json.loads(whole)
    del expected["defects"][7]["title"]
    assert json.loads(payload) == expected
    assert told(server) == "answers without defects.7.title"


def same(one, other):
    """Whether these are the same; a difference of megabytes is not to be shown."""
    return one == other


def test_others_have_their_turn_between_its_portions():
    async def turns_meanwhile(payload):
        turns, sizes = [], []

        async def send(message):  # as fast as can be: it never waits
            sizes.append(len(message.get("body", b"")))
            turns.append(count)

        async def go_on():
            nonlocal count
            while True:
                count += 1
                await asyncio.sleep(0)

        count = 0
        other = asyncio.ensure_future(go_on())
        request, head = Request("GET", "/", (), b"", Head({})), {"type": "http.response.start"}
        await send_reply(request, Reply(200, payload, []), head, {}, send, send)
        other.cancel()
        return turns, sizes

    for payload in (bytes(5 * PORTION), Pieces([bytes(PORTION)] * 5)):
        turns, sizes = asyncio.run(turns_meanwhile(payload))
        assert sum(sizes) == 5 * PORTION
        assert max(sizes) == PORTION
        assert turns[1:] == sorted({*turns[1:]}), "two portions in one turn"


def test_text_is_gathered_in_pieces():
    text = Text()
    parts = [b"x" * size for size in (10, PORTION, 5, PORTION // 2, PORTION // 2, 7)]
    for part in parts:
        text.add_item((part,))
    pieces = text.pieces()
    assert b"".join(pieces) == b",".join(parts)
    assert all(PORTION <= len(piece) <= 2 * PORTION for piece in pieces[:-1])
    assert len(text.payload()) == len(b",".join(parts))

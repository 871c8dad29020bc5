"""The ring itself: what it keeps, what it lets go, and what it keeps alive."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
import weakref
from types import SimpleNamespace

import pytest

from understudy.errors import BodyTooLarge
from understudy.journal import Journal
from understudy.journal.record import as_json
from understudy.journal.ring import LONGEST_BODY
from understudy.store import Change, Record


def sequences(journal: Journal) -> list[int]:
    return [entry.sequence for entry in journal.after(0)]


@pytest.fixture
def small(ring):
    ring._most = 3
    return ring


def test_it_keeps_the_last_ones_and_counts_on(small, note):
    for _ in range(5):
        note()
    assert sequences(small) == [3, 4, 5]
    assert (small.first, small.last, len(small)) == (3, 5, 3)
    assert small.get(2) is None
    assert small.get(3).sequence == 3
    assert small.get(6) is None


def test_it_tells_how_many_were_dropped(small, note):
    for _ in range(5):
        note()
    assert [small.lost(since) for since in (0, 1, 2, 3, 9)] == [2, 1, 0, 0, 0]


def test_what_was_cleared_is_not_lost_and_the_sequence_goes_on(small, note):
    for _ in range(5):
        note()
    assert small.clear() == 3
    assert (len(small), small.last, small.lost(0)) == (0, 5, 0)
    for _ in range(4):
        note()
    assert sequences(small) == [7, 8, 9]
    assert small.lost(0) == 1


def test_some_of_them(ring, note):
    for _ in range(5):
        note()
    assert [entry.sequence for entry in ring.after(2)] == [3, 4, 5]
    assert [entry.sequence for entry in ring.after(1, 2)] == [2, 3]
    assert ring.after(5) == []


def test_it_is_bounded_in_bytes(ring, note):
    for _ in range(500):
        note("POST", body=b"x" * LONGEST_BODY)
    assert len(ring) == 63  # 4 MiB, of 65 KiB and some each
    assert ring._size <= 4 * 1024 * 1024
    for _ in range(1000):
        note()
    assert len(ring) == 1000


@pytest.mark.parametrize(
    "fields",
    [
        {"path": "/" + "x" * 60_000},
        {"query": "x" * 60_000},
        {"headers": {"x-much": "x" * 60_000}},
        {"headers": {"x" * 60_000: ""}},
        {"headers": {f"x-{number}": "" for number in range(2000)}},
        {"answer_headers": [(b"x-much", b"x" * 60_000)]},
        {"answer_headers": [(b"x" * 60_000, b"")]},
        {"answer": b"x" * 60_000},
        {"warnings": ["x" * 60_000] * 200},
        {
            "changes": [
                Change("defects", str(number), None, Record({}, "x")) for number in range(99)
            ]
        },
    ],
    ids=lambda fields: str(fields)[:24],
)
def test_everything_counts(ring, note, fields):
    for _ in range(1000):
        note(**fields)
    assert len(ring) < 400


def test_long_bodies_are_not_kept(ring, note):
    exchange = note(body=b"x" * (LONGEST_BODY + 1), answer=b"y" * (LONGEST_BODY + 2))
    assert (exchange.entry.body, exchange.entry.payload) == (LONGEST_BODY + 1, LONGEST_BODY + 2)
    shown = as_json(exchange)
    assert shown["request"]["body"] is shown["response"]["body"] is None
    assert [shown[side]["omitted"] for side in ("request", "response")] == ["too_large"] * 2
    assert shown["request"]["bytes"] == LONGEST_BODY + 1
    assert ring._size < 3000


def test_a_body_that_was_never_read_has_no_length(note):
    shown = as_json(note(body=BodyTooLarge()))
    assert (shown["request"]["bytes"], shown["request"]["omitted"]) == (None, "too_large")


def test_the_length_of_a_body_that_was_never_read_is_the_declared_one(note):
    shown = as_json(note(body=BodyTooLarge(), headers={"content-length": "99999999"}))
    assert shown["request"]["bytes"] == 99_999_999
    shown = as_json(note(headers={"transfer-encoding": "chunked"}))
    assert (shown["request"]["bytes"], shown["request"]["omitted"]) == (None, "not_read")


def test_the_answer_to_a_head_has_no_body(note):
    assert as_json(note("HEAD", answer=b"{}"))["response"]["bytes"] == 0


def test_it_takes_no_more_memory_than_it_says(ring, note):
    """Whatever a client sends most of; each exchange has texts of its own."""
    wild = [
        lambda number: {"headers": {f"{number}-{each}-{'n' * 900}": "" for each in range(100)}},
        lambda number: {"headers": {f"{number}-{each}": f"v{number}" for each in range(300)}},
        lambda number: {"warnings": [f"{number}-{each}-{'ф' * 490}" for each in range(101)]},
        lambda number: {"path": f"/{number}/{'x' * 9000}", "query": f"{number}={'x' * 9000}"},
    ]
    for fields in wild:
        gc.collect()
        tracemalloc.start()
        for number in range(150):
            note(**fields(number))
        taken, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert taken < 1.3 * ring._size
        ring.clear()


def test_it_keeps_no_record_alive(ring, note):
    before, after = Record({"id": "x", "title": "a"}, "x"), Record({"id": "x", "title": "b"}, "x")
    watched = weakref.ref(after)
    note(changes=[Change("defects", "x", before, after)])
    del before, after
    gc.collect()
    assert watched() is None
    assert ring.get(1).changes[0].fields == ("title",)


def changed(note, *changes):
    exchange = note(changes=changes)
    return [tuple(one) for one in exchange.entry.changes], exchange.entry.change_count


def test_changes_are_told_object_by_object(note):
    first, second = Record({"a": 1, "b": [1], "c": 1}, "x"), Record({"a": 2, "b": [1], "d": 1}, "x")
    assert changed(note, Change("things", "x", first, second)) == (
        [("things", "x", "changed", ("a", "d", "c"))], 1,
    )  # fmt: skip
    assert changed(note, Change("things", "x", None, first)) == (
        [("things", "x", "added", ())], 1
    )  # fmt: skip
    assert changed(note, Change("things", "x", first, None)) == (
        [("things", "x", "removed", ())], 1
    )  # fmt: skip


def test_several_changes_of_an_object_are_one(note):
    first, second, third = (Record({"a": a, "b": b}, "x") for a, b in ((1, 1), (2, 1), (2, 2)))
    steps = [Change("things", "x", None, first), Change("things", "x", first, second)]
    assert changed(note, *steps) == ([("things", "x", "added", ())], 1)
    steps = [Change("things", "x", first, second), Change("things", "x", second, third)]
    assert changed(note, *steps) == ([("things", "x", "changed", ("a", "b"))], 1)
    steps = [Change("things", "x", None, first), Change("things", "x", first, None)]
    assert changed(note, *steps) == ([], 0)


def test_the_stores_own_bookkeeping_is_no_change(note):
    counter = Record({"value": 1}, "defects:1")
    assert changed(note, Change("_counters", "defects:1", None, counter)) == ([], 0)


def test_many_changes_are_counted(note):
    record = Record({}, "x")
    many = [Change("things", str(number), None, record) for number in range(250)]
    told, count = changed(note, *many)
    assert (len(told), count) == (100, 250)


def network(**options):
    return SimpleNamespace(**{"kind": "close", "after_bytes": None, **options})


@pytest.mark.parametrize(
    ("kind", "after_bytes", "status"),
    [("close", None, 0), ("hang", None, 0), ("reset", 5, 200), ("trickle", None, 200)],
)
def test_an_answer_that_a_fault_swallows_has_no_status(note, kind, after_bytes, status):
    struck = SimpleNamespace(
        rule_id="f1", does="something", delay=0.25,
        network=network(kind=kind, after_bytes=after_bytes),
    )  # fmt: skip
    shown = as_json(note(strike=struck, answer=b'{"a": 1}', seconds=0.002))
    assert shown["status"] == status
    assert shown["response"]["body"] == (None if status == 0 else {"a": 1})
    assert shown["fault"] == {"id": "f1", "does": "something"}
    assert shown["milliseconds"] == 252


def test_the_answer_to_a_head_that_breaks_off_is_none(note):
    struck = SimpleNamespace(
        rule_id="f1", does="something", delay=0, network=network(after_bytes=5)
    )  # fmt: skip
    assert as_json(note("HEAD", strike=struck, answer=b'{"a": 1}'))["status"] == 0
    assert as_json(note("GET", strike=struck, answer=b'{"a": 1}'))["status"] == 200


def test_whoever_waits_is_woken(ring, note):
    async def scene():
        waiting = [asyncio.create_task(ring.more(0, 10)) for _ in range(3)]
        await asyncio.sleep(0)
        assert len(ring._waiting) == 3
        note()
        return await asyncio.gather(*waiting)

    assert asyncio.run(scene()) == [True] * 3
    assert not ring._waiting


def test_waiting_ends(ring, note):
    note()
    assert asyncio.run(ring.more(0, 10)) is True
    assert asyncio.run(ring.more(1, 0.001)) is False
    assert asyncio.run(ring.more(1, 0)) is False
    assert not ring._waiting


def test_whoever_gives_up_waiting_leaves_nothing_behind(ring):
    async def scene():
        task = asyncio.create_task(ring.more(0, 10))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

    asyncio.run(scene())
    assert not ring._waiting


def test_a_closed_journal_lets_everybody_go(ring, note):
    async def scene():
        task = asyncio.create_task(ring.more(1, 10))
        await asyncio.sleep(0)
        ring.close()
        assert await task is False
        assert await ring.more(1, 10) is False

    note()
    asyncio.run(scene())
    assert (len(ring), ring.is_closed) == (0, True)

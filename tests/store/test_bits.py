"""Sets of sequences against Python's own sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.store import bits as module
from understudy.store.bits import CHUNK, WINDOW, Bits

sequences = st.integers(0, 3 * CHUNK) | st.integers(CHUNK - 3, CHUNK + 3)
sets = st.sets(sequences) | st.builds(lambda start: set(range(start, start + 600)), sequences)


@pytest.fixture(params=[0, 2_000], autouse=True)
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets are made in both of the ways, and large ones in portions."""
    monkeypatch.setattr(module, "MANY", request.param)
    monkeypatch.setattr(module, "PORTION", 100)


def bits(members: set[int]) -> Bits:
    return Bits.of(sorted(members)) if members else Bits()


@given(sets)
def test_hold_what_they_were_made_of(members: set[int]) -> None:
    found = bits(members)
    assert [*found] == sorted(members)
    assert len(found) == len(members)
    assert bool(found) == bool(members)
    assert all(sequence in found for sequence in members)
    assert not any(sequence + 1 in found for sequence in members if sequence + 1 not in members)


@given(sets, sets)
def test_meet_join_and_part(one: set[int], other: set[int]) -> None:
    assert {*(bits(one) & bits(other))} == one & other
    assert {*(bits(one) | bits(other))} == one | other
    assert {*(bits(one) - bits(other))} == one - other
    assert bool(bits(one) - bits(one)) is False


@given(sets, sequences, sequences, st.booleans())
def test_give_a_part_by_places(members: set[int], start: int, size: int, backwards: bool) -> None:
    start %= len(members) + 1
    wanted = sorted(members, reverse=backwards)[start : start + size]
    assert bits(members).part(start, start + size, backwards) == wanted


@given(sets, sequences)
def test_change_without_their_copies(members: set[int], sequence: int) -> None:
    found = bits(members)
    copy = found.copy()
    found.add(sequence)
    assert {*found} == members | {sequence}
    found.discard(sequence)
    assert {*found} == members - {sequence}
    assert {*copy} == members


@given(sets)
def test_are_written_as_flags_and_windows(members: set[int]) -> None:
    flags = bits(members).flags(4 * CHUNK)
    assert {sequence for sequence, flag in enumerate(flags) if flag} == members
    windows = dict(bits(members).windows())
    assert {first + place for first in windows for place in range(WINDOW)} >= members
    assert sum(map(int.bit_count, windows.values())) == len(members)

"""Long JSON piece by piece is the JSON that orjson makes and reads in one go."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.bundles import slices

WORDS = st.text() | st.sampled_from(['a": {', "}\n  ", ",", "\\"])
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | WORDS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner), max_leaves=40
)


@pytest.fixture(autouse=True, scope="module")
def short():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slices, "PIECE", 40)
        patch.setattr(slices, "LONG", 3)
        yield


@given(VALUES)
def test_it_is_the_same(value):
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    assert b"".join(slices.written(value)) == text
    assert slices.read(text) == value
    assert slices.read(orjson.dumps(value)) == value


@given(VALUES, st.integers(0, 400), st.sampled_from([b"", b",", b"}", b" ", b"\n", b'"']))
def test_what_is_broken_is_as_broken(value, place, by):
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    text = text[: place % len(text)] + by + text[place % len(text) + 1 :]
    try:
        right = orjson.loads(text)
    except ValueError:
        with pytest.raises(orjson.JSONDecodeError):
            slices.read(text)
    else:
        assert slices.read(text) == right

"""JSON that is read portion by portion comes to what it is, wherever the portions end."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.pipeline import dense

SPACE = st.sampled_from(["", "", " ", "\n\t"])
TEXTS = st.one_of(
    st.sampled_from(["", "a", "b", ",", '","', "\\", '\\"', "]", "{", "ä", "\U0001f600"]),
    st.text(max_size=5),
)
NUMBERS = st.sampled_from(["0", "-0.0", "1e400", "1E-7", "12345678901234567890123", "2.5", "01"])
WORDS = st.sampled_from(["null", "true", "false", '"\\u00e4"', '"\\ud83d\\ude00"', '"\\ud800"'])
TOKENS = st.lists(
    st.one_of(
        st.sampled_from([*'[]{},:" \n\\', "[[", "1,", '"a":', '"b":[', '"a":{', "],", "},", "tru"]),
        NUMBERS,
        WORDS,
        TEXTS.map(json.dumps),
    ),
    max_size=25,
).map("".join)


def texts(values):
    """Texts of lists and objects of these: with spaces, and names that come twice."""
    lists = st.lists(values, max_size=4).map(",".join).map("[{}]".format)
    names = st.tuples(SPACE, TEXTS.map(json.dumps), SPACE, values).map(
        lambda each: "{}{}{}:{}".format(*each)
    )
    objects = st.lists(names, max_size=4).map(",".join).map("{{{}}}".format)
    spaced = st.tuples(SPACE, st.one_of(lists, objects), SPACE)
    return spaced.map("".join)


TEXTS_OF_JSON = st.recursive(st.one_of(NUMBERS, WORDS, TEXTS.map(json.dumps)), texts, max_leaves=30)
PORTIONS = st.sampled_from([1, 2, 3, 5, 8, 13, 40])


def read(loads, raw):
    """The value with the order of its names, or what is wrong and where."""
    try:
        return json.dumps(loads(raw))
    except orjson.JSONDecodeError as error:
        return error.msg, error.pos, error.lineno, error.colno, str(error)


def same(raw, portion):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dense, "PORTION", portion)
        assert read(dense.loads, raw) == read(orjson.loads, raw)


@given(TEXTS_OF_JSON, PORTIONS)
def test_what_is_right(text, portion):
    same(text.encode(), portion)


@given(TEXTS_OF_JSON, st.integers(0), st.integers(0, 3), TOKENS, PORTIONS)
def test_what_is_wrong_in_one_place(text, place, length, other, portion):
    place %= len(text) + 1
    same((text[:place] + other[:2] + text[place + length :]).encode(), portion)
    same(text[:place].encode(), portion)


@given(TOKENS, PORTIONS)
def test_what_is_hardly_json(text, portion):
    same(text.encode(), portion)


@given(st.binary(max_size=20), PORTIONS)
def test_bytes(raw, portion):
    same(b'["' + raw + b'",1,2]', portion)
    same(raw, portion)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xef\xbb\xbf[1,2]",
        b'{"a":1,"b":["x"],"a":[1,2,3,4],"b":{"a":1,"":2}}',
        b'{"":{"":1,"":{"":1,"":2}},"":[1,{"":2,"a":3}]}',
        b"[1,2] ,3",
        b"[1,2}",
        b"[[1,2},3]",
        b'[1,"' + b"\\" * 50 + b'",2,"' + b'\\"' * 50 + b'",3]',
        b"[" * 90 + b"1,2" + b"]," * 89 + b"3]",
        b'{"a":' * 50 + b'[1,{"b":2,"c":3},4]' + b',"a":1}' * 50,
        b"[" + b"1,\n" * 200 + b"x,2]",
        b"[" + b"1," * 200 + b'"open,',
    ],
)
def test_what_is_hard_to_cut(raw):
    for portion in range(1, 60):
        same(raw, portion)

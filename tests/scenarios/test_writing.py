"""Values written as YAML are read back as the very same values, whichever parser reads them."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from understudy.scenarios import document
from understudy.scenarios.problems import Problems
from understudy.scenarios.writing import one_line, written

TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(" \n\t'\"\\:#-?,[]{}&*!|>%@`~=\x00\x85\u2028\ufeff"),
    ),
    max_size=30,
)
NUMBERS = st.one_of(
    st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=12,
)
PARSERS = [yaml.BaseLoader, document._Loader]


def read(lines, parser):
    problems = Problems("file")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document, "_Loader", parser)
        root = document.compose("\n".join([*lines, ""]).encode(), problems)
    problems.check()
    return value(root)


def value(node):
    if isinstance(node, yaml.MappingNode):
        return {key.value: value(part) for key, part in document.pairs(node)}
    if isinstance(node, yaml.SequenceNode):
        return [value(part) for part in node.value]
    return document.scalar(node)


def same(first, second):
    """Equal, in type and order, too: 1 is not 1.0."""
    return json.dumps(first) == json.dumps(second)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
@example({"": "", "null": None, "n": "null", "1": 1, "true": "True", "no": "~"})
@example({"k" * 2000: {"?": ["a" * 2000, {"x" * 700: []}]}, "a\nb" * 300: {}})
@example({"lines": "one\n two\n\nthree", "end": "one\n", "ends": "one\n\n\n", "only": "\n"})
@example({"lines": ["one\n  \ntwo", {"in": "one\n  "}, [["- a\n# b: c"]]], "lead": " one\ntwo"})
@example({"times": ["now", "-2d", "+1d250ms", "2026-01-25", "2026-01-25T09:00:00.000Z", "-", "+1"]})
@example({"numbers": [1.0, 1e300, 1e-7, -0.0, 2**64 - 1, -(2**63), "1", "1.0", ".5", "1e5", "0x1"]})
@example({"a: b": "c: d", "a #b": "c #d", "a:": "b:", "- a": "---", "<<": "=", "{n}": "{1..3}"})
@example({"wide": ["x" * 60, "y" * 60], "deep": [[[[{}, []]]], [{"a": {"b": [1, {"c": None}]}}]]})
@settings(deadline=None)
def test_round_trip(given):
    for parser in PARSERS:
        assert same(read(written(given), parser), given)


@given(TEXTS)
@example("\x85")
@settings(deadline=None)
def test_one_line(text):
    line = one_line(text)
    assert len(f"x{line}x".splitlines()) == 1
    assert read([f"text: {line}"], document._Loader) == {"text": text}


def test_as_deep_as_a_body_may_be():
    deep = {"in": {"an": {"object": "value"}}}
    for _ in range(100):
        deep["in"]["an"]["object"] = [deep["in"]["an"]["object"]]
    for parser in PARSERS:
        assert read(written(deep), parser) == deep


def test_what_it_looks_like():
    value = {
        "name": "Pay by card, twice",
        "note": "it's 5: no",
        "tags": ["smoke", "24h", "a, b"],
        "script": "one\n  two\n",
        "steps": [{"number": 1, "text": "x" * 120}, {"number": 2, "text": "Go"}],
        "empty": {"list": [], "object": {}},
    }
    assert written(value, indent=2) == [
        "  name: Pay by card, twice",
        "  note: 'it''s 5: no'",
        "  tags: [smoke, '24h', 'a, b']",
        "  script: |",
        "    one",
        "      two",
        "  steps:",
        "    - number: 1",
        f"      text: {'x' * 120}",
        "    - {number: 2, text: Go}",
        "  empty: {list: [], object: {}}",
    ]

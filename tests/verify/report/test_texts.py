"""Texts from elsewhere, made fit to be shown."""

from __future__ import annotations

import json

import pytest

from understudy.verify.report import shorts, text


def test_control_characters_are_written_out():
    assert text.visible("a\x1b[2J\r\n\tb\u202e\ud800") == "a\\u001b[2J\\u000d\n\tb\\u202e\\ud800"
    assert text.visible("ä “☃” 日本 😀") == "ä “☃” 日本 😀"


def test_one_line():
    assert text.one_line(" a\n\n  b\tc ") == "a b c"


def test_json_is_indented():
    assert text.indented('{"a":[1,{"b":null}],"c":{},"d":[ ],"e":"x, y: [z]\\""}') == (
        '{\n  "a": [\n    1,\n    {\n      "b": null\n    }\n  ],\n'
        '  "c": {},\n  "d": [],\n  "e": "x, y: [z]\\""\n}'
    )


@pytest.mark.parametrize("value", [{}, [], 1, "x", None, [[]], {"a": {}}, {"a": [1, 2, {"b": 3}]}])
def test_indenting_agrees_with_the_standard_library(value):
    assert text.indented(json.dumps(value)) == json.dumps(value, indent=2)


@pytest.mark.parametrize("sent", ['{"a":1.50,"a":1e400,"b":"\\u00e4"}', "[12345678901234567890.0]"])
def test_what_was_sent_is_shown_as_it_was_sent(sent):
    assert "".join(text.indented(sent).split()) == sent


@pytest.mark.parametrize("raw", ["no json {", "", "[" * 41 + "]" * 41, "[" * 200_000, '{"a":1'])
def test_other_texts_stay_as_they_are(raw):
    assert text.indented(raw) == raw


def test_an_address_below_the_base_url():
    assert text.address("http://a/api/v1/x?y=1", "http://a/api/v1/") == "/x?y=1"
    assert text.address("http://a/api/v10/x", "http://a/api/v1") == "http://a/api/v10/x"


def test_an_exchange_in_two_lines(make_exchange):
    exchange = make_exchange(request_body='{\n "a": 1}')
    assert shorts.sent(exchange, "http://127.0.0.1:8000/api/v1") == (
        'POST /test-runs/5f1c/start?dry=no { "a": 1}'
    )
    assert shorts.answered(exchange).startswith('200 {"id":"5f1c"')
    assert shorts.answered(make_exchange(response_body=None)) == "200 without a body"


def test_no_answer_says_why(make_exchange):
    exchange = make_exchange(status=None, reason="timed out", response_body=None)
    assert shorts.answered(exchange) == "no answer: timed out"


def test_long_ones_are_cut(make_exchange):
    exchange = make_exchange(request_body="x" * 1000, response_body="y" * 1000)
    assert len(shorts.sent(exchange, "")) == len(shorts.answered(exchange)) == shorts.WIDEST

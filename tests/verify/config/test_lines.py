"""The line of every key and table, whatever stands between them."""

from __future__ import annotations

import tomllib

import pytest

from understudy.verify.config.lines import Lines

TEXT = '''\
# a comment [not.a.table]
title = "x # [no]" # = 1

[target]
url = "https://[::1]/"
"quo.ted" . bare = 1
text = """
[inside]
key = 1
\\""""
raw = \'\'\'
[inside]\'\'\'
list = [
  "]", # ]
  [1, { a = "}" }],
]

[target.headers]
X-Key = 'a\\'

[[waivers]]
rule = "A"
[[waivers]]

rule = "B"
[waivers.more]
deep = 1
last = 1979-05-27'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("target",), 4),
        (("target", "url"), 5),
        (("target", "quo.ted", "bare"), 6),
        (("target", "text"), 7),
        (("target", "raw"), 11),
        (("target", "list"), 13),
        (("target", "list", 1, "a"), 13),
        (("target", "headers"), 18),
        (("target", "headers", "X-Key"), 19),
        (("waivers",), 21),
        (("waivers", 0, "rule"), 22),
        (("waivers", 1), 23),
        (("waivers", 1, "rule"), 25),
        (("waivers", 1, "more", "deep"), 27),
        (("waivers", 1, "more", "last"), 28),
        (("target", "missing"), 4),
        (("nothing",), 1),
    ],
)
def test_where_things_stand(path, line):
    tomllib.loads(TEXT)
    assert Lines(TEXT).of(*path) == line


def test_an_empty_text():
    assert Lines("").of("target", "url") == 1


def test_windows_line_ends():
    assert Lines("a = 1\r\n[b]\r\nc = '''\r\n'''\r\nd = 1\r\n").of("b", "d") == 5

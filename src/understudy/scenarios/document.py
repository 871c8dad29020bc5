"""Reading YAML as a tree of nodes that know their lines.

Plain words mean what YAML 1.2 and JSON say: `null`, `true`, `false` and numbers are themselves, all
else is text. So `no` is a word, and `2026-01-25` and `12:30` stay what was written. Aliases and
tags are not read: they would hide where a value comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import inf, isfinite
from typing import Any

import yaml

from understudy.scenarios.problems import Problems

# libyaml's parser where PyYAML was built with it, which is ten times as fast.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# What a parser says, in part, and what then helps.
_REMEDIES = {
    "mapping values are not allowed": "put quotes around a text that holds ': '",
    "another document": "keep one scenario in a file, without '---' between",
    "alias": "put quotes around a text that begins with '*'",
    "cannot start any token": "put quotes around a text that begins with such a character",
    "unexpected end of stream": "close the quotes",
    "characters are not allowed": "remove the invisible character",
}
_GENERAL_REMEDY = "check the indentation, brackets and colons here and above"
DEEPEST = 100
"""So many levels a file has at most."""
_TOO_DEEP = ("this is nested too deeply", f"use fewer than {DEEPEST} levels")
_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq")}


def compose(content: bytes, problems: Problems) -> yaml.Node:
    """The root node of one YAML document; lesser faults go to `problems`.

    Raises UsageError for what is not YAML.
    """
    text = _decoded(content, problems)
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        at = _line_of_error(error, text)
        problems.fail(at, *_explained(error, text.split("\n")[at - 1 : at]))
    except RecursionError:
        problems.fail(1, *_TOO_DEEP)
    if root is None:
        problems.fail(1, "the file is empty", "it begins with 'scenario: NAME'")
    if not _sound(root, problems, set(), DEEPEST):
        problems.check()
    return root


def line(node: yaml.Node) -> int:
    """The line that a node begins in, from 1."""
    return int(node.start_mark.line) + 1


def pairs(node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    """The keys and values of a mapping, in the order of the file."""
    return ((key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode))


def scalar(node: yaml.Node) -> Any:
    """What a scalar stands for; anything in quotes or in a block is text."""
    text: str = node.value
    if isinstance(node, yaml.ScalarNode) and node.style not in (None, ""):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else text
    number = float(text) if _NUMBER.fullmatch(text) else inf
    return number if isfinite(number) else text


def is_null(node: yaml.Node) -> bool:
    """Whether nothing is written there, or null."""
    return isinstance(node, yaml.ScalarNode) and scalar(node) is None


def _decoded(content: bytes, problems: Problems) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = content.count(b"\n", 0, error.start) + 1
        problems.fail(where, "this is not text in UTF-8", "save the file as UTF-8")


def _line_of_error(error: yaml.YAMLError, text: str) -> int:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return int(error.problem_mark.line) + 1
    position = getattr(error, "position", None)
    return 1 if position is None else text.count("\n", 0, position) + 1


def _explained(error: yaml.YAMLError, there: list[str]) -> tuple[str, str]:
    """What the parser says, with a remedy; the words of the two parsers differ a little."""
    parts = (getattr(error, name, None) for name in ("context", "problem", "reason"))
    said = " ".join(str(part) for part in parts if part) or str(error)
    remedy = next((right for words, right in _REMEDIES.items() if words in said), _GENERAL_REMEDY)
    if there and there[0].lstrip(" ").startswith("\t"):
        remedy = "indent with spaces, not tabs"
    return f"this is not YAML: {said}", remedy


def _sound(node: yaml.Node, problems: Problems, seen: set[int], depth: int) -> bool:
    """Note tags, odd keys and duplicates. False for what cannot be walked to its end."""
    if depth == 0:
        problems.add(line(node), *_TOO_DEEP)
        return False
    if id(node) in seen:
        problems.add(
            line(node),
            "an alias (*name) stands for this value elsewhere",
            "write the value out there",
        )
        return False
    seen.add(id(node))
    if node.tag not in _PLAIN_TAGS and node.tag is not None:
        problems.add(line(node), f"the tag {node.tag!r} is not read", "leave it out")
    inner: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        _check_keys(node, problems)
        inner = [value for _, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        inner = node.value
    parts = [_sound(part, problems, seen, depth - 1) for part in inner]
    return all(parts)


def _check_keys(node: yaml.MappingNode, problems: Problems) -> None:
    first: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.add(line(key), "a name must be a word or a text", "put quotes around it")
        elif key.value in first:
            wrong = f"{key.value!r} is given twice, first in line {first[key.value]}"
            problems.add(line(key), wrong, "keep one, or rename one")
        else:
            first[key.value] = line(key)

"""Reading YAML as a tree of nodes that know their lines.

Plain words mean what YAML 1.2 and JSON say: `null`, `true`, `false` and numbers are themselves, all
else is text. So `no` is a word, and `2026-01-25` and `12:30` stay what was written. Aliases and
tags are not read: they would hide where a value comes from.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from math import isfinite
from typing import Any

import yaml

from understudy.scenarios.problems import Line, Problems

_TAGS: dict[type[yaml.Node], str] = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
# libyaml's parser where PyYAML was built with it, which is ten times as fast.
_Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Loader(_Parser):  # type: ignore[misc]  # it comes without types
    """The loader that takes all words for text, without PyYAML's rules for that at each node."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        return _TAGS[kind]

    def descend_resolver(self, node: yaml.Node | None, index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGERS = range(-(2**63), 2**64)
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMERIC = frozenset("+-.0123456789")
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
DEEPEST = 120
"""So many levels a file has at most: as many as a request's body, and those around an object."""
_TOO_DEEP = ("this is nested too deeply", f"use fewer than {DEEPEST} levels")
_ALIAS = (
    "an alias (*name) stands for this value elsewhere",
    "write the value out there",
)
_NO_TAGS = {*_TAGS.values(), None}


class _Source(io.StringIO):
    """A text that the marks of its nodes know by its file's name."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def compose(content: bytes, problems: Problems, file: str | None = None) -> yaml.Node:
    """The root node of one YAML document; lesser faults go to `problems`.

    `file`: how messages call it; left out, as `problems` does. Raises UsageError for what is not
    YAML.
    """
    file = problems.file if file is None else file
    text = _decoded(content, problems, file)
    try:
        root = yaml.compose(_Source(text, file), Loader=_Loader)
    except yaml.YAMLError as error:
        at = _line_of_error(error, text)
        there = text.split("\n")[at - 1 : at]
        problems.fail(Line.of(at, file), *_explained(error, there))
    except RecursionError:
        problems.fail(Line.of(1, file), *_TOO_DEEP)
    if root is None:
        problems.fail(Line.of(1, file), "the file is empty", "it begins with 'scenario: NAME'")
    if not _is_sound(root, problems):
        problems.check()
    return root


def title_of(text: str) -> str:
    """The title in a scenario's head; the parser goes no further than that. `""` if there is none,
    or the text is no YAML.
    """
    depth, is_title = 0, False
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.ScalarEvent) and depth == 1:
                if is_title:
                    return str(event.value).strip()
                is_title = event.value == "title"
            elif isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        pass
    return ""


def line(node: yaml.Node) -> Line:
    """The line that a node begins in, from 1."""
    return Line.of(node.start_mark.line + 1, node.start_mark.name)


def pairs(node: yaml.MappingNode) -> Iterable[tuple[yaml.ScalarNode, yaml.Node]]:
    """The keys and values of a mapping, in the order of the file."""
    found: list[tuple[yaml.ScalarNode, yaml.Node]] = node.value
    return found


def scalar(node: yaml.ScalarNode) -> Any:
    """What a scalar stands for; anything in quotes or in a block is text."""
    text: str = node.value
    if node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _NUMERIC and _NUMBER.fullmatch(text) else text


def _number(text: str) -> Any:
    """The number that JSON would make of it; one that no JSON can hold is text."""
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= 20 and int(text) in _INTEGERS else text
    number = float(text)
    return number if isfinite(number) else text


def plain(node: yaml.Node) -> Any:
    """The value of a node in which nothing has a meaning of its own."""
    if isinstance(node, yaml.ScalarNode):
        return scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [plain(one) for one in node.value]
    assert isinstance(node, yaml.MappingNode)
    return {key.value: plain(value) for key, value in pairs(node)}


def is_null(node: yaml.Node) -> bool:
    """Whether nothing is written there, or null."""
    return isinstance(node, yaml.ScalarNode) and scalar(node) is None


def _decoded(content: bytes, problems: Problems, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = content.count(b"\n", 0, error.start) + 1
        at = Line.of(where, file)
        problems.fail(at, "this is not text in UTF-8", "save the file as UTF-8")


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


def _is_sound(root: yaml.Node, problems: Problems) -> bool:
    """Note tags, odd keys and duplicates; odd keys are taken out. False for what cannot be walked
    to its end.
    """
    is_whole = True
    seen: set[yaml.Node] = set()
    waiting = [([root], DEEPEST)]
    while waiting:
        nodes, levels = waiting.pop()
        for node in nodes:
            if node in seen:
                problems.add(line(node), *_ALIAS)
                is_whole = False
                continue
            seen.add(node)
            if node.tag not in _NO_TAGS:
                problems.add(line(node), f"the tag {node.tag!r} is not read", "leave it out")
            if isinstance(node, yaml.ScalarNode):
                continue
            inner = _parts(node, problems)
            if levels > 1:
                waiting.append((inner, levels - 1))
            elif inner:
                problems.add(line(node), *_TOO_DEEP)
                is_whole = False
    return is_whole


def _parts(node: yaml.Node, problems: Problems) -> list[yaml.Node]:
    """What is in a sequence or, once its keys are checked, in a mapping."""
    if not isinstance(node, yaml.MappingNode):
        items: list[yaml.Node] = node.value
        return items
    try:
        different = len({key.value for key, _ in node.value})
    except TypeError:  # a list of nodes: the name is no scalar
        different = 0
    if different < len(node.value):
        _check_keys(node, problems)
    return [value for _, value in node.value]


def _check_keys(node: yaml.MappingNode, problems: Problems) -> None:
    """Note names that are none or are given twice; those that are none go."""
    first: dict[str, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.add(line(key), "a name must be a word or a text", "put quotes around it")
        elif key.value in first:
            wrong = f"{key.value!r} is given twice, first in line {first[key.value]}"
            problems.add(line(key), wrong, "keep one, or rename one")
        else:
            first[key.value] = line(key)
    node.value = [pair for pair in node.value if isinstance(pair[0], yaml.ScalarNode)]

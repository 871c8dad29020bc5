"""Writing a value as YAML that `document` reads back as the very same value.

Short lists and objects of plain values take one line, texts of several lines are written as such.
A text is quoted as soon as anything, here or in another reader of YAML, could take it for more than
a text or a time.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

WIDEST = 110
"""Columns up to which a list or an object stays on one line."""
LONGEST_KEY = 512
"""A longer name needs YAML's explicit form; parsers look ahead for 1024 characters."""
SHORT = 64
"""Characters of a longer name than are worth to be remembered."""
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_LONGEST_WORD = max(map(len, _WORDS))
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TIME = r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?Z)?|now|[+-](?:\d+[a-z]{1,2})+"
_CLEAN = r"[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
_IN_BLOCK = re.compile(rf"[^\W\d](?:(?!: | #|[: ]$){_CLEAN})*|{_UUID}|{_TIME}")
_IN_FLOW = re.compile(rf"[^\W\d][\w@.+/-]*(?: [\w@.+/()-]+)*|{_UUID}|{_TIME}")
_ONE_LINE = re.compile(f"{_CLEAN}*")
_LINES = re.compile(f"(?![ \n]){_CLEAN}*(?:\n+(?![ ]*$){_CLEAN}+)*\n*")
_ESCAPED = re.compile(f"(?!{_CLEAN}).", re.DOTALL)


def written(value: Any, indent: int = 0) -> list[str]:
    """The lines of an object or a list, as a block that is indented so far."""
    lines: list[str] = []
    _block(lines, value, " " * indent)
    return lines


def one_line(value: Any) -> str:
    """A text, a number, true, false or null in one line."""
    return _text(value, _IN_BLOCK) if isinstance(value, str) else _word(value)


def _block(lines: list[str], value: Any, margin: str) -> None:
    if isinstance(value, dict):
        for name, part in value.items():
            key = _short(name) if len(name) < SHORT else _text(name, _IN_BLOCK)
            if len(key) > LONGEST_KEY:
                lines.append(f"{margin}? {key}")
                key = ""
            _entry(lines, f"{margin}{key}:", part, margin)
        return
    for item in value:
        if item and isinstance(item, dict | list) and _flow(item, WIDEST - len(margin)) is None:
            begin = len(lines)
            _block(lines, item, f"{margin}  ")
            lines[begin] = f"{margin}- {lines[begin].lstrip(' ')}"
        else:
            _entry(lines, f"{margin}-", item, margin)


def _entry(lines: list[str], begin: str, value: Any, margin: str) -> None:
    """What stands after `name:` or `-`, on the same line if it can."""
    if isinstance(value, str):
        if "\n" in value and _LINES.fullmatch(value):
            _literal(lines, begin, value, f"{margin}  ")
        else:
            lines.append(f"{begin} {_text(value, _IN_BLOCK)}")
    elif isinstance(value, dict | list):
        short = _flow(value, WIDEST - len(begin))
        if short is None:
            lines.append(begin)
            _block(lines, value, f"{margin}  ")
        else:
            lines.append(f"{begin} {short}")
    else:
        lines.append(f"{begin} {_word(value)}")


def _literal(lines: list[str], begin: str, text: str, margin: str) -> None:
    """A text of several lines, as they are."""
    ends = len(text) - len(text.rstrip("\n"))
    lines.append(f"{begin} |{'-' if ends == 0 else '' if ends == 1 else '+'}")
    own = text if ends == 0 else text[:-1]
    lines += (f"{margin}{line}" if line else "" for line in own.split("\n"))


def _flow(value: Any, room: int) -> str | None:
    """An object or a list of plain values in one line; None for another, or if that is too long."""
    parts = value.values() if isinstance(value, dict) else value
    words = []
    for part in parts:
        if isinstance(part, str):
            if "\n" in part:
                return None
            words.append(_text(part, _IN_FLOW))
        elif isinstance(part, dict | list):
            if part:
                return None
            words.append("{}" if isinstance(part, dict) else "[]")
        else:
            words.append(_word(part))
    if isinstance(value, dict):
        words = [
            f"{_text(name, _IN_FLOW)}: {word}" for name, word in zip(value, words, strict=True)
        ]
    text = ", ".join(words)
    if value and len(text) + 2 > room:
        return None
    return f"{{{text}}}" if isinstance(value, dict) else f"[{text}]"


def _word(value: Any) -> str:
    """A number, true, false or null, as JSON writes it."""
    if value is None:
        return "null"
    return repr(value) if type(value) is not bool else "true" if value else "false"


@lru_cache(maxsize=1024)
def _short(name: str) -> str:
    """A name that may come again and again."""
    return _text(name, _IN_BLOCK)


def _text(text: str, plain: re.Pattern[str]) -> str:
    if plain.fullmatch(text) and (len(text) > _LONGEST_WORD or text.casefold() not in _WORDS):
        return text
    if _ONE_LINE.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_ESCAPED.sub(_escape, escaped)}"'


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(match[0]) or f"\\u{code:04x}"

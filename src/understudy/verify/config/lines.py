"""Where things stand in a TOML file: `tomllib` reads values, and forgets their lines."""

from __future__ import annotations

import re
import tomllib

Path = tuple[str | int, ...]
"""Where a value is: `("waivers", 0, "rule")`."""

_PART = r"""(?:[\w-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_STATEMENT = re.compile(
    rf"""(?P<gap>\s+|\#[^\n]*)
    |\[\[[ \t]*(?P<array>{_KEY})[ \t]*\]\]
    |\[[ \t]*(?P<table>{_KEY})[ \t]*\]
    |(?P<key>{_KEY})[ \t]*=""",
    re.VERBOSE,
)
_TOKEN = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}'''
    r"""|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*|[\[{]|[\]}]|\n|[^"'\#\[\]{}\n]+""",
    re.DOTALL,
)


class Lines:
    """The lines of the tables and keys of a text that `tomllib` has read without complaint."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[Path, int] = {(): 1}
        self._counts: dict[Path, int] = {}
        self._scan()

    def of(self, *path: str | int) -> int:
        """The line, from 1, on which a value begins; of what is inside a value, that value's."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _scan(self) -> None:
        position, line, table = 0, 1, Path()
        while found := _STATEMENT.match(self._text, position):
            if key := found["array"]:
                above = self._resolved(_parts(key))
                count = self._counts.get(above, 0)
                self._counts[above] = count + 1
                table = (*above, count)
                self._note(table, line)
            elif key := found["table"]:
                table = self._resolved(_parts(key))
                self._note(table, line)
            elif key := found["key"]:
                self._note((*table, *_parts(key)), line)
            end = self._value_end(found.end()) if found["key"] else found.end()
            line += self._text.count("\n", position, end)
            position = end

    def _note(self, path: Path, line: int) -> None:
        """Remember a line, and that of what the path leads through."""
        for length in range(1, len(path) + 1):
            self._lines.setdefault(path[:length], line)

    def _resolved(self, parts: tuple[str, ...]) -> Path:
        """The path of a table: below a list of tables, the last of them is meant."""
        path: Path = ()
        for part in parts:
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
            path = (*path, part)
        return path

    def _value_end(self, position: int) -> int:
        """The end of the line on which the value that begins here ends."""
        depth = 0
        while found := _TOKEN.match(self._text, position):
            token = found[0]
            if token == "\n" and depth <= 0:
                break
            depth += (token in "[{") - (token in "]}")
            position = found.end()
        return position


def _parts(key: str) -> tuple[str, ...]:
    parts: list[str] = []
    value = tomllib.loads(f"{key} = 0")
    while isinstance(value, dict):
        [(part, value)] = value.items()
        parts.append(part)
    return tuple(parts)

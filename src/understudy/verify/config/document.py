"""`verify.toml` as it was written: its values, and the lines on which they stand."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from understudy.contract.source import shown
from understudy.errors import UsageError
from understudy.verify.config.lines import Lines
from understudy.verify.config.problems import Place
from understudy.verify.config.settings import FILE

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$| \(at end of document\)$")


@dataclass(frozen=True)
class Document:
    """What a file says. file: None for no file. folder: what its paths are relative to."""

    file: Path | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Lines = field(default_factory=lambda: Lines(""))

    @property
    def folder(self) -> Path:
        """The folder of the file; without one, the current folder."""
        return self.file.parent if self.file else Path()

    def place(self, *path: str | int) -> Place:
        """Where something stands."""
        return Place(str(shown(self.file or Path(FILE))), self.lines.of(*path))

    def section(self, name: str) -> Mapping[str, Any]:
        """The keys of a table; none where there is none, or something else of its name."""
        found = self.values.get(name, {})
        return found if isinstance(found, dict) else {}


def find(named: Path | None) -> Document:
    """The file that is named, else `verify.toml` in the current folder, else none.

    Raises UsageError where it cannot be read, or is no TOML.
    """
    if named is None and not Path(FILE).is_file():
        return Document()
    file = named or Path(FILE)
    text = _text(file)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_complaint(file, text, str(error))) from None
    return Document(file, values, Lines(text))


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = file.read_bytes().count(b"\n", 0, error.start) + 1
        raise UsageError(f"{shown(file)}:{line}: no UTF-8; save the file as UTF-8") from None
    except OSError as error:
        told = f"{shown(file)}: cannot be read: {error.strerror or error}"
        hint = f"; `understudy verify --init {shown(file)}` writes one"
        raise UsageError(told + (hint if isinstance(error, FileNotFoundError) else "")) from None


def _complaint(file: Path, text: str, told: str) -> str:
    found = _AT_LINE.search(told)
    last = text.count("\n") + (not text.endswith("\n"))
    line = int(found[1]) if found and found[1] else max(last, 1)
    what = told[: found.start()] if found else told
    hint = "a line is `key = value` with texts in quotes, or `[table]`"
    return f"{shown(file)}:{line}: no valid TOML: {what}; {hint}"

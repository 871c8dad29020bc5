"""What values may be: each function takes one as it was read and gives it as it is used, or raises
Wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from understudy.scenarios.problems import hint
from understudy.verify.config.problems import Wrong

Kind = Callable[[Any], Any]


def text(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise Wrong(_shown(value), "write a text in quotes, which is not empty")
    return value


def flag(value: Any) -> bool:
    """Yes or no; as the text of a variable, too."""
    if value in ("true", "1", "yes"):
        return True
    if value in ("false", "0", "no", ""):
        return False
    if not isinstance(value, bool):
        raise Wrong(_shown(value), "write true or false")
    return value


def count(least: int) -> Kind:
    """A whole number from `least` on; as a text, too."""

    def read(value: Any) -> int:
        found = int(value) if isinstance(value, str) and value.strip().isdecimal() else value
        if type(found) is not int or found < least:
            raise Wrong(_shown(value), f"write a whole number, {least} or more")
        return found

    return read


def amount(value: Any) -> float:
    """A number above 0."""
    if type(value) not in (int, float) or not 0 < value < math.inf:
        raise Wrong(_shown(value), "write a number above 0, such as 30")
    return float(value)


def one_of(*names: str) -> Kind:
    """One of these names."""

    def read(value: Any) -> str:
        if value not in names:
            raise Wrong(_shown(value), hint(value if isinstance(value, str) else "", names))
        return str(value)

    return read


def texts(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    if isinstance(value, str) or not isinstance(value, list | tuple):
        raise Wrong(_shown(value), 'write a list of texts, such as ["one", "two"]')
    return tuple(text(one) for one in value)


def words(value: Any) -> tuple[str, ...]:
    """A command, without a shell."""
    if not isinstance(value, list) or not value:
        right = 'write its words as a list, such as ["python", "seed.py"]: no shell reads it'
        raise Wrong(_shown(value), right)
    return texts(value)


def url(value: Any) -> str:
    """Where an API is, without a slash at the end."""
    given = text(value).strip()
    example = "such as https://staging.example.com/api/v1"
    try:
        parts = urlsplit(given)
        has_host = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        has_host = False
    if not has_host or any(one.isspace() for one in given):
        raise Wrong(_shown(value), f"write the address of the API, {example}")
    if "@" in parts.netloc:
        raise Wrong("the address holds a name or a password", f"write it without, {example}")
    if parts.query or parts.fragment or given[-1] in "?#":
        raise Wrong(_shown(value), f"write the address without `?` and `#`, {example}")
    return given.rstrip("/")


def proxy(value: Any) -> str:
    """The address of a proxy, which may hold a password: it is not shown."""
    try:
        parts = urlsplit(text(value))
        is_address = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # what is between `:` and `/` is no port: a password with a slash, say
        is_address = False
    if not is_address:
        raise Wrong("this is no address of a proxy", "write one such as http://proxy.local:3128")
    return str(value)


def secret(value: Any) -> str:
    """A text that is not shown: no control character is in it."""
    if not isinstance(value, str) or not value or not value.isprintable():
        raise Wrong("this is no text of printable characters", "write one in quotes")
    return value


def token(value: Any) -> str:
    """A secret that goes into a header."""
    if not secret(value).isascii() or value != value.strip():
        raise Wrong(
            "a token is of printable ASCII characters", "copy it without anything around it"
        )
    return str(value)


def day(value: Any) -> date:
    """A date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise Wrong(_shown(value), "write a date without quotes, such as 2026-12-31")


def existing(folder: Path) -> Kind:
    """A file that is there; one in a relative path is looked for below the folder."""

    def read(value: Any) -> Path:
        path = folder / text(str(value) if isinstance(value, Path) else value)
        if not path.is_file():
            raise Wrong(f"there is no file {path}", "write the path of one that is there")
        return path

    return read


def writable(folder: Path) -> Kind:
    """A file that can be written, as far as the folders above it tell; they need not be there."""

    def read(value: Any) -> Path:
        path = folder / text(str(value) if isinstance(value, Path) else value)
        if path.is_dir():
            raise Wrong(f"{path} is a folder", "write the path of a file")
        if above := next((one for one in path.parents if one.is_file()), None):
            raise Wrong(f"{above} is no folder", "write to another one")
        return path

    return read


RESERVED = ("authorization", "content-type", "content-length", "transfer-encoding")
"""Headers that the rules are about."""


def header(name: str, value: Any) -> str:
    """The value of a header that is sent with every request."""
    if name.lower() in RESERVED:
        raise Wrong(f"{name} is what rules are about", "leave it out: the suite sends it")
    if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
        raise Wrong(f"{name!r} is no name of a header", "write one such as X-Gateway-Key")
    return token(value)


def table(value: Any) -> Mapping[str, Any]:
    """A table."""
    if not isinstance(value, dict):
        raise Wrong(_shown(value), "write a table: its name in brackets, then `key = value` lines")
    return value


def _shown(value: Any) -> str:
    if isinstance(value, str | int | float):
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
    else:
        shown = _NAMES.get(type(value), "this")
    return f"{shown} is not possible"


_NAMES: dict[type, str] = {list: "a list", dict: "a table", date: "a date", datetime: "a time"}

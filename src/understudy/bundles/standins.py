"""What a replay sends in the place of the secrets that a journal blanked."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import orjson

from understudy.bundles.form import Bundle
from understudy.contract.secret import HIDDEN


class StandIns:
    """The values by the numbers of the secrets: passwords that the bundle tells, and what the
    answers of the replay give. For any other secret a text is made up, the same for the same one:
    a password that was set is then the one that is used, and a wrong one stays wrong.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._values: dict[int, str] = {}
        for number, place in bundle.journal["accounts"].items():
            password = _password(bundle, place)
            if password is not None and number.isdecimal():
                self._values[int(number)] = password

    def fill(self, exchange: Mapping[str, Any]) -> tuple[Filled, bool]:
        """The request with all its secrets, and whether any of them is made up."""
        filled, is_made_up = Filled(exchange), False
        for secret in exchange["secrets"]:
            if secret["part"] != "answer":
                is_made_up |= secret["label"] not in self._values
                filled.put(secret["part"], secret["at"], self._value(secret["label"]))
        return filled, is_made_up

    def fill_body(self, intervention: Mapping[str, Any]) -> Any:
        """The body of what was done through the control API, with all its secrets."""
        body = copy.deepcopy(intervention["body"])
        for secret in intervention["secrets"]:
            body = _put(body, secret["at"], self._value(secret["label"]))
        return body

    def learn(self, exchange: Mapping[str, Any], answer: bytes) -> None:
        """Take the secrets of an answer for those that it gave when it was recorded."""
        try:
            body = orjson.loads(answer)
        except orjson.JSONDecodeError:
            return
        for secret in exchange["secrets"]:
            if secret["part"] == "answer":
                value = _at(body, secret["at"])
                if isinstance(value, str):
                    self._values[secret["label"]] = value

    def _value(self, label: int) -> str:
        return self._values.get(label, f"Stand-in-{label}!")


class Filled:
    """A request to be sent: `headers`, `path`, `query` and `body`, None where it has none."""

    def __init__(self, exchange: Mapping[str, Any]) -> None:
        shown = exchange["shown"]
        given = shown["request"]["headers"]
        self.headers: dict[str, str] = {name.lower(): value for name, value in given.items()}
        self.path: str = shown["path"]
        self.query: str = shown["query"]
        self.json: Any = copy.deepcopy(shown["request"]["body"])
        self._sent = exchange["sent"]

    @property
    def body(self) -> bytes | None:
        """The bytes of its body."""
        if self._sent == "nothing":
            return None
        return orjson.dumps(self.json) if self._sent == "json" else str(self.json or "").encode()

    def put(self, part: str, at: list[str | int], value: str) -> None:
        """Put a secret in its place; a place that is not there stays so."""
        with contextlib.suppress(IndexError, KeyError, TypeError, ValueError):
            self._put(part, at, value)

    def _put(self, part: str, at: list[str | int], value: str) -> None:
        if part == "header":
            name = str(at[0]).lower()
            self.headers[name] = self.headers.get(name, HIDDEN).replace(HIDDEN, value)
        elif part == "path":
            self.path = _replaced(self.path, "/", at[0], quote(value, safe=""))
        elif part == "query":
            name = self.query.split("&")[int(at[0])].partition("=")[0]
            self.query = _replaced(self.query, "&", at[0], f"{name}={quote(value, safe='')}")
        else:
            self.json = _put(self.json, at, value)


def _password(bundle: Bundle, place: Mapping[str, str]) -> str | None:
    """The password of an account that the bundle tells."""
    collection, name, field = place["collection"], place["object"], place["field"]
    changed = bundle.beginning["collections"].get(collection, {}).get("objects", {})
    for objects in (bundle.state["collections"].get(collection, {}), changed):
        found = objects.get(name, {}).get(field)
        if isinstance(found, str):
            return found
    return None


def _put(body: Any, at: list[str | int], value: str) -> Any:
    """Some JSON with another text at a place where it has one."""
    if not at:
        return value
    if isinstance(_at(body, at), str):
        _at(body, at[:-1])[at[-1]] = value
    return body


def _replaced(text: str, sign: str, index: str | int, value: str) -> str:
    parts = text.split(sign)
    parts[int(index)] = value
    return sign.join(parts)


def _at(value: Any, at: Iterable[str | int]) -> Any:
    """What is at a place of some JSON; None where there is none."""
    for part in at:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return None
    return value

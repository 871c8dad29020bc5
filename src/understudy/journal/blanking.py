"""Secrets out of headers, queries, paths and bodies: `***` stands in their place."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from understudy.contract.secret import HIDDEN
from understudy.journal.places import Place
from understudy.journal.secrets import OperationSecrets

# Whole runs of characters that a token is made of: what begins at each `eyJ` would be read again
# and again in a text that has many.
_RUN = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++\.?")
_AUTHORIZATION = ("authorization", "proxy-authorization")
_SCHEMES = re.compile(
    "basic|bearer|digest|dpop|hoba|mutual|negotiate|ntlm|oauth|scram-sha-(1|256)|token|vapid",
    re.IGNORECASE,
)
_COOKIES = ("cookie", "set-cookie")

# In texts that are no JSON, after a name. All of it is matched in one pass, without going back.
_KEY = re.compile(r"""(?<![\w%-])(?P<name>[\w%-]++)[\\"']*+\s*+(?P<sign>[:=>])\s*+""")
_BETWEEN_WORDS = re.compile(r"[^\w-]")
_PART = re.compile(
    r'name="(?P<name>[^"\r\n]{1,200})"[^\r\n]{0,200}+\r?\n(?:[^\r\n]{1,200}+\r?\n){0,9}+\r?\n'
)
_PLAIN = re.compile(r'(?:null|true|false|""|\'\')(?![\w"\'])')
_VALUES = {
    sign: re.compile(
        r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)' r"|'(?:[^'\\]|\\.)*+(?:'|\\?\Z)" rf"|[{{\[].*+|{others}",
        re.DOTALL,
    )
    for sign, others in {":": r"[^\r\n]*+", "=": r"[^&\r\n]*+", ">": r"[^<]*+"}.items()
}


def hidden(value: Any) -> Any:
    """What stands in place of a secret; that there is none may be seen."""
    return value if value is None or value == "" else HIDDEN


def without_tokens(text: str) -> str:
    """A text without anything that looks like a JSON Web Token."""
    return _RUN.sub(_without_token, text) if "eyJ" in text else text


def _without_token(run: re.Match[str]) -> str:
    """Each part of a token is the Base64 of JSON; its header begins with `{"`, which gives eyJ."""
    before, begin, token = run[0].partition("eyJ")
    return before + HIDDEN if begin and "." in token else run[0]


class Blanking:
    """Blanks the exchanges of one operation."""

    def __init__(self, secrets: OperationSecrets) -> None:
        self._secrets = secrets

    def header(self, name: str, value: str) -> str:
        """The value of a header, whose name is in lower case."""
        if name in _AUTHORIZATION:
            scheme, space, _ = value.strip().partition(" ")
            return f"{scheme} {HIDDEN}" if space and _SCHEMES.fullmatch(scheme) else HIDDEN
        if name.startswith("access-control-"):
            return value
        if name in _COOKIES or self._secrets.hides_parameter(name):
            return HIDDEN
        address, sign, query = value.partition("?")
        return without_tokens(f"{address}{sign}{self.query(query)}")

    def parameter(self, name: str, value: str) -> str:
        """The value of a query parameter."""
        return HIDDEN if self._secrets.hides_parameter(name) else without_tokens(value)

    def path(self, path: str) -> str:
        """A path as it was sent."""
        segments = [_without_quoted_tokens(segment) for segment in path.split("/")]
        for index in self._secrets.segments:
            segments[index] = HIDDEN
        return "/".join(segments)

    def query(self, query: str) -> str:
        """A query string as it was sent, or a form."""
        return "&".join(map(self._pair, query.split("&")))

    def request(self, body: Any, raw: bytes | None = None) -> Any:
        """The JSON of a request; its bytes, where they are given, make that faster."""
        return self._shown(body, raw, self._secrets.request)

    def answer(self, body: Any, status: int, raw: bytes | None = None) -> Any:
        """The JSON of an answer."""
        return self._shown(body, raw, self._secrets.answers.get(status))

    def text(self, text: str) -> str:
        """A body that is no JSON: a part of some, a form, XML, YAML."""
        return without_tokens(self._after_names(self._in_parts(text)))

    def _pair(self, pair: str) -> str:
        name, sign, value = pair.partition("=")
        if value and self._secrets.hides_parameter(unquote_plus(name)):
            return f"{name}={HIDDEN}"
        return f"{_without_quoted_tokens(name)}{sign}{_without_quoted_tokens(value)}"

    def _shown(self, body: Any, raw: bytes | None, place: Place | None) -> Any:
        """Some JSON, built anew where it may have a secret: to look at its names alone takes a
        fraction of that time.
        """
        if place is None or not place.holds_secrets:
            may_have_token = raw is None or b"eyJ" in raw or b"\\u" in raw
            if not may_have_token and not any(map(self._secrets.hides, _names(body))):
                return body
        return self._json(body, place)

    def _json(self, value: Any, place: Place | None) -> Any:
        if place is not None and place.is_secret:
            return hidden(value)
        if isinstance(value, str):
            return without_tokens(value)
        if isinstance(value, list):
            items = place.items if place is not None else None
            return [self._json(item, items) for item in value]
        if isinstance(value, dict):
            return {
                without_tokens(name): self._member(name, part, place)
                for name, part in value.items()
            }
        return value

    def _member(self, name: str, value: Any, place: Place | None) -> Any:
        inner = place.properties.get(name, place.others) if place is not None else None
        if inner is None and self._secrets.hides(name):
            return hidden(value)
        return self._json(value, inner)

    def _names_secret(self, quoted: str) -> bool:
        """Whether a name with percent signs, or the last word of it, is that of a secret."""
        name = unquote(quoted)
        return self._secrets.hides(name) or self._secrets.hides(_BETWEEN_WORDS.split(name)[-1])

    def _in_parts(self, text: str) -> str:
        """A form in several parts without the values of secret ones."""
        shown, at = [], 0
        while (part := _PART.search(text, at)) is not None:
            end = part.end()
            if self._secrets.hides_parameter(part["name"]):
                following = text.find("\n--", end)
                shown += [text[at:end], HIDDEN]
                at = following if following >= 0 else len(text)
            else:
                shown.append(text[at:end])
                at = end
        return "".join([*shown, text[at:]])

    def _after_names(self, text: str) -> str:
        """A text without what follows the name of a secret."""
        shown, at = [], 0
        while (key := _KEY.search(text, at)) is not None:
            end = key.end()
            shown.append(text[at:end])
            if self._names_secret(key["name"]) and not _PLAIN.match(text, end):
                value = _VALUES[key["sign"]].match(text, end)
                assert value is not None  # every pattern matches the empty text
                end = value.end()
                shown.append(HIDDEN if value[0] else "")
            at = end
        return "".join([*shown, text[at:]])


def _without_quoted_tokens(text: str) -> str:
    """The same for a text with percent signs, of which some may hide a token."""
    decoded = unquote(text)
    if "eyJ" not in decoded:
        return text
    shown = without_tokens(decoded)
    return text if shown == decoded else quote(shown, safe="*")


def _names(body: Any) -> set[str]:
    """The names of all fields, at any depth."""
    names: set[str] = set()
    waiting = [body]
    for value in waiting:
        if isinstance(value, dict):
            names.update(value)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return names

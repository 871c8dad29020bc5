"""Whether an answer gives back what a request sent."""

from __future__ import annotations

import re
from typing import Any

from understudy import times
from understudy.verify.ledger import UUID

TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2})")


def is_given_back(sent: Any, got: Any) -> bool:
    """Whether a value is the one that was sent: a time may be written with another offset and
    without fractions of a millisecond, an id in lower case, and an object may have more fields.
    """
    if isinstance(sent, dict) and isinstance(got, dict):
        return all(name in got and is_given_back(part, got[name]) for name, part in sent.items())
    if isinstance(sent, list) and isinstance(got, list):
        return len(sent) == len(got) and all(map(is_given_back, sent, got))
    if isinstance(sent, bool) or isinstance(got, bool):
        return sent is got
    if isinstance(sent, str) and isinstance(got, str):
        return sent == got or _written(sent) == _written(got)
    return bool(sent == got)


def _written(text: str) -> object:
    if UUID.fullmatch(text):
        return text.lower()
    if TIME.fullmatch(text):
        try:
            return times.parse(text)
        except ValueError:
            return text
    return text

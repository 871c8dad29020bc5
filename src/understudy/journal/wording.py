"""Matches and counts in words, for people who look for the reason of a failed test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from understudy.journal.blanking import Blanking, without_tokens
from understudy.journal.bodies import as_text
from understudy.journal.decoding import shortened
from understudy.journal.nearest import Near
from understudy.journal.reading import Reader

LONGEST = 500
"""Characters of a match in words."""
LISTED = 10
"""Sequences that are listed."""


def described(wanted: Mapping[str, Any], reader: Reader) -> str:
    """`POST defects.create_defect by admin@acme.test with status 4xx`."""
    words = without_tokens(" ".join(_parts(wanted, reader.blanking)))
    return shortened(words, LONGEST)


def listed(sequences: Iterable[int]) -> str:
    """`#3, #5`, the first of them."""
    found = [f"#{sequence}" for sequence in sequences]
    more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return ", ".join(found[:LISTED]) + more


def seen(count: int, sequences: Iterable[int]) -> str:
    """`saw 2: #3, #5`."""
    return f"saw {count}: {listed(sequences)}" if count else "saw 0"


def explained(near: Iterable[Near], since: int, *, is_all: bool) -> str:
    """What came nearest, each on a line of its own; or that all that came after a sequence matches,
    or that nothing came.
    """
    lines = [f"  {one.exchange.line}: {'; '.join(one.differences)}" for one in near]
    if lines:
        return "\n".join(["Nearest:", *lines])
    if is_all:
        return "All that came matches."
    return f"Nothing came after #{since}." if since else "The journal is empty."


def doubt(lost: int, first: int) -> str:
    """What a verification cannot know; `first`: where the journal begins."""
    return (
        f" The journal begins with #{first}; nothing is certain of the {lost} exchanges "
        "before that."
        if lost
        else ""
    )


def _parts(wanted: Mapping[str, Any], blanking: Blanking) -> Iterator[str]:
    if not wanted.keys() & {"method", "operation", "path"}:
        yield "request"
    if "method" in wanted:
        yield wanted["method"].upper()
    if "operation" in wanted:
        yield wanted["operation"]
    if "path" in wanted:
        yield f"at {wanted['path']}" if "operation" in wanted else wanted["path"]
    if "user" in wanted:
        yield f"by {wanted['user']}"
    if "status" in wanted:
        yield f"with status {wanted['status']}"
    for name, noun in (("has_fault", "a fault"), ("has_warnings", "a warning")):
        if name in wanted:
            yield f"with{'' if wanted[name] else 'out'} {noun}"
    if "query" in wanted:
        pairs = ((name, as_text(value)) for name, value in wanted["query"].items())
        shown = (f"{name}={blanking.parameter(name, value)}" for name, value in pairs)
        yield f"with query {'&'.join(shown)}"
    if "body" in wanted:
        yield f"with body {orjson.dumps(blanking.request(wanted['body'])).decode()}"
    if "text" in wanted:
        yield f"with the text {blanking.text(wanted['text'])!r}"

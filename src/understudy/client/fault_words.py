"""What a fault rule is about and what it does, in the words with which the journal tells of its
strikes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from understudy.client.answer import Json
from understudy.client.records import Fault

BODY = 30
"""Characters of a body that are shown."""

BREAKDOWNS = {"close": "closes the connection", "reset": "resets the connection"}


def calls(fault: Fault) -> str:
    """`auth.me, call 3, p=0.5, 2 times`: which calls it strikes, and until when."""
    return ", ".join((*_match(fault.match), *_on(fault.on), *_until(fault.until))) or "every call"


def effects(do: Json) -> str:
    """`waits around 600 ms, answers 503`."""
    told = [_WORDS[name](options) for name, options in do.items() if name in _WORDS]
    return ", ".join(told)


def state(fault: Fault) -> str:
    """`seen 4, struck 1`, and whether that is all."""
    told = [f"seen {fault.seen}", f"struck {fault.struck}"]
    if fault.has_ended:
        told.append("has ended")
    if not fault.is_enabled:
        told.append("switched off")
    return ", ".join(told)


def _match(match: Json) -> Iterator[str]:
    for name in ("operation", "method", "path"):
        if name in match:
            yield str(match[name])
    if "user" in match:
        yield f"of {match['user']}"


def _on(on: Json) -> Iterator[str]:
    if "calls" in on:
        numbers = [str(number) for number in on["calls"]]
        yield f"call{'s' * (len(numbers) > 1)} {', '.join(numbers)}"
    if "every" in on:
        yield f"every {on['every']}{_ending(on['every'])} call"
    if "first" in on:
        yield f"the first {on['first']}"
    if "after" in on:
        yield f"after {on['after']}"
    if "probability" in on:
        yield f"p={on['probability']:g}"


def _ending(number: int) -> str:
    teen = number % 100 in (11, 12, 13)
    return {1: "st", 2: "nd", 3: "rd"}.get(0 if teen else number % 10, "th")


def _until(until: Json) -> Iterator[str]:
    if "times" in until:
        yield "once" if until["times"] == 1 else f"{until['times']} times"
    if "for" in until:
        yield f"for {until['for']}"


def _delay(delay: Json) -> str:
    if "ms" in delay:
        return f"waits {delay['ms']} ms"
    centre = delay.get("median_ms", delay.get("mean_ms"))
    if centre is not None:
        return f"waits around {centre} ms"
    return f"waits {delay['min_ms']} to {delay['max_ms']} ms"


def _error(error: Json) -> str:
    code = f" ({error['code']})" if "code" in error else ""
    return f"answers {error['status']}{code}"


def _status(answer: Json) -> str:
    body = answer.get("body")
    if body is None:
        return f"answers {answer['status']}"
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    line = " ".join(text.split())
    return f"answers {answer['status']}: {line if len(line) <= BODY else line[: BODY - 1] + '…'}"


def _rate_limit(limit: Json) -> str:
    return f"answers 429, try again after {limit['retry_after']} s"


def _off_contract(options: Json) -> str:
    field = f" ({options['field']})" if "field" in options else ""
    return f"breaks the contract: {options['kind'].replace('_', ' ')}{field}"


def _connection(options: Json) -> str:
    kind = options["kind"]
    if kind == "trickle":
        return f"trickles {options['bytes_per_second']} bytes a second"
    told = BREAKDOWNS.get(kind, "hangs")
    if "seconds" in options:
        told += f" for {options['seconds']:g} s"
    if "after_bytes" in options:
        return f"{told} after {options['after_bytes']} bytes of the answer"
    return f"{told}, once handled" if options.get("processed") else told


_WORDS: Mapping[str, Any] = {
    "delay": _delay,
    "error": _error,
    "status": _status,
    "rate_limit": _rate_limit,
    "off_contract": _off_contract,
    "connection": _connection,
}

"""What happens to a call that is struck: a class for each effect, by its name in a rule's `do`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson

from understudy.errors import ApiError
from understudy.faults.spoiling import spoil
from understudy.pipeline import envelopes
from understudy.pipeline.exchange import Reply, encoded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from understudy.faults.call import Operation
    from understudy.faults.rule import Dice, Rule

JSON = b"application/json"
TEXT = b"text/plain; charset=utf-8"


class RateLimited(ApiError):
    """Too many requests, as a rule claims."""

    status, code = 429, "rate_limited"
    message = "Too many requests; try again later."


@dataclass(frozen=True, slots=True)
class Network:
    """What happens to the connection: `close`, `reset`, `hang` or `trickle`, as the contract says.

    `after_bytes`: how much of the body goes out before; None for nothing of the answer at all.
    """

    kind: str
    processed: bool
    after_bytes: int | None = None
    bytes_per_second: int = 1
    seconds: float | None = None


class Strike:
    """A fault that hits one request: as such only a delay.

    `delay`: seconds to wait, after the request was handled, in real time. `network`: what happens
    to the connection while the answer is sent, if anything. `does`: all of it in words.
    """

    network: Network | None = None

    def __init__(self, rule: Rule, wait: int, dice: Dice) -> None:
        self._rule = rule
        self._dice = dice
        self._waits = f"waits {wait} ms" if wait else ""
        self._options: Mapping[str, Any] = rule.do.get(rule.effect or "", {})
        self.rule_id = rule.id
        self.delay = wait / 1000
        self.does = ""
        self._say(self._effect())

    def reply(self, operation: Operation | None) -> Reply | None:
        """The answer in place of the handler's, which then does not run; None: handle as usual."""
        return None

    def spoil(self, reply: Reply, operation: Operation | None) -> Reply:
        """What becomes of the answer."""
        return reply

    def _effect(self) -> str:
        return ""

    def _say(self, effect: str) -> None:
        self.does = ", ".join(part for part in (self._waits, effect) if part)


class Refusal(Strike):
    """A documented error of the operation."""

    def _effect(self) -> str:
        code = f" ({self._options['code']})" if "code" in self._options else ""
        return f"answers {self._options['status']}{code}"

    def reply(self, operation: Operation | None) -> Reply | None:
        """The operation's example."""
        assert operation is not None
        found = operation.example(self._options["status"], self._options.get("code"))
        assert found is not None
        headers = encoded(found.headers)
        if found.status == 401 and operation.spec.security == "required":
            headers.append((b"www-authenticate", b"Bearer"))
        return Reply(found.status, orjson.dumps(found.body), headers)


class Answer(Strike):
    """Any answer at all."""

    def _effect(self) -> str:
        return f"answers {self._options['status']}"

    def reply(self, operation: Operation | None) -> Reply | None:
        """What the rule says."""
        payload, media = body_of(self._options)
        headers = encoded(self._options.get("headers", {}))
        return Reply(self._options["status"], payload, headers, media=media)


class RateLimit(Strike):
    """429 with `Retry-After`."""

    def _effect(self) -> str:
        return f"answers 429, try again after {self._options['retry_after']} s"

    def reply(self, operation: Operation | None) -> Reply | None:
        """The documented 429, else one in the form of the operation's other errors."""
        found = operation.example(429) if operation else None
        if found:
            body = found.body
        else:
            envelope = operation.envelope if operation else envelopes.common
            _, body = envelope(RateLimited())
        headers = {"retry-after": str(self._options["retry_after"])}
        return Reply(429, orjson.dumps(body), encoded(headers))


class OffContract(Strike):
    """The handler's answer, spoiled."""

    def _effect(self) -> str:
        return "breaks the contract"

    def spoil(self, reply: Reply, operation: Operation | None) -> Reply:
        """A successful JSON answer, changed so that it breaks the contract; any other as it is."""
        if not (operation and reply.payload and reply.status < 300 and reply.media == JSON):
            self._rule.struck -= 1
            self._say("leaves the answer alone, which is no successful JSON")
            return reply

        payload, told = spoil(
            reply.payload,
            self._options["kind"],
            self._options.get("field"),
            partial(operation.allows, reply.status),
            self._dice("spoil"),
        )
        self._say(told)
        return dataclasses.replace(reply, payload=payload)


class Breakdown(Strike):
    """A connection that is closed, reset, silent or slow."""

    def __init__(self, rule: Rule, wait: int, dice: Dice) -> None:
        self.network = Network(**rule.do["connection"])
        super().__init__(rule, wait, dice)

    def _effect(self) -> str:
        network = self.network
        assert network is not None
        if network.kind == "trickle":
            return f"trickles {network.bytes_per_second} bytes a second"
        told = {"close": "closes the connection", "reset": "resets the connection"}
        after = "" if network.after_bytes is None else f" after {network.after_bytes} bytes"
        handled = " of the answer" if after else ", once handled" if network.processed else ""
        return f"{told.get(network.kind, 'hangs')}{after}{handled}"

    def reply(self, operation: Operation | None) -> Reply | None:
        """Nothing that is ever sent, so that a request which never arrived is not handled."""
        assert self.network is not None
        return None if self.network.processed else Reply(502, b"", [])


def body_of(options: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """The bytes and the media type of a `status` effect: text as it is, anything else as JSON."""
    body, media = options.get("body"), options.get("content_type", "").encode()
    if body is None:
        return b"", media or TEXT
    if isinstance(body, str):
        return body.encode(), media or TEXT
    return orjson.dumps(body), media or JSON


STRIKES: dict[str | None, type[Strike]] = {
    None: Strike,
    "error": Refusal,
    "status": Answer,
    "rate_limit": RateLimit,
    "off_contract": OffContract,
    "connection": Breakdown,
}

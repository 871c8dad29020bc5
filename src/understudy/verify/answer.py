"""`Answer`: what a server said, and the questions that rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import httpx

from understudy.verify.findings import Broken

if TYPE_CHECKING:
    from understudy.verify.exchange import Exchange
    from understudy.verify.suite import Suite

__tracebackhide__ = True


class _NotNull:
    def __repr__(self) -> str:
        return "anything but null"


NOT_NULL = _NotNull()
"""In `Answer.has`: any value but null."""

LONGEST = 300
"""So many characters of a value are told."""


class Answer:
    """The answer to one request. `body`: its JSON, None where it has none."""

    def __init__(self, exchange: Exchange, suite: Suite) -> None:
        self.exchange = exchange
        self.status = exchange.status or 0
        self.headers: Mapping[str, str] = httpx.Headers(exchange.response_headers)
        self.body: Any = exchange.body()
        self._suite = suite

    @property
    def text(self) -> str:
        """The body as text."""
        return self.exchange.response_content.decode("utf-8", "replace")

    def broken(
        self, message: str, *, expected: object = None, got: object = None, rule: str | None = None
    ) -> Broken:
        """What to raise where this answer breaks a promise."""
        return Broken(message, expected=expected, got=got, rule=rule, exchange=self.exchange)

    def expect(self, *statuses: int, rule: str | None = None) -> Any:
        """The body; raises Broken unless the status is one of these."""
        if self.status not in statuses:
            raise self.broken(
                f"{self._asked()} was answered {self._said()}",
                expected=f"status {_listed(statuses)}",
                got=self._said(),
                rule=rule,
            )
        if self.status < 300 and not isinstance(self.body, dict | list):
            raise self.broken(
                f"{self._asked()} succeeded without JSON", expected="a JSON body", rule=rule
            )
        return self.body

    def refused(
        self,
        *statuses: int,
        code: str | None = None,
        field: str | None = None,
        rule: str | None = None,
    ) -> Any:
        """The body; raises Broken unless the request was refused with one of these statuses.

        code: the contract's code of this refusal. field: what `details` has to name. The rule
        counts as shown only if the same operation also succeeds in this run.
        """
        if self.exchange.operation is not None:
            self._suite.judged_refusal(self.exchange.operation)
        if self.status not in statuses:
            raise self.broken(
                f"{self._asked()} had to be refused, and was answered {self._said()}",
                expected=f"status {_listed(statuses)}" + (f", error {code!r}" if code else ""),
                got=self._said(),
                rule=rule,
            )
        if code is not None and self.code != code:
            raise self.broken(
                f"{self._asked()} was refused with another code",
                expected=f"error {code!r}",
                got=f"error {self.code!r}",
                rule=rule,
            )
        if field is not None and field not in self.details:
            raise self.broken(
                f"the refusal of {self._asked()} does not name the field at fault",
                expected=f"`details` with {field!r}",
                got=f"details {_short(self.details)}",
                rule=rule,
            )
        return self.body

    def invalid(self, rule: str | None = None) -> Any:
        """The body; raises Broken unless the input was refused as invalid, with 400 or 422."""
        return self.refused(400, 422, rule=rule)

    def has(self, *, rule: Any = None, **fields: Any) -> Any:
        """The body; raises Broken unless these fields of it have these values."""
        body = self.body if isinstance(self.body, dict) else {}
        wrong = {name: value for name, value in fields.items() if not _is(body, name, value)}
        if wrong:
            shown = {name: body.get(name, "(not there)") for name in wrong}
            raise self.broken(
                f"{self._asked()} answered with another {', '.join(wrong)}",
                expected=_short(wrong),
                got=_short(shown),
                rule=rule,
            )
        return self.body

    @property
    def code(self) -> str | None:
        """The code of a refusal, in either of the two forms that contracts know."""
        error = self._error()
        found = error.get("code") if "code" in error else error.get("error")
        return found if isinstance(found, str) else None

    @property
    def details(self) -> Mapping[str, Any]:
        """The fields at fault that a refusal names, in either of the two forms."""
        found = self._error().get("details")
        if isinstance(found, list):
            entries = [one for one in found if isinstance(one, dict)]
            return {str(one.get("field")): one.get("message") for one in entries}
        return found if isinstance(found, dict) else {}

    def _error(self) -> dict[str, Any]:
        body = self.body if isinstance(self.body, dict) else {}
        inner = body.get("error")
        return inner if isinstance(inner, dict) else body

    def _asked(self) -> str:
        return f"{self.exchange.method} {self.exchange.path}"

    def _said(self) -> str:
        code = f" {self.code}" if self.status >= 400 and self.code else ""
        return f"{self.status}{code}"


def _is(body: Mapping[str, Any], name: str, value: Any) -> bool:
    if isinstance(value, _NotNull):
        return body.get(name) is not None
    return name in body and holds(body[name], value)


def holds(got: Any, wanted: Any) -> bool:
    """Whether some JSON is what was wanted: objects in it may have more fields, true is not 1.

    What the contract keeps as it was sent is compared with `==` instead.
    """
    if isinstance(wanted, dict) and isinstance(got, dict):
        return all(name in got and holds(got[name], value) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(got, list):
        return len(got) == len(wanted) and all(map(holds, got, wanted))
    if isinstance(got, bool) or isinstance(wanted, bool):
        return got is wanted
    return bool(got == wanted)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _listed(statuses: tuple[int, ...]) -> str:
    return " or ".join(map(str, statuses))

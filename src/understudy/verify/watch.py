"""What holds for every answer, judged on every answer that any rule gets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from understudy.contract import Contract, OperationSpec
from understudy.contract.validator import Validator
from understudy.verify.findings import Broken

if TYPE_CHECKING:
    from understudy.verify.answer import Answer
    from understudy.verify.secrecy import Secrecy
    from understudy.verify.spec import ApiSpec

STATUS, SCHEMA, MEDIA, ERROR, SECRET = "status", "schema", "media", "error", "secret"
"""The promises; the spec's `watchers` name the rule of each."""

TOLD = 5
"""So many fields of an answer that breaks its schema are told."""


class Watch:
    """Judges answers by the contract alone."""

    def __init__(self, contract: Contract, spec: ApiSpec, secrecy: Secrecy) -> None:
        self._contract = contract
        self._spec = spec
        self._secrecy = secrecy
        self._operations = {one.operation_id: one for one in contract.operations}
        self._validators: dict[tuple[str, str], Validator] = {}

    def judge(self, answer: Answer) -> Iterator[Broken]:
        """Every promise that this answer breaks."""
        exchange = answer.exchange
        found = self._operations.get(exchange.operation or "")
        if answer.status >= 500:
            yield self._broken(
                answer, ERROR, f"was answered {answer.status}", "no status from 500 on"
            )
        if found is None:
            return
        documented = found.responses.get(str(answer.status))
        if documented is None:
            if answer.status < 500:
                expected = ", ".join(found.responses)
                yield self._broken(
                    answer, STATUS, f"was answered {answer.status}, which is not documented",
                    f"one of {expected}",
                )  # fmt: skip
            return
        if documented.schema is not None and answer.status < 500:
            yield from self._of_body(answer, found)

    def _of_body(self, answer: Answer, found: OperationSpec) -> Iterator[Broken]:
        documented = found.responses[str(answer.status)]
        media = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != documented.media_type:
            yield self._broken(
                answer, MEDIA, f"came as {media or 'nothing'}", f"{documented.media_type}"
            )
        validator = self._validator(found, str(answer.status))
        if answer.body is None or not validator.is_valid(answer.body):
            problems = validator.problems(answer.body)
            told = [f"{name} {', '.join(what)}" for name, what in problems.items()][:TOLD]
            yield self._broken(
                answer, SCHEMA, f"{answer.status} does not have the documented form",
                "; ".join(told),
            )  # fmt: skip
        yield from self._of_secrets(answer)

    def _of_secrets(self, answer: Answer) -> Iterator[Broken]:
        """A secret that a request holds does not come back, except where the contract says so."""
        for secret in self._secrecy.sent(answer.exchange):
            if secret in answer.text:
                yield self._broken(
                    answer, SECRET, "gives back a secret of the request", "an answer without it"
                )
                return

    def _validator(self, found: OperationSpec, status: str) -> Validator:
        key = found.operation_id, status
        if key not in self._validators:
            schema = found.responses[status].schema
            assert schema is not None
            self._validators[key] = Validator(schema, self._contract.document)
        return self._validators[key]

    def _broken(self, answer: Answer, promise: str, what: str, expected: str) -> Broken:
        exchange = answer.exchange
        path = exchange.path.partition("?")[0]
        return Broken(
            f"{exchange.method} {path} {what}",
            expected=expected,
            got=f"{answer.status}",
            rule=self._spec.watchers[promise],
            exchange=exchange,
        )

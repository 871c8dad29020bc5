"""Answers: never sent unless the contract allows them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson

from understudy.contract.model import OperationSpec
from understudy.contract.schemas import Validator
from understudy.errors import ContractViolation, UsageError

logger = logging.getLogger("understudy.contract")


class Answers:
    """The compiled answers of one operation."""

    def __init__(self, spec: OperationSpec, document: Mapping[str, Any]) -> None:
        self._operation_id = spec.operation_id
        self._validators = {
            _number(status, spec): None
            if answer.schema is None
            else Validator(answer.schema, document, closed=True)
            for status, answer in spec.responses.items()
        }

    def encode(self, status: int, body: Any) -> bytes:
        """The JSON of a body that the contract allows with this status.

        Raises ContractViolation, after logging the difference, for any other.
        """
        if status not in self._validators:
            documented = ", ".join(map(str, sorted(self._validators)))
            self._refuse(status, {"status": [f"{status} is not documented; {documented} are"]})
        validator = self._validators[status]
        if validator is None:
            return b"" if body is None else self._refuse(status, {"body": ["is not documented"]})
        if not validator.is_valid(body):
            self._refuse(status, validator.problems(body))
        try:
            return orjson.dumps(body)
        except orjson.JSONEncodeError as error:
            self._refuse(status, {"body": [str(error)]})

    def _refuse(self, status: int, problems: Mapping[str, list[str]]) -> NoReturn:
        told = "; ".join(f"{field}: {', '.join(messages)}" for field, messages in problems.items())
        logger.error(
            "%s was about to answer %s against the contract: %s", self._operation_id, status, told
        )
        raise ContractViolation


def _number(status: str, spec: OperationSpec) -> int:
    """A status as a number; `default` and `4XX` would allow what nobody wrote down."""
    if not status.isdigit():
        raise UsageError(
            f"{spec.operation_id} documents {status!r}: give each status by its number"
        )
    return int(status)

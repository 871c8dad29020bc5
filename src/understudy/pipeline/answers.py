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

JSON = "application/json"


class Answers:
    """The compiled answers of one operation."""

    def __init__(self, spec: OperationSpec, document: Mapping[str, Any]) -> None:
        self._operation_id = spec.operation_id
        self._media_types = {
            _number(status, spec): (answer.media_type or JSON).encode()
            for status, answer in spec.responses.items()
        }
        self._validators = {
            _number(status, spec): None
            if answer.schema is None
            else Validator(answer.schema, document, closed=True)
            for status, answer in spec.responses.items()
        }

    def media_type(self, status: int) -> bytes:
        """The media type of the answer with this status."""
        return self._media_types.get(status, JSON.encode())

    def allow(self, status: int, body: Any) -> bool:
        """Whether the contract allows this body with this status."""
        validator = self._validators.get(status)
        return validator is not None and validator.is_valid(body)

    def encode(self, status: int, body: Any) -> bytes:
        """A body that the contract allows with this status, as JSON, or a text as it is where that
        is not its media type.

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
        if isinstance(body, str) and self._media_types[status] != JSON.encode():
            return body.encode()
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

"""Answers: never sent unless the contract allows them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import orjson

from understudy.contract.model import OperationSpec
from understudy.contract.schemas import Validator
from understudy.errors import ContractViolation

logger = logging.getLogger("understudy.contract")


class Answers:
    """The compiled answers of one operation."""

    def __init__(self, spec: OperationSpec, document: Mapping[str, Any]) -> None:
        self._operation_id = spec.operation_id
        self._validators = {
            int(status): Validator(answer.schema, document, closed=True)
            for status, answer in spec.responses.items()
            if answer.schema is not None
        }

    def encode(self, status: int, body: Any) -> bytes:
        """The JSON of a body that the contract allows with this status.

        Raises ContractViolation, after logging the difference, for any other.
        """
        validator = self._validators.get(status)
        if validator is None:
            documented = ", ".join(map(str, sorted(self._validators)))
            self._refuse(status, {"status": [f"{status} is not documented; {documented} are"]})
        elif not validator.is_valid(body):
            self._refuse(status, validator.problems(body))
        try:
            return orjson.dumps(body)
        except orjson.JSONEncodeError as error:
            self._refuse(status, {"body": [str(error)]})
            raise

    def _refuse(self, status: int, problems: Mapping[str, list[str]]) -> None:
        told = "; ".join(f"{field}: {', '.join(messages)}" for field, messages in problems.items())
        logger.error(
            "%s was about to answer %s against the contract: %s", self._operation_id, status, told
        )
        raise ContractViolation

"""Answers: never sent unless the contract allows them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson

from understudy.contract.model import OperationSpec
from understudy.errors import ContractViolation, UsageError
from understudy.pipeline.pieces import Payload, Text
from understudy.pipeline.shapes import JSON, Shape

CREATED = "201"
"""Of all that is made little is asked for again soon: it need not be kept twice."""

logger = logging.getLogger("understudy.contract")


class Answers:
    """The compiled answers of one operation."""

    def __init__(self, spec: OperationSpec, document: Mapping[str, Any]) -> None:
        self._operation_id = spec.operation_id
        self._shapes = {
            _number(status, spec): Shape(answer, document, remembers=status != CREATED)
            for status, answer in spec.responses.items()
        }

    def media_type(self, status: int) -> bytes:
        """The media type of the answer with this status."""
        shape = self._shapes.get(status)
        return shape.media_type if shape is not None else JSON

    def allow(self, status: int, body: Any) -> bool:
        """Whether the contract allows this body with this status."""
        shape = self._shapes.get(status)
        return shape is not None and shape.allows(body)

    def encode(self, status: int, body: Any) -> bytes:
        """A body that the contract allows with this status, as JSON, or a text as it is where that
        is not its media type.

        Raises ContractViolation, after logging the difference, for any other.
        """
        shape = self._shape(status)
        try:
            payload = shape.encode(body)
        except orjson.JSONEncodeError as error:
            self._refuse(status, {"body": [str(error)]})
        return payload if payload is not None else self._refuse(status, shape.problems(body))

    def encode_bit_by_bit(self, status: int, body: Any) -> Payload:
        """The same for a body that may be long, in a thread: without long calls, during which no
        other thread can go on.
        """
        steps = self._shape(status).steps(body)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                text: Text | None = end.value
                break
            except orjson.JSONEncodeError as error:
                self._refuse(status, {"body": [str(error)]})
        if text is None:
            self._refuse(status, self._shape(status).problems(body))
        return text.payload()

    async def encode_in_turns(self, status: int, body: Any) -> Payload:
        """The same for a body that may be long, without keeping others waiting."""
        shape = self._shape(status)
        try:
            payload = await shape.encode_in_turns(body)
        except orjson.JSONEncodeError as error:
            self._refuse(status, {"body": [str(error)]})
        return payload if payload is not None else self._refuse(status, shape.problems(body))

    def _shape(self, status: int) -> Shape:
        shape = self._shapes.get(status)
        if shape is None:
            documented = ", ".join(map(str, sorted(self._shapes)))
            self._refuse(status, {"status": [f"{status} is not documented; {documented} are"]})
        return shape

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

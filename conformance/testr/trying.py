"""An operation, a valid request of it, and the values that are generated for it."""

from __future__ import annotations

from typing import Any

from understudy.contract.schemas import KnownFields
from understudy.verify import Answer, OperationSpec, Persona, Suite
from understudy.verify.generated import Variation, generator
from understudy.verify.judge import Request
from understudy.verify.shaping import Shape

from . import samples


class Trial:
    """One operation that is tried out by one persona."""

    def __init__(self, suite: Suite, persona: Persona, operation: OperationSpec) -> None:
        self.suite, self.persona, self.id = suite, persona, operation.operation_id
        self._operation = operation
        self.begin()

    def begin(self) -> None:
        """Take another valid request."""
        sample = samples.request(self.suite, self.persona, self.id)
        self.shape = Shape(self.suite, self._operation, sample)

    def send(self, request: Request) -> Answer:
        """The answer to a request."""
        return self.persona.call(self.id, **request)

    def documented(self, body: Any) -> Any:
        """What is documented of a request's body."""
        schema = self._operation.request_schema
        document = self.suite.contract.document
        return body if schema is None else KnownFields(schema, document).strip(body)

    def values(self, *where: str, valid: bool) -> list[Variation]:
        """What is generated for the `body`, the `query` or the `path`, and is by the contract what
        it should be. Valid ones name nothing that is not there, and nothing twice.
        """
        found = generator(self.suite.contract).variations(self.id, valid=valid)
        return [
            one
            for one in found
            if one.place[0] in where
            and bool(self.shape.breaks(one)) is not valid
            and not (valid and self.shape.is_mistaken(self.shape.with_values([one])))
        ]

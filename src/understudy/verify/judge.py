"""What is wrong with a request by the contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from understudy.contract import Contract, OperationSpec
from understudy.contract.validator import WHOLE, Validator
from understudy.errors import InvalidParameter
from understudy.pipeline.parameters import Parameters
from understudy.verify.generated import ABSENT, BODY

Request = dict[str, Any]
"""Keywords of `Persona.call`."""


class Judge:
    """What a contract says of an operation's requests."""

    def __init__(self, operation: OperationSpec, document: Mapping[str, Any]) -> None:
        self.path_names = tuple(re.findall(r"{([^}]+)}", operation.path))
        self._where = {one["name"]: one["in"] for one in operation.parameters}
        self._needs_body = operation.request_required
        self._parameters = Parameters(operation.parameters, self.path_names, document)
        schema = operation.request_schema
        self._body = None if schema is None else Validator(schema, document)

    def faults(self, request: Request) -> dict[str, list[str]]:
        """Every field at fault, with where it is before its name."""
        found: dict[str, list[str]] = {}
        values = [str(request[name]) for name in self.path_names]
        query = urlencode(request.get("query", {})).encode()
        try:
            self._parameters.read(values, query, {})
        except InvalidParameter as error:
            details = error.details or {}
            found |= {f"{self._where[name]}.{name}": [*what] for name, what in details.items()}
        if self._body is not None:
            found |= self._of_body(self._body, request.get("body", ABSENT))
        return found

    def _of_body(self, validator: Validator, body: Any) -> dict[str, list[str]]:
        if body is ABSENT:
            return {BODY: ["is required"]} if self._needs_body else {}
        problems = validator.problems(body)
        return {
            BODY if name == WHOLE else f"{BODY}.{name}": what for name, what in problems.items()
        }


_judges: dict[tuple[str, str], Judge] = {}


def judge_of(contract: Contract, operation: OperationSpec) -> Judge:
    """The one judge of an operation's requests in this process."""
    key = contract.digest, operation.operation_id
    if key not in _judges:
        _judges[key] = Judge(operation, contract.document)
    return _judges[key]

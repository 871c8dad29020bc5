"""The reply to a request that is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from understudy.errors import ApiError, ContractViolation
from understudy.pipeline import envelopes
from understudy.pipeline.exchange import Reply, encoded

if TYPE_CHECKING:
    from understudy.pipeline.operation import CompiledOperation


def refused(operation: CompiledOperation | None, error: ApiError) -> Reply:
    """The refusal as the contract has it, checked like every other answer; operation: None for a
    request that is for none.
    """
    # The reply keeps the error, and a traceback would keep all that the request had in hand.
    error.__traceback__ = error.__context__ = error.__cause__ = None
    headers = encoded(error.headers)
    if operation is None:
        status, body = envelopes.common(error)
        return Reply(status, orjson.dumps(body), headers, error)
    if error.status == 401 and operation.spec.security != "none":
        headers.append((b"www-authenticate", b"Bearer"))
    try:
        status, payload = operation.refusal(error)
    except ContractViolation as violation:
        status, body = operation.envelope(violation)
        payload = orjson.dumps(body)
    return Reply(status, payload, headers, error)

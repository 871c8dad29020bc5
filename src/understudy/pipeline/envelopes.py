"""Error bodies: the contract's common one; an operation with `x-envelope` brings its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.errors import ApiError

Envelope = Callable[[ApiError], tuple[int, dict[str, Any]]]
"""From a refusal to the status and the body that the client gets."""


def common(error: ApiError) -> tuple[int, dict[str, Any]]:
    """`{error, message, details?}`."""
    body: dict[str, Any] = {"error": error.code, "message": error.message}
    if error.details:
        body["details"] = {field: list(messages) for field, messages in error.details.items()}
    return error.status, body

"""The settings' own error body: `{"success": false, "error": {"code", "message", "details"?}}`.

Codes and statuses are those of Settings API Specification v2; there, invalid values are 400.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.errors import ApiError

CODES = {
    400: (400, "VALIDATION_ERROR"),
    401: (401, "UNAUTHORIZED"),
    403: (403, "FORBIDDEN"),
    404: (404, "NOT_FOUND"),
    422: (400, "VALIDATION_ERROR"),
    429: (429, "RATE_LIMITED"),
}
MESSAGES = {401: "Authentication required", 422: "Invalid settings value"}
"""The specification's words, in place of those that the rest of the API uses."""


def settings(error: ApiError) -> tuple[int, dict[str, Any]]:
    """The status and body of a refusal; what the specification does not know is SERVER_ERROR."""
    status, code = CODES.get(error.status, (500, "SERVER_ERROR"))
    body: dict[str, Any] = {"code": code, "message": MESSAGES.get(error.status, error.message)}
    if error.details:
        body["details"] = [
            {"field": field, "message": message[:1].upper() + message[1:]}
            for field, messages in error.details.items()
            for message in messages
        ]
    return status, {"success": False, "error": body}

"""The two families of errors: what a client of the served API gets, and what a user of Understudy
gets.

`ApiError` becomes an HTTP answer with the contract's error body; `UsageError` becomes one clear
line on the terminal and exit code 2. Neither ever shows a traceback.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox

Details = Mapping[str, Sequence[str]]


class ApiError(Exception):
    """A documented refusal. Subclasses set `status`, `code` and `message`; an instance may be more
    specific.

    `details` maps a field (nested ones dotted, `steps.0.step_number`) to what is wrong with it.
    """

    status: int = 500
    code: str = "server_error"
    message: str = "Something went wrong inside the server."
    keeps_changes: bool = False
    """Whether what the handler changed before it refused stays; a refusal changes nothing as a
    rule.
    """

    def __init__(
        self,
        message: str | None = None,
        *,
        details: Details | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.message = message or type(self).message
        self.details = details
        self.headers = headers or {}
        super().__init__(self.message)


class NoSuchPath(ApiError):
    """No operation of any contract lives at this path."""

    status, code, message = 404, "not_found", "Nothing lives at this address."


class MethodNotAllowed(ApiError):
    """The path exists, the method does not; the `Allow` header tells which do."""

    status, code, message = 405, "method_not_allowed", "This address does not answer that method."


class MalformedRequest(ApiError):
    """No HTTP request, or one whose target is longer than a server reads."""

    status, code = 400, "malformed_request"
    message = "This is not an HTTP request that can be read, or its address is longer than 64 KiB."


class MalformedBody(ApiError):
    """The body is not JSON."""

    status, code, message = 400, "malformed_json", "The body is not valid JSON."


class UnsupportedContentType(ApiError):
    """The body is of a type that the operation does not read."""

    status, code, message = 400, "unsupported_content_type", "The body must be application/json."


class BodyTooLarge(ApiError):
    """The body is longer than the server reads."""

    status, code, message = 400, "body_too_large", "The body is larger than 10 MiB."


class InvalidParameter(ApiError):
    """A path, query or header parameter is missing or of the wrong type."""

    status, code, message = 400, "invalid_parameter", "A parameter is not valid."


class ValidationFailed(ApiError):
    """JSON that was read, with a missing or invalid field."""

    status, code, message = 422, "validation_error", "The request has missing or invalid fields."


class Unauthorized(ApiError):
    """No token, or one that is not valid now."""

    status, code, message = 401, "unauthorized", "A valid access token is needed."


class TooManySandboxes(ApiError):
    """The server holds as many sandboxes as it may."""

    status, code = 400, "too_many_sandboxes"
    message = "The server holds as many sandboxes as it may; use one that is there."


class InvalidSandboxName(ApiError):
    """The header names a sandbox in a way that no sandbox can be called."""

    status, code = 400, "invalid_sandbox_name"
    message = "A sandbox is named with 1 to 63 letters, digits, dots, dashes and underscores."


class NoSuchSandbox(ApiError):
    """There is no sandbox of that name."""

    status, code, message = 404, "no_such_sandbox", "There is no such sandbox."


class SandboxExists(ApiError):
    """There is one of that name already."""

    status, code, message = 409, "sandbox_exists", "There is a sandbox of this name already."


class NotReady(Exception):
    """What a request needs takes long to be made. `ready` makes it, while others are served; then
    the request may be served from its beginning. Nothing must have happened by then.

    It gives the sandbox that it made, if it did.
    """

    def __init__(self, ready: Callable[[], Awaitable[Sandbox | None]]) -> None:
        super().__init__()
        self.ready = ready


class ContractViolation(ApiError):
    """The server was about to break the contract; the log has the difference."""

    status, code = 500, "contract_violation"
    message = "The server's answer would have broken the contract; the log tells how."


class ServerError(ApiError):
    """An unexpected failure; the log has the traceback under the request id."""

    status, code = 500, "server_error"


class UsageError(Exception):
    """A mistake in a flag, a file or the configuration.

    The message says in one line what is wrong and what would be right; of files it says so line by
    line, each beginning with `FILE:LINE: `. The command line prints it and exits with code 2.
    """

"""One operation, compiled: everything between its route and its answer.

`CompiledOperation` is what all have; `sandbox_operation` serves those of an API from a sandbox,
`server_operation` those of a contract that is about the server itself.
"""

from __future__ import annotations

import inspect
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy.background import aside, beside, drop
from understudy.errors import ApiError, UsageError, ValidationFailed
from understudy.faults import Documented, documented
from understudy.pipeline.answers import Answers
from understudy.pipeline.bodies import ABSENT, Judged, RequestBody
from understudy.pipeline.exchange import BODY_LIMIT
from understudy.pipeline.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from understudy.context import Context, ServerContext
    from understudy.contract.model import Contract, OperationSpec
    from understudy.errors import BodyTooLarge
    from understudy.pipeline.exchange import Request
    from understudy.pipeline.hooks import Hooks


FEW = 8
"""Up to so many undocumented parameters are remembered with the line that names them."""

NO_BODY = Judged(ABSENT)


class CompiledOperation:
    """One operation of a contract.

    `strict`: undocumented fields and parameters are refused with 422 instead of being reported as
    warnings.
    """

    def __init__(
        self,
        spec: OperationSpec,
        contract: Contract,
        handler: Callable[..., Any],
        hooks: Hooks,
        *,
        strict: bool,
    ) -> None:
        document = contract.document
        path_names = re.findall(r"{([^}]+)}", spec.path)
        self.spec = spec
        self.envelope = hooks.envelope(spec)
        self._handler = handler
        self._strict = strict
        self._document = document
        self._parameters = Parameters(spec.parameters, path_names, document)
        self._body = RequestBody(spec, document) if spec.request_schema is not None else None
        self._answers = Answers(spec, document)
        self.reads_body = self._body is not None
        self.body_limit: int = spec.raw.get("x-body-limit", BODY_LIMIT)
        self._check_signature()

    def refusal(self, error: ApiError) -> tuple[int, bytes]:
        """The status and the body of a refusal, checked like every other answer."""
        status, body = self.envelope(error)
        return status, self._answers.encode(status, body)

    def example(self, status: int, code: str | None = None) -> Documented | None:
        """The answer that the contract gives as an example of this status, and of this error code
        if one is named; None if it has none.
        """
        return documented(self.spec, self._document, status, code)

    def allows(self, status: int, body: Any) -> bool:
        """Whether the contract allows this JSON body with this status."""
        return self._answers.allow(status, body)

    def _read(self, request: Request) -> Any:
        """The body, not yet checked; an ApiError where it cannot be read."""
        if self._body is None:
            return ABSENT
        if request.ahead is not None:
            return request.ahead[0]
        try:
            return self._body.parse(request.body, request.headers.get(b"content-type"))
        except ApiError as error:
            return error

    def reads_long(self, body: bytes | BodyTooLarge) -> bool:
        """Whether `read_ahead` has to read such a body before the request is served."""
        return self._body is not None and isinstance(body, bytes) and self._body.takes_long(body)

    async def read_ahead(self, request: Request) -> None:
        """Read and judge a body in a thread, where that takes long."""
        if self.reads_long(request.body):
            request.ahead = (await aside(partial(self._read_and_judged, request))).pop()

    def _read_and_judged(self, request: Request) -> list[tuple[Any, Judged]]:
        """In a box: the thread has that for some time yet, but not what is taken out of it."""
        body = self._read(request)
        return [(body, NO_BODY if isinstance(body, ApiError) else self._judged(request, body))]

    def _judged(self, request: Request, body: Any) -> Judged:
        """What the contract makes of a body."""
        if self._body is None:
            return NO_BODY
        ahead = request.ahead
        return self._body.judged(body) if ahead is None or ahead[0] is not body else ahead[1]

    def _arguments(
        self, request: Request, ctx: Context | ServerContext, body: Any
    ) -> dict[str, Any]:
        """What the handler gets by name; what the contract does not know becomes the context's
        warnings. Raises InvalidParameter and ValidationFailed, and the body if it is an error.
        """
        if isinstance(body, ApiError):
            raise body
        judged = self._judged(request, body)
        if judged.unknown:
            ctx.warnings = judged.unknown
        arguments, unknown = self._read_parameters(request)
        if unknown:
            ctx.warnings = [*judged.unknown, *unknown]
        if ctx.warnings and self._strict:
            raise undocumented(ctx.warnings, judged)
        if judged.refusal is not None:
            raise judged.refusal
        return arguments if self._body is None else {**arguments, "body": judged.body}

    def _read_parameters(self, request: Request) -> tuple[dict[str, Any], Sequence[str]]:
        """What `Parameters.read` gives; without headers among them, the first line says it all."""
        line, headers = request.line, request.headers
        if line is None or self._parameters.has_any(headers):
            return self._parameters.read(request.path_values, request.query_string, headers)
        if line.arguments is not None:
            return line.arguments
        read = self._parameters.read(line.values, line.query, headers)
        if len(read[1]) <= FEW:
            line.arguments = read
        return read

    def _check_signature(self) -> None:
        """A handler whose arguments are not the contract's is found at start-up, not by the first
        request.
        """
        offered = self._parameters.names | ({"body"} if self._body else set())
        try:
            inspect.signature(self._handler).bind(None, **dict.fromkeys(offered))
        except TypeError as error:
            raise UsageError(
                f"handler {self.spec.operation_id} does not fit its contract: {error}; "
                f"the contract passes ctx, {', '.join(sorted(offered)) or 'nothing else'}"
            ) from None


def undocumented(names: Sequence[str], judged: Judged) -> ValidationFailed:
    """What names the undocumented fields together with those that are missing or not valid."""
    problems: dict[str, Sequence[str]] = {name: ["is not documented"] for name in names}
    if judged.refusal is not None:
        problems |= judged.refusal.details or {}
    return ValidationFailed(details=problems)


def let_go(request: Request) -> None:
    """Forget a body that was read ahead: the last one to have it does so, in a thread."""
    if request.ahead is not None:
        body, judged = request.ahead
        box = [[body, judged.body]]
        request.ahead = None
        del body, judged
        beside(partial(drop, box))


def unpack(answer: Any) -> tuple[int, Any, Mapping[str, str] | None]:
    """Status, body and headers of what a handler returned."""
    if type(answer) is not tuple:
        return 200, answer, None
    if len(answer) == 2:
        return answer[1], answer[0], None
    body, status, headers = answer
    return status, body, headers

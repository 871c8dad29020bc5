"""One operation, compiled: everything between its route and its answer.

`CompiledOperation` is what all have; `sandbox_operation` serves those of an API from a sandbox,
`server_operation` those of a contract that is about the server itself.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from understudy.errors import ApiError, UsageError, ValidationFailed
from understudy.faults import Documented, documented
from understudy.pipeline.answers import Answers
from understudy.pipeline.bodies import ABSENT, RequestBody
from understudy.pipeline.exchange import BODY_LIMIT
from understudy.pipeline.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from understudy.context import Context, ServerContext
    from understudy.contract.model import Contract, OperationSpec
    from understudy.pipeline.exchange import Request
    from understudy.pipeline.hooks import Hooks


FEW = 8
"""Up to so many undocumented parameters are remembered with the line that names them."""


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
        try:
            return self._body.parse(request.body, request.headers.get(b"content-type"))
        except ApiError as error:
            return error

    def _arguments(
        self, request: Request, ctx: Context | ServerContext, body: Any
    ) -> dict[str, Any]:
        """What the handler gets by name; what the contract does not know becomes the context's
        warnings. Raises InvalidParameter and ValidationFailed, and the body if it is an error.
        """
        if isinstance(body, ApiError):
            raise body
        is_plain = self._body is None or self._body.is_plain(body)
        unknown_fields: Sequence[str] = () if is_plain else self._body.unknown(body)  # type: ignore[union-attr]
        if unknown_fields:
            ctx.warnings = unknown_fields
        arguments, unknown = self._read_parameters(request)
        if unknown:
            ctx.warnings = [*unknown_fields, *unknown]
        if ctx.warnings and self._strict:
            self._refuse_unknown(ctx.warnings, body)
        if self._body is None:
            return arguments
        completed = (
            self._body.completed(body)
            if is_plain
            else self._body.check(body, has_unknown=bool(unknown_fields))
        )
        return {**arguments, "body": completed}

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

    def _refuse_unknown(self, names: Sequence[str], body: Any) -> None:
        """Name the undocumented fields together with those that are missing or not valid."""
        problems: dict[str, Sequence[str]] = {name: ["is not documented"] for name in names}
        try:
            if self._body:
                self._body.check(body, has_unknown=False)
        except ValidationFailed as error:
            problems |= error.details or {}
        raise ValidationFailed(details=problems)

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


def unpack(answer: Any) -> tuple[int, Any, Mapping[str, str] | None]:
    """Status, body and headers of what a handler returned."""
    if type(answer) is not tuple:
        return 200, answer, None
    if len(answer) == 2:
        return answer[1], answer[0], None
    body, status, headers = answer
    return status, body, headers

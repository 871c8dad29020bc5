"""One operation, compiled: everything between its route and its answer."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from understudy.context import Context
from understudy.errors import ApiError, Unauthorized, UsageError, ValidationFailed
from understudy.pipeline.answers import Answers
from understudy.pipeline.bodies import ABSENT, RequestBody
from understudy.pipeline.exchange import Reply, Request, encoded
from understudy.pipeline.parameters import Parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from understudy.contract.model import Contract, OperationSpec
    from understudy.pipeline.hooks import Hooks
    from understudy.sandbox import Sandbox, Sandboxes


class CompiledOperation:
    """Serves one operation of a contract.

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
        self._parameters = Parameters(spec.parameters, path_names, document)
        self._body = RequestBody(spec, document) if spec.request_schema is not None else None
        self._answers = Answers(spec, document)
        self._authenticate = hooks.authenticate()
        self._admit = hooks.admit()
        self._choose_sandbox = hooks.choose_sandbox(spec)
        self.reads_body = self._body is not None
        self._needs_token = spec.security == "required"
        self._check_signature()

    def serve(self, request: Request, sandboxes: Sandboxes) -> Reply:
        """The reply to a request. Raises ApiError for every refusal."""
        ctx, body = self._admitted(request, sandboxes)
        unknown_fields = ctx.warnings = self._body.unknown(body) if self._body else []
        arguments, unknown = self._parameters.read(
            request.path_values, request.query_string, request.headers
        )
        ctx.warnings = unknown_fields + unknown
        if ctx.warnings and self._strict:
            self._refuse_unknown(ctx.warnings, body)
        if self._body:
            arguments["body"] = self._body.check(body, has_unknown=bool(unknown_fields))
        return self._handle(ctx, arguments)

    def _admitted(self, request: Request, sandboxes: Sandboxes) -> tuple[Context, Any]:
        """The request's context, once who asks may ask, and its body, read but not yet checked."""
        if self._needs_token:
            token = _bearer(request.headers)
            sandbox = sandboxes.by_token(token) or sandboxes.default
            ctx = request.context = Context(sandbox, sandbox.store, self.spec, request.headers)
            if self._authenticate:
                self._authenticate(ctx, token)
            if self._admit:
                self._admit(ctx)
            return ctx, self._read(request)
        sandbox, body = _named(request, sandboxes), self._read(request)
        if self._choose_sandbox:
            sandbox, body = self._choose_sandbox(sandboxes, sandbox, body)
        ctx = request.context = Context(sandbox, sandbox.store, self.spec, request.headers)
        return ctx, body

    def _read(self, request: Request) -> Any:
        if self._body is None:
            return ABSENT
        return self._body.parse(request.body, request.headers.get(b"content-type"))

    def _refuse_unknown(self, names: list[str], body: Any) -> None:
        """Name the undocumented fields together with those that are missing or not valid."""
        problems: dict[str, Sequence[str]] = {name: ["is not documented"] for name in names}
        try:
            if self._body:
                self._body.check(body, has_unknown=False)
        except ValidationFailed as error:
            problems |= error.details or {}
        raise ValidationFailed(details=problems)

    def refusal(self, error: ApiError) -> tuple[int, bytes]:
        """The status and the body of a refusal, checked like every other answer."""
        status, body = self.envelope(error)
        return status, self._answers.encode(status, body)

    def _handle(self, ctx: Context, arguments: Mapping[str, Any]) -> Reply:
        store = ctx.store
        store.begin()
        try:
            status, body, headers = _unpack(self._handler(ctx, **arguments))
            payload = self._answers.encode(status, body)
            store.commit()
        except ApiError as error:
            if error.keeps_changes:
                store.commit()
            else:
                store.rollback()
            raise
        except BaseException:
            store.rollback()
            raise
        return Reply(status, payload, encoded(headers) if headers else [])

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


def _named(request: Request, sandboxes: Sandboxes) -> Sandbox:
    """The sandbox of a request whose token names none: the header's, else the default one."""
    name = request.headers.get(b"x-understudy-sandbox")
    return sandboxes.open(name.decode("latin-1")) if name else sandboxes.default


def _bearer(headers: Mapping[bytes, bytes]) -> str:
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized
    return token.strip()


def _unpack(answer: Any) -> tuple[int, Any, Mapping[str, str] | None]:
    if type(answer) is not tuple:
        return 200, answer, None
    if len(answer) == 2:
        return answer[1], answer[0], None
    body, status, headers = answer
    return status, body, headers

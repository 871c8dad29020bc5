"""An operation of an API, served from a sandbox.

sandbox → fault → authenticate → admit → parameters → body → handler → answer checked → commit
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from understudy.context import Context
from understudy.errors import ApiError, Unauthorized
from understudy.faults import Call
from understudy.pipeline.exchange import Reply, Request, Served, encoded
from understudy.pipeline.long_operation import reply_in_time
from understudy.pipeline.operation import CompiledOperation, unpack
from understudy.store.effort import ALLOWED, TakesLong, allowance

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from understudy.contract.model import Contract, OperationSpec
    from understudy.pipeline.hooks import Hooks, Identify
    from understudy.sandbox import Sandbox
    from understudy.sandboxes import Sandboxes


class SandboxOperation(CompiledOperation):
    """Serves one operation from the sandbox that a request means."""

    def __init__(
        self,
        spec: OperationSpec,
        contract: Contract,
        handler: Callable[..., Any],
        hooks: Hooks,
        *,
        strict: bool,
    ) -> None:
        super().__init__(spec, contract, handler, hooks, strict=strict)
        self._authenticate = hooks.authenticate()
        self._admit = hooks.admit()
        self._identify = hooks.identify()
        self._choose_sandbox = hooks.choose_sandbox(spec)
        self._needs_token = spec.security == "required"
        self._only_looks = spec.method == "GET"

    def serve(self, request: Request, sandboxes: Sandboxes) -> Served:
        """The reply to a request, or what gives one that takes its time. Both raise ApiError for
        every refusal.
        """
        body: Any = None
        if self._needs_token:
            token = request.head.token
            sandbox = attributed(request, sandboxes)
        else:
            token = ""
            births = sandboxes.births
            sandbox, body = self._opened(request, sandboxes)
            request.is_first |= sandboxes.births > births
        request.sandbox = sandbox
        if sandbox.turns.is_held and not self._only_looks:
            return partial(self._serve_in_turn, request, sandbox, sandboxes)
        ctx = request.context = Context(sandbox, sandbox.store, self.spec, request.headers)
        if sandbox.faults.rules:
            reply = strike(request, sandbox, self, self._identify, body)
            if reply is not None:
                return reply
        if self._needs_token:
            if not token:
                raise Unauthorized
            self._refuse_another(request, sandbox)
            if self._authenticate:
                self._authenticate(ctx, token)
            if self._admit:
                self._admit(ctx)
            body = self._read(request)
        return self._handle(request, ctx, self._arguments(request, ctx, body))

    async def _serve_in_turn(
        self, request: Request, sandbox: Sandbox, sandboxes: Sandboxes
    ) -> Reply:
        """Serve a request, to which nothing has happened yet, when nobody works out any more what
        to write to its sandbox.
        """
        await sandbox.turns.over()
        served = self.serve(request, sandboxes)
        return served if isinstance(served, Reply) else await served()

    def _opened(self, request: Request, sandboxes: Sandboxes) -> tuple[Sandbox, Any]:
        """The sandbox of a request that needs no token, as its header and its body name it."""
        name = request.headers.get(b"x-understudy-sandbox")
        sandbox = sandboxes.open(name.decode("latin-1")) if name else sandboxes.default
        body = self._read(request)
        if self._choose_sandbox and not isinstance(body, ApiError):
            chosen = self._choose_sandbox(sandboxes, sandbox, body)
            # What the header says outright, no address and no token takes elsewhere.
            if chosen[0] is sandbox or not name:
                return chosen
        return sandbox, body

    @staticmethod
    def _refuse_another(request: Request, sandbox: Sandbox) -> None:
        """Raises Unauthorized for a token of another sandbox than the one that the header names."""
        name = request.headers.get(b"x-understudy-sandbox")
        if name is not None and name.decode("latin-1") != sandbox.name:
            raise Unauthorized("This is no token of the sandbox that the header names.")

    def _handle(self, request: Request, ctx: Context, arguments: Mapping[str, Any]) -> Served:
        if request.ahead is not None:
            return self._in_a_thread(request, ctx, arguments)
        store, ids = ctx.store, ctx.sandbox.ids
        issued = ids.issued
        store.begin()
        allowance.left = ALLOWED
        try:
            status, body, headers = unpack(self._handler(ctx, **arguments))
            payload = self._answers.encode(status, body)
            sent = encoded(headers) if headers else []
            request.changes = store.commit()
        except ApiError as error:
            if error.keeps_changes:
                request.changes = store.commit()
            else:
                store.rollback()
            raise
        except TakesLong:
            store.rollback()
            ids.issued = issued
            return self._in_a_thread(request, ctx, arguments)
        except BaseException:
            store.rollback()
            raise
        finally:
            allowance.left = None
        return Reply(status, payload, sent)

    def _in_a_thread(
        self, request: Request, ctx: Context, arguments: Mapping[str, Any]
    ) -> Callable[[], Awaitable[Reply]]:
        """What gives the reply in its time."""
        return partial(reply_in_time, request, ctx, self._handler, arguments, self._answers)


def attributed(request: Request, sandboxes: Sandboxes) -> Sandbox:
    """The sandbox that a request is about, refused or not: its token's or its header's, if there is
    such a one.
    """
    token = request.head.token
    found = sandboxes.by_token(token) if token else None
    if found is None:
        name = request.headers.get(b"x-understudy-sandbox", b"").decode("latin-1")
        found = sandboxes.get(name) or sandboxes.default
    return found


def strike(
    request: Request,
    sandbox: Sandbox,
    operation: CompiledOperation | None,
    identify: Identify | None,
    body: Any,
) -> Reply | None:
    """Let the sandbox's faults hit the request. The reply in place of the handler's, if there is
    one.
    """

    def user() -> str:
        given = None if isinstance(body, ApiError) else body
        return sandbox.plain(identify(sandbox, request.head.token, given)) if identify else ""

    struck = sandbox.faults.strike(Call(operation, request.method, unquote(request.path), user))
    request.strike = struck
    return struck.reply(operation) if struck else None

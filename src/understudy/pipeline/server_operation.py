"""An operation that is about the server itself: its handler may wait, and may stream.

guard → parameters → body → handler → answer checked

What changes a sandbox in a way that a replay of its requests has to repeat is noted with the
sandbox: the operations of the tags that `x-understudy.repeats` names.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from understudy.context import ServerContext, Stream
from understudy.errors import InvalidParameter
from understudy.interventions import Intervention
from understudy.pipeline.exchange import Reply, Request, encoded
from understudy.pipeline.operation import CompiledOperation, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from understudy.pipeline.app import Application
    from understudy.pipeline.connection import Connection


class ServerOperation(CompiledOperation):
    """Serves one operation of a contract with `x-understudy.scope: server`."""

    async def serve(self, request: Request, app: Application, connection: Connection) -> Reply:
        """The reply to a request that may be answered. Raises ApiError for every refusal, and
        ClientGone where nobody waits for the reply any more.
        """
        ctx = request.context = ServerContext(app, self.spec, request.headers)
        arguments = self._arguments(request, ctx, self._read(request))
        if ctx.warnings:
            # A slip of the pen would widen what is matched or changed: its bodies are closed, too.
            raise InvalidParameter(
                details={name: ["is no parameter of this operation"] for name in ctx.warnings}
            )
        sandbox = app.sandboxes.get(arguments.get("sandbox", ""))
        if sandbox is not None and sandbox.turns.is_held and self.spec.method != "GET":
            await sandbox.turns.over()
        answer = self._handler(ctx, **arguments)
        if inspect.isawaitable(answer):
            answer = await connection.unless_gone(answer)
        self._note(request, app, arguments)
        status, body, headers = unpack(answer)
        sent = encoded(headers) if headers else []
        media = self._answers.media_type(status)
        if isinstance(body, Stream):
            return Reply(status, b"", sent, media=media, stream=body.parts)
        payload = await self._answers.encode_in_turns(status, body)
        if body is not None and not payload:
            sent.append((b"content-type", media))
        return Reply(status, payload, sent, media=media)

    def _note(self, request: Request, app: Application, arguments: Mapping[str, Any]) -> None:
        """Remember with the sandbox what was done to it, if that is to be repeated."""
        repeated = app.control.extension.get("repeats", ())
        sandbox = app.sandboxes.get(arguments.get("sandbox", ""))
        if sandbox is None or self.spec.method == "GET" or self.spec.tag not in repeated:
            return
        # What stands below /sandboxes/{sandbox} works below another sandbox as well.
        inside = request.path.removeprefix(app.control.base_path).split("/", 3)[3]
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        body = request.body if isinstance(request.body, bytes) else b""
        at, after = sandbox.clock.millis(), sandbox.journal.last
        noted = Intervention(after, at, request.method, f"{inside}{query}", body)
        sandbox.interventions.note(noted)

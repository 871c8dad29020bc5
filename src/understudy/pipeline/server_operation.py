"""An operation that is about the server itself: its handler may wait, and may stream.

guard → parameters → body → handler → answer checked
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from understudy.context import ServerContext, Stream
from understudy.errors import InvalidParameter
from understudy.pipeline.exchange import Reply, Request, encoded
from understudy.pipeline.operation import CompiledOperation, unpack

if TYPE_CHECKING:
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
        answer = self._handler(ctx, **arguments)
        if inspect.isawaitable(answer):
            answer = await connection.unless_gone(answer)
        status, body, headers = unpack(answer)
        sent = encoded(headers) if headers else []
        media = self._answers.media_type(status)
        if isinstance(body, Stream):
            return Reply(status, b"", sent, media=media, stream=body.parts)
        payload = self._answers.encode(status, body)
        if body is not None and not payload:
            sent.append((b"content-type", media))
        return Reply(status, payload, sent, media=media)

"""The ASGI stack: the request path, the console, the documentation, and the answer for everything
else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from understudy.console.mount import Mounted
from understudy.errors import NoSuchPath
from understudy.pipeline import envelopes
from understudy.pipeline.docs import Documentation
from understudy.pipeline.path import RequestPath

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.app import Application
    from understudy.pipeline.exchange import Receive, Scope, Send


def stack(
    contract: Contract, control: Contract, application: Application, **options: Any
) -> RequestPath:
    """What answers for an application: its contract, compiled, and the one about the server, which
    is when it is first asked for. `options` are those of `RequestPath`.

    Raises UsageError for a contract that is not OpenAPI, or whose handlers do not fit it.
    """
    documentation = Documentation([contract, control], _nothing_here)
    console = Mounted(documentation, application.console)
    path = RequestPath(console, application=application, **options)
    path.add(contract)
    path.announce(control)
    return path


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})
        return
    status, body = envelopes.common(NoSuchPath())
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(body)})

"""The ASGI stack: the request path, the documentation, and the answer for everything else."""

from __future__ import annotations

import functools
import warnings
from typing import TYPE_CHECKING, Any

import orjson

from understudy.errors import NoSuchPath, UsageError
from understudy.pipeline import envelopes

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.exchange import Receive, Scope, Send
    from understudy.sandbox import Sandboxes


def stack(contract: Contract, sandboxes: Sandboxes, **options: Any) -> Any:
    """The application of a contract, compiled; `options` are those of `RequestPath`.

    Raises UsageError for a contract that is not OpenAPI, or whose handlers do not fit it.
    """
    with warnings.catch_warnings():
        # Connexion imports Starlette's test client, which warns of its own dependencies.
        warnings.simplefilter("ignore")
        from connexion.exceptions import InvalidSpecification
        from connexion.middleware import ConnexionMiddleware

        from understudy.pipeline.docs import Documentation
        from understudy.pipeline.path import RequestPath

    layers = ConnexionMiddleware(
        _nothing_here,
        import_name="understudy",
        middlewares=[functools.partial(RequestPath, sandboxes=sandboxes, **options), Documentation],
    )
    try:
        layers.add_api(contract.document, contract=contract)
    except InvalidSpecification as error:
        raise UsageError(f"contract {contract.name} is not OpenAPI 3.0: {error}") from None
    layers.app, layers.middleware_stack = layers._build_middleware_stack()
    return layers.app


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

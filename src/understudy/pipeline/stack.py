"""The ASGI stack: the request path, the console, the documentation, and the answer for everything
else.
"""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from understudy.errors import NoSuchPath, UsageError
from understudy.pipeline import envelopes

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.app import Application
    from understudy.pipeline.exchange import Receive, Scope, Send


def stack(contract: Contract, control: Contract, application: Application, **options: Any) -> Any:
    """What answers for an application: its contract, compiled, and the one about the server, which
    is when it is first asked for. `options` are those of `RequestPath`.

    Raises UsageError for a contract that is not OpenAPI, or whose handlers do not fit it.
    """
    with warnings.catch_warnings(), _without("flask"):
        # Connexion imports Starlette's test client, which warns of its own dependencies.
        warnings.simplefilter("ignore")
        from connexion.middleware.main import API, ConnexionMiddleware

        from understudy.console.mount import Mounted
        from understudy.pipeline.docs import Documentation
        from understudy.pipeline.path import RequestPath

    layers = ConnexionMiddleware(
        _nothing_here,
        import_name="understudy",
        middlewares=[
            functools.partial(RequestPath, application=application, **options),
            functools.partial(Mounted, console=application.console),
            Documentation,
        ],
    )
    layers.apis.append(API(_checked(contract), base_path=None, contract=contract))
    layers.app, layers.middleware_stack = layers._build_middleware_stack()
    for layer in layers.middleware_stack:
        if isinstance(layer, RequestPath):
            layer.announce(control, functools.partial(_checked, control))
        elif isinstance(layer, Documentation):
            layer.add_api(None, contract=control)
    return layers.app


@contextmanager
def _without(module: str) -> Iterator[None]:
    """Import what can do without a module as if that were not there. Connexion takes Flask along,
    a seventh of all it imports, and the console needs it when somebody opens a page.
    """
    modules: dict[str, Any] = sys.modules
    if module in modules:
        yield
        return
    modules[module] = None
    try:
        yield
    finally:
        del modules[module]


_CHECKED: dict[str, Any] = {}
"""The specifications that were found right in this process, by the contract's digest: the check
takes most of the time that it takes to start.
"""


def _checked(contract: Contract) -> Any:
    """The contract as Connexion has it, which checks that it is OpenAPI. Raises UsageError."""
    from connexion.exceptions import InvalidSpecification
    from connexion.spec import Specification

    if contract.digest not in _CHECKED:
        try:
            _CHECKED[contract.digest] = Specification.load(contract.document)
        except InvalidSpecification as error:
            raise UsageError(f"contract {contract.name} is not OpenAPI 3.0: {error}") from None
    return _CHECKED[contract.digest]


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

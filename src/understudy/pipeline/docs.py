"""Interactive documentation at `/docs`: Connexion's Swagger UI, once for all contracts. It is made
when somebody first asks for it.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from understudy.pipeline.importing import import_connexion

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.exchange import Receive, Scope, Send


class Documentation:
    """Serves `/docs/`, with a choice among the contracts, of which the first is shown first, and
    leads there from `/`. What it has not goes to the next application.
    """

    def __init__(self, contracts: Sequence[Contract], app: Any) -> None:
        self._contracts = contracts
        self._app = app
        self._making = threading.Lock()
        self._pages: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a page, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._pages is None:
            await asyncio.to_thread(self._make)
        from starlette.exceptions import HTTPException

        try:
            await self._pages(scope, receive, send)
        except HTTPException:
            await self._app(scope, receive, send)

    def _make(self) -> None:
        with self._making:
            if self._pages is not None:
                return
            import_connexion()
            from connexion.middleware.swagger_ui import SwaggerUIMiddleware
            from connexion.options import SwaggerUIOptions
            from connexion.spec import Specification
            from starlette.responses import RedirectResponse
            from starlette.routing import Route

            async def to_docs(_request: Any) -> RedirectResponse:
                return RedirectResponse("/docs/")

            # The pages need no more of a contract than its version, and are about all of them.
            title = self._contracts[0].document["info"]["title"]
            bare = {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": {}}
            shown = {"urls": [*map(_shown, self._contracts)]}
            config = {**shown, "persistAuthorization": True, "displayOperationId": True}
            pages = SwaggerUIMiddleware(self._app)
            pages.router.routes.append(Route("/", to_docs, methods=["GET"]))
            pages.add_api(
                Specification.load(bare),
                base_path="",
                swagger_ui_options=SwaggerUIOptions(
                    serve_spec=False, swagger_ui_path="/docs", swagger_ui_config=config
                ),
            )
            self._pages = pages


def _shown(contract: Contract) -> dict[str, str]:
    title = contract.document["info"]["title"]
    return {"url": f"{contract.base_path}/openapi.json", "name": title}

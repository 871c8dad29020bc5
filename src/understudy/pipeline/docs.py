"""Interactive documentation at `/docs`: Connexion's Swagger UI, once for all contracts."""

from __future__ import annotations

from typing import Any

from connexion.middleware.swagger_ui import SwaggerUIAPI, SwaggerUIMiddleware
from connexion.options import SwaggerUIOptions
from connexion.spec import Specification
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from understudy.contract.model import Contract


class Documentation(SwaggerUIMiddleware):  # type: ignore[misc]
    """Serves `/docs/`, with a choice among the contracts where there are several."""

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self._urls: list[dict[str, str]] = []
        self.router.routes.append(Route("/", _to_docs, methods=["GET"]))

    def add_api(self, _specification: Any, *, contract: Contract, **_options: Any) -> None:
        """Show a contract (called by Connexion, once for each)."""
        is_first = not self._urls
        title = contract.document["info"]["title"]
        shown = {"url": f"{contract.base_path}/openapi.json", "name": title}
        # The served contract is the one that the page opens with.
        self._urls.insert(len(self._urls) if contract.is_about_server else 0, shown)
        if is_first:
            options = SwaggerUIOptions(
                serve_spec=False,
                swagger_ui_path="/docs",
                swagger_ui_config={
                    "urls": self._urls,
                    "persistAuthorization": True,
                    "displayOperationId": True,
                },
            )
            # The pages need no more of a contract than its version, and are about all of them.
            pages = SwaggerUIAPI(
                Specification.load(
                    {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": {}}
                ),
                base_path="",
                default=self.default_fn,
                swagger_ui_options=options,
            )
            self.router.mount("", app=pages.router)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a page; what is not there goes to the next application, as any other address."""
        try:
            await super().__call__(scope, receive, send)
        except HTTPException:
            await self.app(scope, receive, send)


async def _to_docs(_request: Any) -> RedirectResponse:
    return RedirectResponse("/docs/")

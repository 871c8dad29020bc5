"""A plain Connexion application with the same contract and the same handlers: what Understudy would
be without its compiled request path. All 63 operations; no faults, no journal, no sandboxes.

    python -m benchmarks.plain PORT DEFECTS
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import uvicorn

from understudy.context import Context
from understudy.contract.model import Contract, OperationSpec
from understudy.errors import ApiError
from understudy.pipeline import envelopes
from understudy.pipeline.app import create_app
from understudy.pipeline.hooks import Hooks
from understudy.sandbox import Sandbox

with warnings.catch_warnings():
    # Connexion imports Starlette's test client, which warns of its own dependencies.
    warnings.simplefilter("ignore")
    import connexion
    from connexion.context import context as request_context

SCHEME = "bearerAuth"
INFO_FUNCTION = "x-bearerInfoFunc"


class Adapter:
    """Calls a contract's handlers the way Connexion calls functions."""

    def __init__(self, contract: Contract, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._hooks = Hooks(contract)
        self._specs = {one.operation_id: one for one in contract.operations}
        self._authenticate, self._admit = self._hooks.authenticate(), self._hooks.admit()

    def function(self, operation_id: str) -> Callable[..., Any]:
        """What Connexion is to call for an operation."""
        spec, handler = self._specs[operation_id], self._hooks.resolve(operation_id)
        headers_of = {one["name"].lower() for one in spec.parameters if one["in"] == "header"}

        async def call(**arguments: Any) -> Any:
            known = {
                name: value
                for name, value in arguments.items()
                if name not in ("user", "token_info", "context_") and name not in headers_of
            }
            ctx = self._context(spec)
            try:
                if spec.security == "required":
                    self._admitted(ctx, connexion.request.headers)
                return self._changed(ctx, lambda: handler(ctx, **known))
            except ApiError as error:
                status, body = envelopes.common(error)
                return body, status

        return call

    def token_info(self, token: str) -> dict[str, Any] | None:
        """What Connexion is to call for a bearer token: the check that the contract names. None for
        a token that is not valid.
        """
        spec = next(one for one in self._specs.values() if one.security == "required")
        ctx = self._context(spec)
        try:
            if self._authenticate:
                self._authenticate(ctx, token)
        except ApiError:
            return None
        return {"sub": ctx.user["id"], "user": ctx.user, "session": ctx.session}

    def _context(self, spec: OperationSpec) -> Context:
        return Context(self._sandbox, self._sandbox.store, spec, {})

    def _admitted(self, ctx: Context, headers: Any) -> None:
        info = request_context["token_info"]
        ctx.user, ctx.session, ctx.user_name = info["user"], info["session"], info["user"]["email"]
        wanted = headers.get("x-workspace-id")
        ctx.headers = {b"x-workspace-id": wanted.encode()} if wanted else {}
        if self._admit:
            self._admit(ctx)

    @staticmethod
    def _changed(ctx: Context, handle: Callable[[], Any]) -> Any:
        ctx.store.begin()
        try:
            answer = handle()
            ctx.store.commit()
        except BaseException:
            ctx.store.rollback()
            raise
        return answer


def plain_application(defects: int) -> Any:
    """The application, with so many defects."""
    parameters = {"defects": defects, "cases": 100, "runs": 50}
    world = create_app(scenario="large-workspace", parameters=parameters)
    adapter = Adapter(world.contract, world.sandboxes.default)
    globals()["token_info"] = adapter.token_info
    document = world.contract.public_document()
    document["components"]["securitySchemes"][SCHEME][INFO_FUNCTION] = f"{__name__}.token_info"
    app = connexion.AsyncApp("plain", validate_responses=True)
    app.add_api(
        document, base_path=world.contract.base_path, resolver=connexion.Resolver(adapter.function)
    )
    return app


if __name__ == "__main__":
    uvicorn.run(
        plain_application(int(sys.argv[2])),
        port=int(sys.argv[1]),
        access_log=False,
        log_level="warning",
    )

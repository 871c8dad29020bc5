"""One contract on the request path, as Connexion hands it over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connexion.middleware.abstract import AbstractRoutingAPI
from connexion.resolver import Resolver

from understudy.pipeline.sandbox_operation import SandboxOperation
from understudy.pipeline.server_operation import ServerOperation

if TYPE_CHECKING:
    from connexion.operations import AbstractOperation
    from connexion.spec import Specification

    from understudy.contract.model import Contract
    from understudy.pipeline.hooks import Hooks
    from understudy.pipeline.routes import Routes

Operation = SandboxOperation | ServerOperation


class CompiledApi(AbstractRoutingAPI):  # type: ignore[misc]
    """Compiles the operations of a contract, and adds them to the routes."""

    def __init__(
        self,
        specification: Specification,
        contract: Contract,
        routes: Routes[Operation],
        *,
        hooks: Hooks,
        strict: bool,
    ):
        self._contract = contract
        self._routes = routes
        self._hooks = hooks
        self._strict = strict
        self._kind = ServerOperation if contract.is_about_server else SandboxOperation
        self._specs = {spec.operation_id: spec for spec in contract.operations}
        super().__init__(
            specification, base_path=contract.base_path, resolver=Resolver(hooks.resolve)
        )

    def make_operation(self, operation: AbstractOperation) -> Operation:
        """Compile what Connexion resolved."""
        spec = self._specs[operation.operation_id]
        handler = operation._resolution.function
        return self._kind(spec, self._contract, handler, self._hooks, strict=self._strict)

    @staticmethod
    def _framework_path_and_name(operation: AbstractOperation, path: str) -> tuple[str, str]:
        return path, operation.operation_id

    def _add_operation_internal(
        self, method: str, path: str, operation: Operation, name: str | None = None
    ) -> None:
        self._routes.add(method.upper(), self.base_path + path, operation)


def served(contract: Contract) -> dict[str, Any]:
    """The contract as this server's clients see it: trying it out must never reach another one."""
    here = {"url": contract.base_path, "description": "This server"}
    return {**contract.public_document(), "servers": [here]}

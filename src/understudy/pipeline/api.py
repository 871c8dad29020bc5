"""One contract on the request path: its operations, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from understudy.pipeline.sandbox_operation import SandboxOperation
from understudy.pipeline.server_operation import ServerOperation
from understudy.pipeline.walk import walked

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.hooks import Hooks
    from understudy.pipeline.routes import Routes

Operation = SandboxOperation | ServerOperation


def compile_api(
    contract: Contract, routes: Routes[Operation], hooks: Hooks, *, strict: bool
) -> None:
    """Compile the operations of a contract, and add them to the routes.

    Raises UsageError for a contract that is not OpenAPI, or whose handlers do not fit it.
    """
    kind = ServerOperation if contract.is_about_server else SandboxOperation
    specs = {spec.operation_id: spec for spec in contract.operations}
    for method, path, name in walked(contract):
        operation = kind(specs[name], contract, hooks.resolve(name), hooks, strict=strict)
        routes.add(method, contract.base_path + path, operation)


def served(contract: Contract) -> dict[str, Any]:
    """The contract as this server's clients see it: trying it out must never reach another one."""
    here = {"url": contract.base_path, "description": "This server"}
    return {**contract.public_document(), "servers": [here]}

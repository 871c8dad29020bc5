"""What an API adds to the core, found by the names its contract gives.

- `x-bearerInfoFunc` of the security scheme: `authenticate(ctx, token)`, sets the context's user or
  raises.
- `x-understudy.admit`: `admit(ctx)`, chooses the workspace, raises what entitlement and role
  forbid.
- `x-understudy.identify`: `identify(sandbox, token, body)` → the name of whoever asks, refused or
  not, or `""`.
- `x-understudy.account`: `account(sandbox, record)` → what is to be known of an account, and the
  groups it belongs to, in the form of the control contract's accounts.
- `x-sandbox` of an operation: `choose(sandboxes, sandbox, body)` → the sandbox to serve from and
  the body to go on with.
- `x-envelope` of an operation: an `Envelope`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from understudy.errors import UsageError
from understudy.pipeline import envelopes

if TYPE_CHECKING:
    from understudy.context import Context
    from understudy.contract.model import Contract, OperationSpec
    from understudy.sandbox import Sandbox
    from understudy.sandboxes import Sandboxes

Authenticate = Callable[["Context", str], None]
Identify = Callable[["Sandbox", str, Any], str]
Admit = Callable[["Context"], None]
ShowAccount = Callable[
    ["Sandbox", "Mapping[str, Any]"], "tuple[dict[str, Any], list[dict[str, Any]]]"
]
ChooseSandbox = Callable[["Sandboxes", "Sandbox", Any], "tuple[Sandbox, Any]"]


class Hooks:
    """Resolves an API's functions below its package of handlers."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        try:
            self._package = f"understudy.handlers.{contract.extension['handlers']}"
        except KeyError:
            raise UsageError(
                f"contract {contract.name}: x-understudy.handlers is missing; "
                "it names the package of the handlers"
            ) from None

    def resolve(self, dotted: str) -> Callable[..., Any]:
        """The function of a name such as `auth.login`. Raises UsageError that names what is
        missing.
        """
        module_name, _, function_name = f"{self._package}.{dotted}".rpartition(".")
        try:
            module = importlib.import_module(module_name)
        except ModuleNotFoundError as error:
            if error.name is None or not module_name.startswith(error.name):
                raise
            raise UsageError(
                f"contract {self._contract.name}: {dotted} needs the module {module_name}, which "
                "does not exist"
            ) from None
        function: Callable[..., Any] | None = getattr(module, function_name, None)
        if function is None:
            raise UsageError(
                f"contract {self._contract.name}: {module_name} has no function {function_name}"
            )
        return function

    def authenticate(self) -> Authenticate | None:
        """The API's check of a bearer token."""
        schemes = self._contract.document["components"].get("securitySchemes", {})
        names = [
            scheme["x-bearerInfoFunc"]
            for scheme in schemes.values()
            if "x-bearerInfoFunc" in scheme
        ]
        return self.resolve(names[0]) if names else None

    def admit(self) -> Admit | None:
        """The API's entitlement."""
        name = self._contract.extension.get("admit")
        return self.resolve(name) if name else None

    def identify(self) -> Identify | None:
        """How the API tells whom a request is from."""
        name = self._contract.extension.get("identify")
        return self.resolve(name) if name else None

    def account(self) -> ShowAccount | None:
        """How the API shows an account, if it does."""
        name = self._contract.extension.get("account")
        return self.resolve(name) if name else None

    def choose_sandbox(self, operation: OperationSpec) -> ChooseSandbox | None:
        """How this operation's body names a sandbox, if it does."""
        return self.resolve(operation.sandbox_hook) if operation.sandbox_hook else None

    def envelope(self, operation: OperationSpec) -> envelopes.Envelope:
        """How this operation's refusals are written."""
        return self.resolve(operation.envelope) if operation.envelope else envelopes.common

"""What an API offers to set a scene in one step: `x-shortcuts` of its contract, made to run.

A shortcut is a function of the API, `(sandbox, **arguments) → (message, result)`: it gets every
parameter that the contract names, None for one that is left out and has no default, and refuses
with an ApiError of status 404, 409 or 422. What it changes is one transaction of the store, and
nothing else: where that takes long, it is given a twin of the sandbox, in a thread.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from understudy.contract.schemas import Validator, defaults
from understudy.errors import UsageError, ValidationFailed
from understudy.longwork import Done
from understudy.pipeline.hooks import Hooks

if TYPE_CHECKING:
    from understudy.contract.model import Contract, Document, ShortcutSpec
    from understudy.sandbox import Sandbox

Outcome = tuple[str, dict[str, Any]]
"""What has happened, in a sentence for people, and the same as data."""


class Shortcut:
    """One of them, compiled. `shown`: what anybody may know of it, its parameters as JSON Schema.

    Raises UsageError where its function does not take its parameters.
    """

    def __init__(self, spec: ShortcutSpec, function: Callable[..., Outcome], document: Document):
        self._name = spec.name
        self._function = function
        self._validator = Validator(spec.parameters, document, late=True)
        names = dict.fromkeys(spec.parameters["properties"])
        self._left_out = names | defaults(spec.parameters, document)
        self.shown = {
            "name": spec.name,
            "summary": spec.summary,
            "description": spec.description,
            "parameters": _shown(spec.parameters),
        }
        self._check_signature()

    def run(self, sandbox: Sandbox, given: Mapping[str, Any]) -> Done[Outcome]:
        """Do it in a sandbox; null is as good as left out.

        Raises ValidationFailed that names every argument which is missing, unknown or not valid,
        and whatever the API refuses with; then nothing has changed.
        """
        arguments = {
            name: value
            for name, value in given.items()
            if value is not None or name not in self._left_out
        }
        if not self._validator.is_valid(arguments):
            raise ValidationFailed(details=self._validator.problems(arguments))
        with sandbox.store.transaction() as transaction:
            outcome = self._function(sandbox, **{**self._left_out, **arguments})
        return Done(outcome, transaction.changes)

    def _check_signature(self) -> None:
        try:
            inspect.signature(self._function).bind(None, **self._left_out)
        except TypeError as error:
            raise UsageError(
                f"the function of the shortcut {self._name} does not fit its contract: {error}; "
                f"the contract passes sandbox, {', '.join(self._left_out) or 'nothing else'}"
            ) from None


def compiled(contract: Contract) -> Mapping[str, Shortcut]:
    """The shortcuts of a contract by name, in its order. Raises UsageError for a missing or unfit
    function.
    """
    if not contract.shortcuts:
        return {}
    hooks = Hooks(contract)
    return {
        name: Shortcut(spec, hooks.resolve(spec.function), contract.document)
        for name, spec in contract.shortcuts.items()
    }


def _shown(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties = {
        name: {key: value for key, value in part.items() if key != "x-message"}
        for name, part in schema["properties"].items()
    }
    return {**schema, "properties": properties}

"""`Patient`: a server of ours before it starts, and the tools to make it break a promise.

Everything that is changed lives as long as the process, which was forked for it.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, TypeVar

import orjson

import understudy.pipeline.app
import understudy.server
from understudy import contract as contracts
from understudy.contract import Contract, loader
from understudy.contract.bundle import Bundle
from understudy.contract.compile import contract_of
from understudy.errors import ApiError
from understudy.pipeline.answers import Answers

from .wire import AnswerChange, App, Instead, RequestChange, Wire

Tool = TypeVar("Tool", bound=Callable[..., Any])


class Healthy:
    """What all patients begin as: the contract, read once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.bundle = Bundle(loader.root_of(name))
        self.contract = contract_of(name, self.bundle)


class Patient:
    """A server that is about to be changed. `complain`: told what goes wrong in the changes."""

    def __init__(self, healthy: Healthy, complain: Callable[[str], None]) -> None:
        self._healthy = healthy
        self._complain = complain
        self._edits: list[Callable[[dict[str, Any]], None]] = []
        self._requests: list[tuple[tuple[str, ...], RequestChange]] = []
        self._answers: list[tuple[tuple[str, ...], AnswerChange]] = []
        self._instead: Instead | None = None
        self._is_checked = True

    def handler(self, operation_id: str) -> Callable[[Tool], Tool]:
        """Put a function in the place of a handler: `f(original, ctx, **arguments)`.

        What it answers is still checked against the contract unless `unchecked()` was called.
        """
        handlers = self._healthy.contract.extension["handlers"]
        module, _, name = f"understudy.handlers.{handlers}.{operation_id}".rpartition(".")
        return self.wrap(module, name)

    def wrap(self, target: str, name: str) -> Callable[[Tool], Tool]:
        """Put a function in the place of another: `f(original, *arguments)`."""
        original = getattr(_found(target), name)

        def put(change: Tool) -> Tool:
            def changed(*arguments: Any, **named: Any) -> Any:
                try:
                    return change(original, *arguments, **named)
                except ApiError:
                    raise
                except Exception as error:
                    self._failed(error)
                    raise

            self.patch(target, name, changed)
            return change

        return put

    def patch(self, target: str, name: str, value: Any) -> None:
        """Replace an attribute of a module or class, `package.module` or `package.module.Class`,
        and whatever other modules have imported of it.
        """
        holder = _found(target)
        before = getattr(holder, name)
        setattr(holder, name, value)
        if callable(before):
            for module_name, module in list(sys.modules.items()):
                if module_name.startswith("understudy."):
                    for other, held in list(vars(module).items()):
                        if held is before:
                            setattr(module, other, value)

    def request(self, *operation_ids: str) -> Callable[[RequestChange], RequestChange]:
        """Change what these operations are asked; all, where none is named."""

        def put(change: RequestChange) -> RequestChange:
            self._requests.append((self._known(operation_ids), change))
            return change

        return put

    def answer(self, *operation_ids: str) -> Callable[[AnswerChange], AnswerChange]:
        """Change what these operations answer, after all checks; all, where none is named."""

        def put(change: AnswerChange) -> AnswerChange:
            self._answers.append((self._known(operation_ids), change))
            return change

        return put

    def contract(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit the server's copy of the contract before it is compiled."""
        self._edits.append(edit)

    def instead(self, app: Instead) -> Instead:
        """Answer everything below the base path oneself: `async f(app, scope, receive, send)`."""
        self._instead = app
        return app

    def unchecked(self) -> None:
        """Let the server answer what its contract does not allow."""
        self._is_checked = False

    def prepare(self) -> None:
        """See to it that the next server that starts is this one."""
        contract = self._compiled()
        served = SimpleNamespace(load=lambda _name=None: contract, control=contracts.control)
        setattr(understudy.pipeline.app, "contracts", served)  # noqa: B010 - it is no export
        start = understudy.server.uvicorn_server

        def started(app: App, log_level: str = "critical") -> Any:
            return start(self._wired(app, contract), log_level)

        understudy.server.uvicorn_server = started
        if self._is_checked:
            self.wrap("understudy.pipeline.answers.Answers", "_refuse")(_refused)
        else:
            for name in ("encode", "encode_bit_by_bit"):
                self.patch("understudy.pipeline.answers.Answers", name, _encode)

    def _compiled(self) -> Contract:
        healthy = self._healthy.contract
        if not self._edits:
            return healthy
        for edit in self._edits:
            edit(self._healthy.bundle.document)
        edited = contract_of(healthy.name, self._healthy.bundle)
        if _ids(edited) != _ids(healthy):  # What Connexion has checked is no longer this one.
            edited = replace(edited, digest=f"{edited.digest}-edited")
        return edited

    def _wired(self, app: App, contract: Contract) -> Wire:
        wire = Wire(app, contract, self._failed)
        wire.instead = self._instead
        for ids, request in self._requests:
            for one in ids:
                wire.requests.setdefault(one, []).append(request)
        for ids, answer in self._answers:
            for one in ids:
                wire.answers.setdefault(one, []).append(answer)
        return wire

    def _known(self, operation_ids: tuple[str, ...]) -> tuple[str, ...]:
        known = _ids(self._healthy.contract)
        if unknown := set(operation_ids) - set(known):
            raise LookupError(f"no operation is called {', '.join(sorted(unknown))}")
        return operation_ids or known

    def _failed(self, error: Exception) -> None:
        self._complain(f"{type(error).__name__}: {error}")


def _ids(contract: Contract) -> tuple[str, ...]:
    return tuple(one.operation_id for one in contract.operations)


def _found(target: str) -> Any:
    try:
        return importlib.import_module(target)
    except ModuleNotFoundError:
        return pkgutil.resolve_name(target)


def _refused(original: Any, *arguments: Any) -> Any:
    """An answer that the contract does not allow is no broken promise but a broken mutant."""
    status, problems = arguments[-2:]
    raise AssertionError(
        f"the mutant answers {status} against the contract: {problems}; "
        "call server.unchecked(), or change the answer with server.answer"
    )


def _encode(answers: Answers, status: int, body: Any) -> bytes:
    """As `Answers.encode`, for any answer."""
    if isinstance(body, str) and answers.media_type(status) != b"application/json":
        return body.encode()
    return b"" if body is None and status == 204 else orjson.dumps(body)

"""The application: a contract, its sandboxes and the request path, put together."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from understudy import contract as contracts
from understudy import scenarios, shortcuts, tokens
from understudy.background import aside
from understudy.console.mount import Console
from understudy.errors import UsageError
from understudy.journal.secrets import secrets_of
from understudy.pipeline.known import Known
from understudy.pipeline.stack import stack
from understudy.pipeline.startup import (
    DEFAULT_SCENARIO,
    SavedSandboxes,
    beginning_of,
    clock_of,
    idle_limit_of,
    keyring_of,
    open_directory,
)
from understudy.sandbox import store_schemas
from understudy.sandboxes import LIMIT, Sandboxes
from understudy.scenes import Scenes
from understudy.state.kinds import Kinds
from understudy.store import Store

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.exchange import App, Receive, Scope, Send
    from understudy.pipeline.known import Head, Line
    from understudy.pipeline.outgoing import Observe
    from understudy.scenarios import Scenario


class Application:
    """A fake backend as an ASGI application.

    `contract`, `scenario`: what is served and what it was filled from. `control`: the contract
    through which the server itself is looked at and changed. `shortcuts`: what the contract offers
    to set a scene. `kinds`: its collections. `sandboxes`: its worlds. `console`: its pages.
    `lines`, `heads`: what our own web server knows of requests.
    """

    def __init__(
        self,
        contract: Contract,
        scenario: Scenario,
        sandboxes: Sandboxes,
        *,
        strict: bool,
        control_token: str | None,
        observe: Observe | None,
    ) -> None:
        self.contract = contract
        self.control = contracts.control()
        self.scenario = scenario
        self.shortcuts = shortcuts.compiled(contract)
        self.kinds = Kinds(contract)
        self.sandboxes = sandboxes
        self.is_strict = strict
        self.lines: Known[Line] = Known()
        self.heads: Known[Head] = Known()
        self._described: dict[str, dict[str, Any]] = {}
        self.console = Console(needs_token=control_token is not None)
        self._options = {"strict": strict, "control_token": control_token, "observe": observe}
        self._asgi = stack(contract, self.control, self, **self._options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event, as ASGI says."""
        await self._asgi(scope, receive, send)

    def line(self, method: str, path: str, query: bytes) -> Line | None:
        """What `RequestPath.line` gives, for our own web server."""
        return self._asgi.line(method, path, query)

    def at_once(self, line: Line, head: Head, body: bytes) -> bytes | App | None:
        """What `RequestPath.at_once` gives, for our own web server."""
        return self._asgi.at_once(line, head, body)

    async def get_ready(self) -> None:
        """Do what the first answer need not wait for, and no later one should (called by our web
        server).
        """
        await aside(self._prepare_requests)
        await self.sandboxes.scenes.get().prepare()

    def _prepare_requests(self) -> None:
        """Have what the first log-in and the first line of the log would wait for."""
        tokens.library()
        secrets_of(self.contract)

    def reload(self) -> None:
        """Take up what has changed in the contract, the handlers and the scenario; the sandboxes
        keep their state.

        Raises UsageError, and goes on as before, where something is not right or needs a new start.
        """
        contract = contracts.load(self.contract.files[0])
        if store_schemas(contract) != store_schemas(self.contract):
            raise UsageError(
                "x-collections have changed: stop and start the server to take that up"
            )
        with modules_anew(f"understudy.handlers.{contract.extension['handlers']}"):
            _, parameters = scenarios.parted(self.scenario.name)
            scenario = scenarios.load(contract, str(self.scenario.file), parameters)
            scenarios.rehearse(contract, scenario)
            compiled = shortcuts.compiled(contract)
            asgi = stack(contract, self.control, self, **self._options)
        self.sandboxes.scenes.replace(scenario)
        self.contract, self.scenario, self._asgi = contract, scenario, asgi
        self.lines.clear()
        for sandbox in self.sandboxes:
            sandbox.store.forget_derived()
        self.shortcuts = compiled
        self.kinds = Kinds(contract)
        self.__dict__.pop("known_scenarios", None)
        self._described = {}

    @cached_property
    def known_scenarios(self) -> dict[str, str]:
        """What sandboxes can be made from: name → title."""
        found = {self.scenario.own_name: self.scenario.title}
        for name in scenarios.names(self.contract.name):
            found.setdefault(name, scenarios.title(self.contract.name, name))
        return found

    def described_scenarios(self) -> list[dict[str, Any]]:
        """Each of them, as the control contract shows it. The first time, all are read."""
        return [self.described_scenario(name) for name in self.known_scenarios]

    def described_scenario(self, name: str) -> dict[str, Any]:
        """One of them, with its parameters. Raises UsageError where there is none of that name."""
        if name in self._described:
            return self._described[name]
        described = scenarios.described(self.find_scenario(name))
        if name in self.known_scenarios:
            self._described[name] = described
        return described

    def find_scenario(self, name: str) -> Scenario:
        """The scenario of that name, with its parameters, that comes with the contract, or the
        server's own. Raises UsageError.

        A path is no name: whoever may ask over the network must not read this machine's files.
        """
        own, parameters = scenarios.parted(name)
        if own == self.scenario.own_name:
            return scenarios.load(self.contract, str(self.scenario.file), parameters)
        known = scenarios.names(self.contract.name)
        if own not in known:
            raise UsageError(f"there is no scenario {own!r} (known: {', '.join(known) or 'none'})")
        return scenarios.load(self.contract, own, parameters)

    def close(self) -> None:
        """Finish writing the state; the application serves nothing afterwards."""
        self.console.close()
        self.sandboxes.close()


@contextlib.contextmanager
def modules_anew(package: str) -> Iterator[None]:
    """Import the modules of a package anew in the block; if it raises, those from before stay."""
    before = _forget(package)
    try:
        yield
    except BaseException:
        _forget(package)
        sys.modules.update(before)
        raise


def _forget(package: str) -> dict[str, ModuleType]:
    inside = [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]
    return {name: sys.modules.pop(name) for name in inside}


def create_app(
    contract: str | Path | None = None,
    *,
    scenario: str | Path | None = None,
    parameters: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
    seed: str | int | None = None,
    clock: str | None = None,
    strict: bool = False,
    control_token: str | None = None,
    sandbox_limit: int = LIMIT,
    idle_limit: str | None = None,
    observe: Observe | None = None,
    tell: Callable[[str, int, int, str], object] = lambda *_: None,
) -> Application:
    """The ASGI application of a fake backend.

    contract: a name or the path of an OpenAPI file; None is the usual one. scenario: a name or the
    path of a YAML file; None is what the state began with, else `default`. parameters: of the
    scenario, by name. state: a directory that keeps the state; None keeps it in memory. seed:
    repeats a run exactly, tokens included. clock: `real`, or an ISO 8601 time at which time stands
    still; None: as the scenario says, else real time. strict: refuse undocumented fields.
    control_token: what requests to the control API need; None: it answers this machine alone.
    sandbox_limit: so many sandboxes there may be besides `default`. idle_limit: how long (`8h`) one
    may be unused before it is forgotten, or `never`; None: eight hours, never where the state is
    kept. observe: told of each exchange. tell: told of a large scenario by its name how many
    objects are made, of how many, and of which collection.

    Raises UsageError, one clear line, for anything that cannot be right.
    """
    served = contracts.load(contract)
    if served.is_about_server:
        raise UsageError(f"contract {served.name} is served next to another one, never alone")
    schemas = store_schemas(served)
    directory = open_directory(state) if state is not None else None
    try:
        asked = _text(scenario)
        if parameters:
            asked = scenarios.with_parameters(asked or DEFAULT_SCENARIO, parameters)
        beginning = beginning_of(directory, served.name, asked, _text(seed))
        scene = scenarios.load(served, beginning.scenario)
        world: dict[str, Any] = {
            "seed": beginning.seed,
            "clock": clock_of(clock or "real"),
            "keyring": keyring_of(seed, directory),
            "new_store": lambda: Store(schemas),
        }
        sandboxes = Sandboxes(
            Scenes(
                scene,
                lambda name: app.find_scenario(name),
                has_clock=clock is not None,
                tell=tell,
                **world,
            ),
            **world,
            saved=SavedSandboxes(directory, schemas) if directory else None,
            limit=sandbox_limit,
            idle_limit=idle_limit_of(idle_limit, is_kept=directory is not None),
        )
        app = Application(
            served,
            scene,
            sandboxes,
            strict=strict,
            control_token=control_token,
            observe=observe,
        )
    except BaseException as error:
        if directory:
            directory.close()
        if isinstance(error, OSError):
            raise UsageError(f"{error.filename or state}: {error.strerror}") from None
        raise
    return app


def _text(value: str | int | Path | None) -> str | None:
    return None if value is None else str(value)

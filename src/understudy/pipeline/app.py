"""The application: a contract, its sandboxes and the request path, put together."""

from __future__ import annotations

import contextlib
import functools
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import orjson

from understudy import contract as contracts
from understudy import scenarios, times
from understudy.clock import Clock
from understudy.errors import NoSuchPath, UsageError
from understudy.identity import Ids
from understudy.keyring import Keyring
from understudy.pipeline import envelopes
from understudy.sandbox import Sandboxes
from understudy.store import CollectionSchema, Store

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.pipeline.exchange import Receive, Scope, Send
    from understudy.pipeline.path import Observe
    from understudy.scenarios import Scenario
    from understudy.store.disk import StateDirectory

DEFAULT_SEED = "0"
"""Ids repeat from run to run unless a seed is given; keys do not."""
LAST_CLOCK = times.parse("9000-01-01T00:00:00Z")
"""A scenario's times lie years around the clock's, and a time has four digits for the year."""


class Application:
    """A fake backend as an ASGI application.

    `contract`, `scenario`: what is served and what it was filled from. `sandboxes`: its worlds.
    """

    def __init__(
        self,
        contract: Contract,
        scenario: Scenario,
        sandboxes: Sandboxes,
        *,
        strict: bool,
        observe: Observe | None,
    ) -> None:
        self.contract = contract
        self.scenario = scenario
        self.sandboxes = sandboxes
        self._options = {"strict": strict, "observe": observe}
        self._asgi = _connexion(contract, sandboxes, **self._options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event, as ASGI says."""
        await self._asgi(scope, receive, send)

    def reload(self) -> None:
        """Take up what has changed in the contract, the handlers and the scenario; the sandboxes
        keep their state.

        Raises UsageError, and goes on as before, where something is not right or needs a new start.
        """
        contract = contracts.load(self.contract.files[0])
        if _schemas(contract) != _schemas(self.contract):
            raise UsageError(
                "x-collections have changed: stop and start the server to take that up"
            )
        with modules_anew(f"understudy.handlers.{contract.extension['handlers']}"):
            scenario = scenarios.load(contract, str(self.scenario.file))
            scenarios.rehearse(contract, scenario)
            asgi = _connexion(contract, self.sandboxes, **self._options)
        self.sandboxes.replace_scene(scenario)
        self.contract, self.scenario, self._asgi = contract, scenario, asgi

    def close(self) -> None:
        """Finish writing the state; the application serves nothing afterwards."""
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
    contract: str | Path = "testr",
    *,
    scenario: str | Path = "default",
    state: str | Path | None = None,
    seed: str | int | None = None,
    clock: str = "real",
    strict: bool = False,
    observe: Observe | None = None,
) -> Application:
    """The ASGI application of a fake backend.

    contract: a name (`testr`) or the path of an OpenAPI file. scenario: a name or the path of a
    YAML file. state: a directory that keeps the state; None keeps it in memory. seed: repeats a run
    exactly, tokens included. clock: `real`, or an ISO 8601 time at which time stands still. strict:
    refuse undocumented fields. observe: told of each exchange.

    Raises UsageError, one clear line, for anything that cannot be right.
    """
    served = contracts.load(contract)
    scene = scenarios.load(served, str(scenario))
    schemas = _schemas(served)
    directory = _directory(state) if state is not None else None
    try:
        sandboxes = Sandboxes(
            scene,
            seed=_seed(seed, directory, served),
            clock=_clock(clock),
            keyring=_keyring(seed, directory),
            new_store=lambda: Store(schemas),
            saved=_Saved(directory, schemas) if directory else None,
        )
        return Application(served, scene, sandboxes, strict=strict, observe=observe)
    except BaseException:
        if directory:
            directory.close()
        raise


def _schemas(contract: Contract) -> list[CollectionSchema]:
    return [
        CollectionSchema(spec.name, spec.indexes, spec.orders, spec.partition, spec.ranks)
        for spec in contract.collections.values()
    ]


class _Saved:
    """A state directory, with the schemas its stores are opened with."""

    def __init__(self, directory: StateDirectory, schemas: list[CollectionSchema]) -> None:
        self._directory = directory
        self._schemas = schemas
        self.names, self.adopt = directory.names, directory.adopt
        self.delete, self.close = directory.delete, directory.close

    def open(self, name: str) -> Store:
        return self._directory.open(name, self._schemas)


def _connexion(contract: Contract, sandboxes: Sandboxes, **options: Any) -> Any:
    with warnings.catch_warnings():
        # Connexion imports Starlette's test client, which warns of its own dependencies.
        warnings.simplefilter("ignore")
        from connexion.exceptions import InvalidSpecification
        from connexion.middleware import ConnexionMiddleware

        from understudy.pipeline.docs import Documentation
        from understudy.pipeline.path import RequestPath

    stack = ConnexionMiddleware(
        _nothing_here,
        import_name="understudy",
        middlewares=[functools.partial(RequestPath, sandboxes=sandboxes, **options), Documentation],
    )
    try:
        stack.add_api(contract.document, contract=contract)
    except InvalidSpecification as error:
        raise UsageError(f"contract {contract.name} is not OpenAPI 3.0: {error}") from None
    stack.app, stack.middleware_stack = stack._build_middleware_stack()
    return stack.app


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


def _directory(path: str | Path) -> StateDirectory:
    from understudy.store.disk import StateDirectory

    return StateDirectory(Path(path))


def _clock(text: str) -> Clock:
    if text == "real":
        return Clock()
    try:
        at = times.parse(text)
    except ValueError:
        raise UsageError(
            f"clock: {text!r} is neither `real` nor a time such as 2026-01-26T09:00:00Z"
        ) from None
    if not 0 <= at < LAST_CLOCK:
        raise UsageError(f"clock: {text!r} is not in the years 1970 to 8999")
    return Clock(frozen_at=at)


def _seed(seed: str | int | None, directory: StateDirectory | None, contract: Contract) -> str:
    """The seed of the ids: the one that is given, else the one the state began with, else the usual
    one.
    """
    if directory is None:
        return DEFAULT_SEED if seed is None else str(seed)
    meta = directory.read_meta()
    kept = meta.setdefault("seed", DEFAULT_SEED if seed is None else str(seed))
    if seed is not None and str(seed) != kept:
        raise UsageError(
            f"{directory.path} was begun with seed {kept}; leave --seed out, "
            "or choose another --state directory"
        )
    if meta.setdefault("contract", contract.name) != contract.name:
        raise UsageError(
            f"{directory.path} holds the state of contract {meta['contract']}; "
            "choose another --state directory"
        )
    directory.write_meta(meta)
    return str(kept)


def _keyring(seed: str | int | None, directory: StateDirectory | None) -> Keyring:
    if directory is not None:
        return Keyring.from_file(directory.path / "secret.key")
    return Keyring.random() if seed is None else Keyring(Ids(str(seed)).secret("keyring"))

"""What Connexion finds in a contract: that it is OpenAPI, and which operations it has.

It looks once at each contract. What it found is kept in the user's cache folder, for its import and
its check take longer than everything else that a server does before its first answer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

import understudy
from understudy import usercache
from understudy.contract.schemas import Validator
from understudy.errors import UsageError
from understudy.pipeline.importing import import_connexion

if TYPE_CHECKING:
    from understudy.contract.model import Contract, Schema

KIND = "walk"


class Route(NamedTuple):
    """Where an operation is, below the base path."""

    method: str
    path: str
    operation_id: str


_WALKED: dict[str, list[Route]] = {}
"""The contracts that this process has asked for, by their digests."""


def walked(contract: Contract) -> list[Route]:
    """The operations of a contract that is right. Raises UsageError for one that is not."""
    if contract.digest not in _WALKED:
        _WALKED[contract.digest] = _kept(contract) or _found(contract)
    return _WALKED[contract.digest]


def _kept(contract: Contract) -> list[Route] | None:
    cache = usercache.usual(KIND)
    content = cache.read(_key(contract)) if cache else None
    try:
        routes = [] if content is None else [Route(*one) for one in orjson.loads(content)]
    except (TypeError, ValueError):  # what is kept is not ours after all
        return None
    known = {spec.operation_id for spec in contract.operations}
    return routes if {route.operation_id for route in routes} == known else None


def _found(contract: Contract) -> list[Route]:
    """What Connexion finds, and that every schema is one: requests compile only those they meet."""
    found = _walk(contract)
    for schema in {orjson.dumps(schema): schema for schema in _schemas(contract)}.values():
        Validator(schema, contract.document)
    cache = usercache.usual(KIND)
    if cache:
        cache.write(_key(contract), orjson.dumps([*map(tuple, found)]))
    return found


def _walk(contract: Contract) -> list[Route]:
    import_connexion()
    from connexion.exceptions import InvalidSpecification
    from connexion.middleware.abstract import AbstractRoutingAPI
    from connexion.resolver import Resolver
    from connexion.spec import Specification

    class Walk(AbstractRoutingAPI):  # type: ignore[misc]
        """Notes what it is led to."""

        def __init__(self, specification: Specification) -> None:
            self.found: list[Route] = []
            super().__init__(specification, resolver=Resolver(lambda name: name))

        def make_operation(self, operation: Any) -> str:
            return str(operation.operation_id)

        @staticmethod
        def _framework_path_and_name(operation: Any, path: str) -> tuple[str, str]:
            return path, operation.operation_id

        def _add_operation_internal(
            self, method: str, path: str, operation: str, name: str | None = None
        ) -> None:
            self.found.append(Route(method.upper(), path, operation))

    try:
        return Walk(Specification.load(contract.document)).found
    except InvalidSpecification as error:
        raise UsageError(f"contract {contract.name} is not OpenAPI 3.0: {error}") from None


def _schemas(contract: Contract) -> Iterator[Schema]:
    """Those that a server of the contract compiles when they are first needed."""
    for spec in contract.operations:
        yield {"properties": {one["name"]: one["schema"] for one in spec.parameters}}
        answers = (answer.schema for answer in spec.responses.values())
        yield from (one for one in (spec.request_schema, *answers) if one is not None)
    for shortcut in contract.shortcuts.values():
        yield shortcut.parameters


def _key(contract: Contract) -> str:
    versions = understudy.__version__, sys.version, *map(_installed, ("connexion", "jsonschema_rs"))
    return usercache.key_of(contract.digest, *versions)


def _installed(package: str) -> str:
    """What tells one version from another; to look up its number takes thirty times as long."""
    found = find_spec(package)
    if found is None or found.origin is None:
        return ""
    stat = Path(found.origin).stat()
    return f"{found.origin} {stat.st_size} {stat.st_mtime_ns}"

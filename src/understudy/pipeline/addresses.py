"""Where the contracts live: what an address answers where no operation does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

import orjson

from understudy.errors import InvalidParameter, MethodNotAllowed, NoSuchPath
from understudy.pipeline import cors
from understudy.pipeline.api import served
from understudy.pipeline.exchange import Reply, Request

if TYPE_CHECKING:
    from understudy.contract.model import Contract

SINGLE = (b"authorization", b"x-understudy-sandbox")
"""Headers of which a request may have one; those that a contract documents are others."""


class Addresses:
    """The base paths of the contracts, and their documents.

    `guarded`: the beginnings of all paths that are about the server itself.
    """

    def __init__(self) -> None:
        self.guarded: tuple[str, ...] = ()
        self._base_paths: tuple[str, ...] = ()
        self._documents: dict[str, Callable[[], bytes]] = {}
        self._single = set(SINGLE)

    def announce(self, contract: Contract) -> None:
        """A contract about the server lives here, though it may not be compiled yet."""
        self._base_paths += (f"{contract.base_path}/",)
        self.guarded += (f"{contract.base_path}/",)

    def add(self, contract: Contract) -> None:
        """A contract is served."""
        document = cache(lambda: orjson.dumps(served(contract)))
        self._documents[f"{contract.base_path}/openapi.json"] = document
        if not contract.is_about_server:
            self._base_paths = (f"{contract.base_path}/", *self._base_paths)
            self._documents["/openapi.json"] = document
        parameters = [one for spec in contract.operations for one in spec.parameters]
        named = {one["name"].lower().encode() for one in parameters if one["in"] == "header"}
        self._single = self._single | named

    def is_document(self, path: str) -> bool:
        """Whether a contract can be read there."""
        return path in self._documents

    def answer(self, request: Request, methods: Iterable[str]) -> Reply:
        """The reply to a request that is for none of the methods there. Raises NoSuchPath and
        MethodNotAllowed.
        """
        document = self._documents.get(request.path)
        allowed = {"GET"} if document is not None else set(methods)
        if not allowed:
            if request.path.startswith(self._base_paths):
                raise NoSuchPath
            where = " and ".join(self._base_paths)
            raise NoSuchPath(f"Nothing lives at this address; look below {where}")
        allowed |= {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set())
        if request.method == "OPTIONS":
            is_open = not request.path.startswith(self.guarded)
            return Reply(200, b"", cors.preflight(request.headers, allowed, is_open=is_open))
        if document is None or request.method not in allowed:
            raise MethodNotAllowed(headers={"allow": ", ".join(sorted(allowed))})
        return Reply(200, document(), [])

    def refuse_repeated(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Raises InvalidParameter for two answers to the question of who asks, and where."""
        count = Counter(name for name, _ in headers)
        repeated = [name.decode() for name in sorted(self._single) if count[name] > 1]
        if repeated:
            raise InvalidParameter(details={name: ["is there twice"] for name in repeated})

"""What a request has in common with earlier ones: worked out once.

A client sends the same headers with each of its requests, and asks for the same addresses again and
again. What follows from them is kept by their bytes, to the letter, so it is what a parser would
find in them again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from understudy.journal.entry import packed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from understudy.pipeline.sandbox_operation import SandboxOperation

MOST = 2_000
"""So many heads, and so many lines, are kept; then it begins anew."""
LONGEST = 2_048
"""Bytes of a head or a line that is kept."""
LONGEST_NUMBER = 20
"""Digits of a number of bytes; Python refuses to read very many."""

Value = TypeVar("Value")


class Head:
    """The headers of a request, by names in lower case, and what follows from them alone.

    `token`: its bearer token, "" if there is none. `packed`: as a journal keeps them. `length`: of
    the body, as they say.
    """

    __slots__ = ("headers", "length", "packed", "token")

    def __init__(self, headers: Mapping[bytes, bytes]) -> None:
        self.headers = headers
        self.token = bearer(headers)
        self.packed = packed(headers)
        given = headers.get(b"content-length", b"0")
        self.length = int(given) if len(given) < LONGEST_NUMBER and given.isdigit() else -1


class Line:
    """The first line of a request that an operation of a sandbox answers.

    `path`: as it was sent; `values`: what it names. `arguments`: what the operation read of the
    line, with the names that it does not know, once it did.
    """

    __slots__ = ("arguments", "method", "operation", "path", "query", "values")

    def __init__(
        self,
        method: str,
        path: str,
        query: bytes,
        operation: SandboxOperation,
        values: tuple[str, ...],
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.operation = operation
        self.values = values
        self.arguments: tuple[dict[str, Any], list[str]] | None = None


class Known(dict[bytes, Value], Generic[Value]):
    """What was worked out, by the bytes that it follows from."""

    def keep(self, raw: bytes, value: Value) -> None:
        """Keep it, if it is not too long."""
        if len(raw) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[raw] = value


def bearer(headers: Mapping[bytes, bytes]) -> str:
    """The bearer token of a request; `""` if there is none."""
    given = headers.get(b"authorization")
    if given is None:
        return ""
    scheme, _, token = given.decode("latin-1").partition(" ")
    return token.strip() if scheme == "Bearer" or scheme.lower() == "bearer" else ""

"""What the client raises: a refusal, a server that is not there, an expectation not met."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from understudy.client.exchanges import Verification, Waited


class ControlError(Exception):
    """The server refused. Its text names every field at fault.

    status: of the HTTP answer, 0 where none came. code: what went wrong, for programs, such as
    `no_such_sandbox`. message: the same for people. details: field, or the argument that gave it →
    what is wrong with it.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(status, code, message, details)
        self.status = status
        self.code = code
        self.message = message
        self.details: Mapping[str, Sequence[str]] = details or {}

    def renamed(self, name: Callable[[str], str]) -> Self:
        """The same, with fields under other names."""
        self.details = {name(field): told for field, told in self.details.items()}
        self.args = (*self.args[:3], self.details)
        return self

    def __str__(self) -> str:
        fields = (f"\n  {field}: {', '.join(told)}" for field, told in self.details.items())
        return f"{self.message} ({self.code})" + "".join(fields)


class Unreachable(ControlError):
    """Nothing answers at the server's address, or no longer."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(0, "unreachable", f"{url}: {reason}")
        self.args = (url, reason)  # what a copy of it is made from
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return self.message


class VerificationFailed(AssertionError):
    """The journal does not hold what was expected of it; the text is the server's explanation.

    `answer`: all that the server said, the nearest exchanges included.
    """

    def __init__(self, message: str, answer: Verification | Waited) -> None:
        super().__init__(message)
        self.answer = answer

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.answer)

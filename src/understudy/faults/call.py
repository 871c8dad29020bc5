"""What faults know of a request, and of the operation that would serve it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from understudy.contract.model import OperationSpec
    from understudy.faults.examples import Documented
    from understudy.pipeline.envelopes import Envelope


class Operation(Protocol):
    """An operation, as far as faults ask it."""

    spec: OperationSpec
    envelope: Envelope

    def example(self, status: int, code: str | None = None) -> Documented | None:
        """The documented answer with this status, and with this error code if one is given."""

    def allows(self, status: int, body: Any) -> bool:
        """Whether the contract allows this JSON body with this status."""


@dataclass(slots=True)
class Call:
    """A request to a sandbox.

    `operation`: None where none answers. `path`: decoded, with the base path. `user`: tells who
    asks; it is called only where a rule wants to know.
    """

    operation: Operation | None
    method: str
    path: str
    user: Callable[[], str]

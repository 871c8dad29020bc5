"""How a sandbox was when it was made, begun anew, or found again by a new run of the server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Snapshot


@dataclass(frozen=True, slots=True)
class Beginning:
    """A sandbox at its beginning; its records are shared, so that it costs next to nothing.

    `issued`: how many ids it had given. `restores`: how often it had gone back to a snapshot.
    `millis`: what its clock showed. `faults`: its rules. `sequence`: of the last exchange before.
    """

    snapshot: Snapshot
    issued: int
    restores: int
    millis: int
    faults: list[dict[str, Any]]
    sequence: int

    @classmethod
    def of(cls, sandbox: Sandbox) -> Beginning:
        """A sandbox as it is now."""
        return cls(
            sandbox.store.snapshot(),
            sandbox.ids.issued,
            sandbox.restores,
            sandbox.clock.millis(),
            sandbox.faults.as_list(),
            sandbox.journal.last,
        )

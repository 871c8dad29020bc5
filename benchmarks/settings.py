"""How long and how much is measured: the whole run, and the quick one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.workloads import SIDE_BY_SIDE

SECTIONS = (*SIDE_BY_SIDE, "connections", "start", "sizes", "loads", "inside", "suite", "soak")
"""What `--only` takes: workloads side by side, and the other sections."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`rounds` of `seconds` each after `warm` seconds; `servers`: keys of `servers.KINDS`;
    `starts`: of each server; `sizes`: numbers of defects, each measured in `size_rounds`; `calls`:
    of each operation inside the server; `soak`: its seconds; `connections`: the usual number.
    """

    only: Sequence[str] = SECTIONS
    servers: Sequence[str] = ()
    rounds: int = 5
    seconds: float = 2
    warm: float = 1
    starts: int = 5
    sizes: Sequence[int] = (1_000, 10_000, 100_000, 1_000_000)
    size_rounds: int = 3
    inside: Sequence[int] = (1_000, 100_000)
    calls: int = 100
    soak: float = 120
    connections: int = 16
    is_quick: bool = False


QUICK = Settings(
    only=("get", "post", "start", "sizes", "inside"),
    servers=("understudy", "bare", "wiremock", "prism"),
    rounds=2,
    seconds=1,
    warm=1,
    starts=2,
    sizes=(1_000, 100_000),
    size_rounds=2,
    calls=20,
    is_quick=True,
)

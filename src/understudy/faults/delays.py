"""How long a struck call waits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

LONGEST = 600_000
"""Milliseconds: ten minutes."""

Delay = Mapping[str, Any]

NEEDED = {
    "fixed": ("ms",),
    "uniform": ("min_ms", "max_ms"),
    "normal": ("mean_ms", "deviation_ms"),
    "lognormal": ("median_ms", "sigma"),
}
"""The distributions, and what each needs to know."""

BOUNDS = ("min_ms", "max_ms")
"""What cuts off the delays of the distributions that have no bounds themselves."""

_SAMPLES: dict[str, Callable[[Delay, Random], float]] = {
    "fixed": lambda delay, dice: delay["ms"],
    "uniform": lambda delay, dice: dice.randint(delay["min_ms"], delay["max_ms"]),
    "normal": lambda delay, dice: dice.gauss(delay["mean_ms"], delay["deviation_ms"]),
    "lognormal": lambda delay, dice: dice.lognormvariate(
        math.log(delay["median_ms"]), delay["sigma"]
    ),
}


def milliseconds(delay: Delay, dice: Random) -> int:
    """A delay of this distribution, never longer than `LONGEST`."""
    sample = _SAMPLES[delay["distribution"]](delay, dice)
    shortest: int = delay.get("min_ms", 0)
    longest: int = delay.get("max_ms", LONGEST)
    return round(min(max(sample, shortest), longest))

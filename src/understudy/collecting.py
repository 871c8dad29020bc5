"""Python's garbage collector, as a server that holds much data needs it.

Every full collection looks at all that there is: with 20,000 stored objects that took 60 ms, in
which nobody was answered, and it came again with every quarter that was added. But nearly all that
has survived one stays: so it is set aside then, and the next full collection looks at what is new
alone. Objects that are set aside are freed as before, as soon as nothing refers to them; only a
circle of references among them would stay.
"""

from __future__ import annotations

import gc

FULL = 2
"""The generation whose collection is a full one."""
THRESHOLDS = (2_000, 1, 1)
"""New objects before a collection, and collections before one that goes deeper: what stays is
looked at twice rather than three times, and no collection looks at more than some 10,000 objects.
"""


def set_aside_what_stays() -> None:
    """Set aside what there is, the work of the start, and what survives each full collection."""
    gc.freeze()
    gc.collect()  # so that the collector takes nothing of that for the measure of what is much
    gc.set_threshold(*THRESHOLDS)
    gc.callbacks.append(_after)
    gc.enable()


def _after(phase: str, info: dict[str, int]) -> None:
    if phase == "stop" and info["generation"] == FULL:
        gc.freeze()

"""Two clients at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def at_once(*tasks: Callable[[], Result]) -> list[Result]:
    """What each task gives; they begin together. Raises what the first of them raised."""
    ready = threading.Barrier(len(tasks))

    def begin(task: Callable[[], Result]) -> Result:
        ready.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [one.result() for one in [pool.submit(begin, task) for task in tasks]]

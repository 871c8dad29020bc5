"""All that can be measured, in the order in which it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import apart, loading, starting, workloads
from benchmarks.progress import Progress
from benchmarks.settings import Settings


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a run: the names with which `--only` asks for it, what it measures, how many
    seconds it takes.
    """

    names: tuple[str, ...]
    title: str
    run: Callable[[Settings, Progress], dict[str, Any]]
    expected: Callable[[Settings], float]


PLAN = (
    Section(("start",), "start to first answer, memory", starting.start, starting.start_expected),
    Section(
        (*workloads.SIDE_BY_SIDE, "connections"),
        "side by side",
        loading.side_by_side,
        loading.side_by_side_expected,
    ),
    Section(("sizes",), "by the number of defects", loading.sizes, loading.sizes_expected),
    Section(("loads",), "a scenario's load", starting.loads, starting.loads_expected),
    Section(("inside",), "inside the server", apart.inside, apart.inside_expected),
    Section(("suite",), "the quick suite", apart.suite, apart.suite_expected),
    Section(("soak",), "soak", apart.soak, apart.soak_expected),
)


def chosen(settings: Settings) -> list[Section]:
    """What is asked for."""
    return [one for one in PLAN if set(one.names) & set(settings.only)]

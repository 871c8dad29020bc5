"""Rules over many inputs: Hypothesis, with the suite's seed, and without its habits.

It promises: the same seed gives the same inputs everywhere; what a rule raises comes out as it is;
nothing is printed or stored; after a failure come only the runs that `SHRINKING` allows.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, configuration, strategies
from hypothesis.errors import HypothesisException
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test

if TYPE_CHECKING:
    from .suite import Suite

# How often a failing input may be tried again in a simpler form.
SHRINKING = {"quick": 0, "normal": 50, "deep": 500}


def play(suite: Suite, make: Callable[[], RuleBasedStateMachine], *, runs: int, steps: int) -> None:
    """Run the machine that `make` gives `runs` times, each with at most `steps` rules.

    Raises what the machine raised, from a shorter run where the effort allows to look for one.
    """
    settings = _settings(suite, runs, stateful_step_count=steps)
    machine = get_state_machine_test(make, settings=settings)  # type: ignore[arg-type]
    one_run = machine.hypothesis.inner_test  # type: ignore[attr-defined]
    failures = _Failures(SHRINKING[suite.effort])

    # Hypothesis begins with the simplest choices, the first rule over and over: that run is left
    # out by way of `number`, which is 0 in it.
    @hypothesis.given(number=strategies.integers(0, 2**32), data=strategies.data())
    def playing(number: int, data: strategies.DataObject) -> None:
        hypothesis.assume(number)
        failures.watch(lambda: one_run(data))

    _run(suite, settings, playing, failures)


def explore(
    suite: Suite,
    strategy: strategies.SearchStrategy[Any],
    check: Callable[[Any], None],
    *,
    examples: int,
) -> None:
    """Call `check` with `examples` values of the strategy, the simplest one first.

    Raises what `check` raised, for a simpler value where the effort allows to look for one.
    """
    settings = _settings(suite, examples)
    failures = _Failures(SHRINKING[suite.effort])

    @hypothesis.given(value=strategy)
    def exploring(value: Any) -> None:
        failures.watch(lambda: check(value))

    _run(suite, settings, exploring, failures)


class _Enough(BaseException):
    """Leaves Hypothesis, which takes every `Exception` for something to try again."""


class _Failures:
    """What the runs raised: the latest error of the first one's kind, which is the simplest.

    `retries`: how many more runs there may be after the first error.
    """

    def __init__(self, retries: int) -> None:
        self.error: Exception | None = None
        self._retries = retries

    def watch(self, run: Callable[[], Any]) -> None:
        """Run it and keep its error, if there is one."""
        if self.error:
            self._retries -= 1
        try:
            run()
        except HypothesisException:
            raise
        except Exception as error:
            if self.error is None or _kind(error) == _kind(self.error):
                self.error = error
            if self._retries > 0:
                raise
        if self.error and self._retries <= 0:
            raise _Enough


def _kind(error: Exception) -> tuple[type[Exception], object]:
    return type(error), getattr(error, "rule", None)


def _settings(suite: Suite, examples: int, **more: Any) -> hypothesis.settings:
    """Settings that leave nothing to a profile: Hypothesis loads one of its own under CI."""
    phases = [Phase.generate, Phase.shrink] if SHRINKING[suite.effort] else [Phase.generate]
    return hypothesis.settings(
        max_examples=examples,
        phases=phases,
        derandomize=False,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        **more,
    )


def _run(
    suite: Suite,
    settings: hypothesis.settings,
    property_: Callable[[], None],
    failures: _Failures,
) -> None:
    digest = hashlib.sha256(f"{suite.seed} {suite.test}".encode()).digest()
    seeded = hypothesis.seed(int.from_bytes(digest[:8]))(settings(property_))
    try:
        with alone():
            seeded()
    except (_Enough, Exception):
        if failures.error is None:
            raise
    if failures.error is not None:
        raise failures.error


@contextmanager
def alone() -> Iterator[None]:
    """Keep Hypothesis from the modules that happen to be loaded and from the working directory.

    It mixes constants of modules in: inputs would depend on what is installed, and where. The
    tables of characters that it keeps on disk take a second to make.
    """
    constants, home = providers._get_local_constants, configuration.__hypothesis_home_directory
    none = Constants()
    providers._get_local_constants = lambda: none
    providers.CONSTANTS_CACHE.cache.clear()
    configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "understudy-hypothesis")
    try:
        yield
    finally:
        providers._get_local_constants = constants
        providers.CONSTANTS_CACHE.cache.clear()
        configuration.set_hypothesis_home_dir(home)

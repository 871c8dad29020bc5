"""One broken server and the suite against it, each in a process of its own.

This process has imported everything and started no thread, so a fork of it is a fresh server, or a
fresh run of the suite, within milliseconds; and neither sees what was changed for the other.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import select
import signal
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

import understudy.server
from understudy.clock import stopwatch
from understudy.verify import rules
from understudy.verify.config.settings import Settings
from understudy.verify.runner import verify

from .patient import Healthy
from .registry import Mutant
from .serve import SCENARIO, SEED, serve

START_SECONDS = 30.0
SUITE_SECONDS = 600.0
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the suite said of a server.

    failed: the rules that it breaks, with what was found first. others: the verdicts that are
    neither a pass nor a failure, with the reason. digests: of contract and suite. error: why there
    is nothing to say; None if there is.
    """

    mutant: str
    seconds: float
    failed: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    passed: int = 0
    digests: dict[str, str] = field(default_factory=dict)
    error: str | None = None


class Harness:
    """Runs the suite of an API against broken servers."""

    def __init__(self, api: str) -> None:
        self.api = api
        self.healthy = Healthy(api)
        rules.collect(api)
        _warm_up(api)

    def run(
        self,
        mutants: Sequence[Mutant],
        select: Callable[[Mutant], list[str] | None],
        processes: int,
    ) -> Iterator[Outcome]:
        """The outcome of each mutant, as soon as it is there. select: the rules, or the tests by
        their node ids, that are run against one, None for the whole quick suite.
        """
        tasks = [(index, select(one)) for index, one in enumerate(mutants)]
        context = multiprocessing.get_context("fork")
        with context.Pool(processes, _take, (self, mutants), maxtasksperchild=None) as pool:
            yield from pool.imap_unordered(_one, tasks)

    def examine(self, mutant: Mutant, select: list[str] | None) -> Outcome:
        """Start a broken server, and let the suite, or some of it, judge it."""
        if select == []:
            return Outcome(mutant.name, 0.0)
        began = stopwatch()
        server = Child(partial(serve, self.healthy, mutant))
        problems: list[str] = []
        try:
            told = server.read(START_SECONDS)
            if "url" not in told:
                raise Unfit(told.get("problem") or "the server did not start")
            suite = Child(partial(_verify, self.api, told["url"], select))
            try:
                report = suite.read(SUITE_SECONDS)
            finally:
                suite.kill()
            problems = server.waiting("problem")
            if "outcome" not in report:
                raise Unfit(report.get("problem") or "the suite did not end in time")
        except Unfit as error:
            return Outcome(mutant.name, stopwatch() - began, error=str(error))
        finally:
            server.kill()
        for id in mutant.leaves:
            report["outcome"]["failed"].pop(id, None)
        return Outcome(
            mutant.name,
            stopwatch() - began,
            **report["outcome"],
            error=problems[0] if problems else None,
        )


class Unfit(Exception):
    """A mutant of which nothing can be said."""


class Child:
    """A forked process that tells its parent one thing after the other, as JSON."""

    def __init__(self, work: Callable[[Callable[[Any], None]], None]) -> None:
        reading, writing = os.pipe()
        lifeline, self._holding = os.pipe()
        self._id = os.fork()
        if not self._id:
            os.close(reading)
            os.close(self._holding)
            _work(work, writing, lifeline)
        os.close(writing)
        os.close(lifeline)
        self._reading = reading
        self._rest = b""

    def read(self, seconds: float) -> dict[str, Any]:
        """The next thing that it tells; `{}` where none came in time, or none will."""
        until = stopwatch() + seconds
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._reading], [], [], max(0.0, until - stopwatch()))
            piece = os.read(self._reading, 1 << 20) if ready else b""
            if not piece:
                return {}
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        told: dict[str, Any] = json.loads(line)
        return told

    def waiting(self, key: str) -> list[str]:
        """What it has told under a key so far."""
        found = []
        while told := self.read(0.0):
            found.append(str(told.get(key)))
        return found

    def kill(self) -> None:
        """End it, whatever it does."""
        os.kill(self._id, signal.SIGKILL)
        os.waitpid(self._id, 0)
        os.close(self._reading)
        os.close(self._holding)


def _work(work: Callable[[Callable[[Any], None]], None], writing: int, lifeline: int) -> NoReturn:
    """Do it in this process, which ends with it, or with its parent."""

    def tell(thing: Any) -> None:
        os.write(writing, json.dumps(thing).encode() + b"\n")

    def end_with_parent() -> None:
        os.read(lifeline, 1)
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)
        work(tell)
    except BaseException:
        with contextlib.suppress(BaseException):
            tell({"problem": traceback.format_exc().strip()})
    finally:
        os._exit(0)


def _verify(api: str, url: str, chosen: list[str] | None, tell: Callable[[Any], None]) -> None:
    settings = Settings(url=url, seed=SEED, contract=api, effort="quick", timeout=ANSWER_SECONDS)
    are_tests = chosen is not None and any("::" in one for one in chosen)
    report, _ = verify(
        settings, tests=chosen if are_tests else None, select=None if are_tests else chosen
    )
    stopped = report["run"]["stopped"]
    if stopped is not None and stopped["why"] != "no_log_in":
        raise Unfit(f"the suite did not get to its end: {stopped['message']}")
    first = {one["rule"]: one["message"] for one in reversed(report["findings"])}
    verdicts = {one["id"]: (one["verdict"], one["reason"]) for one in report["rules"]}
    outcome = {
        "failed": {id: first.get(id, "") for id, (what, _) in verdicts.items() if what == "failed"},
        "others": {
            id: f"{what}: {reason}"
            for id, (what, reason) in verdicts.items()
            if what not in ("failed", "passed")
        },
        "passed": sum(what == "passed" for what, _ in verdicts.values()),
        "digests": {name: report[name]["digest"] for name in ("contract", "suite")},
    }
    tell({"outcome": outcome})


_taken: tuple[Harness, Sequence[Mutant]]


def _take(harness: Harness, mutants: Sequence[Mutant]) -> None:
    """Remember, in a process of the pool, what it was forked with."""
    global _taken
    _taken = harness, mutants
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(task: tuple[int, list[str] | None]) -> Outcome:
    harness, mutants = _taken
    index, chosen = task
    return harness.examine(mutants[index], chosen)


def _warm_up(api: str) -> None:
    """Import and check whatever the first server and the first run would."""
    with understudy.server.run(api, scenario=SCENARIO, seed=SEED):
        pass

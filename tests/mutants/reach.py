"""Which tests reach what a mutant changes: no other test can notice it.

One run of the quick suite against our own server, with a tracer around every function that some
mutant puts another one in the place of, tells which test calls it. So the whole suite over a mutant
is the tests that reach it; hundreds of mutants take minutes instead of hours.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import understudy.server
from understudy.verify import rules
from understudy.verify.config.settings import Settings
from understudy.verify.runner import verify
from understudy.verify.suite import Suite
from understudy.verify.tally import Tally

from .harness import Child
from .patient import Healthy, Patient
from .registry import Mutant

SECONDS = 900.0
EVERYTHING = "everything"
"""The target of a mutant that changes more than functions and messages of operations."""

PREFLIGHT = "preflight"
"""What is called to log in is called for every test: sessions are kept. What only builds the
scenario is not counted, as no rule is about what was there before.
"""

Tests = dict[str, set[str]]


class Targets(Patient):
    """Notes what a mutant would change, and changes nothing.

    A target is `function package.module name`, or `operation id`.
    """

    def __init__(self, healthy: Healthy) -> None:
        super().__init__(healthy, lambda _: None)
        self.found: set[str] = set()

    def wrap(self, target: str, name: str) -> Callable[[Any], Any]:
        """Note a function."""
        return self._note(f"function {target} {name}")

    def patch(self, target: str, name: str, value: Any) -> None:
        """Note that anything may be changed: it need not be a function."""
        self._note(EVERYTHING)

    def request(self, *operation_ids: str) -> Callable[[Any], Any]:
        """Note operations."""
        return self._note(*_operations(operation_ids))

    def answer(self, *operation_ids: str) -> Callable[[Any], Any]:
        """Note operations."""
        return self._note(*_operations(operation_ids))

    def contract(self, edit: Any) -> None:
        """Note that anything may be changed."""
        self._note(EVERYTHING)

    def instead(self, app: Any) -> Any:
        """Note that everything is changed."""
        self._note(EVERYTHING)
        return app

    def unchecked(self) -> None:
        """That changes nothing by itself."""

    def _note(self, *targets: str) -> Callable[[Any], Any]:
        self.found.update(targets)
        return lambda change: change


class Reach:
    """The tests that can notice each mutant, by node id."""

    def __init__(self, api: str, healthy: Healthy, mutants: Iterable[Mutant]) -> None:
        self._targets = {one.name: _targets(healthy, one) for one in mutants}
        self._own = {
            one.id: f"{one.group}.py::{one.function.__name__}" for one in rules.collect(api)
        }
        functions = {one for found in self._targets.values() for one in found if " " in one}
        child = Child(partial(_trace, api, healthy, sorted(functions)))
        try:
            told = child.read(SECONDS)
        finally:
            child.kill()
        if "tests" not in told:
            raise RuntimeError(told.get("problem") or "the traced run did not end in time")
        self._tests: Mapping[str, list[str]] = told["tests"]
        self._everywhere = {EVERYTHING, *told["everywhere"]}

    def tests(self, mutant: Mutant) -> list[str] | None:
        """Those that reach what it changes; None: it may be any."""
        targets = self._targets[mutant.name]
        if targets & self._everywhere:
            return None
        reached = {test for one in targets for test in self._tests.get(one, ())}
        # Answers that are kept for several rules are asked for by the first of them alone.
        return sorted(reached | {self._own[mutant.rule]} if mutant.rule else reached)


def _targets(healthy: Healthy, mutant: Mutant) -> set[str]:
    noting = Targets(healthy)
    mutant.change(noting)
    return noting.found


def _operations(ids: tuple[str, ...]) -> list[str]:
    return [f"operation {id}" for id in ids] or [EVERYTHING]


def _trace(
    api: str, healthy: Healthy, targets: list[str], tell: Callable[[Mapping[str, Any]], None]
) -> None:
    """Run the suite against a server in this process; tell which test reached which target."""
    tests: Tests = defaultdict(set)
    running = {"test": ""}
    patient = Patient(healthy, lambda _: None)
    for target in targets:
        kind, _, place = target.partition(" ")
        if kind == "function":
            module, _, name = place.rpartition(" ")
            patient.wrap(module, name)(_tracer(target, tests, running))
    _follow(tests, running)
    patient.prepare()
    with understudy.server.run(api, scenario="default", seed=1) as server:
        verify(Settings(url=server.api_url, seed=1, contract=api, effort="quick"))
    tell(
        {
            "tests": {target: sorted(found) for target, found in tests.items()},
            "everywhere": [target for target, found in tests.items() if PREFLIGHT in found],
        }
    )


def _tracer(target: str, tests: Tests, running: Mapping[str, str]) -> Callable[..., Any]:
    def traced(original: Any, *arguments: Any, **named: Any) -> Any:
        tests[target].add(running["test"])
        return original(*arguments, **named)

    return traced


def _follow(tests: Tests, running: dict[str, str]) -> None:
    """Know which test runs, and note the operations that it asks."""
    begin, add = Suite.begin, Tally.add

    def begins(self: Suite, test: str, rule: str) -> None:
        running["test"] = test
        begin(self, test, rule)

    def adds(self: Tally, text: str) -> None:
        told = json.loads(text)
        for operation in told["operations"]:
            tests[f"operation {operation}"].add(told["test"])
        add(self, text)

    Suite.begin, Tally.add = begins, adds  # type: ignore[method-assign]

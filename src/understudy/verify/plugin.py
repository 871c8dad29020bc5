"""The pytest plugin that runs rules: what each test finds goes to the tally of the run.

It is loaded by `understudy verify`, and by a team's own pytest where that is asked for the rules:
`pytest --pyargs understudy.conformance.API --base-url URL`.
"""

from __future__ import annotations

import importlib
import inspect
import threading
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from understudy.contract import OperationSpec
from understudy.verify import fixtures, rules, spec
from understudy.verify.findings import Disabled, NotDemonstrated
from understudy.verify.outcome import SUITE_ERROR, Outcome
from understudy.verify.process import PROCESS, Process
from understudy.verify.rules import Rule
from understudy.verify.run import Run

NAME = "understudy-verify"
OUTCOME = pytest.StashKey[Outcome]()
PROPERTY = "understudy"
"""Under this name a report carries what its test found."""

PATIENCE = 60
"""So many seconds a worker gets to end the test that runs."""

LOST = {
    "kind": "worker",
    "name": "",
    "why": "it crashed or was killed; what it had created may still be there",
}
WORKER_INPUT = "understudy_run"
WORKER_OUTPUT = "understudy_counts"


def pytest_configure(config: pytest.Config) -> None:
    """Take the run that was begun, here or by the process that this one works for."""
    handed = getattr(config, "workerinput", {}).get(WORKER_INPUT)
    run = Run.from_json(handed) if handed else Run.current
    if run is not None and not config.pluginmanager.has_plugin(NAME):
        config.pluginmanager.register(Verification(config, run), NAME)
        config.pluginmanager.register(fixtures, f"{NAME}-fixtures")
        personas = fixtures.of_personas(run.spec.personas)
        config.pluginmanager.register(personas, f"{NAME}-personas")


class Verification:
    """The hooks of one process of a run."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._config = config
        self._run = run
        self._nodes: list[Any] = []
        self._package = f"{spec.SUITES}.{run.settings.contract}"
        self._home = Path(inspect.getfile(importlib.import_module(self._package))).parent
        self._rules = {
            (one.group, one.function.__name__): one for one in rules.collect(run.settings.contract)
        }

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the run on to a worker of pytest-xdist."""
        node.workerinput[WORKER_INPUT] = self._run.to_json()
        self._nodes.append(node)

    def pytest_collect_directory(
        self, path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Take the folders of rules for no packages: pytest would import them by other names."""
        if path in (self._home, self._home.parent):
            found: pytest.Dir = pytest.Dir.from_parent(parent, path=path)
            return found
        return None

    def pytest_pycollect_makemodule(
        self, module_path: Path, parent: pytest.Collector
    ) -> pytest.Module | None:
        """Import the rules' modules under the name by which everybody else knows them."""
        if module_path.parent != self._home:
            return None
        module: RuleModule = RuleModule.from_parent(parent, path=module_path)
        module.module_name = f"{self._package}.{module_path.stem}"
        return module

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Run a rule once for each of its operations or values."""
        rule = self._rule_of(metafunc.module.__name__, metafunc.function.__name__)
        if rule is None:
            return
        if "operation" in metafunc.fixturenames:
            known = {one.operation_id: one for one in self._run.contract.operations}
            ids = self._run.operations_of(rule)
            metafunc.parametrize("operation", [known[id] for id in ids], ids=ids)
        if "value" in metafunc.fixturenames and rule.values is not None:
            metafunc.parametrize("value", rule.values, ids=[_id(one) for one in rule.values])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the rules that were asked for."""
        kept: list[pytest.Item] = []
        others: list[pytest.Item] = []
        for item in items:
            rule = self.rule_of(item)
            wanted = rule is not None and self._run.wants(rule, item.nodeid)
            (kept if wanted else others).append(item)
            if rule is not None:
                item.extra_keyword_matches.add(rule.id)
        items[:] = kept
        if others:
            self._config.hook.pytest_deselected(items=others)

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Open the target, in a process that runs rules itself."""
        if not self._config.getoption("numprocesses", None):
            worker = getattr(self._config, "workerinput", {}).get("workerid", "main")
            self._config.stash[PROCESS] = Process.opened(self._run, worker)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take away what is still there, whatever happened, and hand the counts on."""
        self._wait_for_workers()
        process = self._config.stash.get(PROCESS, None)
        if process is not None:
            counts = process.closed()
            output = getattr(self._config, "workeroutput", None)
            if output is None:
                self._run.tally.take_counts(counts)
            else:
                output[WORKER_OUTPUT] = counts

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the counts of a worker that is done."""
        if node in self._nodes:
            self._nodes.remove(node)
            counts = getattr(node, "workeroutput", {}).get(WORKER_OUTPUT)
            if counts is not None:
                self._run.tally.take_counts(counts)
            else:
                self._run.tally.leaked.append({**LOST, "id": str(node.gateway.id)})

    def _wait_for_workers(self) -> None:
        """Let workers that are still at it, as the run was stopped, end their test and take away
        what it created; pytest-xdist would kill them in the middle of it.
        """
        if self._nodes:
            self._run.stop()
        for node in self._nodes:
            with suppress(OSError):  # it is gone already
                node.shutdown()
        waited = threading.Event()
        for _ in range(PATIENCE * 20):
            if all(node._down and hasattr(node, "workeroutput") for node in self._nodes):
                break
            waited.wait(0.05)
        for node in list(self._nodes):
            self.pytest_testnodedown(node)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, None, None]:
        """A rule begins."""
        rule = self._known_rule(item)
        process = self._config.stash[PROCESS]
        item.stash[OUTCOME] = Outcome(rule, item.nodeid)
        process.suite.begin(item.nodeid, rule.id)
        with item.stash[OUTCOME].judged(process):
            if self._run.is_stopped:
                raise NotDemonstrated("the run was stopped")
            if reason := self._run.reason_to_disable(rule):
                raise Disabled(reason)
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """A refusal counts only where the operation can succeed, too."""
        process = self._config.stash[PROCESS]
        with item.stash[OUTCOME].judged(process):
            yield
            process.suite.show_controls(process.control())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, None, None]:
        """Take away what the rule created."""
        try:
            return (yield)
        finally:
            process = self._config.stash[PROCESS]
            try:
                process.clean_up(item.nodeid)
            finally:
                item.stash[OUTCOME].note(process)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send what was found along with the last report of a test."""
        report = yield
        outcome = item.stash.get(OUTCOME, None)
        if outcome is not None:
            outcome.seconds += call.duration
            if call.when == "teardown":
                if report.failed:
                    outcome.fail_suite(call.excinfo)
                report.user_properties.append((PROPERTY, outcome.to_json()))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell the tally, in the process that writes the report."""
        if hasattr(self._config, "workerinput"):
            return
        found = [str(value) for name, value in report.user_properties if name == PROPERTY]
        if report.when == "teardown" and found:
            self._run.tally.add(found[-1])
        elif report.failed and report.when not in ("setup", "call"):
            self._crashed(report)

    def _crashed(self, report: pytest.TestReport) -> None:
        """A worker went down with this test."""
        file, _, test = report.nodeid.partition("::")
        rule = self._rules.get((Path(file).stem, test.partition("[")[0]))
        if rule is not None:
            outcome = Outcome(rule, report.nodeid)
            outcome.verdict, outcome.reason = SUITE_ERROR, "the process that ran it crashed"
            self._run.tally.add(outcome.to_json())

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logfinish(self) -> None:
        """Stop where nothing more is to be learned."""
        session = self._config.pluginmanager.get_plugin("session")
        stop = self._run.reason_to_stop()
        if stop and session is not None and not hasattr(self._config, "workerinput"):
            session.shouldstop = stop

    def rule_of(self, item: pytest.Item) -> Rule | None:
        """The rule that a test is of."""
        if not isinstance(item, pytest.Function):
            return None
        return self._rule_of(item.module.__name__, item.function.__name__)

    def _rule_of(self, module: str, function: str) -> Rule | None:
        return self._rules.get((module.rpartition(".")[2], function))

    def _known_rule(self, item: pytest.Item) -> Rule:
        rule = self.rule_of(item)
        if rule is None:
            raise TypeError(f"{item.nodeid} is no rule")
        return rule


class RuleModule(pytest.Module):
    """A module of rules, imported by its own name, so that its siblings can be."""

    module_name: str

    def _getobj(self) -> ModuleType:
        return importlib.import_module(self.module_name)


def _id(value: Any) -> str:
    return value.operation_id if isinstance(value, OperationSpec) else str(value)


def pytest_unconfigure() -> None:
    """A run is over with the pytest that ran it."""
    Run.current = None

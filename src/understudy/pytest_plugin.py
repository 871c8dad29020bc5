"""The pytest plugin: a server for the run, a sandbox for each test, the journal of a test that
fails, and a suite's rules among a team's own tests.

Every pytest run in an environment that has Understudy imports this module, so it imports the rest
when a fixture is first used.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from understudy.client import Sandbox, Server

SUITES = "understudy.conformance"
TAIL = 20
"""So many exchanges of a failed test are shown."""

SANDBOX = pytest.StashKey["Sandbox"]()
RUN = pytest.StashKey[str]()
SETTINGS = {
    "understudy_url": "the server to test against; left out, one is started in this process",
    "understudy_scenario": "the scenario of the sandboxes, by its name, or a YAML file",
    "understudy_contract": "the contract of the server that is started, by its name, or a file",
    "understudy_clock": "the time at which the sandboxes' clocks stand; left out, they run",
    "understudy_seed": "the seed of the server that is started, and of the sandboxes",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The settings, in the configuration file or on the command line."""
    for name, explained in SETTINGS.items():
        parser.addini(name, explained, default="")
    parser.getgroup("understudy").addoption(
        "--understudy-url",
        metavar="URL",
        help="a running Understudy to test against (else UNDERSTUDY_URL, else understudy_url in "
        "the configuration file, else one is started); its control token, where it wants one, is "
        "read from UNDERSTUDY_CONTROL_TOKEN",
    )
    suite = parser.getgroup("understudy verify", "for --pyargs understudy.conformance.NAME")
    with suppress(ValueError):  # another plugin has it, and means the same
        suite.addoption("--base-url", metavar="URL", help="the backend that the rules verify")
    suite.addoption(
        "--verify-config", metavar="FILE", help="a verify.toml with the personas and the rest"
    )
    suite.addoption(
        "--verify-json", metavar="FILE", help="where the report is written, as `understudy verify`"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and tell this run from others against the same server."""
    config.addinivalue_line(
        "markers", "scenario(name): the scenario, or its YAML file, that `sandbox` begins with"
    )
    if any(one.startswith(SUITES) for one in config.args):
        from understudy.errors import UsageError
        from understudy.verify.hosted import join

        try:
            join(config)
        except UsageError as error:
            raise pytest.UsageError(f"understudy: {error}") from None
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or os.urandom(3).hex()
    config.stash[RUN] = run[:6] + os.environ.get("PYTEST_XDIST_WORKER", "")


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say where the tests' server is, if it is elsewhere."""
    where = _elsewhere(config)
    return f"understudy: the server at {where[0]} (from {where[1]})" if where else None


@pytest.fixture(scope="session")
def understudy_server(pytestconfig: pytest.Config) -> Iterator[Server]:
    """A server for all tests of this process: started on a free port, or one that runs already."""
    from understudy.client import connect

    url = _url(pytestconfig)
    with ExitStack() as stack:
        with _in_one_line():
            server = stack.enter_context(connect(url) if url else _started(pytestconfig))
            server.show()
        yield server


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, understudy_server: Server) -> Iterator[Sandbox]:
    """A sandbox for this test alone, from the scenario of the closest `scenario` marker, else the
    configured one, else the server's own. Its ids are the same in each run.
    """
    item, config = request.node, request.config
    clock = config.getini("understudy_clock")
    with _in_one_line():
        made = understudy_server.sandbox(
            _scenario(item),
            name=_name(item),
            seed=_digest(config.getini("understudy_seed") + item.nodeid, 16),
            clock=None if clock in ("", "real") else clock,
        )
    item.stash[SANDBOX] = made
    yield made
    del item.stash[SANDBOX]
    with _in_one_line():
        made.close()


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Add the journal to the report of a test that failed."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    made = item.stash.get(SANDBOX, None)
    if report.failed and made is not None:
        # The report's own sections are not written into JUnit's XML; those of its text are.
        text: Any = report.longrepr
        add = getattr(text, "addsection", lambda *section: report.sections.append(section))
        add("understudy journal", _journal(made))


def _journal(made: Sandbox) -> str:
    from understudy.client import ControlError, lines

    try:
        exchanges = made.journal.tail(TAIL)
        shown = [f"sandbox {made.name}, {lines.clock_line(made.clock.show())}"]
    except ControlError as error:
        return f"cannot be read: {error}"
    shown += map(lines.exchange_line, exchanges)
    if not exchanges:
        header, name = next(iter(made.headers.items()))
        shown.append(f"nothing was asked of this sandbox; requests name it as {header}: {name}")
    elif exchanges[0].sequence > 1:
        shown.insert(1, f"… {exchanges[0].sequence - 1} earlier")
    return "\n".join(shown)


def _url(config: pytest.Config) -> str:
    where = _elsewhere(config)
    return where[0] if where else ""


def _elsewhere(config: pytest.Config) -> tuple[str, str] | None:
    """The address of a server that runs already, and who gave it; None: one is to be started."""
    sources = (
        ("--understudy-url", config.getoption("--understudy-url")),
        ("UNDERSTUDY_URL", os.environ.get("UNDERSTUDY_URL")),
        ("understudy_url", config.getini("understudy_url")),
    )
    return next(((url, source) for source, url in sources if url), None)


def _started(config: pytest.Config) -> AbstractContextManager[Server]:
    import understudy

    return understudy.run(
        _file_or_name(config, config.getini("understudy_contract")),
        scenario=_file_or_name(config, config.getini("understudy_scenario")),
        clock=config.getini("understudy_clock") or None,
        seed=config.getini("understudy_seed") or None,
    )


def _scenario(item: pytest.Item) -> str | Path | None:
    marker = item.get_closest_marker("scenario")
    if marker is not None:
        if len(marker.args) != 1 or marker.kwargs or not isinstance(marker.args[0], str):
            pytest.fail('write @pytest.mark.scenario("NAME")', pytrace=False)
        return _file_or_name(item.config, marker.args[0])
    if _url(item.config):
        return _file_or_name(item.config, item.config.getini("understudy_scenario"))
    return None  # the server was started with it


def _file_or_name(config: pytest.Config, text: str) -> str | Path | None:
    """Files are looked for below pytest's root directory."""
    return config.rootpath / text if text.endswith((".yaml", ".yml")) else text or None


def _name(item: pytest.Item) -> str:
    """Readable, the same in each run, and unique where several runs share a server."""
    slug = re.sub(r"[^a-z0-9]+", "-", item.name.lower())[:24].strip("-") or "test"
    run = f"-{item.config.stash[RUN]}" if _url(item.config) else ""
    return f"{slug}-{_digest(item.nodeid, 8)}{run}"


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:length]


@contextmanager
def _in_one_line() -> Iterator[None]:
    """A refusal is told without a traceback: it is about the configuration, not the test."""
    from understudy.client import ControlError
    from understudy.client.connection import HOW_TO_SHOW_TOKEN, TOKEN_REQUIRED
    from understudy.errors import UsageError

    try:
        yield
    except (ControlError, UsageError) as error:
        told = f"understudy: {error}"
        if isinstance(error, ControlError) and error.code == TOKEN_REQUIRED:
            told = told.replace(HOW_TO_SHOW_TOKEN, "give it in UNDERSTUDY_CONTROL_TOKEN")
        raise pytest.fail.Exception(told, pytrace=False) from None

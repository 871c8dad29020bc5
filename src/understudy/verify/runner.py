"""Running a suite from begin to end: look who is there, run the rules, tell what came of it."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from understudy import clock, times
from understudy.client import ControlError, Unreachable, connect
from understudy.errors import UsageError
from understudy.verify import rules, verdicts
from understudy.verify import spec as specs
from understudy.verify.config.settings import Settings
from understudy.verify.findings import Broken, Finding, TargetGone
from understudy.verify.guest import make_client
from understudy.verify.process import Process
from understudy.verify.report.model import Report, Stopped
from understudy.verify.rules import Rule
from understudy.verify.run import Run

PREFIX = "verify"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
PLUGIN = "understudy.verify.plugin"
NO_ACCOUNTS = (
    "there is nobody to log in as: at {url} is none of our own servers, so the accounts have to be "
    "given; `understudy verify --init` writes a verify.toml to fill in"
)

Listener = Callable[[str, str], None]


def verify(
    settings: Settings,
    *,
    select: Iterable[str] | None = None,
    tests: Iterable[str] | None = None,
    keeps_exchanges: bool = False,
    listener: Callable[[int], Listener] | None = None,
) -> tuple[Report, list[Any]]:
    """The report of a run, and its exchanges where they are kept.

    select: ids of rules; tests: node ids; left out, all that the settings ask for. listener: is
    told how many tests there will be, and gives what is told of each: its rule and verdict. Raises
    UsageError for what the settings lack.
    """
    began, started_at = clock.stopwatch(), times.to_text(clock.real_millis())
    run = begin(settings, keeps_all=keeps_exchanges, tests=tests, select=select)
    selected = _selected(run)
    if not selected:
        raise UsageError("no rule is left of all that was asked for; `understudy rules` lists them")
    stopped = _preflight(run)
    if stopped is None:
        if listener is not None:
            run.tally.listener = listener(sum(map(run.tests_of, selected)))
        stopped = _run_rules(run, selected)
    seconds = clock.stopwatch() - began
    found = verdicts.report(run, selected, started_at=started_at, seconds=seconds, stopped=stopped)
    return found, run.tally.exchanges


def begin(settings: Settings, **options: Any) -> Run:
    """A run against the target, options as those of Run. Raises like `find_server`, and UsageError
    where there is nobody to log in as.
    """
    server_url = find_server(settings)
    if server_url is None and not settings.personas:
        raise UsageError(NO_ACCOUNTS.format(url=settings.url))
    return Run(settings, prefix=_prefix(settings, server_url), server_url=server_url, **options)


def find_server(settings: Settings) -> str | None:
    """The address of the control API behind the target; None where it is none of our servers.

    Raises TargetGone where nothing answers at all, UsageError where it is said to be one of ours
    and is not.
    """
    parts = urlsplit(settings.url)
    with make_client(settings) as client:
        try:
            client.get(settings.url, headers=dict(settings.headers))
        except httpx.RequestError as error:
            if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                raise TargetGone(f"nothing answers at {settings.url}: {error}") from None
    # A server elsewhere is not asked, and does not get to see the control token, unless it is known
    # to be one of ours.
    is_near = parts.hostname in LOOPBACK
    if settings.has_control is False or not (is_near or settings.has_control):
        return None
    url = f"{parts.scheme}://{parts.netloc}"
    with connect(url, settings.control_token) as server:
        try:
            shown = server.show()
        except (ControlError, Unreachable, TypeError, LookupError, ValueError) as error:
            if settings.has_control:
                raise UsageError(f"{url}: {error}") from None
            return None
    return url if shown.contract.name == settings.contract else None


def _prefix(settings: Settings, server_url: str | None) -> str:
    """What the names of this run begin with. On our own server, where all is fresh, it follows from
    the seed, so that a run can be repeated to the letter.
    """
    told = f"{settings.seed}"
    if server_url is None or settings.personas:
        told += f"/{clock.real_millis()}/{os.getpid()}"
    return f"{PREFIX}-{hashlib.sha256(told.encode()).hexdigest()[:6]}-"


def _selected(run: Run) -> list[Rule]:
    known = rules.collect(run.settings.contract)
    named = {one.partition("::")[2].partition("[")[0] for one in run.tests or ()}
    return [
        one
        for one in known
        if (run.tests is None or one.function.__name__ in named) and run.wants(one, None)
    ]


def _preflight(run: Run) -> Stopped | None:
    """Log in as who is needed, and read anything: without that, there is nothing to learn."""
    process: Process | None = None
    try:
        process = Process.opened(run, "preflight")
        process.suite.begin("preflight", "preflight")
        process.control().tokens  # noqa: B018 - logs in
        if run.select is None and run.tests is None:
            _read_anything(process)
    except Broken as error:
        assert process is not None
        run.tally.add_finding(asdict(_no_log_in(run, process, error)))
        return {"why": "no_log_in", "message": str(error).partition("\n")[0]}
    except ControlError as error:
        raise UsageError(f"{run.server_url}: {error}") from None
    finally:
        if process is not None:
            process.closed()
    return None


def _read_anything(process: Process) -> None:
    """Raises Broken where no operation that only reads is answered as documented."""
    suite, first = process.suite, None
    for one in suite.operations:
        if one.method == "GET" and not any(given.get("required") for given in one.parameters):
            try:
                answer = process.control().call(one.operation_id)
                if answer.status < 300 and not suite.noted:
                    return
                first = first or answer.broken(
                    f"{one.method} {one.path} is not answered as documented, nor is any other "
                    "operation that only reads",
                    expected="a success of one of them, after a log-in that succeeded",
                )
            except Broken as error:
                first = first or error
            suite.noted.clear()
    if first is not None:
        raise first


def _no_log_in(run: Run, process: Process, error: Broken) -> Finding:
    exchange, expected = error.exchange, error.expected
    shown = process.suite.secrecy
    operation = exchange.operation if exchange else run.spec.log_in
    if operation == run.spec.log_in:
        expected = (
            f"that {process.control().name_of_persona} can log in: either its e-mail and "
            "password are not right, or the server lets nobody in"
        )
    return Finding(
        rule=run.spec.log_in_rule,
        operation=operation,
        message=shown.text(error.message),
        expected=expected,
        got=error.got,
        test="preflight",
        exchange=shown.shown(exchange) if exchange else None,
        curl=shown.curl(exchange) if exchange else None,
    )


def _run_rules(run: Run, selected: Sequence[Rule]) -> Stopped | None:
    home = str(Path(str(resources.files(f"{specs.SUITES}.{run.settings.contract}"))))
    ini = str(Path(__file__).with_name("pytest.ini"))
    arguments = [
        *(str(Path(home, f"{group}.py")) for group in dict.fromkeys(one.group for one in selected)),
        *("-c", ini, "--rootdir", home, "--import-mode=importlib"),
        *("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:warnings", "-p", PLUGIN),
        # They collect garbage several times over at the end, to find what nobody asks about here.
        *("-p", "no:unraisableexception", "-p", "no:threadexception"),
    ]
    if run.settings.workers > 1:
        arguments += ["-p", "xdist.plugin", "-n", str(run.settings.workers)]
    Run.current = run
    try:
        with _alone() as said:
            status = pytest.main(arguments)
    finally:
        run.stop_file.unlink(missing_ok=True)
    if run.tally.is_gone:
        return {"why": "unreachable", "message": f"{run.settings.url} does not answer any more"}
    if status == pytest.ExitCode.INTERRUPTED:
        if run.reason_to_stop() is not None:
            return {"why": "fail_fast", "message": "stopped at the first failure"}
        return {"why": "interrupted", "message": "stopped by the user"}
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        last = said.getvalue().strip().rpartition("\n")[2].removeprefix("INTERNALERROR> ")
        raise UsageError(f"the rules could not be run: {last or repr(status)}")
    return None


@contextlib.contextmanager
def _alone() -> Iterator[io.StringIO]:
    """pytest with no plugins but ours, whatever else is installed; what it says."""
    name = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
    before = os.environ.get(name)
    os.environ[name] = "1"
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            yield said
    except BaseException:
        sys.stderr.write(said.getvalue())
        raise
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


__all__ = ["find_server", "verify"]

"""`Outcome`: what became of one test of a rule, as it travels to the process that reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pytest

from understudy import clock, times
from understudy.verify.findings import Broken, Disabled, Finding, NotDemonstrated, TargetGone

if TYPE_CHECKING:
    from understudy.verify.config.settings import Waiver
    from understudy.verify.process import Process
    from understudy.verify.rules import Rule

PASSED, NOT_DEMONSTRATED, DISABLED, SUITE_ERROR = (
    *("passed", "not_demonstrated", "disabled", "suite_error"),
)
LONGEST = 2000
"""So many characters of a message are told."""

SHOWN_BEFORE = 10
"""So many exchanges before a finding are told with it."""


class Outcome:
    """What one test said: a verdict of its own, and findings, of other rules as well."""

    def __init__(self, rule: Rule, test: str) -> None:
        self.rule = rule
        self.test = test
        self.verdict = PASSED
        self.reason: str | None = None
        self.seconds = 0.0
        self.findings: list[Finding] = []
        self.operations: list[str] = []
        self.is_gone = False

    @contextmanager
    def judged(self, process: Process) -> Iterator[None]:
        """Turn what is raised in the block into findings and a verdict, and into what pytest calls
        it: a failure or a skip.
        """
        try:
            yield
        except NotDemonstrated as error:
            self._skip(NOT_DEMONSTRATED, str(error))
        except Disabled as error:
            self._skip(DISABLED, str(error))
        except TargetGone as error:
            self.is_gone = True
            self._skip(NOT_DEMONSTRATED, str(error))
        except pytest.skip.Exception as error:
            self._skip(NOT_DEMONSTRATED, str(error.msg))
        except AssertionError as error:
            finding = self._add(_broken(error, process), process)
            if waiver := _waiver_of(finding, process.suite.settings.waivers):
                raise pytest.skip.Exception(
                    f"waived until {waiver.expires}: {waiver.reason}"
                ) from None
            raise
        except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
            self._stumble(error, process)
            raise
        except Exception as error:
            self.verdict = SUITE_ERROR
            self.reason = process.suite.secrecy.text(_where(error))
            raise

    def note(self, process: Process) -> None:
        """Take what was noted while the rule went on, and what it asked."""
        for broken in process.suite.noted:
            self._add(broken, process)
        process.suite.noted.clear()
        asked = (one.operation for one in process.suite.book.exchanges)
        self.operations = list(dict.fromkeys(one for one in asked if one is not None))

    def fail_suite(self, error: pytest.ExceptionInfo[BaseException] | None) -> None:
        """Something went wrong while the test was taken down."""
        self.verdict = SUITE_ERROR
        self.reason = "at the end of the test: " + (_where(error.value) if error else "unknown")

    def to_json(self) -> str:
        """All of it."""
        return json.dumps(
            {
                "rule": self.rule.id,
                "test": self.test,
                "verdict": self.verdict,
                "reason": self.reason,
                "seconds": self.seconds,
                "operations": self.operations,
                "is_gone": self.is_gone,
                "findings": [asdict(one) for one in self.findings],
            }
        )

    def _stumble(self, error: Exception, process: Process) -> None:
        """A rule that trips over an answer without its documented form, which a watcher noted, is
        not to blame; else the suite is.
        """
        spoilt = [one for one in process.suite.noted if one.rule is not None]
        self.verdict = NOT_DEMONSTRATED if spoilt else SUITE_ERROR
        self.reason = process.suite.secrecy.text(_where(error))
        if spoilt:
            self.reason = f"a failure of {spoilt[0].rule} came in its way"

    def _skip(self, verdict: str, reason: str) -> None:
        self.verdict, self.reason = verdict, reason
        raise pytest.skip.Exception(reason)

    def _add(self, broken: Broken, process: Process) -> Finding:
        suite = process.suite
        shown, exchanges = suite.secrecy, suite.book.exchanges
        exchange = broken.exchange or (exchanges[-1] if exchanges else None)
        place = exchanges.index(exchange) if exchange in exchanges else len(exchanges)
        before = exchanges[max(0, place - SHOWN_BEFORE) : place]
        rule = broken.rule or self.rule.id
        if rule != self.rule.id and self.verdict == PASSED and broken not in suite.noted:
            self.verdict = NOT_DEMONSTRATED
            self.reason = f"a failure of {rule} came in its way"
        found = Finding(
            rule=rule,
            operation=exchange.operation if exchange else None,
            message=shown.text(broken.message)[:LONGEST],
            expected=_text(broken.expected, shown.text),
            got=_text(broken.got, shown.text),
            test=self.test,
            exchange=shown.shown(exchange) if exchange else None,
            before=[shown.shown(one) for one in before],
            curl=shown.curl(exchange) if exchange else None,
        )
        self.findings.append(found)
        return found


def _waiver_of(finding: Finding, waivers: Iterable[Waiver]) -> Waiver | None:
    """The waiver of just this finding, as long as its day is not over."""
    today = times.to_text(clock.real_millis())[:10]
    for one in waivers:
        is_its = one.rule == finding.rule and one.operation == finding.operation
        if is_its and one.expires.isoformat() >= today:
            return one
    return None


def _broken(error: AssertionError, process: Process) -> Broken:
    if isinstance(error, Broken):
        return error
    message, _, compared = str(error).partition("\nassert ")
    return Broken(message or "an assertion did not hold", got=compared.strip()[:500] or None)


def _text(value: str | None, shown: Any) -> str | None:
    return None if value is None else str(shown(value))[:LONGEST]


def _where(error: BaseException) -> str:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f" ({place.tb_frame.f_code.co_filename}:{place.tb_lineno})" if place else ""
    return f"{type(error).__name__}: {error}{at}"[:LONGEST]

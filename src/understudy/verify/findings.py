"""What a rule found: that a promise was broken, or that it could not be shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.verify.exchange import Exchange

__tracebackhide__ = True


class Broken(AssertionError):
    """A promise was broken.

    expected: what would have been right; got: what came instead. rule: the one whose sentence was
    broken, where that is another than the one that runs. exchange: where it showed; left out, the
    last one.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: object = None,
        got: object = None,
        rule: str | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        self.message = message
        self.expected = None if expected is None else str(expected)
        self.got = None if got is None else str(got)
        self.rule = rule
        self.exchange = exchange
        lines = [message]
        lines += [f"expected: {self.expected}"] if self.expected else []
        lines += [f"got: {self.got}"] if self.got else []
        super().__init__("\n".join(lines))


class NotDemonstrated(Exception):
    """The rule could not be shown: neither a pass nor a failure."""


class Disabled(Exception):
    """The rule was switched off by the configuration."""


class SuiteError(Exception):
    """The suite itself went wrong; the target is not to blame."""


class TargetGone(Exception):
    """Nothing answers at the target's address."""


@dataclass
class Finding:
    """One promise that was broken once, as it goes into the report; texts are free of secrets."""

    rule: str
    operation: str | None
    message: str
    expected: str | None
    got: str | None
    test: str
    exchange: dict[str, Any] | None = None
    before: list[dict[str, Any]] = field(default_factory=list)
    curl: str | None = None

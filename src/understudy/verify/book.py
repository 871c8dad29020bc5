"""`Book`: what went over the wire in one process, counted for the report."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from understudy.verify.exchange import Exchange


class Book:
    """Counts of a process; `exchanges` are those of the rule that runs."""

    def __init__(self, *, keeps_all: bool) -> None:
        self.exchanges: list[Exchange] = []
        self.all: list[Exchange] | None = [] if keeps_all else None
        self.requests = 0
        self.waited = 0.0
        self.log_ins_again = 0
        self.expired_early = 0
        self.statuses: dict[str, Counter[int]] = defaultdict(Counter)
        self.milliseconds: dict[str, list[float]] = defaultdict(list)
        self.parameters: dict[str, dict[str, Counter[str]]] = defaultdict(
            lambda: defaultdict(Counter)
        )

    def add(self, exchange: Exchange) -> None:
        """Count an exchange, answered or not."""
        self.requests += 1
        self.exchanges.append(exchange)
        if self.all is not None:
            self.all.append(exchange)
        if exchange.operation is not None and exchange.status is not None:
            self.statuses[exchange.operation][exchange.status] += 1
            self.milliseconds[exchange.operation].append(exchange.milliseconds)

    def has_succeeded(self, operation: str) -> bool:
        """Whether an operation was answered with a 2xx in this process."""
        return any(200 <= status < 300 for status in self.statuses.get(operation, ()))

    def mark(self, operation: str, parameter: str, kind: str) -> None:
        """Count a value of a parameter, such as `body.title`, as valid, boundary or invalid."""
        self.parameters[operation][parameter][kind] += 1

    def to_dict(self) -> dict[str, Any]:
        """All counts, for another process."""
        return {
            "requests": self.requests,
            "waited": self.waited,
            "log_ins_again": self.log_ins_again,
            "expired_early": self.expired_early,
            "statuses": {name: dict(found) for name, found in self.statuses.items()},
            "milliseconds": dict(self.milliseconds),
            "parameters": {
                name: {parameter: dict(kinds) for parameter, kinds in found.items()}
                for name, found in self.parameters.items()
            },
        }

    def take(self, counted: dict[str, Any]) -> None:
        """Add what another process counted."""
        self.requests += counted["requests"]
        self.waited += counted["waited"]
        self.log_ins_again += counted["log_ins_again"]
        self.expired_early += counted["expired_early"]
        for name, found in counted["statuses"].items():
            self.statuses[name].update({int(status): n for status, n in found.items()})
        for name, durations in counted["milliseconds"].items():
            self.milliseconds[name].extend(durations)
        for name, parameters in counted["parameters"].items():
            for parameter, kinds in parameters.items():
                self.parameters[name][parameter].update(kinds)

"""A sandbox's fault rules, from afar."""

from __future__ import annotations

from typing import Any, Unpack

from understudy.client.connection import Connection, path_to
from understudy.client.errors import ControlError
from understudy.client.fault_rules import FaultChange, FaultRule, argument, change, rule
from understudy.client.records import Fault

__tracebackhide__ = True  # pytest shows the caller's line instead

Rules = list[Fault]


class SandboxFaults:
    """Breaks a sandbox's network and its answers. Each method raises ControlError for a rule that
    is not there.
    """

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection = connection
        self._sandbox = sandbox
        self._path = path_to("sandboxes", sandbox, "faults")

    def add(self, **fields: Unpack[FaultRule]) -> Fault:
        """Add a rule; the fields are those of `FaultRule`.

            s.faults.add(operation="defects.create_defect", first=1, error=402)
            s.faults.add(method="GET", every=3, delay=("200ms", "2s"))
            s.faults.add(connection="close", times=1)

        Raises ControlError for a rule that could never strike, TypeError for one that does nothing
        or too much, ValueError for what is no length of time.
        """
        return self._told("POST", self._path, rule(fields))

    def list(self) -> Rules:
        """All rules, in the order in which they were added, those that have ended included."""
        return _faults(self._connection.call("GET", self._path))

    def get(self, fault: str) -> Fault:
        """One rule, with what it has seen and struck so far."""
        return Fault.of(self._connection.call("GET", self._path + path_to(fault)))

    def change(self, fault: str, **fields: Unpack[FaultChange]) -> Fault:
        """Change when a rule strikes, or its note; its counters stay."""
        return self._told("PATCH", self._path + path_to(fault), change(fields))

    def enable(self, fault: str) -> Fault:
        """Have a rule go on where it stopped."""
        return self.change(fault, is_enabled=True)

    def disable(self, fault: str) -> Fault:
        """Have a rule neither count nor strike."""
        return self.change(fault, is_enabled=False)

    def remove(self, fault: str) -> None:
        """Forget a rule."""
        self._connection.call("DELETE", self._path + path_to(fault))

    def clear(self) -> None:
        """Forget all rules: the network is whole again."""
        self._connection.call("DELETE", self._path)

    def apply(self, plan: str) -> Rules:
        """Add the rules of a ready-made plan: `flaky-wifi`, `slow-backend`, `outage`, …

        `server.fault_plans()` lists the plans.
        """
        path = path_to("sandboxes", self._sandbox, "fault-plans", plan)
        return _faults(self._connection.call("POST", path))

    def _told(self, method: str, path: str, body: dict[str, Any]) -> Fault:
        """The rule that comes of it; a refusal names arguments, where the contract has fields."""
        try:
            answer = self._connection.call(method, path, body=body)
        except ControlError as error:
            raise error.renamed(argument) from None
        return Fault.of(answer)


def _faults(answer: dict[str, Any]) -> Rules:
    return [Fault.of(one) for one in answer["faults"]]

"""The Python client: everything of a server that tests and scripts move, over HTTP.

`understudy.run()` and `understudy.connect()` give a server; `server.sandbox()` gives a `Sandbox`.
"""

from understudy.client.arguments import Filter, Match
from understudy.client.errors import ControlError, Unreachable, VerificationFailed
from understudy.client.exchanges import Exchange, Verification
from understudy.client.fault_rules import FaultRule
from understudy.client.records import (
    ClockReading,
    Fault,
    FaultPlan,
    Outcome,
    SandboxInfo,
    ServerInfo,
    Shortcut,
)
from understudy.client.sandbox import Sandbox
from understudy.client.server import Server, connect
from understudy.client.states import CollectionInfo, Comparison, Removal, Snapshot

__all__ = [
    "ClockReading",
    "CollectionInfo",
    "Comparison",
    "ControlError",
    "Exchange",
    "Fault",
    "FaultPlan",
    "FaultRule",
    "Filter",
    "Match",
    "Outcome",
    "Removal",
    "Sandbox",
    "SandboxInfo",
    "Server",
    "ServerInfo",
    "Shortcut",
    "Snapshot",
    "Unreachable",
    "Verification",
    "VerificationFailed",
    "connect",
]

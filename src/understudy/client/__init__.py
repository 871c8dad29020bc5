"""The Python client: everything of a server that tests and scripts move, over HTTP.

`understudy.run()` and `understudy.connect()` give a server; `server.sandbox()` gives a `Sandbox`.
"""

from understudy.client.accounts import (
    Account,
    AccountPage,
    Group,
    Membership,
    Quota,
    Session,
    Subscription,
    TokenLife,
)
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
    ScenarioInfo,
    ServerInfo,
    Shortcut,
)
from understudy.client.sandbox import Sandbox
from understudy.client.server import Server, connect
from understudy.client.states import CollectionInfo, Comparison, Removal, Snapshot

__all__ = [
    "Account",
    "AccountPage",
    "ClockReading",
    "CollectionInfo",
    "Comparison",
    "ControlError",
    "Exchange",
    "Fault",
    "FaultPlan",
    "FaultRule",
    "Filter",
    "Group",
    "Match",
    "Membership",
    "Outcome",
    "Quota",
    "Removal",
    "Sandbox",
    "SandboxInfo",
    "ScenarioInfo",
    "Server",
    "ServerInfo",
    "Session",
    "Shortcut",
    "Snapshot",
    "Subscription",
    "TokenLife",
    "Unreachable",
    "Verification",
    "VerificationFailed",
    "connect",
]

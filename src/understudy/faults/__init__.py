"""Faults: what goes wrong between an application and a sandbox, as rules say.

A rule matches calls, counts them, and strikes some: it delays them, answers in place of the
handler, spoils the handler's answer, or breaks the connection. `Faults` holds a sandbox's rules.
"""

from understudy.faults.call import Call
from understudy.faults.examples import Documented, documented
from understudy.faults.faults import LIMIT, Faults
from understudy.faults.plans import PLANS, Plan
from understudy.faults.rule import Rule
from understudy.faults.strikes import Network, Strike

__all__ = [
    "LIMIT",
    "PLANS",
    "Call",
    "Documented",
    "Faults",
    "Network",
    "Plan",
    "Rule",
    "Strike",
    "documented",
]

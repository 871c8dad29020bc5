"""Conformance suites: whether a backend keeps its contract, rule by rule.

This module has the names that rules are written with; `understudy verify` runs them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from understudy.contract import OperationSpec
    from understudy.verify.answer import NOT_NULL, Answer, holds
    from understudy.verify.findings import Broken, NotDemonstrated
    from understudy.verify.persona import Persona
    from understudy.verify.properties import explore, play
    from understudy.verify.rules import MAY, MUST, SHOULD, rule
    from understudy.verify.scene import Scene
    from understudy.verify.spec import Session
    from understudy.verify.suite import Suite

__all__ = [
    "MAY",
    "MUST",
    "NOT_NULL",
    "SHOULD",
    "Answer",
    "Broken",
    "NotDemonstrated",
    "OperationSpec",
    "Persona",
    "Scene",
    "Session",
    "Suite",
    "explore",
    "holds",
    "play",
    "rule",
]

_HOMES = {
    "MAY": "understudy.verify.rules",
    "MUST": "understudy.verify.rules",
    "NOT_NULL": "understudy.verify.answer",
    "SHOULD": "understudy.verify.rules",
    "Answer": "understudy.verify.answer",
    "Broken": "understudy.verify.findings",
    "NotDemonstrated": "understudy.verify.findings",
    "OperationSpec": "understudy.contract",
    "Persona": "understudy.verify.persona",
    "Scene": "understudy.verify.scene",
    "Session": "understudy.verify.spec",
    "Suite": "understudy.verify.suite",
    "explore": "understudy.verify.properties",
    "holds": "understudy.verify.answer",
    "play": "understudy.verify.properties",
    "rule": "understudy.verify.rules",
}


if not TYPE_CHECKING:  # which would take every name for one of ours

    def __getattr__(name: str) -> Any:
        """Import the names of rule authors when they are first used: the configuration, which is
        below this package, needs none of them.
        """
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)

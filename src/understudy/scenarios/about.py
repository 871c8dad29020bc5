"""What there is to know of a scenario without making it, as the control contract shows it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.scenarios import moments

if TYPE_CHECKING:
    from understudy.scenarios.beginning import Beginning
    from understudy.scenarios.parameters import Parameter
    from understudy.scenarios.scenario import Scenario


def described(scenario: Scenario) -> dict[str, Any]:
    """Its name, title and description, what it takes, how much it makes, and how a sandbox begins
    with it.
    """
    counts = scenario.counts()
    return {
        "name": scenario.name,
        "title": scenario.title,
        "description": scenario.description or None,
        "parameters": [_parameter(one) for one in scenario.parameters.values()],
        "objects": sum(counts.values()),
        "collections": counts,
        "accounts": [asdict(one) for one in scenario.accounts],
        "clock": clock(scenario.beginning),
        "faults": len(scenario.beginning.rules),
    }


def clock(beginning: Beginning) -> dict[str, Any]:
    """How a clock begins: `at`, `is_frozen`, `factor`; null where it is as the server's."""
    at, factor = beginning.at, beginning.factor
    text = None if at is None else moments.shown(at) if beginning.is_relative else times.to_text(at)
    return {
        "at": text,
        "is_frozen": None if factor is None else factor == 0,
        "factor": factor or None,
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "type": one.kind,
        "default": one.default,
        "about": one.about,
        "minimum": one.minimum,
        "maximum": one.maximum,
        "choices": [*one.choices],
    }

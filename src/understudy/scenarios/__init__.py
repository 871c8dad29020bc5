"""Scenarios: YAML files that say what a sandbox holds at first, in readable names and times.

    names("testr")                      # ["default", "empty"]
    scenario = load(contract, "empty")  # or load(contract, "path/to/my.yaml")
    scenario.build(sandbox)
    rehearse(contract, scenario)        # the last check: built, and thrown away

It knows no API: collections, their fields, references and factories come from the contract's
`x-collections`.
"""

from understudy.scenarios.about import described
from understudy.scenarios.calling import parted, with_parameters
from understudy.scenarios.files import load, names, read, title
from understudy.scenarios.parameters import Parameter, WrongParameters
from understudy.scenarios.rehearsal import rehearse
from understudy.scenarios.scenario import Account, Scenario

__all__ = [
    "Account",
    "Parameter",
    "Scenario",
    "WrongParameters",
    "described",
    "load",
    "names",
    "parted",
    "read",
    "rehearse",
    "title",
    "with_parameters",
]

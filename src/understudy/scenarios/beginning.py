"""What a sandbox begins with besides its objects: how its clock goes, and its faults.

clock: {at: '2026-01-26T09:00:00Z'}            # stands; with `factor: 60` it runs from there
faults:
  - {do: {error: {status: 402}}, match: {operation: defects.*}}
  - {plan: flaky-wifi}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from understudy import contract as contracts
from understudy import times
from understudy.clock import FASTEST, FIRST, LAST, Clock
from understudy.contract.schemas import Validator
from understudy.contract.validator import WHOLE
from understudy.scenarios import moments
from understudy.scenarios.document import line, pairs, plain
from understudy.scenarios.problems import Line, Problems, hint

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.faults import Faults
    from understudy.scenarios.layers import Layer

CLOCK = ("at", "is_frozen", "factor")


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a sandbox's clock goes, and its first rules, as the control contract's bodies have them.

    `at`: milliseconds since 1970, or by `is_relative` from the server's time; None: that time.
    `factor`: how fast it runs, 0 where it stands; None: as the server's clock.
    """

    at: int | None = None
    is_relative: bool = False
    factor: float | None = None
    rules: tuple[Mapping[str, Any], ...] = ()

    @property
    def has_clock(self) -> bool:
        """Whether the clock goes otherwise than the server's."""
        return self.at is not None or self.factor is not None

    def clock(self, usual: Clock) -> Clock:
        """A clock of a sandbox's own, as the file says, else as the usual one."""
        clock = usual.copy()
        if self.at is not None:
            millis = usual.millis() + self.at if self.is_relative else self.at
            clock.set(min(max(millis, FIRST), LAST))
        if self.factor is not None:
            clock.run(self.factor)
        return clock

    def arm(self, faults: Faults) -> None:
        """Add the rules to those of a sandbox."""
        for rule in self.rules:
            faults.add(rule)


def read_beginning(contract: Contract, layers: Sequence[Layer], problems: Problems) -> Beginning:
    """What the files say, the one that is extended first. What is wrong goes to `problems`."""
    clock: dict[str, tuple[Line, yaml.Node]] = {}
    for layer in layers:
        for key, node in layer.mapping("clock", problems):
            if key.value in CLOCK:
                clock[key.value] = line(key), node
            else:
                wrong = f"a clock has no {key.value!r}"
                problems.add(line(key), wrong, hint(key.value, CLOCK))
    rules = [rule for layer in layers for rule in _rules(contract, layer, problems)]
    at, is_relative = _at(clock, problems)
    named = tuple(_named_once(rules, problems))
    return Beginning(at, is_relative, _factor(clock, problems), named)


def _at(clock: Mapping[str, tuple[Line, yaml.Node]], problems: Problems) -> tuple[int | None, bool]:
    if "at" not in clock:
        return None, False
    place, node = clock["at"]
    text = plain(node)
    try:
        offset = moments.offset(text)
        if offset is not None:
            return offset, True
        at = times.parse(text)
        if not FIRST <= at <= LAST:
            problems.add(place, f"the clock's time {text!r} is far off", "1970 to 8999 are shown")
        return at, False
    except (TypeError, ValueError, AttributeError):
        problems.add(place, f"the clock has the time {text!r}", moments.REMEDY)
        return None, False


def _factor(clock: Mapping[str, tuple[Line, yaml.Node]], problems: Problems) -> float | None:
    """How fast it runs; a clock that is set stands, unless the file says that it runs."""
    factor = 0.0 if "at" in clock else None
    if "is_frozen" in clock:
        place, node = clock["is_frozen"]
        value = plain(node)
        if not isinstance(value, bool):
            problems.add(place, "'is_frozen' is neither true nor false", "write one of them")
        factor = 0.0 if value else 1.0
    if "factor" in clock:
        place, node = clock["factor"]
        value = plain(node)
        if type(value) not in (int, float) or not 0.001 <= value <= FASTEST:
            right = f"write a number from 0.001 to {FASTEST:,.0f}; 1 is real time"
            problems.add(place, f"the clock has the factor {value!r}", right)
            return None
        if factor == 0.0 and "is_frozen" in clock:
            problems.add(place, "a clock that stands has no factor", "leave one of them out")
        factor = float(value)
    return factor


def _rules(contract: Contract, layer: Layer, problems: Problems) -> Iterator[_Rule]:
    from understudy.faults import PLANS

    at, node = layer.parts.get("faults", (None, None))
    if node is None or at is None:
        return
    if not isinstance(node, yaml.SequenceNode):
        problems.add(at, "'faults' is no list", "write '- do: …' lines below it, or '- plan: …'")
        return
    for item in node.value:
        value = plain(item)
        if not isinstance(value, dict) or "plan" not in value:
            if rule := _rule(contract, item, value, problems):
                yield rule
        elif value["plan"] not in PLANS or len(value) > 1:
            name = value["plan"]
            if name in PLANS:
                problems.add(line(item), "a plan has its own rules", "give 'plan' alone")
            else:
                right = hint(str(name), PLANS)
                problems.add(line(item), f"there is no plan {name!r} of faults", right)
        else:
            plan = PLANS[value["plan"]]
            for rule_id, fields in zip(plan.ids(), plan.rules, strict=True):
                yield _Rule(line(item), {"id": rule_id, **fields})


@dataclass(slots=True)
class _Rule:
    at: Line
    fields: dict[str, Any]


def _rule(contract: Contract, node: yaml.Node, value: Any, problems: Problems) -> _Rule | None:
    """A rule of one's own, checked as the control API checks it."""
    from understudy.faults.checking import problems as rule_problems
    from understudy.faults.checking import whole_path

    validator = _validator()
    if not isinstance(value, dict):
        problems.add(line(node), "a fault is no rule", "write '- do: …' or '- plan: …'")
        return None
    found = {} if validator.is_valid(value) else validator.problems(value)
    found = found or rule_problems(value, contract)
    for field, clauses in found.items():
        for clause in clauses:
            wrong = f"the fault's {field}" if field != WHOLE else "the fault"
            problems.add(_line(node, field), f"{wrong} is not right", f"it {clause}")
    if found:
        return None
    match = dict(value.get("match") or {})
    if match.get("path"):
        match["path"] = whole_path(match["path"], contract)
    return _Rule(line(node), {**value, "match": match} if match else value)


def _named_once(rules: Sequence[_Rule], problems: Problems) -> list[dict[str, Any]]:
    """The rules; one id twice, and too many of them, go to `problems`."""
    from understudy.faults import LIMIT

    first: dict[str, Line] = {}
    for rule in rules:
        name = rule.fields.get("id")
        if name in first:
            wrong = f"there is a fault {name!r} already, in line {first[name]}"
            problems.add(rule.at, wrong, "choose another id, or leave it out")
        elif name is not None:
            first[name] = rule.at
    if len(rules) > LIMIT:
        wrong = f"these are {len(rules)} fault rules"
        problems.add(rules[LIMIT].at, wrong, f"a sandbox has at most {LIMIT}")
    return [rule.fields for rule in rules]


@cache
def _validator() -> Validator:
    document = contracts.control().document
    return Validator(document["components"]["schemas"]["FaultCreate"], document, closed=True)


def _line(node: yaml.Node, path: str) -> Line:
    """The line of a dotted field, or of what is around it."""
    found = line(node)
    for name in path.split("."):
        if not isinstance(node, yaml.MappingNode):
            break
        inside = next(((key, value) for key, value in pairs(node) if key.value == name), None)
        if inside is None:
            break
        found, node = line(inside[0]), inside[1]
    return found

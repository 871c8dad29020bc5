"""A sandbox's rules, and which of them strikes a call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import TYPE_CHECKING, Any

from understudy.faults.delays import milliseconds
from understudy.faults.rule import Dice, Rule, completed
from understudy.faults.strikes import STRIKES, Strike

if TYPE_CHECKING:
    from understudy.clock import Clock
    from understudy.faults.call import Call
    from understudy.faults.plans import Plan

LIMIT = 100
"""Rules of a sandbox."""


class Faults:
    """The rules of one sandbox, by id, in the order in which they were added.

    What is random follows from the seed, the rule's id and the number of the call: rules do not
    disturb each other, and a restart changes nothing.
    """

    def __init__(self, seed: str, clock: Clock) -> None:
        self._seed = seed
        self._clock = clock
        self._made = 0
        self.rules: dict[str, Rule] = {}

    def strike(self, call: Call) -> Strike | None:
        """What hits a call: each rule that matches it counts it, the first that strikes decides,
        and the first that does nothing but delay adds its delay.
        """
        now = self._clock.millis()
        due = [
            rule
            for rule in self.rules.values()
            if rule.counts(call, now) and rule.is_due(self._dice(rule))
        ]
        if not due:
            return None
        main = next((rule for rule in due if rule.effect), due[0])
        slow = next((rule for rule in due if not rule.effect), main)
        hit = [main] if slow is main else [main, slow]
        for rule in hit:
            rule.struck += 1
        return STRIKES[main.effect](main, sum(map(self._wait, hit)), self._dice(main))

    def _wait(self, rule: Rule) -> int:
        return (
            milliseconds(rule.do["delay"], self._dice(rule)("delay")) if "delay" in rule.do else 0
        )

    def _dice(self, rule: Rule) -> Dice:
        call = f"{self._seed}/{rule.id}/{rule.seen}"
        return lambda purpose: Random(f"{call}/{purpose}")

    def add(self, fields: Mapping[str, Any]) -> Rule:
        """A new rule, last in order, from valid fields of the contract; an id is made if none is
        given. Raises KeyError if the id is taken.
        """
        given = {name: value for name, value in fields.items() if value is not None}
        given["id"] = given.get("id") or self._new_id()
        if given["id"] in self.rules:
            raise KeyError(given["id"])
        rule = Rule(**{**given, "do": completed(given["do"]), "added_at": self._clock.millis()})
        self.rules[rule.id] = rule
        return rule

    def _new_id(self) -> str:
        self._made += 1
        while f"fault-{self._made}" in self.rules:
            self._made += 1
        return f"fault-{self._made}"

    def get(self, rule_id: str) -> Rule | None:
        """The rule of that id, if there is one."""
        return self.rules.get(rule_id)

    def update(self, rule_id: str, changes: Mapping[str, Any]) -> Rule:
        """Change `note`, `on`, `until` or `is_enabled` of a rule. KeyError if there is none."""
        rule = self.rules[rule_id]
        rule.change(changes)
        return rule

    def remove(self, rule_id: str) -> None:
        """Forget a rule. KeyError if there is none."""
        del self.rules[rule_id]

    def clear(self) -> None:
        """Forget all rules, and begin anew with the ids that are made."""
        self.rules.clear()
        self._made = 0

    def apply(self, plan: Plan) -> list[Rule]:
        """Add the rules of a plan, in place of those that an earlier time added."""
        ids = plan.ids()
        for rule_id in ids:
            self.rules.pop(rule_id, None)
        return [
            self.add({"id": rule_id, **rule}) for rule_id, rule in zip(ids, plan.rules, strict=True)
        ]

    def shown(self, rules: Iterable[Rule]) -> list[dict[str, Any]]:
        """Rules as the contract shows them."""
        now = self._clock.millis()
        return [rule.shown(now) for rule in rules]

    def as_list(self) -> list[dict[str, Any]]:
        """All rules with their counters, as JSON can hold them; `load` reads it again."""
        return [rule.stored() for rule in self.rules.values()]

    def load(self, stored: Iterable[Mapping[str, Any]]) -> None:
        """Have these rules, as `as_list` gave them, and no others."""
        self.rules = {rule["id"]: Rule(**rule) for rule in stored}

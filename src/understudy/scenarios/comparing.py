"""What differs between two scenarios: their heads, parameters, clocks, faults and objects, by name.

Compared is what the files come to, with what they extend and the values of their parameters, not
how they are written. What is made for each object counts as what is written for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from understudy.scenarios.about import described

if TYPE_CHECKING:
    from understudy.scenarios.scenario import Scenario

HEAD = ("title", "description", "clock")
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `place`: `defects login-crash`. `fields`: by name what there was and what
    there is; None for an object that is there in one of them alone, which `kind` says: `added`,
    `removed` or `changed`.
    """

    kind: str
    place: str
    fields: Mapping[str, tuple[Any, Any]] | None = None


def changes(before: Scenario, after: Scenario) -> list[Change]:
    """What is different in the second one."""
    one, other = described(before), described(after)
    heads = [{name: told[name] for name in HEAD} for told in (one, other)]
    found = [*_changed("head", *heads)]
    parameters = [{each["name"]: each for each in told["parameters"]} for told in (one, other)]
    found += _compared("parameter", *parameters)
    faults = [_numbered(each.beginning.rules) for each in (before, after)]
    found += _compared("fault", *faults)
    first, second = before.told(), after.told()
    for collection in dict.fromkeys([*first, *second]):
        found += _compared(collection, first.get(collection, {}), second.get(collection, {}))
    return found


def _compared(
    collection: str, before: Mapping[str, Told], after: Mapping[str, Told]
) -> Iterator[Change]:
    for name in dict.fromkeys([*before, *after]):
        place = f"{collection} {name}"
        if name not in after:
            yield Change("removed", place)
        elif name not in before:
            yield Change("added", place)
        else:
            yield from _changed(place, before[name], after[name])


def _changed(place: str, before: Told, after: Told) -> Iterator[Change]:
    fields = {
        name: (before.get(name), after.get(name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    }
    if fields:
        yield Change("changed", place, fields)


def _numbered(rules: tuple[Told, ...]) -> dict[str, Told]:
    return {str(rule.get("id") or place): rule for place, rule in enumerate(rules, 1)}

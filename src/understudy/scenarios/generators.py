"""Reading `{$pick: [a, b]}` and its like: what a file writes where a value is to be made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import yaml

from understudy.scenarios import moments
from understudy.scenarios.document import line, pairs, plain, scalar
from understudy.scenarios.made import Between, Chosen, Made, Moment, MomentBetween, Pick
from understudy.scenarios.problems import hint, listed

if TYPE_CHECKING:
    from understudy.scenarios.cast import Cast
    from understudy.scenarios.drafts import Draft
    from understudy.scenarios.places import Place

KINDS = ("$fake", "$pick", "$any", "$each", "$between")
LIKE = "like"


class Wrong(Exception):
    """What is wrong with a generator: the node, what is wrong there, what would be right."""

    def __init__(self, node: yaml.Node, wrong: str, right: str) -> None:
        self.at = line(node)
        self.wrong = wrong
        self.right = right


def kind_of(node: yaml.MappingNode) -> str | None:
    """The kind of generator that a mapping is, if it is one."""
    for key, _ in pairs(node):
        if key.value in KINDS:
            return str(key.value)
    return None


class Generators:
    """Reads the generators of one file. `value`: reads what stands at a place in an object."""

    def __init__(self, cast: Cast, value: Callable[[yaml.Node, Place, str], Any]) -> None:
        self._cast = cast
        self._value = value

    def read(
        self, kind: str, node: yaml.MappingNode, place: Place, path: str, draft: Draft
    ) -> Made:
        """The value to make. Raises Wrong."""
        parts = {key.value: (key, value) for key, value in pairs(node)}
        _, given = parts.pop(kind)
        if kind == "$fake":
            return self._fake(given, parts.values())
        if kind in ("$any", "$each"):
            like = parts.pop(LIKE, (None, None))[1]
            found = self._chosen(kind, given, like, place, draft)
        else:
            found = self._pick(given, place, path) if kind == "$pick" else _between(given)
        for name, (at, _) in parts.items():
            known = [kind, LIKE] if kind in ("$any", "$each") else [kind]
            raise Wrong(at, f"{kind} takes no {name!r}", listed(known))
        return found

    def _fake(
        self, node: yaml.Node, arguments: Iterable[tuple[yaml.ScalarNode, yaml.Node]]
    ) -> Made:
        from understudy.scenarios.faking import Fake

        if not isinstance(node, yaml.ScalarNode):
            raise Wrong(node, "$fake names no method", "write {$fake: sentence}")
        try:
            return Fake(node.value, {key.value: plain(value) for key, value in arguments})
        except ValueError as error:
            wrong, _, right = str(error).rpartition("; ")
            raise Wrong(node, wrong, right) from None

    def _pick(self, node: yaml.Node, place: Place, path: str) -> Made:
        if isinstance(node, yaml.SequenceNode) and node.value:
            options: list[yaml.Node] = node.value
            weights = [1.0] * len(options)
        elif isinstance(node, yaml.MappingNode) and node.value:
            options = [key for key, _ in pairs(node)]
            weights = [_weight(value) for _, value in pairs(node)]
        else:
            raise Wrong(node, "$pick has nothing to choose from", "write [a, b] or {a: 5, b: 1}")
        if not sum(weights):
            raise Wrong(node, "$pick has no weight above 0", "give one of them a weight")
        return Pick([self._value(option, place, path) for option in options], weights)

    def _chosen(
        self, kind: str, node: yaml.Node, like: yaml.Node | None, place: Place, draft: Draft
    ) -> Made:
        name = node.value if isinstance(node, yaml.ScalarNode) else ""
        if place.target is None:
            raise Wrong(node, f"{kind} stands where no reference belongs", "write a value")
        if name != place.target:
            wrong = f"{kind} names {name!r} where one of the {place.target} belongs"
            raise Wrong(node, wrong, f"write {{{kind}: {place.target}}}")
        pattern = "*" if like is None else like.value
        if not isinstance(pattern, str):
            raise Wrong(node, f"{LIKE!r} is no pattern", f"write {LIKE}: 'case-*'")
        keys = self._cast.keys(name, lambda one: fnmatchcase(one, pattern), before=draft)
        if not keys:
            names = self._cast.names(name)
            told = f"none of the {name} is like {pattern!r}" if names else f"there are no {name}"
            right = hint(pattern, names) if names else f"add some under {name!r}"
            raise Wrong(like or node, told, right)
        return Chosen(keys, in_turn=kind == "$each")


def _weight(node: yaml.Node) -> float:
    value = scalar(node) if isinstance(node, yaml.ScalarNode) else None
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise Wrong(node, "a weight is no number", "write a number of 0 or more")
    return float(value)


def _between(node: yaml.Node) -> Made:
    ends = node.value if isinstance(node, yaml.SequenceNode) else []
    if len(ends) != 2 or not all(isinstance(one, yaml.ScalarNode) for one in ends):
        raise Wrong(node, "$between has no two ends", "write [1, 10] or [-60d, now]")
    low, high = (_end(one) for one in ends)
    if type(low) is not type(high) and {type(low), type(high)} != {int, float}:
        raise Wrong(
            node, "$between has two ends of different kinds", "write [1, 10] or [-60d, now]"
        )
    if isinstance(low, Moment) and isinstance(high, Moment):
        if low.offset > high.offset:
            raise Wrong(node, "$between ends before it begins", "put the earlier time first")
        return MomentBetween(low.offset, high.offset)
    if isinstance(low, Moment) or isinstance(high, Moment) or low > high:
        raise Wrong(node, "$between ends before it begins", "put the lesser number first")
    return Between(low, high)


def _end(node: yaml.ScalarNode) -> Any:
    value = scalar(node)
    if type(value) in (int, float):
        return value
    try:
        offset = moments.offset(value) if isinstance(value, str) else None
    except ValueError as error:
        raise Wrong(node, str(error), moments.REMEDY) from None
    if offset is None:
        right = "write a number, or a time from now: now, -60d, +1h30m"
        raise Wrong(node, f"$between has the end {value!r}", right)
    return Moment(offset)

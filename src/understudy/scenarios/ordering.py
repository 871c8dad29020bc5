"""What is made before what: every object after those that it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from understudy.contract.model import CollectionSpec
    from understudy.scenarios.cast import Cast
    from understudy.scenarios.drafts import Draft
    from understudy.scenarios.made import Key
    from understudy.scenarios.problems import Problems


def collection_order(collections: Mapping[str, CollectionSpec]) -> dict[str, int]:
    """The rank of each collection: after those it refers to, else in the contract's order."""
    ranks: dict[str, int] = {}
    visited: set[str] = set()

    def visit(name: str) -> None:
        if name not in visited:
            visited.add(name)
            for target in collections[name].references.values():
                visit(target)
            ranks[name] = len(ranks)

    for name in collections:
        visit(name)
    return ranks


def build_order(cast: Cast, ranks: Mapping[str, int], problems: Problems) -> tuple[Draft, ...]:
    """The objects in the order to make them.

    That is by collection, then as in the file, but what is referred to comes
    first. Objects that refer to each other in a circle go to `problems`.
    """
    drafts = sorted(cast.drafts.values(), key=lambda draft: ranks[draft.spec.name])
    places = {draft.key: place for place, draft in enumerate(drafts)}
    needed = {draft.key: _needed(draft, cast) for draft in drafts}
    sorter = TopologicalSorter(needed)
    try:
        sorter.prepare()
    except CycleError as error:
        _tell_circle([cast.drafts[key] for key in reversed(error.args[1])], problems)
        return ()
    order, ready = [], list[int]()
    while sorter.is_active():
        for key in sorter.get_ready():
            heappush(ready, places[key])
        order.append(drafts[heappop(ready)])
        sorter.done(order[-1].key)
    return tuple(order)


def _needed(draft: Draft, cast: Cast) -> list[Key]:
    """What must be there before it; of many objects of one draft, one may refer to another."""
    owners = (cast.owner(key) for key in draft.links())
    return [one.key for one in owners if one and not (one is draft and draft.count is not None)]


def _tell_circle(circle: Sequence[Draft], problems: Problems) -> None:
    """`circle` ends with the object that it begins with."""
    told = " → ".join(draft.title for draft in circle)
    lines = sorted({draft.line() for draft in circle})
    wrong = f"these refer to each other in a circle: {told} (lines {', '.join(map(str, lines))})"
    problems.add(lines[0], wrong, "leave one of the references out")

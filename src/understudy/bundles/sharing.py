"""How a state was at first, told by what it is now: objects that did not change are kept once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from understudy.bundles.errors import damaged

Objects = Mapping[str, Mapping[str, Any]]
"""The objects of a state by collection and name."""


def told_by(state: Objects, first: Objects) -> dict[str, Any]:
    """The collections that were others at first: the names of their objects in order, and those
    objects that are not the same in the state.
    """
    names = {**first, **state}
    pairs = ((name, state.get(name, {}), first.get(name, {})) for name in names)
    return {name: _told(now, then) for name, now, then in pairs if not _are_same(now, then)}


def restored(state: Objects, told: Mapping[str, Any]) -> dict[str, Any]:
    """The objects that `told_by` was given as the first ones. Raises BundleError where one is
    missing.
    """
    first: dict[str, Any] = {**state}
    for collection, part in told.items():
        now, own = state.get(collection, {}), part["objects"]
        missing = next((name for name in part["order"] if name not in own and name not in now), "")
        if missing:
            raise damaged(f"beginning.json has not the object {missing!r} of {collection}")
        first[collection] = {name: own.get(name, now.get(name)) for name in part["order"]}
    return {name: objects for name, objects in first.items() if objects}


def _told(now: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    changed = {
        name: one for name, one in then.items() if name not in now or not _is_same(one, now[name])
    }
    return {"order": [*then], "objects": changed}


def _are_same(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    """Whether these are the same objects in the same order; one by one, as there may be many."""
    return [*now] == [*then] and all(_is_same(one, then[name]) for name, one in now.items())


def _is_same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON, the order of their names included: true is not 1."""
    return one is other or (one == other and orjson.dumps(one) == orjson.dumps(other))

"""Time zones by their IANA names, with the rules of the tzdata package: the same everywhere."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from zoneinfo import ZoneInfo


@cache
def names() -> frozenset[str]:
    """All names, in their one spelling."""
    return frozenset(_data().joinpath("zones").read_text("utf-8").split())


@cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name. Raises KeyError for any other."""
    if name not in names():
        raise KeyError(name)
    from zoneinfo import ZoneInfo

    with _data().joinpath("zoneinfo", *name.split("/")).open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


def _data() -> Traversable:
    # Imported here: most runs name no zone.
    from importlib.resources import files

    return files("tzdata")

"""What a collection declares about its objects: which questions are to be answered fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CollectionSchema:
    """One collection.

    `indexes`: fields found by equality at once, and lists by what they hold. `orders`: fields kept
    sorted. Both are kept apart for each value of the field `partition`; objects without it are
    together. `texts`: fields that are searched together. `ranks`: for a field with a closed list of
    values, their order.
    """

    name: str
    indexes: tuple[str, ...] = ()
    orders: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    partition: str | None = "_workspace_id"
    ranks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    positions: Mapping[str, Mapping[str, int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        positions = {
            name: {value: position for position, value in enumerate(values)}
            for name, values in self.ranks.items()
        }
        object.__setattr__(self, "positions", positions)

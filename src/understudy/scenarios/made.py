"""Values that are made for each object: what `$fake`, `$pick`, `$any`, `$each`, `$between` and the
`{n}` of a counted object come to.

What is random follows from the sandbox's seed, the collection, the object's name and the field, so
that neither other fields nor the order of the file matter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import accumulate
from typing import Any, Protocol

from understudy.scenarios.numbering import numbering

Key = tuple[str, str]
Make = Callable[[int, bytes], Any]
"""Gives the value for the object of that number and name."""
SECOND = 1000
_WHOLE = 2.0**64


@dataclass(frozen=True, slots=True)
class Moment:
    """A time, in milliseconds from the sandbox's now."""

    offset: int


@dataclass(frozen=True, slots=True)
class Link:
    """The id of another object of the file."""

    key: Key


class World(Protocol):
    """What values are made by: a seed, and the ids that it gives."""

    def dice(self, path: str) -> Dice:
        """Randomness for the field at that path, which begins with the collection."""

    def id_of(self, key: Key) -> str:
        """The id of an object. KeyError if there is none."""

    def ids_of(self, keys: tuple[Key, ...]) -> Sequence[str]:
        """The ids of what some names stand for, counted objects one by one."""

    def find(self, collection: str, name: str) -> str:
        """The id of an object by its name. Raises UsageError if there is none."""


class Dice:
    """64 random bits for each name, which are the same for the same seed, path and name."""

    __slots__ = ("_begun",)

    def __init__(self, seed: str, path: str) -> None:
        self._begun = blake2b(f"{seed}\0{path}\0".encode(errors="surrogatepass"), digest_size=8)

    def __call__(self, name: bytes) -> int:
        """The bits of a name."""
        roll = self._begun.copy()
        roll.update(name)
        return int.from_bytes(roll.digest())


class Made:
    """A value that is made for each object. `samples`: such as it can be, to check them."""

    samples: Sequence[Any] = ()

    def bind(self, world: World, path: str) -> Make:
        """What makes it in a world, for the field at this path."""
        raise NotImplementedError

    def links(self) -> Iterator[Key]:
        """The objects that it may refer to."""
        return iter(())


class Numbered(Made):
    """A text with the object's number in it; `read` makes a value of it, which may be a Moment."""

    def __init__(self, text: str, read: Callable[[str], Any] | None = None) -> None:
        self._text = numbering(text)
        self._read = read
        self.samples = (read(self._text(1)) if read else self._text(1),)

    def bind(self, world: World, path: str) -> Make:
        """As `Made.bind` says."""
        text, read = self._text, self._read
        if read is None:
            return lambda number, name: text(number)
        return lambda number, name: read(text(number))


class NumberedLink(Made):
    """A reference to the object whose name has the same number."""

    def __init__(self, collection: str, text: str, owner: Key) -> None:
        self._collection = collection
        self._text = numbering(text)
        self._owner = owner
        self.samples = (Link(owner),)

    def bind(self, world: World, path: str) -> Make:
        """As `Made.bind` says."""
        return lambda number, name: world.find(self._collection, self._text(number))

    def links(self) -> Iterator[Key]:
        """As `Made.links` says."""
        yield self._owner


class Pick(Made):
    """One of some values, each as likely as its weight says."""

    def __init__(self, options: Sequence[Any], weights: Sequence[float]) -> None:
        self._options = options
        self._ends = [*accumulate(weights)]
        self.samples = options

    def bind(self, world: World, path: str) -> Make:
        """As `Made.bind` says."""
        dice, ends, last = world.dice(path), self._ends, len(self._ends) - 1
        total = ends[-1] / _WHOLE
        makes = [bound(option, world, f"{path}.{i}") for i, option in enumerate(self._options)]
        options = [filled(option, world.id_of) for option in self._options]

        def pick(number: int, name: bytes) -> Any:
            place = min(bisect_right(ends, dice(name) * total), last)
            make = makes[place]
            return options[place] if make is None else make(number, name)

        return pick

    def links(self) -> Iterator[Key]:
        """As `Made.links` says."""
        return links(self._options)


class Chosen(Made):
    """A reference to one of some objects: any of them, or each in its turn."""

    def __init__(self, keys: tuple[Key, ...], *, in_turn: bool) -> None:
        self._keys = keys
        self._in_turn = in_turn
        self.samples = (Link(keys[0]),)

    def bind(self, world: World, path: str) -> Make:
        """As `Made.bind` says."""
        ids, dice = world.ids_of(self._keys), world.dice(path)
        count = len(ids)
        if self._in_turn:
            return lambda number, name: ids[(number - 1) % count]
        return lambda number, name: ids[dice(name) % count]

    def links(self) -> Iterator[Key]:
        """As `Made.links` says."""
        return iter(self._keys)


class Between(Made):
    """A whole number, or a number with two decimals, from one to another."""

    def __init__(self, low: float, high: float) -> None:
        self._scale = 1 if type(low) is int and type(high) is int else 100
        self._low, self._high = round(low * self._scale), round(high * self._scale)
        self.samples = (low, high)

    def bind(self, world: World, path: str) -> Make:
        """As `Made.bind` says."""
        dice, low, count = world.dice(path), self._low, self._high - self._low + 1
        if self._scale == 1:
            return lambda number, name: low + dice(name) % count
        return lambda number, name: (low + dice(name) % count) / 100


class MomentBetween(Made):
    """A time between two, in milliseconds from now, in whole seconds from the first."""

    def __init__(self, low: int, high: int) -> None:
        self._low, self._count = low, (high - low) // SECOND + 1
        self.samples = (Moment(low), Moment(high))

    def bind(self, world: World, path: str) -> Make:
        """As `Made.bind` says."""
        dice, low, count = world.dice(path), self._low, self._count
        return lambda number, name: Moment(low + dice(name) % count * SECOND)


def bound(value: Any, world: World, path: str) -> Make | None:
    """What makes a value, or the parts of it that are made; None for one that is as it is."""
    if isinstance(value, Made):
        return value.bind(world, path)
    if not isinstance(value, dict | list):
        return None
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    makes = [(key, make) for key, part in parts if (make := bound(part, world, f"{path}.{key}"))]
    if not makes:
        return None
    rest = filled(value, world.id_of)

    def make_all(number: int, name: bytes) -> Any:
        whole = rest.copy()
        for key, make in makes:
            whole[key] = make(number, name)
        return whole

    return make_all


def filled(value: Any, id_of: Callable[[Key], str]) -> Any:
    """The value with its links as ids; what is made, and times, stay."""
    if isinstance(value, Link):
        return id_of(value.key)
    if isinstance(value, Mapping):
        return {name: filled(part, id_of) for name, part in value.items()}
    return [filled(part, id_of) for part in value] if isinstance(value, list) else value


def links(value: Any) -> Iterator[Key]:
    """The objects that a value refers to, or may."""
    if isinstance(value, Link):
        yield value.key
    elif isinstance(value, Made):
        yield from value.links()
    elif isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from links(part)


def sampled(value: Any, number: int) -> Any:
    """The value with a sample of all that is made, another one for each number."""
    if isinstance(value, Made):
        return sampled(value.samples[number % len(value.samples)], number)
    if isinstance(value, dict):
        return {name: sampled(part, number) for name, part in value.items()}
    return [sampled(part, number) for part in value] if isinstance(value, list) else value


def variety(value: Any) -> int:
    """How many samples show all that a value can be, but for what is in a text."""
    if isinstance(value, Made):
        return max((len(value.samples), *map(variety, value.samples)))
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return max(map(variety, parts), default=1)
    return 1

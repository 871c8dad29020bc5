"""The objects of a scenario in the sandboxes of one seed: all of their fields but for times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from understudy import times
from understudy.background import drop
from understudy.errors import UsageError
from understudy.scenarios.drafts import Draft, fill, is_open
from understudy.scenarios.made import Dice, Key, Moment, bound, filled
from understudy.scenarios.numbering import numbering

if TYPE_CHECKING:
    from understudy.identity import Ids
    from understudy.scenarios.cast import Cast

_DAY = times.UNITS["d"]
_MINUTE = times.UNITS["m"]
_FIRST_DAY = times.EPOCH.toordinal()

REMEMBERED = 50_000
"""So many times are remembered: a map of a million grows in calls that keep others waiting."""


class Times(dict[int, str]):
    """The written form of each offset from now, in milliseconds, and of the last ones at once; each
    day, each minute of a day and each rest of a minute is worked out once. ValueError or
    OverflowError outside the years 1 to 9999.
    """

    def __init__(self, now: int) -> None:
        super().__init__()
        self._now = now
        self._days = Texts(lambda day: date.fromordinal(_FIRST_DAY + day).isoformat())
        self._minutes = Texts(lambda minute: f"T{minute // 60:02}:{minute % 60:02}:")
        self._rests = Texts(lambda rest: f"{rest // 1000:02}.{rest % 1000:03}Z")

    def __missing__(self, offset: int) -> str:
        day, rest = divmod(self._now + offset, _DAY)
        minute, rest = divmod(rest, _MINUTE)
        if len(self) >= REMEMBERED:
            self.forget()
        text = self[offset] = self._days[day] + self._minutes[minute] + self._rests[rest]
        return text

    def forget(self) -> None:
        """Make room."""
        self.clear()


class GivenTimes(Times):
    """Times of which it can be told, by the very texts, that they were given out here."""

    def __init__(self, now: int) -> None:
        super().__init__(now)
        self._former: list[dict[int, str]] = []

    def forget(self) -> None:
        """Keep aside what is not to be looked up any more."""
        self._former.append(dict(self))
        self.clear()

    def given(self) -> Iterator[tuple[int, str]]:
        """Every text with its offset. While this is held, nothing else has their identities."""
        for part in [*self._former, self]:
            yield from part.items()

    def let_go(self) -> None:
        """Come to an end, bit by bit."""
        self.clear()
        box = [self._former]
        self._former = []
        drop(box)


class Texts(dict[int, str]):
    """Texts by number, each made once."""

    def __init__(self, make: Callable[[int], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> str:
        text = self[number] = self._make(number)
        return text


class Part:
    """One object: `id`, and its fields but for times."""

    __slots__ = ("_deep", "_fields", "_moments", "collection", "draft", "id")

    def __init__(self, draft: Draft, fields: dict[str, Any]) -> None:
        self.draft = draft
        self.collection = draft.spec.name
        self.id: str = fields["id"]
        self._fields = fields
        self._moments = [(n, v.offset) for n, v in fields.items() if type(v) is Moment]
        self._deep = [(n, v) for n, v in fields.items() if type(v) in (dict, list) and is_open(v)]

    def filled(self, texts: Times) -> dict[str, Any]:
        """Its fields at some time. Raises what `Times` does."""
        fields = self._fields.copy()
        for name, offset in self._moments:
            fields[name] = texts[offset]
        for name, value in self._deep:
            fields[name] = fill(value, texts.__getitem__, str)
        return fields


class World:
    """The ids and the randomness of one seed."""

    def __init__(self, cast: Cast, ids: Ids, seed: str) -> None:
        self._cast = cast
        self._named = ids.named
        self._seed = seed
        self._given = {
            draft.key: draft.given_id[0]
            for draft in cast.drafts.values()
            if draft.given_id and draft.count is None
        }
        self._lists: dict[tuple[Key, ...], Sequence[str]] = {}

    def let_go(self) -> None:
        """Come to an end, bit by bit: some of the lists may be long."""
        while self._lists:
            drop([self._lists.popitem()[1]])

    def dice(self, path: str) -> Dice:
        """Randomness for the field at that path."""
        return Dice(self._seed, path)

    def id_of(self, key: Key) -> str:
        """The id of an object."""
        return self._given.get(key) or self._named(*key)

    def ids_of(self, keys: tuple[Key, ...]) -> Sequence[str]:
        """The ids of what some names stand for, counted objects one by one."""
        found = self._lists.get(keys)
        if found is None:
            found = self._lists[keys] = [
                one for key in keys for one in self._all(self._cast.drafts[key])
            ]
        return found

    def _all(self, draft: Draft) -> Iterator[str]:
        if draft.count is None:
            yield self.id_of(draft.key)
            return
        name, collection = numbering(draft.name), draft.spec.name
        yield from (self._named(collection, name(one)) for one in range(1, draft.count + 1))

    def find(self, collection: str, name: str) -> str:
        """The id of an object by its name. Raises UsageError if there is none."""
        key = self._cast.find(collection, name)
        if key is None:
            raise UsageError("; ".join(self._cast.absence(collection, name)))
        return self.id_of(key)


def parts_of(draft: Draft, world: World, turn: int) -> Iterator[Part]:
    """The object that a draft is, or those that it stands for. `turn`: its place in its collection,
    from 1. Raises UsageError for an object that it refers to and that is not there.
    """
    collection = draft.spec.name
    fixed: dict[str, Any] = {}
    makes: list[tuple[str, Callable[[int, bytes], Any]]] = []
    for field, value in draft.fields.items():
        make = bound(value, world, f"{collection}\0{field}")
        if make is None:
            fixed[field] = filled(value, world.id_of)
        else:
            fixed[field] = None
            makes.append((field, make))
    if draft.count is None:
        number = int(draft.number) if draft.number else turn
        yield _made(draft, fixed, makes, number, draft.name, world.id_of(draft.key))
        return
    name_of = numbering(draft.name)
    for number in range(1, draft.count + 1):
        name = name_of(number)
        yield _made(draft, fixed, makes, number, name, world.id_of((collection, name)))


def _made(
    draft: Draft,
    fixed: Mapping[str, Any],
    makes: Sequence[tuple[str, Callable[[int, bytes], Any]]],
    number: int,
    name: str,
    object_id: str,
) -> Part:
    fields = dict(fixed)
    if makes:
        encoded = name.encode(errors="surrogatepass")
        for field, make in makes:
            fields[field] = make(number, encoded)
    fields["id"] = object_id
    return Part(draft, fields)

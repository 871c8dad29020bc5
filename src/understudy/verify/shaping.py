"""A valid request with other values in it, and what is wrong with it then by the contract."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from understudy.contract import OperationSpec
from understudy.verify.generated import ABSENT, PATH, QUERY, Place, Variation
from understudy.verify.judge import Request, judge_of
from understudy.verify.ledger import UUID

if TYPE_CHECKING:
    from understudy.verify.suite import Suite

UUID_LENGTH = 36
IDS = re.compile(r"(?:^|[_ ])ids?$")


class Shape:
    """A valid request of an operation, with things of the run's own."""

    def __init__(self, suite: Suite, operation: OperationSpec, sample: Mapping[str, Any]) -> None:
        self._suite = suite
        self._operation = operation
        self._sample = sample
        self._creation = suite.spec.creations.get(operation.operation_id)
        self._strangers: dict[str, str] = {}
        self._values: dict[int, Any] = {}
        self._breaks: dict[int, frozenset[str]] = {}
        self._judge = judge_of(suite.contract, operation)
        self._own = dict(_named_ids([*sample.values()])) | {
            name: value for name, value in sample.items() if name in self._judge.path_names
        }

    def with_values(self, variations: Iterable[Variation]) -> Request:
        """The request with these values in it."""
        request = dict(self._sample)
        if "body" in request:
            request["body"] = copy.deepcopy(request["body"])
        for one in variations:
            self._put(request, one)
        return request

    def whole(self, body: Any, query: Mapping[str, Any]) -> Request:
        """The request with a generated body and query, its ids and its name ours."""
        request = dict(self._sample)
        if query:
            request["query"] = self._adopted(dict(query))
        if body is not ABSENT:
            self._put_body(request, self._adopted(body))
        return request

    def faults(self, request: Request) -> dict[str, list[str]]:
        """What the contract finds wrong with a request: `{"body.title": [...]}`."""
        return self._judge.faults(request)

    def breaks(self, one: Variation) -> frozenset[str]:
        """The fields that are at fault with this value alone; none where it does what it should
        not, or is about more than one place.
        """
        key = id(one)
        if key not in self._breaks:
            found = frozenset(self.faults(self.with_values([one])))
            at = ".".join(map(str, one.place))
            is_there = one.is_valid or (
                len(found) == 1 and all(_is_near(name, at) for name in found)
            )
            self._breaks[key] = found if is_there else frozenset()
        return self._breaks[key]

    def is_mistaken(self, request: Request) -> bool:
        """Whether a request names things that nobody has, or one thing twice in its body."""
        strangers = {*self._strangers.values()}
        if any(id in strangers for _, id in _named_ids(request)):
            return True
        ids = [*_named_ids(request.get("body"))]
        return len({*ids}) < len(ids)

    def _put(self, request: Request, one: Variation) -> None:
        where, *place = one.place
        if where == PATH:
            request[str(place[0])] = one.value
            return
        if where == QUERY:
            value = self._adopted(one.value, str(place[0]))
            request["query"] = {**request.get("query", {}), place[0]: value}
            if one.value is ABSENT:
                del request["query"][place[0]]
            return
        if not place:
            self._put_body(request, self._once(one))
            return
        holder, around, name = request.setdefault("body", {}), one.around, ""
        for part in place[:-1]:
            name = _named(part, name)
            if not _has(holder, part):
                _set(holder, part, self._adopted(_dug(around, part), name))
            holder, around = holder[part], _dug(around, part)
        _set(holder, place[-1], self._value(one, _named(place[-1], name)))

    def _put_body(self, request: Request, value: Any) -> None:
        if value is ABSENT:
            request.pop("body", None)
        else:
            name = self._creation.name if self._creation else None
            if isinstance(value, dict) and isinstance(value.get(name), str):
                value = {**value, name: self._sample["body"][name]}
            request["body"] = value

    def _value(self, one: Variation, name: str) -> Any:
        if self._creation is not None and one.place[1:] == (self._creation.name,):
            return self._prefixed(one.value, same_length=one.is_valid)
        return self._once(one, name)

    def _once(self, one: Variation, name: str = "") -> Any:
        """Its value with ids that fit, made once: some are lists of ten thousand."""
        if id(one) not in self._values:
            self._values[id(one)] = self._adopted(one.value, name)
        return self._values[id(one)]

    def _prefixed(self, value: Any, *, same_length: bool) -> Any:
        """A name with the run's prefix where there is room for it: the end of it stays."""
        prefix = self._suite.prefix
        if not isinstance(value, str) or len(value) < len(prefix):
            return value
        name = f"{prefix}{self._suite.next_name('value')}-"
        if same_length:
            name = name if len(name) <= len(value) else prefix
            return name + value[len(name) :]
        return name + value

    def _adopted(self, value: Any, name: str = "") -> Any:
        """A value whose ids are those of things of the run's own, or that nothing has."""
        if isinstance(value, dict):
            return {key: self._adopted(part, _named(key, name)) for key, part in value.items()}
        if isinstance(value, list):
            return [self._adopted(part, name) for part in value]
        if (
            isinstance(value, str)
            and len(value) == UUID_LENGTH
            and IDS.search(name)
            and UUID.fullmatch(value)
        ):
            return self._own.get(name) or self._stranger(value)
        return value

    def _stranger(self, id: str) -> str:
        if id not in self._strangers:
            self._strangers[id] = self._suite.unknown_id()
        return self._strangers[id]


def layers(variations: Sequence[Variation], order: random.Random) -> list[list[Variation]]:
    """Variations that can be put into one request together, in as few requests as that takes."""
    found: list[list[Variation]] = []
    for one in order.sample(variations, len(variations)):
        for layer in found:
            if not any(_overlap(one.place, other.place) for other in layer):
                layer.append(one)
                break
        else:
            found.append([one])
    return found


def _named_ids(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every id in a request, with the name of its field."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _named_ids(part, _named(key, name))
    elif isinstance(value, list):
        for part in value:
            yield from _named_ids(part, name)
    elif isinstance(value, str) and IDS.search(name) and UUID.fullmatch(value):
        yield name, value


def _named(part: str | int, holder: str) -> str:
    """What the ids in a field are ids of: an `id` is one of what it is in, as an item of a list."""
    if isinstance(part, int):
        return holder
    return f"{holder} {part}" if part == "id" else part


def _is_near(fault: str, place: str) -> bool:
    """Whether a fault is at a place, or in it."""
    return fault == place or fault.startswith(f"{place}.")


def _overlap(one: Place, other: Place) -> bool:
    """Whether one is in the other; those of a query and of a body are never looked at together."""
    if one[0] != other[0]:
        return True
    return one[: len(other)] == other[: len(one)]


def _has(holder: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(holder, list) and len(holder) > part
    return isinstance(holder, dict) and isinstance(holder.get(part), dict | list)


def _dug(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return {}


def _set(holder: Any, part: str | int, value: Any) -> None:
    if isinstance(holder, dict):
        holder[part] = value
        if value is ABSENT:
            del holder[part]
    elif isinstance(part, int) and part < len(holder):
        holder[part] = value
    else:
        holder.append(value)

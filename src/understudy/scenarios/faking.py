"""`{$fake: sentence, words: 6}`: values by Faker, which is imported where a file asks for one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

from understudy.scenarios.made import Made, Make, World
from understudy.scenarios.problems import hint

if TYPE_CHECKING:
    from faker.generator import Generator

_BITS = 2**64 - 1
_FRACTION = 2**53
_BY_CLOCK = {"credit_card_expire", "credit_card_full", "profile", "simple_profile", "passport_dob"}
"""Methods outside of Faker's `date_time` whose values depend on the day on which they are made."""


class QuickRandom(Random):
    """Random numbers that are begun anew in no time: once for each value that is made.

    A linear congruential generator of 64 bits, whose upper bits are good enough for words.
    """

    _state = 0

    def seed(self, a: Any = 0, version: int = 2) -> None:
        """Begin anew with this number."""
        self._state = a if isinstance(a, int) else 0

    def random(self) -> float:
        """A number from 0 up to 1."""
        state = self._state = (self._state * 6364136223846793005 + 1442695040888963407) & _BITS
        return (state >> 11) / _FRACTION


class Fake(Made):
    """A value by a method of Faker. Raises ValueError for what there is not, with a remedy."""

    def __init__(self, method: str, arguments: Mapping[str, Any]) -> None:
        self._call = _methods().get(method)
        if self._call is None:
            raise ValueError(f"Faker has no {method!r}; {hint(method, _methods())}")
        if method in _BY_CLOCK or "date_time" in _module(self._call):
            clause = "depends on this machine's clock; write {$between: [-60d, now]}"
            raise ValueError(f"Faker's {method!r} {clause}")
        self._arguments = _named(method, self._call, arguments)
        _generator().random.seed(0)
        try:
            sample = self._call(**self._arguments)
        except Exception as error:  # whatever a provider raises
            said = f"{type(error).__name__}: {error}".partition("\n")[0]
            raise ValueError(
                f"Faker's {method!r} refuses that ({said}); give it other arguments"
            ) from None
        self.samples = (as_json(sample),)

    def bind(self, world: World, path: str) -> Make:
        """As `Made.bind` says."""
        dice, call, arguments = world.dice(path), self._call, self._arguments
        assert call is not None
        seed = _generator().random.seed
        if isinstance(self.samples[0], str):

            def make_text(number: int, name: bytes) -> Any:
                seed(dice(name))
                return str(call(**arguments))

            return make_text

        def make(number: int, name: bytes) -> Any:
            seed(dice(name))
            return as_json(call(**arguments))

        return make


@cache
def _generator() -> Generator:
    from faker import Faker

    generator: Generator = Faker()._factories[0]
    generator.random = QuickRandom()
    return generator


@cache
def _methods() -> dict[str, Callable[..., Any]]:
    """What the providers of the usual locale can do, by name."""
    found: dict[str, Callable[..., Any]] = {}
    for provider in reversed(_generator().providers):
        for name in dir(provider):
            if not name.startswith("_") and inspect.ismethod(method := getattr(provider, name)):
                found[name] = method
    return found


def _module(method: Callable[..., Any]) -> str:
    return type(getattr(method, "__self__", None)).__module__


def _named(method: str, call: Callable[..., Any], arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by Faker's names: `words` is `nb_words`, too."""
    known = inspect.signature(call).parameters
    found: dict[str, Any] = {}
    for name, value in arguments.items():
        own = name if name in known else f"nb_{name}"
        if own not in known:
            right = hint(name, [one.removeprefix("nb_") for one in known])
            raise ValueError(f"Faker's {method!r} takes no {name!r}; {right}")
        found[own] = value
    return found


def as_json(value: Any) -> Any:
    """A value of Faker's as JSON has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {str(name): as_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)

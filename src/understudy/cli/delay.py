"""The delay of a fault rule from a short text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy import times
from understudy.cli.options import number

SIGMA = 0.5
"""The deviation of a lognormal delay, unless it is said: moderate."""

CENTRES = {"normal": "mean_ms", "lognormal": "median_ms"}
SPREADS: Mapping[str, tuple[str, Callable[[str], float]]] = {
    "deviation": ("deviation_ms", times.duration),
    "sigma": ("sigma", number),
    "min": ("min_ms", times.duration),
    "max": ("max_ms", times.duration),
}
"""What may follow the centre of a distribution: its field, and how it is read."""

LONGEST = 600_000
"""Milliseconds of a delay at most."""


def delay(text: str) -> Any:
    """`300ms`, `100ms..2s`, `lognormal:1500ms,sigma=0.8,max=10s`, as a field of a rule. Raises
    ValueError for what is none.
    """
    distribution, colon, rest = text.partition(":")
    if colon:
        return _distribution(distribution, rest)
    shortest, dots, longest = text.partition("..")
    if not dots:
        return _length(text)
    _check_order(_millis(shortest), _millis(longest))
    return (shortest, longest)


def _length(text: str) -> str:
    _millis(text)
    return text


def _millis(text: str) -> int:
    length = times.duration(text)
    if length > LONGEST:
        raise ValueError(
            f"{text} is longer than {times.shown_duration(LONGEST)}, the most there is"
        )
    return length


def _check_order(shortest: int, longest: int) -> None:
    if shortest > longest:
        told = map(times.shown_duration, (shortest, longest))
        raise ValueError(" is longer than ".join(told))


def _distribution(name: str, text: str) -> dict[str, Any]:
    if name not in CENTRES:
        raise ValueError(f"there is no distribution {name!r}; there are {', '.join(CENTRES)}")
    centre, *spreads = text.split(",")
    made: dict[str, Any] = {"distribution": name, CENTRES[name]: _millis(centre)}
    for spread in spreads:
        key, _, amount = spread.partition("=")
        if key not in SPREADS:
            raise ValueError(f"there is no {key!r}; there are {', '.join(SPREADS)}")
        field, read = SPREADS[key]
        made[field] = read(amount)
    _check_order(made.get("min_ms", 0), made.get("max_ms", LONGEST))
    if name == "normal" and "deviation_ms" not in made:
        raise ValueError("normal needs its deviation, such as normal:1s,deviation=200ms")
    return {"sigma": SIGMA, **made} if name == "lognormal" else made

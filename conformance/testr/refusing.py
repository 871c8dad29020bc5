"""What the contract does not allow is refused: many values in one request where one answer can
tell of all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from understudy.verify import Answer
from understudy.verify.generated import PATH, Variation
from understudy.verify.shaping import layers

from .trying import Trial

REFUSED = (400, 422)
NOT_FOUND = 404
"""Who looks for an object first finds none by what is no id: only "401 first" is promised."""


def refuse(trial: Trial, wrong: Sequence[Variation]) -> None:
    """Raise Broken unless each of these values is refused.

    Those that can be are sent together, and count as refused where `details` names each; the others
    are sent alone. With more effort, some of all are.
    """
    for one in wrong:
        trial.suite.mark(trial.id, one.parameter, "invalid")
    for layer in layers(wrong, trial.suite.random):
        answer = trial.send(trial.shape.with_values(layer))
        allowed = _allowed(layer)
        named = {*answer.details} if answer.status in REFUSED and len(layer) > 1 else set()
        for one in layer:
            if not is_named(trial, named, one):
                _refuse_alone(trial, one, answer if len(layer) == 1 else None)
        answer.refused(*allowed)
    for one in _some(trial, wrong):
        _refuse_alone(trial, one, None)


def is_named(trial: Trial, named: set[str], one: Variation) -> bool:
    """Whether a refusal that names these fields tells of this very value."""
    faults = {name.partition(".")[2] or name for name in trial.shape.breaks(one)}
    return any(name in named or _without_number(name) in named for name in faults)


def _refuse_alone(trial: Trial, one: Variation, answer: Answer | None) -> None:
    answer = answer or trial.send(trial.shape.with_values([one]))
    allowed = _allowed([one])
    if answer.status not in allowed:
        raise answer.broken(
            f"{trial.id} takes what the contract does not allow for {one.parameter}: {one.what}",
            expected=f"status {' or '.join(map(str, allowed))}",
            got=f"status {answer.status} for {_told(one.value)}",
        )


def _allowed(layer: Sequence[Variation]) -> tuple[int, ...]:
    """The statuses of a refusal of these values."""
    is_in_path = any(one.place[0] == PATH for one in layer)
    return (*REFUSED, NOT_FOUND) if is_in_path else REFUSED


def _some(trial: Trial, wrong: Sequence[Variation]) -> Iterable[Variation]:
    """Those that are tried alone in any case."""
    suite = trial.suite
    if suite.effort == "deep":
        return wrong
    by_parameter = {one.parameter: one for one in suite.random.sample(wrong, len(wrong))}
    return by_parameter.values() if suite.effort == "normal" else ()


def _without_number(name: str) -> str:
    """`tags` for `tags.0`: a list as a whole is named as well as its item."""
    whole, _, last = name.rpartition(".")
    return whole if last.isdecimal() else name


def _told(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:60]}… ({len(text)} characters)"

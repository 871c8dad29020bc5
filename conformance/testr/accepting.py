"""What the contract allows is taken, and given back: as many values in one request as fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from understudy.verify import Answer
from understudy.verify.generated import Variation
from understudy.verify.judge import Request
from understudy.verify.likeness import is_given_back
from understudy.verify.shaping import layers

from . import values
from .trying import Trial

MISTAKEN = (400, 404, 422)
"""Answers to requests that name what is not there, or something twice."""


def accept(trial: Trial, right: Sequence[Variation]) -> None:
    """Raise Broken unless each of these values is taken, and given back where the answer has it."""
    chosen = _chosen(trial, right)
    for one in chosen:
        trial.suite.mark(trial.id, one.parameter, one.kind)
    for layer in layers(chosen, trial.suite.random):
        request, answer = _sent(trial, layer)
        if answer.status < 300:
            check_given_back(trial, request, answer)
            continue
        _find_out(trial, layer)
        if not is_taken(trial.id, answer):
            raise _not_taken(trial, layer, answer)


def _chosen(trial: Trial, right: Sequence[Variation]) -> list[Variation]:
    """Whole bodies differ in what they leave out: a few of many tell as much."""
    fitting = [one for one in right if values.fits(trial.id, one)]
    whole = [one for one in fitting if one.place == ("body",)]
    few = min(len(whole), trial.suite.scale(2, 6, 100))
    parts = [one for one in fitting if one.place != ("body",)]
    return [*parts, *trial.suite.random.sample(whole, few)]


def is_taken(operation_id: str, answer: Answer) -> bool:
    """Whether a request succeeded, or a rule of state forbids it."""
    allowed = values.ALLOWED.get(operation_id, ())
    return 200 <= answer.status < 300 or (answer.status, answer.code) in allowed


def check_given_back(trial: Trial, request: Request, answer: Answer) -> None:
    """Raise Broken unless the answer has the fields that it shares with the request as sent.
    Fields that the contract does not know are not to come back, at any depth.
    """
    got = values.reading(trial.persona, trial.id, request, answer)
    sent_body = trial.documented(request.get("body"))
    for name, sent, found in _differences(trial.id, sent_body, got):
        raise answer.broken(
            f"{trial.id} gives body.{name} back as something else",
            expected=_told(sent),
            got=_told(found),
        )


def _differences(operation_id: str, sent: Any, got: Any) -> Iterator[tuple[str, Any, Any]]:
    """The fields of both bodies that differ. Null is what was left out."""
    if isinstance(sent, dict) and isinstance(got, dict):
        for name in sent.keys() & got.keys():
            value = values.stored(operation_id, name, sent)
            if value is not None and not is_given_back(value, got[name]):
                yield name, value, got[name]


def _sent(trial: Trial, layer: Sequence[Variation]) -> tuple[Request, Answer]:
    if trial.id in values.ONCE:
        trial.begin()
    request = trial.shape.with_values(layer)
    return request, trial.send(request)


def _find_out(trial: Trial, layer: Sequence[Variation]) -> None:
    """Raise Broken for the value that is refused, if it is one."""
    for one in layer if len(layer) > 1 else ():
        _, answer = _sent(trial, [one])
        if not is_taken(trial.id, answer):
            raise _not_taken(trial, [one], answer)


def _not_taken(trial: Trial, layer: Sequence[Variation], answer: Answer) -> Exception:
    told = "; ".join(f"{one.parameter}: {one.what}, {_told(one.value)}" for one in layer[:5])
    return answer.broken(
        f"{trial.id} refuses what the contract allows for {told}",
        expected="a status from 200 to 299",
        got=f"{answer.status} {answer.code or ''}".strip(),
    )


def _told(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:60]}… ({len(text)} characters)"


def accept_whole(trial: Trial, body: Any, query: Mapping[str, Any]) -> None:
    """Raise Broken unless a whole request is taken that the contract allows. One that names what
    is not there, or one thing twice, may be refused.
    """
    if trial.id in values.ONCE:
        trial.begin()
    request = trial.shape.whole(body, query)
    if trial.shape.faults(request):
        return
    answer = trial.send(request)
    if answer.status in MISTAKEN and trial.shape.is_mistaken(request):
        return
    if not is_taken(trial.id, answer):
        raise answer.broken(
            f"{trial.id} refuses a request that the contract allows",
            expected="a status from 200 to 299",
            got=f"{answer.status} {answer.code or ''}".strip(),
        )
    if answer.status < 300:
        check_given_back(trial, request, answer)

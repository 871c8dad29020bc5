"""Requests that are generated from the contract: valid ones, boundaries, and what is invalid."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, OperationSpec, Persona, Suite, explore, rule
from understudy.verify.generated import generator

from . import values
from .accepting import accept, accept_whole
from .refusing import refuse
from .trying import Trial


@rule(
    "REQ-01",
    MUST,
    "JSON that was read, with a missing or invalid field",
    clauses=("The request was read; fields are missing or invalid",),
    operations=values.has_body,
)
def test_an_invalid_field_is_refused(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A value that the contract does not allow is refused in every field of every body."""
    trial = Trial(suite, active, operation)
    refuse(trial, trial.values("body", valid=False))


@rule(
    "REQ-02",
    MUST,
    "the request could not be read, a parameter is wrong, or a rule of state is broken",
    operations=lambda operation: values.has("query", operation),
)
def test_an_invalid_query_is_refused(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A value that the contract does not allow is refused in every parameter of every query."""
    trial = Trial(suite, active, operation)
    refuse(trial, trial.values("query", valid=False))


@rule(
    "REQ-03",
    MUST,
    "A path or query parameter of the wrong type",
    operations=lambda operation: values.has("path", operation),
)
def test_an_invalid_path_is_refused(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """What is no id is refused in every path."""
    trial = Trial(suite, active, operation)
    refuse(trial, trial.values("path", valid=False)[: suite.scale(1, 2, 9)])


@rule(
    "REQ-04",
    MUST,
    "Names have 1 to 255 characters, longer texts at most 10,000, tags at most 50 of 64 characters",
    operations=lambda one: values.has_body(one) and values.is_generated(one),
)
def test_a_valid_field_is_taken(active: Persona, suite: Suite, operation: OperationSpec) -> None:
    """Every value that the contract allows is taken in every field of every body, the shortest and
    the longest included, and given back as it was sent.
    """
    trial = Trial(suite, active, operation)
    accept(trial, trial.values("body", valid=True))


@rule(
    "REQ-05",
    MUST,
    "How many objects the answer holds at most.",
    operations=lambda operation: values.has("query", operation),
)
def test_a_valid_query_is_taken(active: Persona, suite: Suite, operation: OperationSpec) -> None:
    """Every value that the contract allows is taken in every parameter of every query."""
    trial = Trial(suite, active, operation)
    accept(trial, trial.values("query", valid=True))


@rule(
    "REQ-06",
    MUST,
    "Request objects are open: undocumented fields are ignored and never stored",
    operations=values.is_open,
)
def test_a_valid_request_is_taken(active: Persona, suite: Suite, operation: OperationSpec) -> None:
    """A request that the contract allows is taken, whatever its fields hold together, and whatever
    else its body has.
    """
    trial = Trial(suite, active, operation)

    def take(request: tuple[Any, dict[str, Any]]) -> None:
        accept_whole(trial, *request)

    requests = generator(suite.contract).requests(operation.operation_id)
    explore(suite, requests, take, examples=suite.scale(2, 10, 50))

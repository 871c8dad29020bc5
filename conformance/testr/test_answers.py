"""What every answer is: documented, of the documented form, and free of secrets.

All answers of a run are judged as they come; what is found there counts for the first five rules,
whichever rule asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from understudy.verify import MUST, SHOULD, OperationSpec, Persona, Suite, rule
from understudy.verify.second import second_judge

from . import samples
from .sampled import all_answers, answer_of

EVERY = frozenset({"200", "201"})
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
AS_SENT = ("recording_data", "data_row_values", "metadata", "criteria", "resolved", "details")
"""Fields whose value is a client's own."""

LONGEST = 255
"""So many characters a name has at most."""

TIME = re.compile(r".*_(at|datetime|occurrence|updated)$")


def every(operation: OperationSpec) -> bool:
    """Every operation."""
    return bool(EVERY & operation.responses.keys())


@rule(
    "ANS-01",
    MUST,
    "Statuses of operations: 200, 201, 400, 401, 402, 403, 404, 422, 500; 429 in the settings",
    clauses=("63 operations in eight tags",),
    operations=every,
)
def test_every_status_is_documented(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """Every operation answers a valid request with its documented success, and never with a status
    that is not documented, also where what it makes has the longest of names.
    """
    expected = [int(status) for status in operation.responses if status < "3"]
    answer_of(suite, active, operation).expect(*expected)
    creation = suite.spec.creations.get(operation.operation_id)
    if creation is not None and creation.name is not None:
        request = samples.request(suite, active, operation.operation_id)
        request["body"][creation.name] = active.name("long").ljust(LONGEST, "x")
        active.call(operation.operation_id, **request)


@rule(
    "ANS-02",
    MUST,
    "OpenAPI 3.0.3; base path `/api/v1`",
    clauses=('A success without a body of its own is 200 `{"success": true}`',),
)
def test_every_answer_has_its_form(active: Persona, suite: Suite) -> None:
    """Every answer has the form that its operation documents for its status."""
    assert all_answers(suite, active), "there are answers to be judged"


@rule("ANS-03", MUST, "base path `/api/v1`; the default server is this machine")
def test_every_answer_has_its_media_type(active: Persona, suite: Suite) -> None:
    """Every answer comes with the media type that is documented."""
    assert all_answers(suite, active), "there are answers to be judged"


@rule("ANS-04", MUST, "Something went wrong inside the server.")
def test_no_request_breaks_the_server(active: Persona, suite: Suite) -> None:
    """No request, valid or not, is answered with a status from 500 on."""
    assert all_answers(suite, active), "there are answers to be judged"
    active.call("test_plans.list_plans", query={"per_page": 1})  # which it does not know


@rule("ANS-05", MUST, "`jira_api_token` and `azure_pat` are never returned")
def test_no_answer_gives_a_secret_back(active: Persona, suite: Suite) -> None:
    """No answer holds a password, a key or a token that a request has sent."""
    assert all_answers(suite, active), "there are answers to be judged"


@rule("ANS-06", MUST, "The answer of an operation that has nothing else to say.", operations=every)
def test_a_second_judge_agrees(active: Persona, suite: Suite, operation: OperationSpec) -> None:
    """A second validator, openapi-core, finds nothing wrong with an operation's answer either."""
    answer = answer_of(suite, active, operation)
    problems = second_judge(suite.contract).problems(answer.exchange)
    if problems:
        raise answer.broken(
            f"openapi-core finds the answer of {operation.operation_id} not as documented",
            expected="an answer of the documented form",
            got="; ".join(problems[:5]),
        )


@rule("ANS-07", MUST, "Ids are UUID v4 in lower case")
def test_ids_are_in_lower_case(active: Persona, suite: Suite) -> None:
    """Every id that the server gives to something is a UUID, version 4, in lower case."""
    for answer in all_answers(suite, active):
        for name, id in _fields(answer.body):
            if name == "id" and not (isinstance(id, str) and UUID4.fullmatch(id)):
                raise answer.broken("an id has another form", expected="a UUID v4", got=repr(id))


@rule("ANS-08", MUST, "Times are UTC with milliseconds and `Z`")
def test_times_are_in_utc(active: Persona, suite: Suite) -> None:
    """Every time in an answer is in UTC, with a `Z` at its end."""
    for answer in all_answers(suite, active):
        for name, time in _fields(answer.body):
            if TIME.match(name) and isinstance(time, str) and not time.endswith("Z"):
                raise answer.broken(
                    f"{name} is not in UTC", expected="2026-01-25T09:00:00.000Z", got=repr(time)
                )


@rule("ANS-09", SHOULD, "Times are UTC with milliseconds and `Z`")
def test_times_have_milliseconds(active: Persona, suite: Suite) -> None:
    """Every time in an answer has milliseconds, so that times sort as text."""
    for answer in all_answers(suite, active):
        for name, time in _fields(answer.body):
            if TIME.match(name) and isinstance(time, str) and not UTC.fullmatch(time):
                raise answer.broken(
                    f"{name} is not written to the millisecond",
                    expected="2026-01-25T09:00:00.000Z",
                    got=repr(time),
                )


def _fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Every field of an answer, at any depth, with its name; not those that a client made up."""
    for part in value if isinstance(value, list) else ():
        yield from _fields(part)
    for name, part in value.items() if isinstance(value, dict) else ():
        yield name, part
        if name not in AS_SENT:
            yield from _fields(part)

"""Bodies that cannot be read, that are too much, or that hold more than the contract knows."""

from __future__ import annotations

from typing import Any

from understudy.verify import MAY, MUST, SHOULD, Answer, OperationSpec, Persona, Suite, rule

from . import make, samples, values
from .refusing import REFUSED

CREATE = "reports.create_suite_run"
MEBIBYTE = 1024 * 1024
DEEPEST = 100
EXOTIC: dict[str, Any] = {
    "integers": [0, -1, 2**53 + 1, 2**63 - 1, -(2**63)],
    "numbers": [0.1, -2.5e-10, 1e300],
    "texts": ["", " ", "ä€𝄞", "line\nbreak\ttab", '"quoted\\"'],
    "nothing": None,
    "empty": [{}, []],
    "in between": {"a b.c/d": {"": [True, False, [None]]}},
}


def unreadable(answer: Answer, code: str) -> None:
    """Raise Broken unless a body was refused as one that cannot be read: with 400 and this code,
    where the server does not take it for invalid.
    """
    if answer.status == 400 and answer.exchange.operation not in values.SETTINGS:
        answer.refused(400, code=code)
    answer.refused(*REFUSED)


def nested(levels: int) -> bytes:
    """A body so many levels deep."""
    inner = b'{"a":' * (levels - 1) + b"1" + b"}" * (levels - 1)
    return b'{"suite_name":"%s","status":"PASSED","metadata":' + inner + b"}"


@rule(
    "ERR-09",
    MUST,
    "400: the request could not be read",
    clauses=("The request could not be read, or it breaks a rule of state.",),
    operations=values.has_body,
)
def test_what_is_no_json_is_refused(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A body that is no JSON is refused."""
    has_path = values.has("path", operation)
    sample = samples.request(suite, active, operation.operation_id) if has_path else {}
    sample.pop("body", None)
    for content in (b'{"name": ', b"name=text"):
        answer = active.call(operation.operation_id, **sample, content=content)
        unreadable(answer, "malformed_json")


@rule(
    "ERR-10",
    MUST,
    "a body without a JSON content type is 400 `unsupported_content_type`",
    values=("text/plain", "application/x-www-form-urlencoded", "application/xml", None),
)
def test_other_content_types_are_refused(active: Persona, value: str | None) -> None:
    """A body that does not come as JSON is refused, even if it is JSON."""
    content = b'{"suite_name": "%s", "status": "PASSED"}' % active.name("suite").encode()
    answer = active.call(CREATE, content=content, content_type=value)
    unreadable(answer, "unsupported_content_type")


@rule("ERR-11", SHOULD, "A body over 10 MiB is 400 `body_too_large`")
def test_a_body_can_be_too_large(active: Persona) -> None:
    """A body of more than 10 MiB is refused."""
    body = {"suite_name": active.name("suite"), "status": "PASSED", "environment": "x"}
    body["padding"] = "x" * (10 * MEBIBYTE)
    active.call(CREATE, body=body).refused(400, code="body_too_large")


@rule("ERR-12", SHOULD, "A body nested deeper than 100 levels is 400 `malformed_json`")
def test_a_body_can_be_too_deep(active: Persona) -> None:
    """A body of 100 levels is taken, one of 101 is refused."""
    active.call(CREATE, content=nested(DEEPEST) % active.name("suite").encode()).expect(201)
    answer = active.call(CREATE, content=nested(DEEPEST + 1) % active.name("suite").encode())
    answer.refused(*REFUSED)


@rule(
    "ERR-13",
    MUST,
    "Request objects are open: undocumented fields are ignored and never stored",
    operations=values.STORES,
)
def test_undocumented_fields_are_ignored(
    active: Persona, suite: Suite, operation: OperationSpec
) -> None:
    """A field that the contract does not know is no reason to refuse, and is not kept."""
    request = samples.request(suite, active, operation.operation_id)
    request["body"] = {**request.get("body", {}), "undocumented": "kept?", "created_by_hand": True}
    answer = active.call(operation.operation_id, **request)
    answer.expect(200, 201)
    got = values.reading(active, operation.operation_id, request, answer)
    if kept := {"undocumented", "created_by_hand"} & {*got}:
        raise answer.broken(
            "an undocumented field was kept", expected="an object without it", got=", ".join(kept)
        )


@rule(
    "ERR-14",
    MUST,
    "keeps it as sent; numbers are kept as 64-bit integers or doubles",
    clauses=("What takes any JSON (`recording_data`, `data_row_values`, `metadata`) keeps it",),
    values=EXOTIC,
)
def test_any_json_is_kept_as_sent(active: Persona, value: str) -> None:
    """What may be any JSON is given back as it was sent, numbers and all."""
    sent = {"value": EXOTIC[value]}
    made = make.suite_run(active, metadata=sent)
    read = active.call("reports.get_suite_run", suite_run_id=made["id"]).expect(200)
    for found in (made["metadata"], read["metadata"]):
        assert found == sent, f"the value is {sent}, not {found}"


@rule("ERR-15", SHOULD, "An integer is written without a fraction: `1.0` is refused")
def test_an_integer_has_no_fraction(active: Persona) -> None:
    """A number with a fraction is no integer, even if the fraction is zero."""
    body = {"suite_name": active.name("suite"), "status": "PASSED", "total_tests": 1.0}
    active.call(CREATE, body=body).refused(*REFUSED)


@rule("ERR-16", MAY, "compare as text")
def test_ids_compare_as_text(active: Persona) -> None:
    """An id in upper case is not the id."""
    made = make.suite_run(active)
    active.call("reports.get_suite_run", suite_run_id=made["id"].upper()).refused(404)


@rule("ERR-17", SHOULD, "`X-Request-ID` is taken over from the request or made, and answered")
def test_a_request_has_an_id(active: Persona) -> None:
    """An answer has the id that its request brought, or one that was made for it."""
    given = f"{active.suite.prefix}request"
    answer = active.call("auth.me", headers={"X-Request-ID": given})
    answer.expect(200)
    found = answer.headers.get("x-request-id")
    if found != given:
        raise answer.broken("X-Request-ID was not taken over", expected=given, got=found)
    made = [active.call("auth.me").headers.get("x-request-id") for _ in range(2)]
    assert all(made), "a request without X-Request-ID gets one"
    assert made[0] != made[1], "each gets another one"


@rule("ERR-18", SHOULD, "so is `Date`, by the sandbox's clock")
def test_an_answer_has_its_date(active: Persona) -> None:
    """Every answer tells when it was given."""
    answer = active.call("auth.me")
    answer.expect(200)
    if not answer.headers.get("date", "").endswith(" GMT"):
        raise answer.broken("there is no Date", expected="Date: …, in GMT")

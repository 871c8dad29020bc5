"""Servers that read bodies in another way than was agreed, or leave out what every answer has."""

from __future__ import annotations

from typing import Any

import orjson
from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, RequestEdit

from .errors import headers, refusals

Body = dict[str, Any]
CREATE = "reports.create_suite_run"
PIPELINE = "understudy.pipeline"


@mutant("ERR-09", kind="behaviour")
def broken_json_is_mended(server: Patient) -> None:
    """A body that breaks off is taken for what it holds so far."""

    @server.request("test_plans.update_plan")
    def mend(request: RequestEdit) -> None:
        try:
            orjson.loads(request.content)
        except orjson.JSONDecodeError:
            request.content = b"{}"
            request.forget()


@mutant("ERR-10", kind="behaviour")
def any_content_type_will_do(server: Patient) -> None:
    """A body is read as JSON, whatever it comes as."""

    @server.request(CREATE)
    def rename(request: RequestEdit) -> None:
        request.headers["content-type"] = "application/json"


@mutant("ERR-10", kind="status")
def a_content_type_is_not_found(server: Patient) -> None:
    """A body of an unknown content type is refused with a code of its own."""

    def rename(body: Body) -> None:
        if body["error"] == "unsupported_content_type":
            body["error"] = "unknown_media"

    refusals(server, 400, change=rename, of=(CREATE,))


@mutant("ERR-11", kind="behaviour")
def bodies_have_no_end(server: Patient) -> None:
    """A body may be as large as one likes."""
    server.patch(f"{PIPELINE}.operation", "BODY_LIMIT", 1 << 40)


@mutant("ERR-12", kind="behaviour")
def bodies_nest_without_end(server: Patient) -> None:
    """A body may nest deeper than 100 levels."""
    server.patch("understudy.nesting", "is_too_deep", lambda raw, value: False)


@mutant("ERR-13", kind="persistence")
def unknown_fields_are_kept(server: Patient) -> None:
    """A plan gives back whatever it was created with."""

    @server.answer("test_plans.create_plan")
    def keep(answer: AnswerEdit) -> None:
        if answer.status == 201:
            answer.body = {**answer.request.body, **answer.body}


@mutant("ERR-13", kind="behaviour")
def unknown_fields_are_refused(server: Patient) -> None:
    """A field that is not known is invalid."""

    @server.contract
    def close(document: Body) -> None:
        schemas = document["components"]["schemas"]
        schemas["TestRunPlacementRequest"]["additionalProperties"] = False


@mutant("ERR-14", kind="persistence")
def large_integers_become_doubles(server: Patient) -> None:
    """Integers above 2⁵³ lose their last digits, as in JavaScript."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: rounded(part) for name, part in value.items()}
        if isinstance(value, list):
            return [rounded(part) for part in value]
        is_large = isinstance(value, int) and abs(value) > 2**53
        return value // 1024 * 1024 if is_large else value

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, {**body, "metadata": rounded(body["metadata"])})


@mutant("ERR-14", kind="persistence")
def nulls_are_left_out(server: Patient) -> None:
    """What is null in any JSON is gone."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        kept = {name: part for name, part in body["metadata"].items() if part is not None}
        return original(ctx, {**body, "metadata": kept})


@mutant("ERR-15", kind="schema")
def whole_numbers_may_have_a_fraction(server: Patient) -> None:
    """1.0 is an integer."""

    @server.request(CREATE)
    def whole(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and request.body.get("total_tests") == 1.0:
            request.body["total_tests"] = 1


@mutant("ERR-16", kind="behaviour")
def ids_may_be_in_capitals(server: Patient) -> None:
    """An id is found in capitals, too."""

    @server.handler("reports.get_suite_run")
    def get(original: Any, ctx: Any, suite_run_id: str) -> Any:
        return original(ctx, suite_run_id.lower())


@mutant("ERR-17", kind="behaviour")
def request_ids_are_always_new(server: Patient) -> None:
    """The id that a request brings is not looked at."""

    @server.request("auth.me")
    def forget(request: RequestEdit) -> None:
        request.headers.pop("x-request-id", None)


@mutant("ERR-18", kind="behaviour")
def answers_have_no_date(server: Patient) -> None:
    """No answer tells when it was given."""
    headers(server, b"date")

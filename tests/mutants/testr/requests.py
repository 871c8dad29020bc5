"""Servers that take what is not valid, or refuse what is."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, RequestEdit

from understudy.errors import ValidationFailed

Body = dict[str, Any]
Schema = dict[str, Any]


def field(server: Patient, schema: str, name: str, **keywords: Any) -> None:
    """Change keywords of a field in the server's contract; None takes one away."""

    @server.contract
    def edit(document: Body) -> None:
        part = document["components"]["schemas"][schema]["properties"][name]
        for keyword, value in keywords.items():
            if value is None:
                part.pop(keyword)
            else:
                part[keyword] = value


def parameter(server: Patient, path: str, name: str, **keywords: Any) -> None:
    """Change keywords of a query parameter of a GET in the server's contract."""

    @server.contract
    def edit(document: Body) -> None:
        given = document["paths"][path]["get"]["parameters"]
        for index, one in enumerate(given):
            found = one
            while "$ref" in found:
                found = document["components"]["parameters"][found["$ref"].rpartition("/")[2]]
            if found["name"] == name:
                given[index] = {**found, "schema": {**found["schema"], **keywords}}


def sent(server: Patient, operation: str, change: Any) -> None:
    """Change the body of a request, where it is an object: `change(body)` changes it in place."""

    @server.request(operation)
    def edit(request: RequestEdit) -> None:
        if isinstance(request.body, dict):
            change(request.body)


NOBODYS_PLAN = {
    "id": "00000000-0000-4000-8000-000000000000",
    "name": "None",
    "description": None,
    "is_active": True,
    "created_at": "2026-01-01T00:00:00.000Z",
    "updated_at": "2026-01-01T00:00:00.000Z",
}


@mutant("REQ-01", kind="schema")
def a_title_may_be_longer(server: Patient) -> None:
    """The title of a defect may have 300 characters."""
    server.unchecked()
    field(server, "DefectCreate", "title", maxLength=300)


@mutant("REQ-01", kind="schema")
def a_name_may_be_empty(server: Patient) -> None:
    """The name of a folder of defects may be empty."""
    server.unchecked()
    field(server, "DefectFolderCreate", "name", minLength=0)


@mutant("REQ-01", kind="schema")
def a_status_is_not_needed(server: Patient) -> None:
    """A report without a status is one of a suite that passed."""
    sent(server, "reports.create_suite_run", lambda body: body.setdefault("status", "PASSED"))


@mutant("REQ-01", kind="schema")
def an_unknown_severity_is_medium(server: Patient) -> None:
    """A severity that is none counts as MEDIUM."""
    known = ("CRITICAL", "HIGH", "MEDIUM", "LOW")

    def mend(body: Body) -> None:
        if isinstance(body.get("severity"), str) and body["severity"] not in known:
            body["severity"] = "MEDIUM"

    sent(server, "defects.create_defect", mend)


@mutant("REQ-01", kind="schema")
def booleans_count_as_numbers(server: Patient) -> None:
    """The viewport of a run may be true or false, as a number."""

    def mend(body: Body) -> None:
        if isinstance(body.get("viewport_width"), bool):
            body["viewport_width"] = 1920

    sent(server, "test_runs.create_run", mend)


@mutant("REQ-01", kind="schema")
def a_null_name_is_no_change(server: Patient) -> None:
    """A name of null leaves the plan's name as it is."""

    def mend(body: Body) -> None:
        if body.get("name", "") is None:
            del body["name"]

    sent(server, "test_plans.update_plan", mend)


@mutant("REQ-01", kind="schema")
def numbers_below_the_least_are_taken(server: Patient) -> None:
    """Screenshots may be captured not even once a minute."""
    server.unchecked()
    field(server, "UserSettingsUpdate", "captures_per_minute", minimum=0)


@mutant("REQ-01", kind="schema")
def a_list_may_be_longer(server: Patient) -> None:
    """A batch may name 501 defects."""
    server.unchecked()

    @server.contract
    def lengthen(document: Body) -> None:
        document["components"]["schemas"]["DefectIds"]["maxItems"] = 501


@mutant("REQ-01", kind="schema")
def a_nested_field_is_not_looked_at(server: Patient) -> None:
    """The description of a step may be a number."""

    def mend(body: Body) -> None:
        steps = body.get("steps")
        for step in steps if isinstance(steps, list) else ():
            if isinstance(step, dict) and isinstance(step.get("description"), int | float):
                step["description"] = f"{step['description']}"

    sent(server, "defects.create_defect", mend)


@mutant("REQ-02", kind="schema")
def a_limit_that_is_too_high_is_lowered(server: Patient) -> None:
    """A limit above 200 counts as 200."""

    @server.request("test_runs.list_runs")
    def lower(request: RequestEdit) -> None:
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        if query.get("limit", "").isdecimal():
            query["limit"] = str(min(200, int(query["limit"])))
            request.query = urlencode(query)


@mutant("REQ-02", kind="schema")
def an_unknown_status_is_no_filter(server: Patient) -> None:
    """A list that is asked for a status that is none is the whole list."""
    known = ("PASSED", "FAILED", "ERROR", "SKIPPED", "CANCELLED", "RUNNING", "PENDING", "COMPLETED")

    @server.request("reports.list_suite_runs")
    def forget(request: RequestEdit) -> None:
        query = dict(parse_qsl(request.query, keep_blank_values=True))
        if query.get("status", "PASSED") not in known:
            del query["status"]
            request.query = urlencode(query)


@mutant("REQ-03", kind="status")
def a_malformed_id_is_a_plan_without_a_name(server: Patient) -> None:
    """What is no id finds a plan that nobody made."""

    @server.answer("test_plans.get_plan")
    def look(answer: AnswerEdit) -> None:
        if answer.status in (400, 422):
            answer.status = 200
            answer.body = dict(NOBODYS_PLAN)


@mutant("REQ-04", kind="schema")
def the_longest_name_is_too_long(server: Patient) -> None:
    """A plan's name has to be shorter than 255 characters."""
    field(server, "TestPlanCreate", "name", maxLength=254)


@mutant("REQ-04", kind="schema")
def the_highest_number_is_too_high(server: Patient) -> None:
    """A result's iteration may not be the highest number that there is."""
    field(server, "TestRunResultCreate", "iteration_number", maximum=2147483646)


@mutant("REQ-04", kind="persistence")
def long_texts_are_cut(server: Patient) -> None:
    """The description of a defect is cut after 5,000 characters."""

    def cut(body: Body) -> None:
        if isinstance(body.get("description"), str):
            body["description"] = body["description"][:5000]

    @server.handler("defects.create_defect")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        cut(body)
        return original(ctx, body)


@mutant("REQ-04", kind="schema")
def optional_fields_may_not_be_null(server: Patient) -> None:
    """The browser of a result has to be left out, null is no browser."""

    @server.handler("test_runs.create_result")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if body.get("browser_name", "") is None:
            raise ValidationFailed(details={"browser_name": ["must not be null"]})
        return original(ctx, body)


@mutant("REQ-04", kind="schema")
def a_value_is_not_known(server: Patient) -> None:
    """A schedule cannot be repeated every month."""

    @server.handler("test_runs.create_schedule")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if body.get("repeat_type") == "MONTHLY":
            raise ValidationFailed(details={"repeat_type": ["is not known"]})
        return original(ctx, body)


@mutant("REQ-05", kind="schema")
def pages_hold_fewer(server: Patient) -> None:
    """A page of defects holds 100 at most."""
    parameter(server, "/defects", "per_page", maximum=100)


@mutant("REQ-05", kind="schema")
def an_order_is_not_known(server: Patient) -> None:
    """Runs cannot be ordered by their name."""
    parameter(server, "/test-runs", "sort_by", enum=["created_at", "run_number", "status"])


@mutant("REQ-05", kind="schema")
def a_search_is_short(server: Patient) -> None:
    """Reports are looked for by at most 250 characters of their name."""
    parameter(server, "/reports/suite-runs", "suite_name", maxLength=250)


@mutant("REQ-06", kind="schema")
def unknown_fields_need_proper_names(server: Patient) -> None:
    """A field that is not known is ignored, unless its name could be none in a program."""

    @server.request(
        "test_plans.create_plan",
        "test_plans.create_variable",
        "test_runs.create_run",
        "test_runs.create_schedule",
        "defects.create_defect",
        "defects.create_folder",
        "reports.create_suite_run",
    )
    def refuse(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and not all(map(str.isidentifier, request.body)):
            request.body = []


@mutant("REQ-06", kind="schema")
def request_objects_are_closed(server: Patient) -> None:
    """A report with a field that is not known is refused."""

    @server.contract
    def close(document: Body) -> None:
        schemas = document["components"]["schemas"]
        for name in ("DefectCreate", "DefectFolderCreate", "TestRunCreate", "ScheduleCreate"):
            schemas[name]["additionalProperties"] = False

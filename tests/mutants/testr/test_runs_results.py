"""Servers that are wrong about results, and what they make of their item and their run."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.errors import ValidationFailed
from understudy.handlers.testr.rules import run_totals

RULES = "understudy.handlers.testr.rules"
RESULTS = f"{RULES}.results"
TOTALS = f"{RULES}.run_totals"
Body = dict[str, Any]


def change(server: Patient, edit: Any) -> None:
    """Make of each result what `edit(ctx, body)` says."""

    @server.handler("test_runs.create_result")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, edit(ctx, body))


def overrule(server: Patient, before: str, result: str) -> None:
    """Let a result have its way with an item that has this status."""

    @server.wrap(RESULTS, "_count")
    def count(original: Any, sandbox: Any, item: Body, new: Body) -> None:
        original(sandbox, item, new)
        if (item["status"], new["status"]) == (before, result):
            store, at = sandbox.store, new["created_at"]
            store["test_run_items"].change(item["id"], status=result)
            run = store["test_runs"].get(item["test_run_id"])
            run_totals.recount(store, run, at, added=[result], removed=[before])


@mutant("RES-01", kind="persistence")
def first_url_is_forgotten(server: Patient) -> None:
    """A result that FAILED does not keep the URL at which it began."""
    change(
        server, lambda ctx, body: body | ({"start_url": None} if body["status"] == "FAILED" else {})
    )


@mutant("RES-02", kind="behaviour")
def unknown_system(server: Patient) -> None:
    """A result without a system has one that is called `unknown`."""
    change(server, lambda ctx, body: {"os_name": "unknown", **body})


@mutant("RES-12", kind="behaviour")
def later_iterations_do_not_count(server: Patient) -> None:
    """Only results of the first iteration change the status of their item."""

    @server.wrap(RESULTS, "_count")
    def count(original: Any, sandbox: Any, item: Body, result: Body) -> None:
        if result["iteration_number"] == 1:
            original(sandbox, item, result)


@mutant("RES-13", kind="behaviour")
def errors_are_no_failures(server: Patient) -> None:
    """Items in ERROR are not counted in `failed_tests`."""

    @server.wrap(TOTALS, "totals")
    def totals(original: Any, run: Body) -> Any:
        counts = run["_items_by_status"]
        return original({**run, "_items_by_status": {**counts, "PENDING": counts["PENDING"]
                         + counts["ERROR"], "ERROR": 0}})  # fmt: skip


@mutant("RES-14", kind="behaviour")
def each_result_is_counted(server: Patient) -> None:
    """Each PASSED result of an item is counted in `passed_tests`."""

    @server.wrap(RESULTS, "_count")
    def count(original: Any, sandbox: Any, item: Body, result: Body) -> None:
        original(sandbox, item, result)
        if item["status"] == result["status"] == "PASSED":
            run = sandbox.store["test_runs"].get(item["test_run_id"])
            sandbox.store["test_runs"].change(run["id"], passed_tests=run["passed_tests"] + 1)


@mutant("RES-03", kind="behaviour")
def unknown_run_is_overlooked(server: Patient) -> None:
    """A result of a run that does not exist counts for the run of its item."""

    def edit(ctx: Any, body: Body) -> Body:
        item = ctx.store["test_run_items"].get(body["test_run_item_id"])
        if item is None or body["test_run_id"] in ctx.store["test_runs"]:
            return body
        return {**body, "test_run_id": item["test_run_id"]}

    change(server, edit)


@mutant("RES-04", kind="behaviour")
def item_of_any_run_of_the_plan(server: Patient) -> None:
    """A result counts also if its item is of another run of the same plan."""

    def edit(ctx: Any, body: Body) -> Body:
        item = ctx.store["test_run_items"].get(body["test_run_item_id"])
        runs = ctx.store["test_runs"]
        named = runs.get(body["test_run_id"])
        actual = runs.get(item["test_run_id"]) if item else None
        if named is None or actual is None or named["test_plan_id"] != actual["test_plan_id"]:
            return body
        return {**body, "test_run_id": actual["id"]}

    change(server, edit)


@mutant("RES-05", kind="behaviour")
def item_of_any_case(server: Patient) -> None:
    """A result counts also if its item is of another case of the same plan."""

    def edit(ctx: Any, body: Body) -> Body:
        item = ctx.store["test_run_items"].get(body["test_run_item_id"])
        cases = ctx.store["test_cases"]
        named = cases.get(body["test_case_id"])
        actual = cases.get(item["test_case_id"]) if item else None
        if named is None or actual is None or named["test_plan_id"] != actual["test_plan_id"]:
            return body
        return {**body, "test_case_id": actual["id"]}

    change(server, edit)


@mutant("RES-06", kind="status")
def unknown_item_is_422(server: Patient) -> None:
    """A result of an item that does not exist is refused as invalid input."""

    def edit(ctx: Any, body: Body) -> Body:
        runs, items = ctx.store["test_runs"], ctx.store["test_run_items"]
        if body["test_run_id"] in runs and body["test_run_item_id"] not in items:
            raise ValidationFailed(details={"test_run_item_id": ["is not an item"]})
        return body

    change(server, edit)


@mutant("RES-07", kind="behaviour")
def failed_run_takes_results(server: Patient) -> None:
    """A FAILED run still takes results."""

    @server.wrap(f"{RULES}.runs", "check_open")
    def check(original: Any, run: Body, things: str) -> None:
        if (run["status"], things) != ("FAILED", "results"):
            original(run, things)


@mutant("RES-08", kind="behaviour")
def failure_starts_its_run(server: Patient) -> None:
    """The first result of a PENDING run that FAILED starts it."""

    @server.handler("test_runs.create_result")
    def create(original: Any, ctx: Any, body: Body) -> Any:
        answer = original(ctx, body)
        runs = ctx.store["test_runs"]
        is_pending = runs.get(body["test_run_id"])["status"] == "PENDING"
        if is_pending and body["status"] == "FAILED":
            runs.change(body["test_run_id"], status="RUNNING", started_at=ctx.now())
        return answer


@mutant("RES-15", kind="behaviour")
def retry_hides_a_failure(server: Patient) -> None:
    """An item that FAILED is PASSED after a later result that passed."""
    overrule(server, "FAILED", "PASSED")


@mutant("RES-16", kind="behaviour")
def retry_hides_an_error(server: Patient) -> None:
    """An item in ERROR is PASSED after a later result that passed."""
    overrule(server, "ERROR", "PASSED")


@mutant("RES-17", kind="behaviour")
def skip_hides_a_pass(server: Patient) -> None:
    """An item that PASSED is SKIPPED after a later result that was skipped."""
    overrule(server, "PASSED", "SKIPPED")


@mutant("RES-18", kind="behaviour")
def rate_is_cut(server: Patient) -> None:
    """The rate of a run is cut after one decimal and not rounded."""

    @server.wrap(TOTALS, "totals")
    def totals(original: Any, run: Body) -> Any:
        found = original(run)
        ran = found["passed_tests"] + found["failed_tests"]
        if "pass_rate" in run["_given_totals"] or not ran:
            return found
        return {**found, "pass_rate": 1000 * found["passed_tests"] // ran / 10}


@mutant("RES-19", kind="behaviour")
def nothing_failed_is_all_passed(server: Patient) -> None:
    """The rate of a run whose tests were all skipped is 100."""

    @server.wrap(TOTALS, "totals")
    def totals(original: Any, run: Body) -> Any:
        found = original(run)
        ran = found["passed_tests"] + found["failed_tests"]
        if "pass_rate" in run["_given_totals"] or ran or not found["skipped_tests"]:
            return found
        return {**found, "pass_rate": 100.0}


@mutant("RES-09", kind="behaviour")
def skipped_steps_lower_the_rate(server: Patient) -> None:
    """The rate of a result is the share of the passed in all its steps."""

    def edit(ctx: Any, body: Body) -> Body:
        total = body.get("total_steps")
        if body.get("pass_rate") is not None or not total:
            return body
        return {**body, "pass_rate": round(100 * min(1.0, (body["passed_steps"] or 0) / total), 1)}

    change(server, edit)


@mutant("RES-10", kind="persistence")
def great_numbers_lose_digits(server: Patient) -> None:
    """Numbers beyond 2⁵³ among the values of a data row lose their last digits."""

    def edit(ctx: Any, body: Body) -> Body:
        values = body.get("data_row_values") or {}
        rounded = {
            name: int(float(value)) if type(value) is int and abs(value) > 2**53 else value
            for name, value in values.items()
        }
        return {**body, "data_row_values": rounded}

    change(server, edit)


@mutant("RES-11", kind="persistence")
def screenshot_loses_its_head(server: Patient) -> None:
    """The head of a screenshot's data URL is cut off."""

    def edit(ctx: Any, body: Body) -> Body:
        shot = body.get("error_screenshot")
        return {**body, "error_screenshot": shot and shot.removeprefix("data:image/png;base64,")}

    change(server, edit)

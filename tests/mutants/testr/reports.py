"""Servers that break a promise about the reports of suite runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson
from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.handlers.testr import errors
from understudy.store import Page

RULES = "understudy.handlers.testr.rules"
CREATE, READ = "reports.create_suite_run", "reports.get_suite_run"
COUNTS = ("passed_tests", "failed_tests", "skipped_tests")

Body = dict[str, Any]
Items = list[Any]


def kept(server: Patient, change: Callable[[Body], Body]) -> None:
    """Change what is kept: `change(body)` gives what takes the place of the request."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, change(body))


def answered(server: Patient, change: Callable[[Body], Body]) -> None:
    """Change what is kept of a suite run: `change(run)` gives fields that differ."""

    @server.wrap(f"{RULES}.suite_runs", "create_suite_run")
    def create(original: Any, sandbox: Any, fields: Body) -> Any:
        run = original(sandbox, fields)
        return sandbox.store["suite_runs"].change(run["id"], **change(run))


def listed(server: Patient, change: Callable[[Callable[[Body], Items], Any, Body], Items]) -> None:
    """Change what the list selects: `change(select, ctx, query)` gives all of it, in its order."""

    @server.wrap(f"{RULES}.suite_runs", "page")
    def page(original: Any, ctx: Any, query: Body, limit: int, offset: int) -> Page:
        found = change(lambda other: original(ctx, other, 1_000_000, 0).items, ctx, query)
        return Page(found[offset : offset + limit], len(found))


@mutant("REP-01", kind="behaviour")
def environment_left_out_is_local(server: Patient) -> None:
    """An environment that is left out is `local`."""

    @server.request(CREATE)
    def fill(request: Any) -> None:
        if isinstance(request.body, dict):
            request.body.setdefault("environment", "local")


@mutant("REP-02", kind="behaviour")
def null_environment_is_empty(server: Patient) -> None:
    """An environment of null is an empty text."""

    @server.request(CREATE)
    def fill(request: Any) -> None:
        if isinstance(request.body, dict) and request.body.get("environment", "") is None:
            request.body["environment"] = ""


@mutant("REP-03", kind="persistence")
def skipped_tests_are_not_read(server: Patient) -> None:
    """A suite run that is read has no skipped tests."""

    @server.handler(READ)
    def get(original: Any, ctx: Any, suite_run_id: str) -> Any:
        return {**original(ctx, suite_run_id).public, "skipped_tests": 0}


@mutant("REP-04", kind="behaviour")
def failures_make_a_failed_suite(server: Patient) -> None:
    """A suite with failed and passed tests is FAILED, whatever was reported."""

    def correct(run: Body) -> Body:
        has_both = run["failed_tests"] == run["passed_tests"] == 1
        return {"status": "FAILED"} if has_both else {}

    answered(server, correct)


@mutant("REP-05", kind="behaviour")
def totals_are_corrected(server: Patient) -> None:
    """A total that is lower than what it is made of is corrected, where none of that is 0."""

    def correct(run: Body) -> Body:
        counts = [run[name] for name in COUNTS]
        return {"total_tests": max(run["total_tests"], sum(counts))} if all(counts) else {}

    answered(server, correct)


@mutant("REP-06", kind="behaviour")
def totals_leave_skipped_tests_out(server: Patient) -> None:
    """A total that is left out does not count the skipped tests."""

    def add(body: Body) -> Body:
        total = (body.get("passed_tests") or 0) + (body.get("failed_tests") or 0)
        return body if body.get("total_tests") is not None else {**body, "total_tests": total}

    kept(server, add)


@mutant("REP-07", kind="behaviour")
def rates_are_cut_off(server: Patient) -> None:
    """The pass rate is cut off after one decimal instead of rounded."""

    def cut(run: Body) -> Body:
        ran = run["passed_tests"] + run["failed_tests"]
        return {"pass_rate": 1000 * run["passed_tests"] // ran / 10 if ran else 0.0}

    answered(server, cut)


@mutant("REP-08", kind="behaviour")
def skipped_suites_have_passed(server: Patient) -> None:
    """Where tests were skipped and none ran, the pass rate is 100."""

    def pass_(run: Body) -> Body:
        is_skipped = run["skipped_tests"] and not run["passed_tests"] + run["failed_tests"]
        return {"pass_rate": 100.0} if is_skipped else {}

    answered(server, pass_)


@mutant("REP-09", kind="persistence")
def metadata_have_other_line_ends(server: Patient) -> None:
    """A line separator in a text of the metadata becomes a line feed."""

    def drop(body: Body) -> Body:
        text = orjson.dumps(body.get("metadata")).decode()
        return {**body, "metadata": orjson.loads(text.replace("\u2028", "\\n"))}

    kept(server, drop)


@mutant("REP-10", kind="persistence")
def durations_have_32_bits(server: Patient) -> None:
    """Of a duration of some years 32 bits are kept."""

    def cut(body: Body) -> Body:
        duration = body.get("duration_ms") or 0
        is_long = 2**40 < duration < 2**50
        return {**body, "duration_ms": duration % 2**32} if is_long else body

    kept(server, cut)


@mutant("REP-11", kind="status")
def unknown_suite_run_is_400(server: Patient) -> None:
    """A suite run that nobody has is 400, as long as its id is in lower case."""

    @server.handler(READ)
    def get(original: Any, ctx: Any, suite_run_id: str) -> Any:
        is_lower = suite_run_id == suite_run_id.lower()
        if is_lower and ctx.store["suite_runs"].get(suite_run_id) is None:
            raise errors.InvalidState
        return original(ctx, suite_run_id)


@mutant("REP-12", kind="behaviour")
def suite_runs_are_sorted_by_name(server: Patient) -> None:
    """Suite runs are listed by their names."""

    def select(select: Any, ctx: Any, query: Body) -> Items:
        return sorted(select(query), key=lambda one: one["suite_name"])

    listed(server, select)


@mutant("REP-13", kind="behaviour")
def errors_are_failures(server: Patient) -> None:
    """The status ERROR selects the FAILED suite runs, too."""

    def select(select: Any, ctx: Any, query: Body) -> Items:
        if query["status"] != "ERROR":
            return list(select(query))
        rest = select({**query, "status": None})
        return [one for one in rest if one["status"] in ("ERROR", "FAILED")]

    listed(server, select)


@mutant("REP-14", kind="behaviour")
def suite_names_mind_their_case(server: Patient) -> None:
    """A part of a suite's name is found only in the same case."""

    def select(select: Any, ctx: Any, query: Body) -> Items:
        text = query["suite_name"] or ""
        return [one for one in select(query) if text in one["suite_name"]]

    listed(server, select)


@mutant("REP-15", kind="behaviour")
def underscore_is_any_character_of_a_name(server: Patient) -> None:
    """In a part of a suite's name the character _ stands for any other."""

    def select(select: Any, ctx: Any, query: Body) -> Items:
        text = query["suite_name"] or ""
        if "_" not in text:
            return list(select(query))
        pattern = re.compile(re.escape(text).replace("_", "."), re.IGNORECASE)
        rest = select({**query, "suite_name": None})
        return [one for one in rest if pattern.search(one["suite_name"])]

    listed(server, select)


@mutant("REP-16", kind="behaviour")
def empty_suite_name_finds_nothing(server: Patient) -> None:
    """An empty name selects nothing."""
    listed(server, lambda select, ctx, query: [] if query["suite_name"] == "" else select(query))


@mutant("REP-17", kind="behaviour")
def open_range_of_suite_runs_leaves_its_end_out(server: Patient) -> None:
    """A `to_date` without a `from_date` is exclusive."""

    def select(select: Any, ctx: Any, query: Body) -> Items:
        end = query["to_date"] or ""
        if "T" not in end or query["from_date"]:
            return list(select(query))
        return [one for one in select(query) if one["created_at"] != times.normalise(end)]

    listed(server, select)


@mutant("REP-18", kind="behaviour")
def last_day_of_suite_runs_is_left_out(server: Patient) -> None:
    """A day as `to_date` stands for its first instant."""

    def select(select: Any, ctx: Any, query: Body) -> Items:
        end = query["to_date"] or "T"
        return [one for one in select(query) if "T" in end or one["created_at"][:10] < end]

    listed(server, select)


@mutant("REP-19", kind="behaviour")
def dates_do_not_count_beside_a_status(server: Patient) -> None:
    """Beside a status `from_date` does not count."""

    def select(select: Any, ctx: Any, query: Body) -> Items:
        return list(select({**query, "from_date": None} if query["status"] else query))

    listed(server, select)

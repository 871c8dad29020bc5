"""Servers that are wrong about the states of a run and the times that they set."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy import times
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import run_totals, runs

RULES = "understudy.handlers.testr.rules"
RUNS = f"{RULES}.runs"
Body = dict[str, Any]


def skip_what_is_pending(ctx: Any, run_id: str) -> Any:
    """Make the PENDING items of a run SKIPPED; the run as it is then."""
    run = ctx.store["test_runs"].get(run_id)
    items = ctx.store["test_run_items"].select({"test_run_id": run_id}).items
    pending = [item for item in items if item["status"] == "PENDING"]
    for item in pending:
        ctx.store["test_run_items"].change(item["id"], status="SKIPPED")
    added, removed = ["SKIPPED"] * len(pending), ["PENDING"] * len(pending)
    return run_totals.recount(ctx.store, run, ctx.now(), added=added, removed=removed).public


@mutant("RUN-20", kind="behaviour")
def one_run_of_a_plan_at_a_time(server: Patient) -> None:
    """A run does not start while another run of its plan is RUNNING."""

    @server.wrap(RUNS, "start")
    def start(original: Any, store: Any, run: Body, *arguments: Any) -> Any:
        others = {"test_plan_id": run["test_plan_id"], "status": "RUNNING"}
        if run["status"] == "PENDING" and store["test_runs"].first(others):
            raise errors.InvalidState("Another run of this plan is RUNNING.")
        return original(store, run, *arguments)


@mutant("RUN-21", kind="behaviour")
def run_starts_when_it_was_meant_to(server: Patient) -> None:
    """A started run tells the time at which it was meant to start."""

    @server.wrap(RUNS, "start")
    def start(original: Any, store: Any, run: Body, settings: Body, now: str) -> Any:
        return original(store, run, settings, run["scheduled_at"] or now)


@mutant("RUN-22", kind="behaviour")
def run_starts_with_its_creation(server: Patient) -> None:
    """A started run tells the time of its creation as that of its start."""

    @server.wrap(RUNS, "start")
    def start(original: Any, store: Any, run: Body, settings: Body, now: str) -> Any:
        started = original(store, run, settings, now)
        return store["test_runs"].change(started["id"], started_at=run["created_at"])


@mutant("RUN-23", kind="behaviour")
def completed_run_starts_again(server: Patient) -> None:
    """A COMPLETED run can be started again."""
    server.patch(RUNS, "BEFORE", {**runs.BEFORE, "RUNNING": {"PENDING", "COMPLETED"}})


@mutant("RUN-24", kind="persistence")
def start_keeps_the_old_width(server: Patient) -> None:
    """Start answers with the width of the viewport that it was given, and does not store it."""

    @server.handler("test_runs.start_run")
    def start(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        before = ctx.store["test_runs"].get(run_id)
        answer = original(ctx, run_id, body)
        ctx.store["test_runs"].change(run_id, viewport_width=before["viewport_width"])
        return answer


@mutant("RUN-25", kind="behaviour")
def null_browser_is_the_usual_one(server: Patient) -> None:
    """A browser of null in the start sets the run's browser to chromium."""

    @server.handler("test_runs.start_run")
    def start(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        if "browser_name" in body and body["browser_name"] is None:
            body = {**body, "browser_name": "chromium"}
        return original(ctx, run_id, body)


@mutant("RUN-26", kind="behaviour")
def start_without_a_body_sets_defaults(server: Patient) -> None:
    """Start without a body sets the browser and the viewport to their defaults."""

    @server.request("test_runs.start_run")
    def start(request: Any) -> None:
        if not request.content:
            request.headers["content-type"] = "application/json"
            request.body = {"browser_name": "chromium", "viewport_width": 1920}


@mutant("RUN-27", kind="behaviour")
def stop_skips_what_is_pending(server: Patient) -> None:
    """Stop makes the items that have not run yet SKIPPED."""

    @server.handler("test_runs.stop_run")
    def stop(original: Any, ctx: Any, run_id: str) -> Any:
        original(ctx, run_id)
        return skip_what_is_pending(ctx, run_id)


@mutant("RUN-28", kind="behaviour")
def pending_run_can_be_stopped(server: Patient) -> None:
    """A PENDING run can be stopped."""

    @server.handler("test_runs.stop_run")
    def stop(original: Any, ctx: Any, run_id: str) -> Any:
        run = ctx.store["test_runs"].get(run_id)
        if run is None or run["status"] != "PENDING" or run["_workspace_id"] != ctx.workspace["id"]:
            return original(ctx, run_id)
        changes = {"status": "COMPLETED", "completed_at": ctx.now()}
        return ctx.store["test_runs"].change(run_id, **changes).public


@mutant("RUN-29", kind="behaviour")
def cancelled_run_never_started(server: Patient) -> None:
    """Cancelling a RUNNING run empties the time of its start."""

    @server.handler("test_runs.cancel_run")
    def cancel(original: Any, ctx: Any, run_id: str) -> Any:
        original(ctx, run_id)
        return ctx.store["test_runs"].change(run_id, started_at=None).public


@mutant("RUN-30", kind="behaviour")
def completed_run_can_be_cancelled(server: Patient) -> None:
    """A COMPLETED run can be cancelled."""
    before = {*runs.BEFORE["CANCELLED"], "COMPLETED"}
    server.patch(RUNS, "BEFORE", {**runs.BEFORE, "CANCELLED": before})


@mutant("RUN-31", kind="behaviour")
def waiting_counts_as_running(server: Patient) -> None:
    """A run that is cancelled before it starts took the time since its creation."""

    @server.handler("test_runs.cancel_run")
    def cancel(original: Any, ctx: Any, run_id: str) -> Any:
        run = original(ctx, run_id)
        if run["started_at"] is not None:
            return run
        waited = times.parse(run["completed_at"]) - times.parse(run["created_at"])
        return ctx.store["test_runs"].change(run_id, duration_ms=waited).public


@mutant("RUN-32", kind="behaviour")
def cancel_skips_what_is_pending(server: Patient) -> None:
    """Cancel makes the items that have not run yet SKIPPED."""

    @server.handler("test_runs.cancel_run")
    def cancel(original: Any, ctx: Any, run_id: str) -> Any:
        original(ctx, run_id)
        return skip_what_is_pending(ctx, run_id)


@mutant("RUN-33", kind="behaviour")
def stop_answers_without_tags(server: Patient) -> None:
    """The answer to stop has no tags, whatever tags the run has."""

    @server.handler("test_runs.stop_run")
    def stop(original: Any, ctx: Any, run_id: str) -> Any:
        return {**original(ctx, run_id), "tags": []}


@mutant("RUN-34", kind="behaviour")
def durations_are_whole_seconds(server: Patient) -> None:
    """The duration of a run is cut to whole seconds."""

    @server.wrap(RUNS, "_elapsed")
    def elapsed(original: Any, since: str | None, until: str | None) -> Any:
        return original(since, until) // 1000 * 1000


@mutant("RUN-35", kind="behaviour")
def durations_have_no_seconds(server: Patient) -> None:
    """The duration of a run is the milliseconds of its last second alone."""

    @server.wrap(RUNS, "_elapsed")
    def elapsed(original: Any, since: str | None, until: str | None) -> Any:
        return original(since, until) % 1000


@mutant("RUN-36", kind="behaviour")
def summary_counts_on(server: Patient) -> None:
    """The summary of a RUNNING run has the time since its start as the duration."""

    @server.handler("test_runs.get_summary")
    def summary(original: Any, ctx: Any, run_id: str) -> Any:
        found = original(ctx, run_id)
        if found["status"] != "RUNNING":
            return found
        return {**found, "duration_ms": ctx.clock.millis() - times.parse(found["started_at"])}

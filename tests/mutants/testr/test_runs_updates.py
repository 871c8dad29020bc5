"""Servers that are wrong about updates of a run, its totals and its summary."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import runs

RULES = "understudy.handlers.testr.rules"
TOTALS = f"{RULES}.run_totals"
COUNTED = ("total_tests", "passed_tests", "failed_tests", "skipped_tests", "pass_rate")
Body = dict[str, Any]


def is_move(run: Body, body: Body) -> bool:
    """Whether an update has another status than the run."""
    return body.get("status", run["status"]) != run["status"]


def update(server: Patient, change: Any) -> None:
    """Make of each update what `change(run, body)` says; the run is one of the workspace."""

    @server.handler("test_runs.update_run")
    def updated(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        run = ctx.store["test_runs"].get(run_id)
        return original(ctx, run_id, change(run, body) if run else body)


@mutant("RUN-37", kind="behaviour")
def update_replaces_tags(server: Patient) -> None:
    """An update without tags empties the tags of a run."""
    update(server, lambda run, body: {"tags": [], **body})


@mutant("RUN-38", kind="behaviour")
def final_run_takes_no_report(server: Patient) -> None:
    """The path of a report is not taken once the run has ended."""

    def change(run: Body, body: Body) -> Body:
        ended = run["status"] in runs.FINAL
        return {name: value for name, value in body.items() if name != "report_path" or not ended}

    update(server, change)


@mutant("RUN-39", kind="behaviour")
def update_answers_with_an_old_time(server: Patient) -> None:
    """The answer to an update has the time of the creation as `updated_at`."""

    @server.handler("test_runs.update_run")
    def updated(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        run = original(ctx, run_id, body)
        return {**run, "updated_at": run["created_at"]}


@mutant("RUN-40", kind="behaviour")
def update_completes_no_open_items(server: Patient) -> None:
    """An update does not complete a run while items have not run yet."""

    def change(run: Body, body: Body) -> Body:
        ends = (run["status"], body.get("status")) == ("RUNNING", "COMPLETED")
        if ends and run["_items_by_status"]["PENDING"]:
            raise errors.InvalidState("Items have not run yet.")
        return body

    update(server, change)


@mutant("RUN-41", kind="behaviour")
def completed_is_refused_when_completed(server: Patient) -> None:
    """The status COMPLETED is refused in an update of a run that is COMPLETED."""

    def change(run: Body, body: Body) -> Body:
        if run["status"] == body.get("status") == "COMPLETED":
            raise errors.InvalidState("A COMPLETED run cannot become COMPLETED.")
        return body

    update(server, change)


@mutant("RUN-42", kind="persistence")
def refused_move_keeps_its_notes(server: Patient) -> None:
    """An update that a PENDING run's state forbids is refused, and stores its notes."""

    @server.handler("test_runs.update_run")
    def updated(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        try:
            return original(ctx, run_id, body)
        except errors.InvalidState as error:
            if ctx.store["test_runs"].get(run_id)["status"] == "PENDING" and "notes" in body:
                ctx.store["test_runs"].change(run_id, notes=body["notes"])
                error.keeps_changes = True
            raise


@mutant("RUN-43", kind="behaviour")
def end_is_always_now(server: Patient) -> None:
    """An update that ends a run sets its end to now, whatever end it gives."""

    def change(run: Body, body: Body) -> Body:
        given = body.get("completed_at") is not None
        if is_move(run, body) and given:
            return {name: value for name, value in body.items() if name != "completed_at"}
        return body

    update(server, change)


@mutant("RUN-44", kind="behaviour")
def stop_forgets_a_given_end(server: Patient) -> None:
    """Stop and cancel set the end of a run to now, also if it was given before."""

    @server.wrap(f"{RULES}.runs", "finish")
    def finish(original: Any, store: Any, run: Body, status: str, now: str) -> Any:
        return original(store, {**run, "completed_at": None}, status, now)


@mutant("RUN-45", kind="behaviour")
def null_empties_the_end(server: Patient) -> None:
    """A `completed_at` of null empties the end of a run that has ended."""

    @server.handler("test_runs.update_run")
    def updated(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        answer = original(ctx, run_id, body)
        if "status" in body or body.get("completed_at", "") is not None:
            return answer
        return ctx.store["test_runs"].change(run_id, completed_at=None).public


@mutant("RUN-46", kind="behaviour")
def run_ends_without_a_time(server: Patient) -> None:
    """An update that ends a run with a `completed_at` of null leaves it without an end."""

    @server.handler("test_runs.update_run")
    def updated(original: Any, ctx: Any, run_id: str, body: Body) -> Any:
        answer = original(ctx, run_id, body)
        if "status" not in body or body.get("completed_at", "") is not None:
            return answer
        return ctx.store["test_runs"].change(run_id, completed_at=None).public


@mutant("RUN-47", kind="behaviour")
def null_leaves_notes_alone(server: Patient) -> None:
    """Notes of null in an update leave the notes of a run as they are."""

    def change(run: Body, body: Body) -> Body:
        notes = {"notes": run["notes"]} if body.get("notes", "") is None else {}
        return {**body, **notes}

    update(server, change)


@mutant("RUN-48", kind="persistence")
def results_replace_a_given_rate(server: Patient) -> None:
    """A rate that was given is computed again with the next result."""

    @server.wrap(TOTALS, "recount")
    def recount(original: Any, store: Any, run: Body, *arguments: Any, **named: Any) -> Any:
        given = [name for name in run["_given_totals"] if name != "pass_rate"]
        return original(store, {**run, "_given_totals": given}, *arguments, **named)


@mutant("RUN-49", kind="behaviour")
def one_given_total_freezes_all(server: Patient) -> None:
    """Once an update gave one of a run's totals, none of them is counted any more."""

    @server.wrap(TOTALS, "recount")
    def recount(original: Any, store: Any, run: Body, *arguments: Any, **named: Any) -> Any:
        changed = original(store, run, *arguments, **named)
        if not run["_given_totals"]:
            return changed
        return store["test_runs"].change(run["id"], **{name: run[name] for name in COUNTED})


@mutant("RUN-50", kind="behaviour")
def rate_follows_the_items(server: Patient) -> None:
    """The rate of a run is computed from its items, also where other totals were given."""

    @server.wrap(TOTALS, "totals")
    def totals(original: Any, run: Body) -> Any:
        found = original(run)
        if "pass_rate" in run["_given_totals"]:
            return found
        return {**found, "pass_rate": original({**run, "_given_totals": []})["pass_rate"]}


@mutant("RUN-51", kind="persistence")
def run_durations_have_32_bits(server: Patient) -> None:
    """Once a run has ended, a duration of more than 2³¹ ms is cut to that."""

    def change(run: Body, body: Body) -> Body:
        if run["status"] not in runs.FINAL or "duration_ms" not in body:
            return body
        return {**body, "duration_ms": min(body["duration_ms"], 2**31 - 1)}

    update(server, change)


@mutant("RUN-52", kind="behaviour")
def end_overlooks_totals(server: Patient) -> None:
    """Totals that come with the status that ends a run are not taken."""

    def change(run: Body, body: Body) -> Body:
        if not is_move(run, body):
            return body
        return {name: value for name, value in body.items() if name not in COUNTED}

    update(server, change)


@mutant("RUN-53", kind="behaviour")
def summary_overlooks_pending_items(server: Patient) -> None:
    """Once an item has run, `items_total` leaves out those that have not."""

    @server.wrap(TOTALS, "summary")
    def summary(original: Any, run: Body) -> Any:
        found = original(run)
        ran = found["items_total"] - found["not_run"]
        return {**found, "items_total": ran or found["items_total"]}


@mutant("RUN-54", kind="behaviour")
def summary_counts_items_alone(server: Patient) -> None:
    """The totals of a summary are those of the items, also where others were given."""

    @server.wrap(TOTALS, "summary")
    def summary(original: Any, run: Body) -> Any:
        counts = run["_items_by_status"]
        return {**original(run), "total_tests": sum(counts.values())}


@mutant("RUN-55", kind="behaviour")
def summary_knows_no_end(server: Patient) -> None:
    """The summary of a run never has the time of its end."""

    @server.wrap(TOTALS, "summary")
    def summary(original: Any, run: Body) -> Any:
        return {**original(run), "completed_at": None}

"""What was written is what is read, in every place that shows it, by everybody at once."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, rule

from . import defects, make
from .documented import documented
from .views import KINDS

Body = dict[str, Any]
REMOVABLE = tuple(name for name, kind in KINDS.items() if kind.remove)


def _check(p: Persona, kind: str, thing: Body) -> None:
    """Raises where one of the places does not show the thing as it is."""
    for place, view in KINDS[kind].views.items():
        seen = view(p, thing)
        assert seen is not None, f"{place} must show the {kind}"
        schema = KINDS[kind].schema
        expected = {
            name: value for name, value in documented(p, schema, thing).items() if name in seen
        }
        found = {name: documented(p, schema, seen)[name] for name in expected}
        assert found == expected, f"{place} must show the {kind} as {expected}, not {found}"


@rule(
    "RYW-01",
    MUST,
    "The whole defect",
    clauses=("The run with all its fields.", "All defect folders of the workspace"),
    values=tuple(KINDS),
)
def test_what_was_created_is_there(active: Persona, value: str) -> None:
    """What a creation answered is at once in every place that shows it, just so."""
    _check(active, value, KINDS[value].create(active))


@rule(
    "RYW-02",
    MUST,
    "The saved filters of the workspace, which all its users share",
    clauses=("All test plans of the active workspace",),
    values=tuple(KINDS),
)
def test_what_was_created_is_there_for_others(
    active: Persona, colleague: Persona, value: str
) -> None:
    """What somebody created is at once there for a colleague, in every place that shows it."""
    _check(colleague, value, KINDS[value].create(active))


@rule("RYW-03", MUST, "answers with the whole run", clauses=("Sets the given fields",))
def test_updates_are_there(active: Persona, colleague: Persona) -> None:
    """What an update answered is what every place shows then, to a colleague, too."""
    plan = make.plan(active)
    body = {"name": active.name("renamed"), "description": "Another one"}
    plan = active.call("test_plans.update_plan", plan_id=plan["id"], body=body).expect(200)
    run = make.run(active, plan)
    body = {"notes": "Looked through", "run_name": active.name("renamed")}
    run = active.call("test_runs.update_run", run_id=run["id"], body=body).expect(200)
    run = active.call("test_runs.start_run", run_id=run["id"]).expect(200)
    defect = make.defect(active)
    defects.update(active, [defect], status="RESOLVED", severity="LOW")
    defect = {**defects.read(active, defect), "status": "RESOLVED", "severity": "LOW"}
    for reader in (active, colleague):
        for kind, thing in (("plan", plan), ("run", run), ("defect", defect)):
            _check(reader, kind, thing)


@rule(
    "RYW-04",
    MUST,
    "Deletes 1 to 500 defects",
    clauses=("Deleting works in every state",),
    values=REMOVABLE,
)
def test_what_was_deleted_is_gone(active: Persona, colleague: Persona, value: str) -> None:
    """What was deleted is at once gone from every place, for a colleague, too."""
    kind = KINDS[value]
    thing = kind.create(active)
    assert kind.remove is not None, "only what can be deleted is asked for"
    kind.remove(active, thing)
    for reader in (active, colleague):
        for place, view in kind.views.items():
            assert view(reader, thing) is None, f"{place} must not show the {value} any more"


@rule("RYW-05", MUST, "The run's totals: all items; PASSED; FAILED and ERROR; SKIPPED")
def test_results_are_counted_everywhere(active: Persona, colleague: Persona) -> None:
    """A result is at once in its item, in the run, in the list of runs and in the summary."""
    plan = make.plan(active)
    run = make.run(active, plan)
    item = make.item(active, run, make.case(active, plan))
    make.result(active, run, item, "PASSED")
    totals: Body = {"total_tests": 1, "passed_tests": 1, "failed_tests": 0, "pass_rate": 100.0}
    for reader in (active, colleague):
        reader.call("test_runs.get_run", run_id=run["id"]).has(**totals)
        reader.call("test_runs.get_summary", run_id=run["id"]).has(**totals)
        listed = reader.call("test_runs.list_runs", query={"test_plan_id": plan["id"]}).expect(200)
        shown = {name: listed["items"][0][name] for name in totals}
        assert shown == totals, f"the list of runs must show {totals}, not {shown}"
        seen = KINDS["item"].views["list_items"](reader, item)
        assert seen is not None, "the item must be there"
        assert seen["status"] == "PASSED", f"the item has passed, and is not {seen['status']}"


@rule("RYW-06", MUST, "Takes the filters of the list, and counts just what the list would list")
def test_counts_follow_every_write(active: Persona, colleague: Persona) -> None:
    """The statistics and the folder's count follow each creation, update and deletion at once."""
    folder = make.defect_folder(active)

    def counts(p: Persona) -> tuple[int, int, int]:
        found = defects.counted(p, folder_id=folder["id"])
        count = defects.folder(p, folder["id"])["defect_count"]
        return found["total"], found["by_status"]["CLOSED"], count

    made = [make.defect(active, folder_id=folder["id"]) for _ in range(2)]
    before = [counts(active), counts(colleague)]
    defects.update(active, made[:1], status="CLOSED")
    between = [counts(active), counts(colleague)]
    defects.delete(colleague, made[:1])
    after = [counts(active), counts(colleague)]
    expected = [[(2, 0, 2)] * 2, [(2, 1, 2)] * 2, [(1, 0, 1)] * 2]
    found = [before, between, after]
    assert found == expected, f"total, closed and the folder's count: {expected}, not {found}"

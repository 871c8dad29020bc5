"""One valid request for each operation, with things of the run's own.

request(suite, active, "test_runs.start_run")  →  {"run_id": …}, as keywords of `Persona.call`
"""

from __future__ import annotations

from collections.abc import Callable

from understudy.verify import Persona, Suite

from . import make, sample_accounts
from .sample_accounts import Request


def request(suite: Suite, persona: Persona, operation: str) -> Request:
    """A valid request of an operation, ready to be sent by this persona. What it needs is created
    first. Operations on an account come with the token of one that was made for this, as they
    would change the persona's own.
    """
    return SAMPLES[operation](persona)


def _nothing(_: Persona) -> Request:
    return {}


def _read_only(persona: Persona) -> bool:
    return persona.suite.settings.read_only


def _some(persona: Persona, operation: str, field: str) -> str | None:
    """The id of something that is there already: a read-only run creates nothing."""
    found = persona.call(operation).expect(200)[field]
    return found[0]["id"] if found else persona.suite.unknown_id()


def _create_plan(persona: Persona) -> Request:
    return {"body": {"name": persona.name("plan"), "description": "A sample"}}


def _plan_id(persona: Persona) -> Request:
    if _read_only(persona):
        return {"plan_id": _some(persona, "test_plans.list_plans", "test_plans")}
    return {"plan_id": make.plan(persona)["id"]}


def _update_plan(persona: Persona) -> Request:
    return {**_plan_id(persona), "body": {"name": persona.name("renamed")}}


def _sync_tree(persona: Persona) -> Request:
    plan = make.plan(persona)
    folder = make.folder(persona, plan)
    moved = {"id": folder["id"], "parent_folder_id": None, "display_order": 1}
    return {"plan_id": plan["id"], "body": {"tree": {"folders": [moved]}}}


def _create_folder(persona: Persona) -> Request:
    body = {"test_plan_id": make.plan(persona)["id"], "name": persona.name("folder")}
    return {"body": body}


def _reorder_folders(persona: Persona) -> Request:
    folder = make.folder(persona, make.plan(persona))
    return {"body": [{"folder_id": folder["id"], "display_order": 3}]}


def _create_case(persona: Persona) -> Request:
    body = {"test_plan_id": make.plan(persona)["id"], "name": persona.name("case")}
    return {"body": body}


def _case(persona: Persona) -> make.Body:
    return make.case(persona, make.plan(persona))


def _reorder_cases(persona: Persona) -> Request:
    return {"body": [{"test_case_id": _case(persona)["id"], "display_order": 3}]}


def _create_recording(persona: Persona) -> Request:
    return {"body": {"test_case_id": _case(persona)["id"], "recording_data": {"actions": []}}}


def _create_script(persona: Persona) -> Request:
    body = {
        "test_case_id": _case(persona)["id"],
        "script_type": "pre",
        "script_language": "python",
        "script_content": "print('ready')",
    }
    return {"body": body}


def _create_variable(persona: Persona) -> Request:
    return {"body": {"name": persona.name("variable"), "value": "42"}}


def _resolve_variables(persona: Persona) -> Request:
    return {"query": {"names": persona.name("unresolved")}}


def _create_run(persona: Persona) -> Request:
    body = {"run_name": persona.name("run"), "test_plan_id": make.plan(persona)["id"]}
    return {"body": body}


def _run_id(persona: Persona) -> Request:
    if _read_only(persona):
        return {"run_id": _some(persona, "test_runs.list_runs", "items")}
    return {"run_id": make.run(persona)["id"]}


def _update_run(persona: Persona) -> Request:
    return {**_run_id(persona), "body": {"notes": "A sample"}}


def _stop_run(persona: Persona) -> Request:
    return {"run_id": make.running(persona)["id"]}


def _run_and_case(persona: Persona) -> tuple[make.Body, make.Body]:
    plan = make.plan(persona)
    return make.run(persona, plan), make.case(persona, plan)


def _add_item(persona: Persona) -> Request:
    run, case = _run_and_case(persona)
    return {"run_id": run["id"], "body": {"test_case_id": case["id"]}}


def _add_items(persona: Persona) -> Request:
    run, case = _run_and_case(persona)
    return {"run_id": run["id"], "body": {"test_case_ids": [case["id"]]}}


def _create_result(persona: Persona) -> Request:
    run, case = _run_and_case(persona)
    item = make.item(persona, run, case)
    body = {
        "test_run_id": run["id"],
        "test_run_item_id": item["id"],
        "test_case_id": case["id"],
        "status": "PASSED",
    }
    return {"body": body}


def _create_schedule(persona: Persona) -> Request:
    body = {
        "schedule_name": persona.name("schedule"),
        "test_plan_id": make.plan(persona)["id"],
        "scheduled_datetime": make.START,
    }
    return {"body": body}


def _create_defect(persona: Persona) -> Request:
    return {"body": {"title": persona.name("defect")}}


def _defect_id(persona: Persona) -> Request:
    if _read_only(persona):
        return {"defect_id": _some(persona, "defects.list_defects", "defects")}
    return {"defect_id": make.defect(persona)["id"]}


def _delete_defects(persona: Persona) -> Request:
    return {"body": {"defect_ids": [make.defect(persona)["id"]]}}


def _update_defects(persona: Persona) -> Request:
    return {"body": {"defect_ids": [make.defect(persona)["id"]], "status": "IN_PROGRESS"}}


def _create_defect_folder(persona: Persona) -> Request:
    return {"body": {"name": persona.name("defect-folder")}}


def _create_filter(persona: Persona) -> Request:
    return {"body": {"name": persona.name("filter"), "criteria": {"status": "OPEN"}}}


def _create_suite_run(persona: Persona) -> Request:
    return {"body": {"suite_name": persona.name("suite"), "status": "PASSED"}}


def _suite_run_id(persona: Persona) -> Request:
    if _read_only(persona):
        return {"suite_run_id": _some(persona, "reports.list_suite_runs", "items")}
    return {"suite_run_id": make.suite_run(persona)["id"]}


def _create_run_folder(persona: Persona) -> Request:
    return {"body": {"name": persona.name("run-folder")}}


def _organize_run(persona: Persona) -> Request:
    return {"body": {"test_run_id": make.run(persona)["id"], "folder_id": None}}


SAMPLES: dict[str, Callable[[Persona], Request]] = {
    **sample_accounts.SAMPLES,
    "auth.me": _nothing,
    "workspace.limits": _nothing,
    "test_plans.list_plans": _nothing,
    "test_plans.create_plan": _create_plan,
    "test_plans.get_plan": _plan_id,
    "test_plans.update_plan": _update_plan,
    "test_plans.delete_plan": _plan_id,
    "test_plans.get_tree": _plan_id,
    "test_plans.sync_tree": _sync_tree,
    "test_plans.create_folder": _create_folder,
    "test_plans.reorder_folders": _reorder_folders,
    "test_plans.create_case": _create_case,
    "test_plans.reorder_cases": _reorder_cases,
    "test_plans.create_recording": _create_recording,
    "test_plans.create_script": _create_script,
    "test_plans.list_variables": _nothing,
    "test_plans.create_variable": _create_variable,
    "test_plans.resolve_variables": _resolve_variables,
    "test_runs.list_runs": _nothing,
    "test_runs.create_run": _create_run,
    "test_runs.get_run": _run_id,
    "test_runs.update_run": _update_run,
    "test_runs.delete_run": _run_id,
    "test_runs.start_run": _run_id,
    "test_runs.stop_run": _stop_run,
    "test_runs.cancel_run": _run_id,
    "test_runs.get_summary": _run_id,
    "test_runs.list_items": _run_id,
    "test_runs.add_item": _add_item,
    "test_runs.add_items": _add_items,
    "test_runs.create_result": _create_result,
    "test_runs.list_schedules": _nothing,
    "test_runs.create_schedule": _create_schedule,
    "test_runs.list_pending_schedules": _nothing,
    "defects.list_defects": _nothing,
    "defects.create_defect": _create_defect,
    "defects.delete_defects": _delete_defects,
    "defects.update_defects": _update_defects,
    "defects.get_statistics": _nothing,
    "defects.list_folders": _nothing,
    "defects.create_folder": _create_defect_folder,
    "defects.list_filters": _nothing,
    "defects.create_filter": _create_filter,
    "defects.list_filter_templates": _nothing,
    "defects.export_defects": _nothing,
    "defects.get_defect": _defect_id,
    "reports.list_suite_runs": _nothing,
    "reports.create_suite_run": _create_suite_run,
    "reports.get_suite_run": _suite_run_id,
    "settings.get_settings": _nothing,
    "test_run_tree.get_tree": _nothing,
    "test_run_tree.create_folder": _create_run_folder,
    "test_run_tree.organize_run": _organize_run,
}

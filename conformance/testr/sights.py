"""What can be seen of the things that a write is about: the same as before where it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.verify import Persona
from understudy.verify.judge import Request

Sight = Callable[[Persona, Request], Any]


def _get(persona: Persona, operation: str, **request: Any) -> Any:
    return persona.call(operation, **request).expect(200)


def _listed(operation: str, items: str, name: str, query: str | None = None) -> Sight:
    """Those in a list that have the name in the request. query: the parameter that asks for it."""

    def sight(persona: Persona, request: Request) -> Any:
        wanted = request["body"][name]
        found = _get(persona, operation, query={query: wanted} if query else {})[items]
        return [one for one in found if one[name] == wanted]

    return sight


def _plan(persona: Persona, plan_id: str) -> Any:
    read = (_get(persona, f"test_plans.{one}", plan_id=plan_id) for one in ("get_plan", "get_tree"))
    return [*read]


def _run(persona: Persona, run_id: str) -> Any:
    read = (_get(persona, f"test_runs.{one}", run_id=run_id) for one in ("get_run", "list_items"))
    return [*read]


def _schedules(persona: Persona, request: Request) -> Any:
    query = {"test_plan_id": request["body"]["test_plan_id"]}
    return _get(persona, "test_runs.list_schedules", query=query)["items"]


def _defects(persona: Persona, request: Request) -> Any:
    ids = request["body"]["defect_ids"]
    return [_get(persona, "defects.get_defect", defect_id=id) for id in ids]


def _settings(persona: Persona, request: Request) -> Any:
    return _get(persona, "settings.get_settings", token=request["token"])


def _run_folders(persona: Persona, request: Request) -> Any:
    wanted = request["body"]["name"]
    folders = _get(persona, "test_run_tree.get_tree")["folders"]
    return [one for one in folders if one["name"] == wanted]


def _place_of_run(persona: Persona, request: Request) -> Any:
    wanted = request["body"]["test_run_id"]
    runs = _get(persona, "test_run_tree.get_tree")["root_test_runs"]
    return [one for one in runs if one["id"] == wanted]


SIGHTS: Mapping[str, Sight] = {
    "test_plans.create_plan": _listed("test_plans.list_plans", "test_plans", "name"),
    "test_plans.update_plan": lambda p, request: _plan(p, request["plan_id"]),
    "test_plans.sync_tree": lambda p, request: _plan(p, request["plan_id"]),
    "test_plans.create_folder": lambda p, request: _plan(p, request["body"]["test_plan_id"]),
    "test_plans.create_case": lambda p, request: _plan(p, request["body"]["test_plan_id"]),
    "test_plans.create_variable": _listed("test_plans.list_variables", "variables", "name"),
    "test_runs.create_run": _listed("test_runs.list_runs", "items", "run_name", "search"),
    "test_runs.update_run": lambda p, request: _run(p, request["run_id"]),
    "test_runs.start_run": lambda p, request: _run(p, request["run_id"]),
    "test_runs.add_item": lambda p, request: _run(p, request["run_id"]),
    "test_runs.add_items": lambda p, request: _run(p, request["run_id"]),
    "test_runs.create_result": lambda p, request: _run(p, request["body"]["test_run_id"]),
    "test_runs.create_schedule": _schedules,
    "defects.create_defect": _listed("defects.list_defects", "defects", "title", "search"),
    "defects.update_defects": _defects,
    "defects.delete_defects": _defects,
    "defects.create_folder": _listed("defects.list_folders", "folders", "name"),
    "defects.create_filter": _listed("defects.list_filters", "filters", "name"),
    "reports.create_suite_run": _listed(
        "reports.list_suite_runs", "items", "suite_name", "suite_name"
    ),
    "settings.update_settings": _settings,
    "settings.reset_settings": _settings,
    "test_run_tree.create_folder": _run_folders,
    "test_run_tree.organize_run": _place_of_run,
}
"""By operation, what it would change. Recordings and scripts are nowhere to be seen."""

REMOVALS: Mapping[str, Sight] = {
    "test_plans.delete_plan": lambda p, request: _plan(p, request["plan_id"]),
    "test_runs.delete_run": lambda p, request: _run(p, request["run_id"]),
    "test_runs.stop_run": lambda p, request: _run(p, request["run_id"]),
    "test_runs.cancel_run": lambda p, request: _run(p, request["run_id"]),
}
"""The same of operations that take no fields."""

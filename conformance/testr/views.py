"""Everything that can be created, and all the places where it can be seen afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from understudy.verify import Persona

from . import make

Body = dict[str, Any]
View = Callable[[Persona, Body], Body | None]
"""The thing as somebody sees it in one place; None where it is not there."""


@dataclass(frozen=True)
class Kind:
    """A kind of thing. `schema`: its name in the contract; `views`: by the operation that shows it;
    `remove`: deletes one.
    """

    schema: str
    create: Callable[[Persona], Body]
    views: Mapping[str, View]
    remove: Callable[[Persona, Body], None] | None = None


def _read(operation: str, parameter: str) -> View:
    def view(p: Persona, thing: Body) -> Body | None:
        answer = p.call(operation, **{parameter: thing["id"]})
        return None if answer.status == 404 else answer.expect(200)

    return view


def _listed(operation: str, items: str, query: Callable[[Body], Body] | None = None) -> View:
    def view(p: Persona, thing: Body) -> Body | None:
        answer = p.call(operation, query=query(thing) if query else {})
        return _with_id(answer.expect(200)[items], thing)

    return view


def _with_id(things: Any, thing: Body) -> Body | None:
    return next((one for one in things if one["id"] == thing["id"]), None)


def _in_plan(field: str) -> View:
    def view(p: Persona, thing: Body) -> Body | None:
        answer = p.call("test_plans.get_tree", plan_id=thing["test_plan_id"])
        tree = answer.expect(200)
        root = {"test_cases": tree["root_test_cases"], "children": tree["folders"]}
        return _with_id(_walk([root], field), thing)

    return view


def _in_run_tree(field: str) -> View:
    def view(p: Persona, thing: Body) -> Body | None:
        tree = p.call("test_run_tree.get_tree").expect(200)
        root = {"test_runs": tree["root_test_runs"], "children": tree["folders"]}
        return _with_id(_walk([root], field), thing)

    return view


def _walk(folders: list[Body], field: str) -> Iterator[Body]:
    """What the folders, and those in them, have in a field."""
    for folder in folders:
        yield from folder[field]
        yield from _walk(folder["children"], field)


def _item_in_run(p: Persona, item: Body) -> Body | None:
    answer = p.call("test_runs.list_items", run_id=item["test_run_id"])
    return _with_id(answer.expect(200)["items"], item)


def _item(p: Persona) -> Body:
    plan = make.plan(p)
    return make.item(p, make.run(p, plan), make.case(p, plan))


def _filter(p: Persona) -> Body:
    return make.saved_filter(p, {"status": "OPEN"})


def _of_plan(thing: Body) -> Body:
    return {"test_plan_id": thing["test_plan_id"]}


def _delete(operation: str, parameter: str) -> Callable[[Persona, Body], None]:
    def remove(p: Persona, thing: Body) -> None:
        p.call(operation, **{parameter: thing["id"]}).expect(200)

    return remove


def _delete_defect(p: Persona, defect: Body) -> None:
    p.call("defects.delete_defects", body={"defect_ids": [defect["id"]]}).expect(200)


def _by_number(defect: Body) -> Body:
    return {"search": defect["defect_number"], "per_page": 200}


KINDS: Mapping[str, Kind] = {
    "plan": Kind(
        "TestPlan",
        make.plan,
        {
            "get_plan": _read("test_plans.get_plan", "plan_id"),
            "list_plans": _listed("test_plans.list_plans", "test_plans"),
        },
        _delete("test_plans.delete_plan", "plan_id"),
    ),
    "folder": Kind(
        "TestPlanFolder", lambda p: make.folder(p, make.plan(p)), {"get_tree": _in_plan("children")}
    ),
    "case": Kind(
        "TestCase", lambda p: make.case(p, make.plan(p)), {"get_tree": _in_plan("test_cases")}
    ),
    "variable": Kind(
        "Variable",
        make.variable,
        {"list_variables": _listed("test_plans.list_variables", "variables")},
    ),
    "run": Kind(
        "TestRun",
        make.run,
        {
            "get_run": _read("test_runs.get_run", "run_id"),
            "list_runs": _listed("test_runs.list_runs", "items", _of_plan),
            "get_tree": _in_run_tree("test_runs"),
        },
        _delete("test_runs.delete_run", "run_id"),
    ),
    "item": Kind("TestRunItem", _item, {"list_items": _item_in_run}),
    "schedule": Kind(
        "Schedule",
        lambda p: make.schedule(p, make.plan(p)),
        {"list_schedules": _listed("test_runs.list_schedules", "items", _of_plan)},
    ),
    "run folder": Kind("TestRunFolder", make.run_folder, {"get_tree": _in_run_tree("children")}),
    "defect": Kind(
        "Defect",
        make.defect,
        {
            "get_defect": _read("defects.get_defect", "defect_id"),
            "list_defects": _listed("defects.list_defects", "defects", _by_number),
            "export_defects": _listed(
                "defects.export_defects", "defects", lambda one: {"search": one["defect_number"]}
            ),
        },
        _delete_defect,
    ),
    "defect folder": Kind(
        "DefectFolder",
        make.defect_folder,
        {"list_folders": _listed("defects.list_folders", "folders")},
    ),
    "filter": Kind(
        "DefectFilter", _filter, {"list_filters": _listed("defects.list_filters", "filters")}
    ),
    "suite run": Kind(
        "SuiteRun",
        make.suite_run,
        {
            "get_suite_run": _read("reports.get_suite_run", "suite_run_id"),
            "list_suite_runs": _listed(
                "reports.list_suite_runs", "items", lambda one: {"suite_name": one["suite_name"]}
            ),
        },
    ),
}

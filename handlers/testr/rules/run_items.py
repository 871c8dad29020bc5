"""The test cases in a run: each once, in the order in which they were added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from .plans import in_plan, parent
from .run_totals import recount
from .runs import check_open

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.store import Record, Store


def create_item(sandbox: Sandbox, fields: Mapping[str, Any]) -> Record:
    """Store an item, the last of its run, and count it."""
    run = parent(sandbox.store, "test_runs", fields["test_run_id"])
    case = parent(sandbox.store, "test_cases", fields["test_case_id"])
    item = _insert(sandbox, run, case, _size(run), fields)
    recount(sandbox.store, run, item["updated_at"], added=[item["status"]])
    return item


def add_cases(sandbox: Sandbox, run: Record, case_ids: Iterable[str]) -> list[Record]:
    """The new items of the test cases that are not in the run yet, each once, in this order.

    Raises NotFound for a case of another plan, InvalidState if the run is final.
    """
    store = sandbox.store
    plan_id = run["test_plan_id"]
    cases = [in_plan(store, "test_cases", plan_id, each) for each in dict.fromkeys(case_ids)]
    check_open(run, "items")
    new = [case for case in cases if not _is_there(store, run, case)]
    order = _size(run)
    added = [_insert(sandbox, run, case, order + place, {}) for place, case in enumerate(new)]
    if added:
        recount(store, run, sandbox.clock.now(), added=["PENDING"] * len(added))
    return added


def _is_there(store: Store, run: Record, case: Record) -> bool:
    conditions = {
        "_workspace_id": run["_workspace_id"],
        "test_run_id": run["id"],
        "test_case_id": case["id"],
    }
    return store["test_run_items"].first(conditions) is not None


def _size(run: Record) -> int:
    return sum(run["_items_by_status"].values())


def _insert(
    sandbox: Sandbox, run: Record, case: Record, order: int, given: Mapping[str, Any]
) -> Record:
    created_at = given.get("created_at") or sandbox.clock.now()
    return sandbox.store["test_run_items"].insert(
        {
            "id": given.get("id") or sandbox.ids.new(),
            "test_run_id": run["id"],
            "test_case_id": case["id"],
            "test_case_name": given.get("test_case_name") or case["name"],
            "status": given.get("status", "PENDING"),
            "display_order": given.get("display_order", order),
            "created_at": created_at,
            "updated_at": given.get("updated_at") or created_at,
            "_workspace_id": run["_workspace_id"],
        }
    )

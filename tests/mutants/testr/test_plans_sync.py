"""Servers that break a promise about synchronising a tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, RequestEdit

from understudy.errors import ApiError, ValidationFailed
from understudy.handlers.testr.rules import folders, plans, trees

Body = dict[str, Any]
SYNC = "test_plans.sync_tree"
FOLDERS, CASES = "test_plan_folders", "test_cases"


def change_cases(server: Patient, change: Callable[[Any, Body], Body]) -> None:
    """Change the entries of a sync's test cases. `change`: test case, entry → entry."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        tree = dict(body["tree"])
        entries = []
        for entry in tree.get("test_cases") or []:
            case = ctx.store[CASES].get(entry["id"])
            is_there = case is not None and case["test_plan_id"] == plan_id
            entries.append(change(case, entry) if is_there else entry)
        return original(ctx, plan_id, {"tree": {**tree, "test_cases": entries}})


def changes_of(request: RequestEdit) -> Body:
    """The tree of a request to sync; an empty one where it has none."""
    tree = request.body.get("tree") if isinstance(request.body, dict) else None
    return tree if isinstance(tree, dict) else {}


@mutant("TREE-20", kind="persistence")
def sync_moves_one_case(server: Patient) -> None:
    """Of the test cases that a sync names only the first goes into another folder."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        tree = body["tree"]
        entries = [*(tree.get("test_cases") or [])]
        for index, entry in enumerate(entries[1:], 1):
            case = ctx.store[CASES].get(entry["id"])
            if case is not None:
                entries[index] = entry | {"folder_id": case["folder_id"]}
        return original(ctx, plan_id, {"tree": {**tree, "test_cases": entries}})


@mutant("TREE-21", kind="persistence")
def sync_orders_no_cases(server: Patient) -> None:
    """A sync leaves the `display_order` of test cases as it was."""
    change_cases(server, lambda case, entry: entry | {"display_order": case["display_order"]})


@mutant("TREE-22", kind="persistence")
def sync_renames_folders_or_cases(server: Patient) -> None:
    """A sync that renames folders leaves the names of test cases as they were."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        tree = body["tree"]
        if any(one.get("name") for one in tree.get("folders") or []):
            cases = [{**one, "name": None} for one in tree.get("test_cases") or []]
            body = {"tree": {**tree, "test_cases": cases}}
        return original(ctx, plan_id, body)


@mutant("TREE-23", kind="behaviour")
def sync_answers_with_what_it_named(server: Patient) -> None:
    """The tree that a sync answers with has none of the empty folders that it did not name."""

    @server.answer(SYNC)
    def leave_out(answer: AnswerEdit) -> None:
        if answer.status == 200:
            named = {one["id"] for one in changes_of(answer.request).get("folders") or []}
            answer.body["folders"] = [
                one
                for one in answer.body["folders"]
                if one["id"] in named or one["children"] or one["test_cases"]
            ]


@mutant("TREE-24", kind="behaviour")
def sync_numbers_the_others_anew(server: Patient) -> None:
    """A sync gives the top-level folders that it does not name consecutive orders from 0."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        original(ctx, plan_id, body)
        plan = ctx.store["test_plans"].get(plan_id)
        named = {one["id"] for one in body["tree"].get("folders") or []}
        present = ctx.store[FOLDERS].select(plans.place(plan, None), order=("display_order", "asc"))
        others = [one for one in present.items if one["id"] not in named]
        for order, one in enumerate(others):
            ctx.store[FOLDERS].change(one["id"], display_order=order)
        return folders.tree(ctx.store, plan)


@mutant("TREE-25", kind="behaviour")
def null_folder_in_a_sync_stays(server: Patient) -> None:
    """A test case that a sync puts into null stays in its folder."""

    def stay(case: Any, entry: Body) -> Body:
        return entry if entry["folder_id"] else entry | {"folder_id": case["folder_id"]}

    change_cases(server, stay)


@mutant("TREE-26", kind="behaviour")
def null_name_in_a_sync_is_untitled(server: Patient) -> None:
    """A folder or test case whose name is null in a sync is called `Untitled`."""

    @server.request(SYNC)
    def fill(request: RequestEdit) -> None:
        for name in ("folders", "test_cases"):
            entries = changes_of(request).get(name)
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, dict) and entry.get("name", "") is None:
                    entry["name"] = "Untitled"


@mutant("TREE-27", kind="behaviour")
def moved_folders_leave_their_cases(server: Patient) -> None:
    """A folder that a sync moves leaves its test cases in the folder where it was."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        plan = ctx.store["test_plans"].get(plan_id)
        entries = body["tree"].get("folders") or []
        before = {one["id"]: ctx.store[FOLDERS].get(one["id"]) for one in entries}
        original(ctx, plan_id, body)
        named = {one["id"] for one in body["tree"].get("test_cases") or []}
        for case in ctx.store[CASES].select(plans.inside(plan)).items:
            folder = before.get(case["folder_id"])
            now = ctx.store[FOLDERS].get(case["folder_id"] or "")
            if folder is None or now is None or case["id"] in named:
                continue
            left = folder["parent_folder_id"]
            if now["parent_folder_id"] != left:
                where = plans.place(plan, left)
                ctx.store[CASES].change(case["id"], folder_id=left, **where)
        return folders.tree(ctx.store, plan)


@mutant("TREE-28", kind="behaviour")
def sync_of_null_numbers_all_anew(server: Patient) -> None:
    """A sync whose lists are null numbers the test cases of its plan from 0."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        answer = original(ctx, plan_id, body)
        if any(body["tree"].get(name, ()) is not None for name in ("folders", "test_cases")):
            return answer
        plan = ctx.store["test_plans"].get(plan_id)
        for order, case in enumerate(ctx.store[CASES].select(plans.inside(plan)).items):
            ctx.store[CASES].change(case["id"], display_order=order)
        return folders.tree(ctx.store, plan)


@mutant("TREE-29", kind="behaviour")
def sync_judges_moves_one_by_one(server: Patient) -> None:
    """A sync is refused where a folder would lie in itself after some of its moves."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        answer = ctx.store["test_plans"].get(plan_id)
        present = ctx.store[FOLDERS].select(plans.inside(answer)).items if answer else ()
        parents = trees.parents_of(present)
        for index, entry in enumerate(body["tree"].get("folders") or []):
            id, to = entry["id"], entry["parent_folder_id"]
            if id in parents and to in {None, *parents}:
                if trees.would_cycle(parents, id, to):
                    place = f"tree.folders.{index}.parent_folder_id"
                    raise ValidationFailed(details={place: ["would put the folder into itself"]})
                parents[id] = to
        return original(ctx, plan_id, body)


@mutant("TREE-30", kind="behaviour")
def last_of_equal_entries_wins(server: Patient) -> None:
    """Of two entries that put one test case into one folder a sync takes the last."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        tree = body["tree"]
        by_place = {(one["id"], one["folder_id"]): one for one in tree.get("test_cases") or []}
        return original(ctx, plan_id, {"tree": {**tree, "test_cases": [*by_place.values()]}})


@mutant("TREE-31", kind="status")
def cycles_are_passed_over(server: Patient) -> None:
    """A sync that would put a folder into itself is 200, and not done."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        try:
            return original(ctx, plan_id, body)
        except ValidationFailed as error:
            if "itself" in str(error.details):
                return folders.tree(ctx.store, ctx.store["test_plans"].get(plan_id))
            raise


@mutant("TREE-32", kind="status")
def sync_nests_at_any_depth(server: Patient) -> None:
    """A sync may nest folders 51 levels deep."""

    @server.wrap("understudy.handlers.testr.rules.trees", "height")
    def height(original: Any, parents: Any) -> int:
        levels: int = original(parents)
        deepest: int = trees.MAX_DEPTH
        return min(deepest, levels)


@mutant("TREE-33", kind="status")
def strange_folders_are_passed_over(server: Patient) -> None:
    """A test case that a sync would put into a folder of another plan stays where it is."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        entries = []
        for entry in body["tree"].get("test_cases") or []:
            folder = ctx.store[FOLDERS].get(entry["folder_id"] or "")
            is_ours = folder is not None and folder["_workspace_id"] == ctx.workspace["id"]
            if not is_ours or folder["test_plan_id"] == plan_id:
                entries.append(entry)
        return original(ctx, plan_id, {"tree": {**body["tree"], "test_cases": entries}})


@mutant("TREE-34", kind="persistence")
def refused_sync_renames(server: Patient) -> None:
    """A sync that is refused has renamed the folders that it names."""

    @server.handler(SYNC)
    def sync(original: Any, ctx: Any, plan_id: str, body: Body) -> Any:
        try:
            return original(ctx, plan_id, body)
        except ApiError as error:
            for entry in body["tree"].get("folders") or []:
                folder = ctx.store[FOLDERS].get(entry["id"])
                if folder is not None and folder["test_plan_id"] == plan_id and entry.get("name"):
                    ctx.store[FOLDERS].change(folder["id"], name=entry["name"])
            error.keeps_changes = True
            raise


@mutant("TREE-35", kind="behaviour")
def order_left_out_of_a_sync_is_0(server: Patient) -> None:
    """A test case to which a sync gives no `display_order` gets 0, where no folder is named."""

    @server.request(SYNC)
    def fill(request: RequestEdit) -> None:
        tree = changes_of(request)
        entries = tree.get("test_cases")
        if "folders" not in tree and isinstance(entries, list):
            for entry in entries:
                if isinstance(entry, dict) and "id" in entry:
                    entry.setdefault("display_order", 0)


@mutant("TREE-36", kind="behaviour")
def twice_names_the_first_entry(server: Patient) -> None:
    """The refusal of an id that is there twice names the first entry."""

    @server.answer(SYNC)
    def change(answer: AnswerEdit) -> None:
        if answer.status == 422 and "tree.folders.1.id" in answer.body["details"]:
            details = answer.body["details"]
            details["tree.folders.0.id"] = details.pop("tree.folders.1.id")

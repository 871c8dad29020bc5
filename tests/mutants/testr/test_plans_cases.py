"""Servers that break a promise about test cases, their recordings and scripts."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import RequestEdit

from understudy.errors import MalformedBody, ValidationFailed
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import cases, plans, quota

Body = dict[str, Any]
CREATE, RECORD, SCRIPT = (
    *("test_plans.create_case", "test_plans.create_recording", "test_plans.create_script"),
)
HIGHEST = 2_147_483_647


@mutant("CASE-01", kind="behaviour")
def null_folder_is_the_first_one(server: Patient) -> None:
    """A test case whose folder is null is put into the first folder of its plan."""
    asked: list[bool] = []

    @server.request(CREATE)
    def look(request: RequestEdit) -> None:
        asked[:] = [isinstance(request.body, dict) and request.body.get("folder_id", "") is None]

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        plan = ctx.store["test_plans"].get(body["test_plan_id"])
        if plan is not None and asked[0]:
            folders = ctx.store["test_plan_folders"].select(plans.inside(plan)).items
            body = body | {"folder_id": folders[0]["id"] if folders else None}
        return original(ctx, body)


@mutant("CASE-03", kind="status")
def unknown_plan_of_a_case_is_422(server: Patient) -> None:
    """A test case in a plan that does not exist is 422."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if ctx.store["test_plans"].get(body["test_plan_id"]) is None:
            raise ValidationFailed(details={"test_plan_id": ["is unknown"]})
        return original(ctx, body)


@mutant("CASE-04", kind="isolation")
def case_goes_into_another_workspace(server: Patient) -> None:
    """A test case in a plan of another workspace is 404, and made all the same."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        try:
            return original(ctx, body)
        except errors.NotFound as error:
            plan = ctx.store["test_plans"].get(body["test_plan_id"])
            if plan is not None and plan["_workspace_id"] != ctx.workspace["id"]:
                cases.create_case(ctx.sandbox, body)
                error.keeps_changes = True
            raise


@mutant("CASE-05", kind="behaviour")
def case_goes_into_another_plans_folder(server: Patient) -> None:
    """A test case may name a folder of another plan of the workspace."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        folder = ctx.store["test_plan_folders"].get(body.get("folder_id") or "")
        plan = ctx.store["test_plans"].get(body["test_plan_id"])
        ours = {"_workspace_id": ctx.workspace["id"]}.items()
        if folder and plan and ours <= folder.items() and ours <= plan.items():
            quota.require_room(ctx)
            return cases.create_case(ctx.sandbox, body).public, 201
        return original(ctx, body)


@mutant("CASE-07", kind="behaviour")
def null_order_of_a_case_is_0(server: Patient) -> None:
    """A test case whose `display_order` is null gets 0."""

    @server.request(CREATE)
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and request.body.get("display_order", 0) is None:
            request.body["display_order"] = 0


@mutant("CASE-08", kind="behaviour")
def cases_are_numbered_in_the_plan(server: Patient) -> None:
    """The next `display_order` of a test case is counted over all folders of the plan."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        plan = ctx.store["test_plans"].get(body["test_plan_id"])
        if plan is not None and body.get("display_order") is None:
            present = ctx.store["test_cases"].select(plans.inside(plan)).items
            order = max((one["display_order"] for one in present), default=-1) + 1
            body = body | {"display_order": min(order, HIGHEST)}
        return original(ctx, body)


@mutant("CASE-09", kind="behaviour")
def orders_of_cases_start_over(server: Patient) -> None:
    """After the highest `display_order` a test case gets 0."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        case, status = original(ctx, body)
        if case["display_order"] == HIGHEST and body.get("display_order") is None:
            case = ctx.store["test_cases"].change(case["id"], display_order=0).public
        return case, status


@mutant("CASE-10", kind="behaviour")
def default_priority_is_low(server: Patient) -> None:
    """A test case whose priority is left out has the priority LOW."""

    @server.request(CREATE)
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict):
            request.body.setdefault("priority", "LOW")


@mutant("CASE-11", kind="behaviour")
def null_browser_is_another_one(server: Patient) -> None:
    """A test case whose browser is null has firefox."""

    @server.request(CREATE)
    def fill(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and request.body.get("browser", "") is None:
            request.body["browser"] = "firefox"


@mutant("CASE-13", kind="persistence")
def tags_lose_their_case(server: Patient) -> None:
    """The tags of a test case are stored in lower case."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        tags = [tag.lower() for tag in body.get("tags") or []]
        return original(ctx, body | {"tags": tags})


@mutant("CASE-14", kind="persistence")
def base_urls_get_a_scheme(server: Patient) -> None:
    """A `base_url` without a scheme gets one."""

    @server.handler(CREATE)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        url = body.get("base_url")
        if url and "://" not in url and len(url) <= 2000:
            body = body | {"base_url": f"https://{url}"}
        return original(ctx, body)


@mutant("CASE-15", kind="behaviour")
def cases_at_the_root_are_told_by_name(server: Patient) -> None:
    """Of several test cases of one name at the root the tree has one."""

    @server.wrap("understudy.handlers.testr.rules.folders", "tree")
    def tree(original: Any, store: Any, plan: Any) -> Any:
        found = original(store, plan)
        by_name = {one["name"]: one for one in found["root_test_cases"]}
        return {**found, "root_test_cases": [*by_name.values()]}


@mutant("CASE-20", kind="persistence")
def null_recording_is_an_object(server: Patient) -> None:
    """A recording that is null is stored as an empty object."""

    @server.handler(RECORD)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        data = body["recording_data"]
        return original(ctx, body | {"recording_data": {} if data is None else data})


def _as_doubles(value: Any) -> Any:
    """The value with all its whole numbers as doubles hold them."""
    if isinstance(value, dict):
        return {name: _as_doubles(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_as_doubles(inner) for inner in value]
    is_large = isinstance(value, int) and abs(value) > 2**53
    return max(-(2**63), min(2**63 - 1, int(float(value)))) if is_large else value


@mutant("CASE-21", kind="persistence")
def recordings_hold_doubles_alone(server: Patient) -> None:
    """Whole numbers in a recording lose the digits that a double does not hold."""

    @server.handler(RECORD)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, body | {"recording_data": _as_doubles(body["recording_data"])})


def _levels(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return 0
    return 1 + max(map(_levels, inside), default=0)


@mutant("CASE-23", kind="status")
def recordings_nest_64_levels(server: Patient) -> None:
    """A body of more than 64 levels is refused."""

    @server.handler(RECORD)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if _levels(body) > 64:
            raise MalformedBody
        return original(ctx, body)


@mutant("CASE-24", kind="status")
def recordings_nest_at_any_depth(server: Patient) -> None:
    """A body of 101 levels is taken."""
    server.patch("understudy.nesting", "DEEPEST", 200)


@mutant("CASE-25", kind="persistence")
def equal_script_is_not_stored_again(server: Patient) -> None:
    """A script that is equal to an earlier one is answered with that one."""

    @server.handler(SCRIPT)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        for one in ctx.store["test_scripts"]:
            if all(one[name] == value for name, value in body.items()):
                return one.public, 201
        return original(ctx, body)


@mutant("CASE-26", kind="status")
def script_of_an_unknown_case(server: Patient) -> None:
    """A script of a test case that does not exist is taken."""

    @server.handler(SCRIPT)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        if ctx.store["test_cases"].get(body["test_case_id"]) is not None:
            return original(ctx, body)
        return {"id": ctx.ids.new(), "created_at": ctx.now(), **body}, 201


@mutant("CASE-28", kind="behaviour")
def recording_is_of_the_newest_case(server: Patient) -> None:
    """A recording is stored for the newest test case of the plan."""

    @server.handler(RECORD)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        case = ctx.store["test_cases"].get(body["test_case_id"])
        if case is not None and case["_workspace_id"] == ctx.workspace["id"]:
            plan = ctx.store["test_plans"].get(case["test_plan_id"])
            newest = ctx.store["test_cases"].select(plans.inside(plan)).items[-1]
            body = body | {"test_case_id": newest["id"]}
        return original(ctx, body)


@mutant("CASE-29", kind="persistence")
def tabs_in_scripts_are_blanks(server: Patient) -> None:
    """A tab in a script becomes four blanks."""

    @server.handler(SCRIPT)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, body | {"script_content": body["script_content"].expandtabs(4)})


@mutant("CASE-31", kind="behaviour")
def a_case_has_one_empty_script(server: Patient) -> None:
    """A second empty script of a test case, of another type, is the first one."""

    @server.handler(SCRIPT)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        same = {name: body[name] for name in ("test_case_id", "script_content")}
        first = ctx.store["test_scripts"].first(same) if not body["script_content"] else None
        if first is not None and first["script_type"] != body["script_type"]:
            return first.public, 201
        return original(ctx, body)


@mutant("CASE-32", kind="persistence")
def long_scripts_are_cut(server: Patient) -> None:
    """A script is cut after 65,535 characters."""

    @server.handler(SCRIPT)
    def create(original: Any, ctx: Any, body: Body) -> Any:
        return original(ctx, body | {"script_content": body["script_content"][:65_535]})

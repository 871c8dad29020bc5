"""Servers that break a promise about reordering folders and test cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from understudy.errors import ValidationFailed
from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import plans

Entries = list[dict[str, Any]]
KINDS = {
    "test_plans.reorder_folders": ("test_plan_folders", "folder_id"),
    "test_plans.reorder_cases": ("test_cases", "test_case_id"),
}


class Reorder:
    """A reorder that is under way: the original handler, what it was asked, and what it names."""

    def __init__(self, original: Any, ctx: Any, body: Entries, name: str) -> None:
        self.original, self.ctx, self.body = original, ctx, body
        collection, self.field = KINDS[name]
        self.things = ctx.store[collection]

    def go_on(self, body: Entries | None = None) -> Any:
        """What the original handler answers."""
        return self.original(self.ctx, self.body if body is None else body)

    def known(self) -> Entries:
        """The entries of what exists, in whichever workspace."""
        return [one for one in self.body if self.things.get(one[self.field]) is not None]


def change(server: Patient, *names: str) -> Callable[[Callable[[Reorder], Any]], None]:
    """Change these operations alike, both where none is named."""

    def put(changed: Callable[[Reorder], Any]) -> None:
        for name in names or KINDS:

            def handler(original: Any, ctx: Any, body: Entries, name: str = name) -> Any:
                return changed(Reorder(original, ctx, body, name))

            server.handler(name)(handler)

    return put


@mutant("TREE-40", kind="persistence")
def orders_are_bytes(server: Patient) -> None:
    """A reorder takes 255 for every higher `display_order`."""

    @change(server)
    def cut(reorder: Reorder) -> Any:
        return reorder.go_on(
            [one | {"display_order": min(one["display_order"], 255)} for one in reorder.body]
        )


@mutant("TREE-41", kind="behaviour")
def reorder_numbers_the_others_anew(server: Patient) -> None:
    """A reorder gives the neighbours that it does not name the numbers after 0."""

    @change(server)
    def number(reorder: Reorder) -> Any:
        answer = reorder.go_on()
        named = {one[reorder.field] for one in reorder.body}
        for place in {reorder.things.get(id)["_place"] for id in named}:
            where = {"_workspace_id": reorder.ctx.workspace["id"], "_place": place}
            siblings = reorder.things.select(where, order=("display_order", "asc")).items
            for order, one in enumerate(siblings):
                if one["id"] not in named:
                    reorder.things.change(one["id"], display_order=order)
        return answer


@mutant("TREE-42", kind="status")
def orders_are_unique(server: Patient) -> None:
    """A reorder that gives two the same `display_order` is refused, if it is of what exists."""

    @change(server)
    def refuse(reorder: Reorder) -> Any:
        orders = {one["display_order"] for one in reorder.body}
        if len(orders) < len(reorder.body) == len(reorder.known()):
            raise ValidationFailed(details={"1.display_order": ["is there twice"]})
        return reorder.go_on()


@mutant("TREE-43", kind="status")
def unknown_ids_at_the_beginning_are_passed_over(server: Patient) -> None:
    """A reorder passes over an id that does not exist, where others come after it."""

    @change(server)
    def drop(reorder: Reorder) -> Any:
        body, known = [*reorder.body], reorder.known()
        while known and body[0] not in known:
            del body[0]
        return reorder.go_on(body)


@mutant("TREE-44", kind="isolation")
def other_workspaces_order_is_changed(server: Patient) -> None:
    """A reorder in another workspace is 404, and done all the same."""

    @change(server)
    def do_it(reorder: Reorder) -> Any:
        try:
            return reorder.go_on()
        except errors.NotFound as error:
            for one in reorder.known() if len(reorder.body) == 1 else ():
                reorder.things.change(one[reorder.field], display_order=one["display_order"])
            error.keeps_changes = True
            raise


@mutant("TREE-45", kind="status")
def last_of_equal_orders_wins(server: Patient) -> None:
    """Of two entries for one id a reorder takes the last."""

    @change(server)
    def drop(reorder: Reorder) -> Any:
        return reorder.go_on([*{one[reorder.field]: one for one in reorder.body}.values()])


@mutant("TREE-46", kind="behaviour")
def empty_reorder_numbers_all_anew(server: Patient) -> None:
    """An empty reorder numbers everything in the workspace from 0, place by place."""

    @change(server)
    def number(reorder: Reorder) -> Any:
        ours = {"_workspace_id": reorder.ctx.workspace["id"]}
        found = reorder.things.select(ours, order=("display_order", "asc")).items
        count: Counter[str] = Counter()
        for one in found if not reorder.body else ():
            reorder.things.change(one["id"], display_order=count[one["_place"]])
            count[one["_place"]] += 1
        return reorder.go_on()


@mutant("TREE-47", kind="persistence")
def reorders_are_done_two_by_two(server: Patient) -> None:
    """A reorder that ends with an unknown id has ordered each two that come before it."""

    @change(server)
    def half(reorder: Reorder) -> Any:
        try:
            return reorder.go_on()
        except errors.NotFound as error:
            ours, known = reorder.ctx.workspace["id"], reorder.known()
            for one in known[: len(known) // 2 * 2]:
                if reorder.things.get(one[reorder.field])["_workspace_id"] == ours:
                    reorder.things.change(one[reorder.field], display_order=one["display_order"])
            error.keeps_changes = True
            raise


@mutant("TREE-48", kind="behaviour")
def reordered_cases_go_to_the_root(server: Patient) -> None:
    """A test case that is reordered goes to the root of its plan."""

    @change(server, "test_plans.reorder_cases")
    def move(reorder: Reorder) -> Any:
        answer = reorder.go_on()
        for one in reorder.body:
            case = reorder.things.get(one[reorder.field])
            plan = reorder.ctx.store["test_plans"].get(case["test_plan_id"])
            where = plans.place(plan, None)
            reorder.things.change(case["id"], folder_id=None, **where)
        return answer


@mutant("TREE-49", kind="status")
def reorder_is_of_one_plan(server: Patient) -> None:
    """A reorder over several plans is refused."""

    @change(server)
    def refuse(reorder: Reorder) -> Any:
        things = [reorder.things.get(one[reorder.field]) for one in reorder.known()]
        ours = [one for one in things if one["_workspace_id"] == reorder.ctx.workspace["id"]]
        if len({one["test_plan_id"] for one in ours}) > 1:
            raise ValidationFailed(details={"body": ["is about several plans"]})
        return reorder.go_on()

"""The lists that come in pages: how each is asked for a page, and how to fill it with one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from understudy.verify import Answer, OperationSpec, Persona

from . import defects, make

Body = dict[str, Any]
Fill = Callable[[Persona, int], tuple[Body, list[Body]]]

DEFAULT, MOST = 50, 200
"""How many things a page holds where nothing is asked for, and at most."""


@dataclass(frozen=True)
class Listing:
    """A list in pages. `items`: the field with what is listed; `fill`: makes so many things, and
    gives the query that selects just these, and them, the oldest first. `stays`: whether nothing
    deletes what was made, so that it should be little.
    """

    operation: str
    items: str
    fill: Fill
    is_by_page: bool = False
    stays: bool = False

    @property
    def size(self) -> str:
        """The parameter that says how many things a page holds at most."""
        return "per_page" if self.is_by_page else "limit"

    @property
    def place(self) -> str:
        """The parameter that says where the page begins."""
        return "page" if self.is_by_page else "offset"

    def at(self, number: int, size: int) -> Body:
        """The parameters of a page, counted from 1."""
        begin = number if self.is_by_page else (number - 1) * size
        return {self.size: size, self.place: begin}

    def ask(self, p: Persona, query: Body, **paging: Any) -> Answer:
        """The answer to a query."""
        return p.call(self.operation, query={**query, **paging})

    def page(self, p: Persona, query: Body, number: int, size: int) -> Body:
        """A page of what the query selects, the whole answer."""
        found: Body = self.ask(p, query, **self.at(number, size)).expect(200)
        return found

    def ids(self, page: Body) -> list[str]:
        """The ids on a page."""
        return [one["id"] for one in page[self.items]]


def is_paged(operation: OperationSpec) -> bool:
    """Whether an operation gives a list in pages."""
    names = {parameter["name"] for parameter in operation.parameters}
    return bool(names & {"limit", "per_page"})


def listing(operation: OperationSpec) -> Listing:
    """The list of an operation."""
    return LISTINGS[operation.operation_id]


def _defects(p: Persona, count: int) -> tuple[Body, list[Body]]:
    tag, made = defects.several(p, *({} for _ in range(count)))
    return {"tags": tag}, made


def _runs(p: Persona, count: int) -> tuple[Body, list[Body]]:
    plan = make.plan(p)
    return {"test_plan_id": plan["id"]}, [make.run(p, plan) for _ in range(count)]


def _schedules(p: Persona, count: int) -> tuple[Body, list[Body]]:
    plan = make.plan(p)
    return {"test_plan_id": plan["id"]}, [make.schedule(p, plan) for _ in range(count)]


def _suite_runs(p: Persona, count: int) -> tuple[Body, list[Body]]:
    name = p.name("suite")
    return {"suite_name": name}, [make.suite_run(p, suite_name=name) for _ in range(count)]


LISTINGS = {
    one.operation: one
    for one in (
        Listing("defects.list_defects", "defects", _defects, is_by_page=True),
        Listing("test_runs.list_runs", "items", _runs),
        Listing("test_runs.list_schedules", "items", _schedules),
        Listing("reports.list_suite_runs", "items", _suite_runs, stays=True),
    )
}

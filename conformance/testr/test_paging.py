"""Every list that comes in pages."""

from __future__ import annotations

from understudy.verify import MUST, OperationSpec, Persona, Scene, Suite, rule

from .pages import DEFAULT, MOST, is_paged, listing


@rule(
    "PAGE-01",
    MUST,
    "paging must neither drop nor repeat",
    clauses=(
        "Which page, counted from 1.",
        "How many objects the answer holds at most.",
        "How many defects a page holds at most.",
    ),
    operations=is_paged,
)
def test_pages_neither_drop_nor_repeat(active: Persona, operation: OperationSpec) -> None:
    """The pages one after the other hold everything once, in the order of the whole list."""
    lists = listing(operation)
    query, made = lists.fill(active, 5)
    whole = lists.ids(lists.page(active, query, 1, MOST))
    assert sorted(whole) == sorted(one["id"] for one in made), "the whole list holds all 5"
    pages = [lists.ids(lists.page(active, query, number, 2)) for number in (1, 2, 3)]
    assert pages == [whole[:2], whole[2:4], whole[4:]], (
        "pages of two must hold the whole list, two by two"
    )


@rule(
    "PAGE-02",
    MUST,
    "How many defects there are on all pages",
    clauses=("How many suite runs match.",),
    operations=is_paged,
)
def test_the_total_is_that_of_all_pages(active: Persona, operation: OperationSpec) -> None:
    """Each page tells how many there are in all."""
    lists = listing(operation)
    query, _ = lists.fill(active, 3)
    totals = [lists.page(active, query, number, 2)["total"] for number in (1, 2)]
    assert totals == [3, 3], f"there are 3 on the two pages, and each must say so, not {totals}"


@rule(
    "PAGE-03",
    MUST,
    "a page beyond the end is empty with the right `total`",
    clauses=(
        "A page beyond the end is empty and still tells the right `total`",
        "An offset beyond the end gives no items and still the right `total`",
    ),
    operations=is_paged,
)
def test_a_page_beyond_the_end_is_empty(active: Persona, operation: OperationSpec) -> None:
    """A page beyond the end, just or far, is empty and still tells the total."""
    lists = listing(operation)
    query, _ = lists.fill(active, 2)
    for number in (2, 10_000_000):
        page = lists.page(active, query, number, 2)
        found = (len(page[lists.items]), page["total"])
        assert found == (0, 2), f"page {number} of 2 things is empty, of 2 in all; not {found}"


@rule(
    "PAGE-04",
    MUST,
    "`limit` and `per_page`: 1 to 200, default 50",
    clauses=("`page` from 1, `per_page` 1 to 200, default 50",),
    operations=is_paged,
)
def test_a_page_holds_50_by_default(
    active: Persona, operation: OperationSpec, suite: Suite
) -> None:
    """Without a word about paging, a list begins at the start and holds up to 50."""
    lists = listing(operation)
    many = 2 if lists.stays else DEFAULT + 1
    query, made = lists.fill(active, suite.scale(2, many, many))
    page = lists.ask(active, query).expect(200)
    begin = 1 if lists.is_by_page else 0
    found = (page[lists.size], page[lists.place], len(page[lists.items]))
    expected = (DEFAULT, begin, min(len(made), DEFAULT))
    assert found == expected, f"size, begin and number must be {expected}, not {found}"


@rule("PAGE-05", MUST, "1 to 200, default 50", operations=is_paged)
def test_a_page_holds_1_to_200(active: Persona, operation: OperationSpec) -> None:
    """A page may hold 1 or 200 at most, and says so."""
    lists = listing(operation)
    query, made = lists.fill(active, 2)
    for size in (1, MOST):
        page = lists.page(active, query, 1, size)
        found = (page[lists.size], len(page[lists.items]))
        expected = (size, min(size, len(made)))
        assert found == expected, f"{lists.size}={size} must hold {expected}, not {found}"


@rule(
    "PAGE-06",
    MUST,
    "Lists have a stable order; ties are broken by creation, then id",
    clauses=("ties are broken by creation", "Ties are broken by creation"),
    operations=is_paged,
)
def test_ties_are_broken_by_creation(scene: Scene, operation: OperationSpec) -> None:
    """Things of the same moment come in the order of their creation, on one page or on several."""
    lists, active = listing(operation), scene.active
    scene.freeze()
    query, made = lists.fill(active, 6)
    expected = [one["id"] for one in reversed(made)]
    found = lists.ids(lists.page(active, query, 1, MOST))
    assert found == expected, "of the same moment, what was created last comes first"
    pages = [lists.ids(lists.page(active, query, number, 4)) for number in (1, 2)]
    assert pages == [expected[:4], expected[4:]], "the pages must keep to that order, too"


@rule(
    "PAGE-07",
    MUST,
    "How many objects to pass over first.",
    operations=lambda operation: is_paged(operation) and not listing(operation).is_by_page,
)
def test_an_offset_begins_anywhere(active: Persona, operation: OperationSpec) -> None:
    """An offset need not be a multiple of the limit."""
    lists = listing(operation)
    query, made = lists.fill(active, 4)
    page = lists.ask(active, query, limit=2, offset=1).expect(200)
    expected = [made[2]["id"], made[1]["id"]]
    assert lists.ids(page) == expected, "after the newest come the next two"
    assert page["offset"] == 1, f"the answer must tell the offset 1, not {page['offset']}"

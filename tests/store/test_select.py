"""What a selection gives, in words; that it gives the same whatever the indexes, in test_model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from understudy.store import Collection, CollectionSchema, Contains, HasAny, OneOf, Range, Store
from understudy.store import find as finding
from understudy.store import select as selecting

Make = Callable[..., dict[str, Any]]
W1 = {"_workspace_id": "w1"}


def ids(records: Any) -> str:
    return "".join(record["id"] for record in records)


@pytest.fixture(params=["indexed", "plain"])
def notes(request: pytest.FixtureRequest) -> Collection:
    fields = ("title", "rank", "tags", "due") if request.param == "indexed" else ()
    ranks = {"rank": ("LOW", "MID", "TOP")}
    schema = CollectionSchema("notes", indexes=fields, orders=fields, ranks=ranks)
    notes = Store([schema])["notes"]
    rows: list[tuple[str, Any, Any, Any, Any]] = [
        ("a", "beta", "TOP", ["ui", "db"], "2026-01-03"),
        ("b", "Alpha", "LOW", ["ui"], None),
        ("c", None, "MID", [], "2026-01-01"),
        ("d", "alpha", "TOP", None, "2026-01-02"),
        ("e", "Beta", None, ["api"], "2026-01-02"),
    ]
    for doc_id, title, rank, tags, due in rows:
        document = {"id": doc_id, "title": title, "rank": rank, "tags": tags, "due": due, **W1}
        notes.insert(document)
    notes.insert({"id": "x", "title": "alpha", "rank": "TOP", "_workspace_id": "w2"})
    return notes


class TestConditions:
    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ({}, "abcde"),
            ({"title": "alpha"}, "d"),
            ({"title": None}, "c"),
            ({"nothing": None}, "abcde"),
            ({"rank": "TOP", "title": "beta"}, "a"),
            ({"rank": "TOP", "title": "none"}, ""),
            ({"tags": ["ui"]}, "b"),
            ({"rank": OneOf(["TOP", None])}, "ade"),
            ({"rank": OneOf(["TOP"])}, "ad"),
            ({"rank": OneOf([])}, ""),
            ({"tags": OneOf([["ui"], None])}, "bd"),
            ({"tags": HasAny(["db", "api"])}, "ae"),
            ({"tags": HasAny(["ui"])}, "ab"),
            ({"tags": HasAny([])}, ""),
            ({"tags": HasAny([["ui"]])}, ""),
            ({"title": HasAny(["a"])}, ""),
            ({"due": Range("2026-01-02", None)}, "ade"),
            ({"due": Range(None, "2026-01-02")}, "cde"),
            ({"due": Range("2026-01-02", "2026-01-02")}, "de"),
            ({"due": Range("2026-01-03", "2026-01-01")}, ""),
            ({"due": Range()}, "acde"),
            ({"rank": Range("MID", "TOP")}, "acd"),
            ({"title": Range("ALPHA", "alpha")}, "bd"),
            ({"due": Range("2026-01-02", None), "rank": "TOP"}, "ad"),
            ({"due": Range("2026-01-02", None), "rank": Range("TOP", None)}, "ad"),
            ({"id": "b"}, "b"),
            ({"id": "x"}, ""),
            ({"id": OneOf(["e", "a", "x", "?"])}, "ae"),
            ({"id": OneOf(["a", 1])}, "a"),
            ({"id": None}, ""),
        ],
    )
    def test_are_all_met(self, notes: Collection, where: dict[str, Any], expected: str) -> None:
        page = notes.select({**W1, **where})
        assert ids(page.items) == expected
        assert page.total == len(expected) == notes.count({**W1, **where})

    def test_none_selects_every_partition(self, notes: Collection) -> None:
        assert ids(notes.select().items) == "abcdex"
        assert ids(notes.select({"title": "alpha"}).items) == "dx"
        assert ids(notes.select({"_workspace_id": OneOf(["w2", "w3"])}).items) == "x"
        assert notes.select({"_workspace_id": "w3"}) == ([], 0)

    def test_pages_over_several_partitions(self, notes: Collection) -> None:
        page = notes.select({"rank": "TOP"}, order=("title", "desc"), offset=1, limit=1)
        assert (ids(page.items), page.total) == ("x", 3)


class TestIndexes:
    @pytest.mark.parametrize(
        "where",
        [
            {"rank": "TOP", "title": OneOf(["beta", "alpha"])},
            {"tags": HasAny(["ui", "api"])},
            {"due": Range("2026-01-02", None), "rank": "TOP"},
            {"id": OneOf(["a", "b"])},
        ],
    )
    @pytest.mark.parametrize("notes", ["indexed"], indirect=True)
    def test_spare_asking_each_record(
        self, notes: Collection, monkeypatch: pytest.MonkeyPatch, where: dict[str, Any]
    ) -> None:
        monkeypatch.setattr(finding, "keep", None)
        assert notes.select({**W1, **where}).total == notes.count({**W1, **where}) > 0

    @pytest.mark.parametrize("where", [{}, {"due": Range(None, "2026-01-02")}])
    @pytest.mark.parametrize("notes", ["indexed"], indirect=True)
    def test_spare_sorting(
        self, notes: Collection, monkeypatch: pytest.MonkeyPatch, where: dict[str, Any]
    ) -> None:
        monkeypatch.setattr(selecting, "_ordered", None)
        assert notes.select({**W1, **where}, order=("due", "desc"), limit=2).total > 2
        assert len(notes.select({**W1, "rank": "TOP"}, order=("rank", "asc")).items) == 2


class TestSearch:
    @pytest.mark.parametrize("threshold", [0, 2_000])
    @pytest.mark.parametrize(
        ("text", "fields", "expected"),
        [
            ("ALPH", ("title",), "bd"),
            ("beta", ("title", "due"), "ae"),
            ("a2026", ("title", "due"), ""),
            ("-01-02", ("title", "due"), "de"),
            ("a\0", ("title", "due"), ""),
            ("ui", ("tags", "missing"), ""),
            ("a", (), ""),
            ("", ("title",), "abcde"),
        ],
    )
    def test_finds_a_part_of_one_of_the_texts(
        self,
        notes: Collection,
        monkeypatch: pytest.MonkeyPatch,
        threshold: int,
        text: str,
        fields: tuple[str, ...],
        expected: str,
    ) -> None:
        monkeypatch.setattr(finding, "TEXT_INDEX_FROM", threshold)
        page = notes.select(W1, search=Contains(text, fields))
        assert ids(page.items) == expected
        assert page.total == notes.count(W1, search=Contains(text, fields)) == len(expected)

    def test_follows_changes(self, notes: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(finding, "TEXT_INDEX_FROM", 0)
        search = Contains("gamma", ("title",))
        assert notes.select(W1, search=search).total == 0
        notes.change("a", title="Gamma")
        notes.insert({"id": "f", "title": "gamma ray", **W1})
        notes.change("b", rank="TOP")
        page = notes.select(W1, search=search)
        assert (ids(page.items), page.total) == ("af", 2)
        notes.remove("a")
        page = notes.select(W1, search=search)
        assert (ids(page.items), page.total) == ("f", 1)

    def test_follows_where_all_went_and_one_came_back(
        self, notes: Collection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(finding, "TEXT_INDEX_FROM", 0)
        search = Contains("alpha", ("title",))
        for number in range(20):
            notes.insert({"id": f"n{number}", "title": "alpha", **W1})
        before = notes.select(W1, search=search)
        notes._database.begin()
        for record in list(notes):
            notes.remove(record["id"])
        notes._database.rollback()
        assert notes.select(W1, search=search) == before
        for record in list(notes)[1:]:
            notes.remove(record["id"])
        notes.remove_all([record["id"] for record in notes])
        notes.insert({"id": "z", "title": "Alphabet", **W1})
        assert ids(notes.select(W1, search=search).items) == "z"

    def test_follows_a_chunk_that_a_rollback_makes_shorter(
        self, notes: Collection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(finding, "TEXT_INDEX_FROM", 0)
        search = Contains("text", ("title",))
        for number in range(300):
            notes.insert({"id": f"n{number}", "title": "text", **W1})
        notes.remove_all([record["id"] for record in list(notes)[:260]])
        left = notes.select(W1, search=search)
        notes._database.begin()
        notes.remove_all([record["id"] for record in list(notes)])
        notes.insert({"id": "new", "title": "text", **W1})
        notes._database.rollback()
        assert notes.select(W1, search=search) == left

    def test_follows_many_changes(self, notes: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(finding, "TEXT_INDEX_FROM", 0)
        for number in range(300):
            notes.insert({"id": f"n{number}", "title": "delta", **W1})
        for count in (1, 100, 30):
            for number in range(count):
                notes.change(f"n{number}", title="epsilon")
            for word, expected in (("epsilon", count), ("delta", 300 - count)):
                found = notes.select(W1, search=Contains(word, ("title",)))
                names = [one["id"] for one in found.items if one["id"].startswith("n")]
                assert len(names) == expected
            for number in range(count):
                notes.change(f"n{number}", title="delta")

    def test_folds_more_than_upper_case(self, notes: Collection) -> None:
        notes.insert({"id": "f", "title": "Straße", **W1})
        assert ids(notes.select(W1, search=Contains("STRASSE", ("title",))).items) == "f"


class TestOrder:
    @pytest.mark.parametrize(
        ("field", "expected"),
        [("title", "cbdae"), ("rank", "ebcad"), ("due", "bcdea"), ("id", "abcde")],
    )
    def test_is_by_the_field_then_by_creation_and_backwards(
        self, notes: Collection, field: str, expected: str
    ) -> None:
        assert ids(notes.select(W1, order=(field, "asc")).items) == expected
        assert ids(notes.select(W1, order=(field, "desc")).items) == expected[::-1]

    def test_is_creation_without_one(self, notes: Collection) -> None:
        assert ids(notes.select({**W1, "rank": "TOP"}).items) == "ad"

    def test_by_a_field_that_is_equal_in_all_is_by_creation(self, notes: Collection) -> None:
        where = {**W1, "rank": "TOP"}
        assert ids(notes.select(where, order=("rank", "asc")).items) == "ad"
        assert ids(notes.select(where, order=("rank", "desc")).items) == "da"

    def test_of_a_range_over_the_same_field(self, notes: Collection) -> None:
        where = {**W1, "due": Range("2026-01-01", "2026-01-02")}
        assert ids(notes.select(where, order=("due", "asc")).items) == "cde"
        assert ids(notes.select(where, order=("due", "desc")).items) == "edc"
        page = notes.select(where, order=("due", "desc"), offset=1, limit=1)
        assert (ids(page.items), page.total) == ("d", 3)
        with_rank = {**where, "rank": OneOf(["MID", "TOP"])}
        assert ids(notes.select(with_rank, order=("due", "desc")).items) == "dc"

    def test_takes_values_of_any_kind(self, notes: Collection) -> None:
        for doc_id, value in ("f", 10), ("g", 9.5), ("h", True), ("i", {"k": 1}), ("j", "ZZ"):
            notes.insert({"id": doc_id, "title": value, "_workspace_id": "w3"})
        assert ids(notes.select({"_workspace_id": "w3"}, order=("title", "asc")).items) == "hgfji"

    def test_lists_that_are_equal_but_not_the_same_do_not_confuse_it(
        self, notes: Collection
    ) -> None:
        notes.change("a", title=[1])
        assert ids(notes.select(W1, order=("title", "asc")).items) == "cbdea"
        notes.change("a", title=[True])
        notes.remove("a")
        assert ids(notes.select(W1, order=("title", "asc")).items) == "cbde"


class TestPages:
    @pytest.mark.parametrize("where", [{}, {"rank": OneOf(["LOW", "MID", "TOP", None])}])
    @pytest.mark.parametrize("order", [None, ("id", "desc"), ("title", "asc")])
    def test_cut_the_whole_into_parts(
        self, notes: Collection, where: dict[str, Any], order: Any
    ) -> None:
        where = {**W1, **where}
        whole = notes.select(where, order=order).items
        assert len(whole) == 5
        for offset in range(7):
            for limit in range(1, 7):
                page = notes.select(where, order=order, offset=offset, limit=limit)
                assert page.items == whole[offset : offset + limit]
                assert page.total == 5

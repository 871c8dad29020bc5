"""What is left of an object when something goes that it refers to."""

from __future__ import annotations

import pytest

from understudy import contract
from understudy.sandbox import store_schemas
from understudy.state.kinds import Kinds
from understudy.state.references import GONE, Reference
from understudy.state.removal import remove
from understudy.store import Store

DOCUMENT = {
    "components": {
        "schemas": {
            "Loan": {
                "type": "object",
                "nullable": True,
                "required": ["member_id"],
                "properties": {"member_id": {"type": "string"}},
            }
        }
    }
}
ID = {"type": "string"}
MAYBE = {"type": "string", "nullable": True}
BOOK = {
    "type": "object",
    "required": ["id", "shelf_id", "owner_id", "reader_ids", "judge_ids", "loan", "notes"],
    "properties": {
        "id": ID,
        "shelf_id": ID,
        "owner_id": MAYBE,
        "lender_id": ID,
        "reader_ids": {"type": "array", "items": ID},
        "judge_ids": {"type": "array", "minItems": 1, "items": ID},
        "loan": {"$ref": "#/components/schemas/Loan"},
        "notes": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["author_id"],
                "properties": {"author_id": ID, "editor_id": MAYBE},
            },
        },
    },
}


def reference(field: str) -> Reference:
    return Reference("books", field, "members", BOOK, DOCUMENT)


class TestWithout:
    @pytest.mark.parametrize(
        ("field", "book", "left"),
        [
            ("owner_id", {"owner_id": "a"}, {"owner_id": None}),
            ("owner_id", {"owner_id": "z"}, {"owner_id": "z"}),
            ("owner_id", {"owner_id": None}, {"owner_id": None}),
            ("owner_id", {}, {}),
            ("shelf_id", {"shelf_id": "a"}, GONE),
            ("lender_id", {"lender_id": "a", "id": "1"}, {"id": "1"}),
            ("reader_ids", {"reader_ids": ["a", "z", "b"]}, {"reader_ids": ["z"]}),
            ("reader_ids", {"reader_ids": ["a"]}, {"reader_ids": []}),
            ("judge_ids", {"judge_ids": ["a", "z"]}, {"judge_ids": ["z"]}),
            ("judge_ids", {"judge_ids": ["a", "b"]}, GONE),
            ("judge_ids", {"judge_ids": []}, {"judge_ids": []}),
            ("loan.member_id", {"loan": {"member_id": "a"}}, {"loan": None}),
            ("loan.member_id", {"loan": None}, {"loan": None}),
            (
                "notes.author_id",
                {"notes": [{"author_id": "a"}, {"author_id": "z"}]},
                {"notes": [{"author_id": "z"}]},
            ),
            (
                "notes.editor_id",
                {"notes": [{"author_id": "a", "editor_id": "b"}]},
                {"notes": [{"author_id": "a", "editor_id": None}]},
            ),
        ],
    )
    def test_the_smallest_part_gives_way(self, field, book, left):
        assert reference(field).without(book, {"a", "b"}) == left

    def test_the_object_itself_never_changes(self):
        book = {"notes": [{"author_id": "a", "editor_id": "b"}], "reader_ids": ["a"]}
        kept = {"notes": [{"author_id": "a", "editor_id": "b"}], "reader_ids": ["a"]}
        for field in ("notes.editor_id", "reader_ids"):
            reference(field).without(book, {"a", "b"})
        assert book == kept


class TestHeld:
    @pytest.mark.parametrize(
        ("field", "book", "expected"),
        [
            ("owner_id", {"owner_id": "a"}, [("owner_id", "a")]),
            ("owner_id", {"owner_id": None}, []),
            ("owner_id", {}, []),
            ("owner_id", {"owner_id": 7}, []),
            (
                "reader_ids",
                {"reader_ids": ["a", "b"]},
                [("reader_ids.0", "a"), ("reader_ids.1", "b")],
            ),
            ("loan.member_id", {"loan": {"member_id": "a"}}, [("loan.member_id", "a")]),
            ("loan.member_id", {"loan": "nothing"}, []),
            ("notes.author_id", {"notes": [{}, {"author_id": "a"}]}, [("notes.1.author_id", "a")]),
        ],
    )
    def test_each_id_is_found_with_its_place(self, field, book, expected):
        assert [*reference(field).held(book)] == expected


def test_a_tree_is_of_one_collection_and_one_parent():
    assert not reference("shelf_id").is_parent
    own = Reference("members", "owner_id", "members", BOOK, DOCUMENT)
    friends = Reference("members", "reader_ids", "members", BOOK, DOCUMENT)
    assert (own.is_parent, friends.is_parent) == (True, False)


LIBRARY = """\
openapi: 3.0.3
info: {title: Library, version: '1'}
paths: {}
x-understudy: {handlers: library}
components: {}
x-collections:
  members:
    factory: rules.create_member
    schema: {type: object, required: [id], properties: {id: {type: string}}}
  shelves:
    factory: rules.create_shelf
    references: {keeper_id: members}
    schema:
      type: object
      required: [id, keeper_id]
      properties: {id: {type: string}, keeper_id: {type: string}}
  books:
    factory: rules.create_book
    references: {_shelf_id: shelves, reader_id: members, owner_id: members, sequel_id: books}
    schema:
      type: object
      required: [id, reader_id, owner_id, sequel_id]
      properties:
        id: {type: string}
        _shelf_id: {type: string}
        reader_id: {type: string, nullable: true}
        owner_id: {type: string, nullable: true}
        sequel_id: {type: string, nullable: true}
"""


class TestRemove:
    @pytest.fixture
    def kinds(self, tmp_path):
        (tmp_path / "library.yaml").write_text(LIBRARY, encoding="utf-8")
        return Kinds(contract.load(tmp_path / "library.yaml"))

    @pytest.fixture
    def store(self, kinds):
        """Two members, each with a shelf; a book of one on the other's, its sequel on their own."""
        store = Store(store_schemas(kinds.contract))
        for name in ("ann", "bob"):
            store["members"].insert({"id": name})
            store["shelves"].insert({"id": f"{name}'s", "keeper_id": name})
        rest = {"reader_id": "ann", "owner_id": "ann"}
        store["books"].insert({"id": "one", "_shelf_id": "bob's", "sequel_id": "two", **rest})
        store["books"].insert({"id": "two", "_shelf_id": "ann's", "sequel_id": None, **rest})
        return store

    def test_gathers_all_that_changes_in_an_object(self, kinds, store):
        done = remove(kinds, store, "members", "ann", cascade=True)
        assert done.counts().removed == {"members": 1, "shelves": 1, "books": 1}
        assert done.counts().changed == {"books": 1}
        nothing = dict.fromkeys(("reader_id", "owner_id", "sequel_id"))
        assert [*store["books"]] == [{"id": "one", "_shelf_id": "bob's", **nothing}]

    def test_of_an_unknown_object_is_an_error(self, kinds, store):
        with pytest.raises(KeyError):
            remove(kinds, store, "members", "zoe", cascade=True)

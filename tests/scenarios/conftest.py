"""A made-up contract: a library with branches, members, shelves and books."""

from __future__ import annotations

import sys
import textwrap
from types import ModuleType

import pytest

from understudy import contract as contracts
from understudy.errors import UsageError
from understudy.scenarios import load

CONTRACT = """
openapi: 3.0.3
info: {title: Library, version: '1'}
paths: {}
x-understudy: {handlers: library}
components:
  schemas:
    Book:
      type: object
      required: [id, title, state, copies, shelf_id, member_ids, loan, notes, extra, created_at]
      properties:
        id: {type: string, format: uuid}
        title: {type: string, minLength: 1}
        state: {type: string, enum: [IN, OUT]}
        copies: {type: integer, minimum: 0}
        shelf_id: {type: string, format: uuid, nullable: true}
        member_ids: {type: array, uniqueItems: true, items: {type: string, format: uuid}}
        loan: {$ref: '#/components/schemas/Loan'}
        notes: {type: array, items: {$ref: '#/components/schemas/Note'}}
        extra: {type: object, additionalProperties: true}
        created_at: {type: string, format: date-time}
    Loan:
      type: object
      nullable: true
      required: [member_id, due_at]
      properties:
        member_id: {type: string, format: uuid}
        due_at:
          type: string
          anyOf: [{format: date-time}, {format: date}]
    Note:
      type: object
      required: [page, text]
      properties:
        page: {type: integer}
        text: {type: string}
        at: {type: string, format: date-time}
x-collections:
  books:
    factory: rules.create_book
    references:
      _branch_id: branches
      shelf_id: shelves
      member_ids: members
      loan.member_id: members
    schema: {$ref: '#/components/schemas/Book'}
    private: {_branch_id: {type: string, format: uuid}}
  shelves:
    factory: rules.create_shelf
    references: {_branch_id: branches, parent_id: shelves}
    schema:
      type: object
      required: [id, name, parent_id, _branch_id]
      properties:
        id: {type: string, format: uuid}
        name: {type: string}
        parent_id: {type: string, format: uuid, nullable: true}
        _branch_id: {type: string, format: uuid}
  members:
    factory: rules.create_member
    account: {name: email, secret: password, about: about}
    references: {}
    schema:
      type: object
      required: [id, email]
      properties:
        id: {type: string, format: uuid}
        email: {type: string, format: email}
        _password_hash: {type: string, x-secret: hash}
        _card: {type: string, nullable: true, x-secret: sealed}
  branches:
    factory: rules.create_branch
    references: {}
    schema:
      type: object
      required: [id, name]
      properties: {id: {type: string, format: uuid}, name: {type: string}}
"""


@pytest.fixture(scope="session")
def contract(tmp_path_factory):
    file = tmp_path_factory.mktemp("library") / "openapi.yaml"
    file.write_text(CONTRACT, encoding="utf-8")
    return contracts.load(file)


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write a scenario file and give its name, as seen from the working directory."""
    monkeypatch.chdir(tmp_path)

    def write_file(text, name="stage.yaml"):
        content = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        (tmp_path / name).write_bytes(content)
        return name

    return write_file


@pytest.fixture
def problems(contract, write):
    """What `load` says of a scenario, line by line."""

    def told(text):
        with pytest.raises(UsageError) as caught:
            load(contract, write(text))
        return str(caught.value).splitlines()

    return told


@pytest.fixture
def rules(monkeypatch):
    """The library's factories, which a test may replace."""
    module = ModuleType("understudy.handlers.library.rules")
    defaults = {
        "books": {
            "title": "Untitled",
            "state": "IN",
            "copies": 1,
            "shelf_id": None,
            "member_ids": [],
            "loan": None,
            "notes": [],
            "extra": {},
        },
        "shelves": {"parent_id": None},
        "members": {},
        "branches": {},
    }

    def factory(collection, *required):
        def create(sandbox, fields):
            kept = {
                name: value for name, value in fields.items() if name not in ("password", "about")
            }
            record = {**defaults[collection], **{name: fields[name] for name in required}, **kept}
            if collection == "books":
                record.setdefault("created_at", sandbox.clock.now())
            return sandbox.store[collection].insert(record)

        return create

    module.create_book = factory("books")
    module.create_shelf = factory("shelves", "name")
    module.create_member = factory("members", "email")
    module.create_branch = factory("branches", "name")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module

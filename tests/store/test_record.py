from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson
import pytest

from understudy.store import Record

DOCUMENT = {"id": "1", "title": "A", "_workspace_id": "w1", "tags": ["ui"], "": 0}


@pytest.fixture
def record() -> Record:
    return Record(DOCUMENT, "1", 7)


def test_is_the_document_with_its_id_and_place(record: Record) -> None:
    assert record == DOCUMENT
    assert (record.doc_id, record.sequence) == ("1", 7)


def test_public_leaves_the_servers_own_fields_out(record: Record) -> None:
    assert record.public == {"id": "1", "title": "A", "tags": ["ui"], "": 0}


def test_public_is_a_dict_of_ones_own(record: Record) -> None:
    record.public["title"] = "B"
    assert record["title"] == record.public["title"] == "A"


@pytest.mark.parametrize(
    "change",
    [
        lambda record: record.__setitem__("title", "B"),
        lambda record: record.__delitem__("title"),
        lambda record: record.__ior__({"title": "B"}),
        lambda record: record.update(title="B"),
        lambda record: record.pop("title"),
        lambda record: record.popitem(),
        lambda record: record.setdefault("summary", ""),
        lambda record: record.clear(),
    ],
)
def test_refuses_to_be_changed(record: Record, change: Any) -> None:
    with pytest.raises(TypeError, match="never changes"):
        change(record)
    assert record == DOCUMENT


def test_a_deep_copy_is_a_dict_of_ones_own(record: Record) -> None:
    copy = deepcopy(record)
    copy["tags"].append("db")
    assert type(copy) is dict
    assert record["tags"] == ["ui"]


def test_has_no_dictionary_of_attributes(record: Record) -> None:
    assert record.__dict__ == {}


def test_becomes_json_as_any_dict(record: Record) -> None:
    assert orjson.loads(orjson.dumps(record)) == DOCUMENT

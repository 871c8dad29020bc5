"""Answers, where the contract documents something that Testr's never does."""

from __future__ import annotations

import asyncio
import types

import orjson
import pytest

from understudy.errors import ContractViolation, UsageError
from understudy.pipeline.answers import Answers
from understudy.store.record import Record


def answers(**schemas):
    responses = {
        status: types.SimpleNamespace(schema=schema, media_type=schema and "application/json")
        for status, schema in schemas.items()
    }
    spec = types.SimpleNamespace(operation_id="x.y", responses=responses)
    return Answers(spec, {"components": {}})


def test_an_answer_without_a_body_is_empty():
    assert answers(**{"204": None}).encode(204, None) == b""


def test_a_body_where_none_is_documented_is_refused():
    with pytest.raises(ContractViolation):
        answers(**{"204": None}).encode(204, {"surprise": True})


def test_null_is_a_body_where_one_is_documented():
    schema = {"type": "object", "nullable": True}
    assert answers(**{"200": schema}).encode(200, None) == b"null"


@pytest.mark.parametrize("status", ["default", "4XX"])
def test_a_status_that_is_no_number_is_told_at_the_start(status):
    with pytest.raises(UsageError, match=f"x.y documents '{status}'"):
        answers(**{status: None})


class TestStoredObjects:
    """What the contract says of a record, and its JSON, are found out once."""

    THING = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "size": {"type": "integer", "maximum": 9}},
    }
    PAGE = {
        "type": "object",
        "properties": {
            "things": {"type": "array", "maxItems": 3, "items": THING},
            "total": {"type": "integer"},
        },
    }

    def page(self, *records, total=0):
        """What a page with the public form of these records, or these objects, is written as."""
        written = answers(**{"200": self.PAGE}).encode(200, {"things": [*records], "total": total})
        things = [one.public if isinstance(one, Record) else one for one in records]
        assert orjson.loads(written) == {"things": things, "total": total}
        return written

    def test_a_record_is_written_like_any_object_the_first_time_and_the_second(self):
        record = Record({"id": "a", "size": 1, "_owner": "w"}, "a")
        documented = answers(**{"200": self.THING})
        assert documented.encode(200, record) == b'{"id":"a","size":1}'
        assert documented.encode(200, record) == b'{"id":"a","size":1}'

    def test_a_page_is_put_together_from_what_is_remembered_and_what_is_not(self):
        records = [Record({"id": name, "size": 1}, name) for name in "ab"]
        first = self.page(records[0], total=1)
        assert self.page(*records, {"id": "c"}, total=3).startswith(first[:-12])
        assert self.page(total=0) == b'{"things":[],"total":0}'

    def test_what_one_schema_allows_another_need_not(self):
        record = Record({"id": "a", "size": 7}, "a")
        narrow = {**self.THING, "properties": {"id": {"type": "string"}}}
        assert answers(**{"200": self.THING}).encode(200, record)
        with pytest.raises(ContractViolation):
            answers(**{"200": narrow}).encode(200, record)

    @pytest.mark.parametrize(
        ("things", "told"),
        [
            ([{"id": "a"}, {"id": "b", "size": 10}], "things.1.size: must be at most 9"),
            ([{"size": 1}], "things.0.id: is required"),
            ([{"id": "a", "colour": "red"}], "things.0.colour: is not a known field"),
            ([{"id": name} for name in "abcd"], "things: "),
        ],
    )
    @pytest.mark.parametrize("stored", [True, False])
    def test_what_is_not_allowed_in_a_page_is_told_by_its_place(self, caplog, things, told, stored):
        if stored:
            things = [Record(one, str(number)) for number, one in enumerate(things)]
        with pytest.raises(ContractViolation):
            answers(**{"200": self.PAGE}).encode(200, {"things": things, "total": 0})
        assert told in caplog.text

    def test_what_is_wrong_beside_the_list_is_told_as_well(self, caplog):
        page = {"things": [Record({"id": "a"}, "a")], "total": "one"}
        with pytest.raises(ContractViolation):
            answers(**{"200": self.PAGE}).encode(200, page)
        assert "total: " in caplog.text

    def test_a_long_answer_is_written_in_turns_and_the_same(self):
        things = [{"id": str(number), "size": number % 9} for number in range(90)]
        page = {"type": "object", "properties": {"things": {"type": "array", "items": self.THING}}}
        page["properties"]["total"] = {"type": "integer"}
        schema = {"type": "object", "properties": {"log": page, "of": {"type": "string"}}}
        body = {"log": {"things": things, "total": 90}, "of": "all"}
        turns = []

        async def others(count):
            for _ in range(count):
                turns.append(len(turns))
                await asyncio.sleep(0)

        async def written():
            found = await answers(**{"200": schema}).encode_in_turns(200, body)
            turns.append("written")
            return found

        async def both():
            return await asyncio.gather(written(), others(4))

        assert orjson.loads(asyncio.run(both())[0]) == body
        assert turns == [0, 1, 2, 3, "written"]

    def test_what_is_wrong_in_a_long_answer_is_told_as_well(self, caplog):
        body = {"things": [{"id": "a"}, {"id": 7}], "total": 2}
        with pytest.raises(ContractViolation):
            asyncio.run(answers(**{"200": self.PAGE}).encode_in_turns(200, body))
        assert "things.1.id: " in caplog.text

    def nested(self, inner):
        """A page with one thing that holds others, and the contract of such pages."""
        items = {"type": "array", "items": self.THING}
        thing = {"type": "object", "properties": {"id": {"type": "string"}, "parts": items}}
        schema = {
            "type": "object",
            "properties": {"things": {"type": "array", "items": thing}},
        }
        few = {"id": "few", "parts": inner[:1]}
        body = {"things": [few, {"id": "many", "parts": inner}, {"id": "none"}]}
        return answers(**{"200": schema}), body

    def test_a_long_list_in_a_thing_of_a_list_is_written_in_turns_too(self):
        given, body = self.nested([{"id": str(number), "size": 1} for number in range(500)])
        turns = []

        async def written():
            found = await given.encode_in_turns(200, body)
            turns.append("written")
            return found

        async def others():
            while "written" not in turns:
                turns.append("other")
                await asyncio.sleep(0)

        async def both():
            return await asyncio.gather(written(), others())

        assert orjson.loads(asyncio.run(both())[0]) == body
        assert turns.count("other") >= 500 / 20
        assert orjson.loads(given.encode(200, body)) == body

    @pytest.mark.parametrize("wrong", [{"id": 7}, {"id": "a", "size": "large"}])
    def test_what_is_wrong_in_it_is_told_as_well(self, caplog, wrong):
        given, body = self.nested([{"id": str(number)} for number in range(300)] + [wrong])
        with pytest.raises(ContractViolation):
            asyncio.run(given.encode_in_turns(200, body))
        assert "things.1.parts.300." in caplog.text

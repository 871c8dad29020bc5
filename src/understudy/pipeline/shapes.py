"""The shape of an answer: checked, and written as JSON.

A stored object never changes, so neither does what the contract says of it, nor its JSON: both are
remembered with the record, and a page of a list is put together from them. What holds a list of
objects is checked as if that list were empty, and each of its objects by itself.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Generator, Mapping
from functools import cached_property
from typing import Any

import orjson

from understudy.contract.model import ResponseSpec
from understudy.contract.refs import resolve
from understudy.contract.schemas import Validator
from understudy.pipeline.pieces import Payload, Text
from understudy.store.record import Record

JSON = b"application/json"

PAGE = 200
"""Objects of a longer list are not remembered: an export would keep everything twice."""

SAID = {"type", "items", "maxItems", "description", "title", "example", "nullable", "readOnly"}
"""What the schema of a list may say, for its objects to be checked one by one."""

TURN = 20
"""So many objects of a long answer are checked and written in one go."""

DEEPEST = 1
"""So deep in objects a list is looked for."""

MARK = b"\0"
"""What JSON never holds: control characters are escaped in it."""

Place = tuple[str, ...]
"""Names that lead to a part of an answer."""


class Shape:
    """What one documented answer looks like.

    remembers: with a record whose public form it is, for when it is asked for again.
    """

    def __init__(
        self, answer: ResponseSpec, document: Mapping[str, Any], *, remembers: bool = True
    ) -> None:
        self._remembers = remembers
        self.media_type = (answer.media_type or "application/json").encode()
        self._whole: Validator | None = None
        self._key: Any = None
        self._lists: tuple[tuple[Place, _List], ...] = ()
        if answer.schema is not None:
            self._whole = Validator(answer.schema, document, closed=True, late=True)
            self._key = resolve(answer.schema, document)
            self._lists = _lists(self._key, document)

    def allows(self, body: Any) -> bool:
        """Whether the contract allows this JSON body."""
        return self._whole is not None and self._whole.is_valid(body)

    def problems(self, body: Any) -> dict[str, list[str]]:
        """What is wrong with a body."""
        if self._whole is None:
            return {"body": ["is not documented"]}
        return self._whole.problems(_shown(body))

    def encode(self, body: Any) -> bytes | None:
        """The body as it is sent; None where the contract does not allow it. Raises
        orjson.JSONEncodeError for what is no JSON.
        """
        whole = self._whole
        if whole is None:
            return b"" if body is None else None
        if type(body) is Record:
            if self._remembers:
                return _remembered(body, self._key, whole)
            body = body.public
        elif self._lists and type(body) is dict:
            return self._put_together(body)
        if not whole.is_valid(body):
            return None
        if isinstance(body, str) and self.media_type != JSON:
            return body.encode()
        return orjson.dumps(body)

    async def encode_in_turns(self, body: Any) -> Payload | None:
        """The same for a body that may be long: others have their turn after every few objects of
        its lists.
        """
        steps = self.steps(body)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                text: Text | None = end.value
                return None if text is None else text.payload()
            await asyncio.sleep(0)

    def steps(self, body: Any) -> Generator[None, None, Text | None]:
        """The same step by step; what it comes to is the generator's value."""
        if not self._lists or type(body) is not dict:
            return _text(self.encode(body))
        frame = marked = body
        texts: list[Text] = []
        for place, items in self._lists:
            things = _at(body, place)
            if type(things) is not list or not things:
                continue
            if not items.may_be_as_long(things):
                return None
            text = Text()
            for start in range(0, len(things), TURN):
                some = things[start : start + TURN]
                written = yield from items.steps(some, keep=len(things) <= PAGE)
                if written is None:
                    return None
                text.add_item(written.pieces())
            frame = _with(frame, place, [])
            marked = _with(marked, place, [orjson.Fragment(MARK + b"%d" % len(texts) + MARK)])
            texts.append(text)
        assert self._whole is not None
        return _filled(orjson.dumps(marked), texts) if self._whole.is_valid(frame) else None

    def _put_together(self, body: dict[str, Any]) -> bytes | None:
        found: list[tuple[Place, list[Any]]] = []
        for place, items in self._lists:
            things = _at(body, place)
            if type(things) is list and Record in map(type, things):
                keep = len(things) <= PAGE
                parts = items.encode(things, keep) if items.may_be_as_long(things) else None
                if parts is None:
                    return None
                found.append((place, parts))
        return self._joined(body, found)

    def _joined(self, body: dict[str, Any], found: list[tuple[Place, list[Any]]]) -> bytes | None:
        assert self._whole is not None
        frame = written = body
        for place, parts in found:
            frame, written = _with(frame, place, []), _with(written, place, parts)
        return orjson.dumps(written) if self._whole.is_valid(frame) else None


class _List:
    """A list of objects in an answer."""

    def __init__(self, schema: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        self._validator = Validator(schema["items"], document, closed=True, late=True)
        self._key = resolve(schema["items"], document)
        self._most: float = schema.get("maxItems", math.inf)
        self._items, self._document = schema["items"], document

    def may_be_as_long(self, things: list[Any]) -> bool:
        """Whether the contract allows so many."""
        return len(things) <= self._most

    def steps(self, things: list[Any], keep: bool) -> Generator[None, None, Text | None]:
        """The JSON of these without its brackets; what is long in one of them, step by step."""
        if not any(map(self._has_long, things)):
            yield
            some = self.encode(things, keep)
            return _text(None if some is None else orjson.dumps(some)[1:-1])
        text = Text()
        for thing in things:
            written = yield from self._each.steps(thing)
            if written is None:
                return None
            text.add_item(written.pieces())
        return text

    @cached_property
    def _each(self) -> Shape:
        """What one of them looks like; not known before it is needed, as one may hold others."""
        return Shape(ResponseSpec(self._items, None), self._document, remembers=False)

    def _has_long(self, thing: Any) -> bool:
        """Whether there is a long list in one of them."""
        if type(thing) is not dict:
            return False
        inner = (_at(thing, place) for place, _ in self._each._lists)
        return any(type(one) is list and len(one) > PAGE for one in inner)

    def encode(self, things: list[Any], keep: bool) -> list[Any] | None:
        """Each of them, written or as it is; None where the contract does not allow one. `keep`:
        for when it is asked for again.
        """
        validator, key = self._validator, self._key
        parts: list[Any] = []
        for thing in things:
            if type(thing) is Record:
                if keep:
                    written = _remembered(thing, key, validator)
                    if written is None:
                        return None
                    parts.append(orjson.Fragment(written))
                    continue
                thing = thing.public
            if not validator.is_valid(thing):
                return None
            parts.append(thing)
        return parts


def _remembered(record: Record, key: object, validator: Validator) -> bytes | None:
    """The JSON of a record's public form by the schema that is its key, if that allows it."""
    shown = record.shown
    if shown is not None and shown[0] is key:
        return shown[1]
    public = record.public
    if not validator.is_valid(public):
        return None
    written = orjson.dumps(public)
    record.shown = (key, written)
    return written


def _shown(body: Any) -> Any:
    """A body with the public forms of the records in it."""
    if isinstance(body, Record):
        return body.public
    if isinstance(body, dict):
        return {name: _shown(value) for name, value in body.items()}
    return [_shown(part) for part in body] if isinstance(body, list) else body


def _lists(
    schema: Mapping[str, Any], document: Mapping[str, Any], place: Place = ()
) -> tuple[tuple[Place, _List], ...]:
    """The lists of objects in what has this schema, and where in it they are."""
    if schema.keys() & {"allOf", "anyOf", "oneOf", "not"}:
        return ()
    found: list[tuple[Place, _List]] = []
    for name, given in schema.get("properties", {}).items():
        inner = resolve(given, document)
        if inner.get("type") == "object" and len(place) < DEEPEST:
            found += _lists(inner, document, (*place, name))
        elif given.keys() <= SAID and _has_objects(given, document):
            found.append(((*place, name), _List(given, document)))
    return tuple(found)


def _has_objects(schema: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    is_list = schema.get("type") == "array"
    return is_list and resolve(schema["items"], document).get("type") == "object"


def _at(body: Any, place: Place) -> Any:
    """What is there in plain objects; None where nothing is."""
    for name in place:
        if type(body) is not dict:
            return None
        body = body.get(name)
    return body


def _with(body: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """A copy with another value there."""
    name, *rest = place
    return {**body, name: _with(body[name], tuple(rest), value) if rest else value}


def _text(written: bytes | None) -> Text | None:
    if written is None:
        return None
    text = Text()
    text.add((written,))
    return text


def _filled(written: bytes, texts: list[Text]) -> Text:
    """JSON with these texts where their numbers stand between marks."""
    text = Text()
    for place, part in enumerate(written.split(MARK)):
        text.add(texts[int(part)].pieces() if place % 2 else (part,))
    return text

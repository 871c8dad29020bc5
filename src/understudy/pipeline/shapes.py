"""The shape of an answer: checked, and written as JSON.

A stored object never changes, so neither does what the contract says of it, nor its JSON: both are
remembered with the record, and a page of a list is put together from them. What holds a list of
objects is checked as if that list were empty, and each of its objects by itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from understudy.contract.refs import resolve
from understudy.contract.schemas import Validator
from understudy.store.record import Public

if TYPE_CHECKING:
    from understudy.contract.model import ResponseSpec

JSON = b"application/json"

PAGE = 200
"""Objects of a longer list are not remembered: an export would keep everything twice."""

SAID = {"type", "items", "maxItems", "description", "title", "example", "nullable", "readOnly"}
"""What the schema of a list may say, for its objects to be checked one by one."""


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
        self._lists: tuple[tuple[str, _List], ...] = ()
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
        return self._whole.problems(body)

    def encode(self, body: Any) -> bytes | None:
        """The body as it is sent; None where the contract does not allow it. Raises
        orjson.JSONEncodeError for what is no JSON.
        """
        whole = self._whole
        if whole is None:
            return b"" if body is None else None
        if type(body) is Public and self._remembers:
            return _remembered(body, self._key, whole)
        if self._lists and type(body) is dict:
            return self._put_together(body, whole)
        if not whole.is_valid(body):
            return None
        if isinstance(body, str) and self.media_type != JSON:
            return body.encode()
        return orjson.dumps(body)

    def _put_together(self, body: dict[str, Any], whole: Validator) -> bytes | None:
        frame, written = body.copy(), body.copy()
        for name, items in self._lists:
            things = body.get(name)
            if type(things) is list and things:
                parts = items.encode(things)
                if parts is None:
                    return None
                frame[name], written[name] = [], parts
        return orjson.dumps(written) if whole.is_valid(frame) else None


class _List:
    """A list of objects in an answer."""

    def __init__(self, schema: Mapping[str, Any], document: Mapping[str, Any]) -> None:
        self._validator = Validator(schema["items"], document, closed=True, late=True)
        self._key = resolve(schema["items"], document)
        self._most = schema.get("maxItems", math.inf)

    def encode(self, things: list[Any]) -> list[Any] | None:
        """Each of them, written or as it is; None where the contract does not allow one."""
        if len(things) > self._most:
            return None
        keep = len(things) <= PAGE
        validator, key = self._validator, self._key
        parts: list[Any] = []
        for thing in things:
            if keep and type(thing) is Public:
                written = _remembered(thing, key, validator)
                if written is None:
                    return None
                parts.append(orjson.Fragment(written))
            elif validator.is_valid(thing):
                parts.append(thing)
            else:
                return None
        return parts


def _remembered(public: Public, key: object, validator: Validator) -> bytes | None:
    """The JSON of a record's public form by the schema that is its key, if that allows it."""
    shown = public.record.shown
    if shown is not None and shown[0] is key:
        return shown[1]
    if not validator.is_valid(public):
        return None
    written = orjson.dumps(public)
    public.record.shown = (key, written)
    return written


def _lists(schema: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[tuple[str, _List], ...]:
    """The lists of objects that are properties of this schema."""
    if schema.keys() & {"allOf", "anyOf", "oneOf", "not"}:
        return ()
    return tuple(
        (name, _List(found, document))
        for name, found in schema.get("properties", {}).items()
        if found.keys() <= SAID
        and found.get("type") == "array"
        and resolve(found["items"], document).get("type") == "object"
    )

"""Request bodies: read, checked against the contract, without what it does not document, with its
defaults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from understudy.contract.json_schema import json_schema
from understudy.contract.model import OperationSpec
from understudy.contract.schemas import KnownFields, Validator, defaults
from understudy.errors import BodyTooLarge, MalformedBody, UnsupportedContentType, ValidationFailed
from understudy.nesting import DEEPEST, is_too_deep
from understudy.pipeline import dense

JSON = b"application/json"

OPENED_BY_CLOSING = {"oneOf", "not"}
"""In these, a schema that is closed allows what it does not as it is."""

ABSENT = object()
"""What `RequestBody.parse` gives where no body was sent: JSON's null is a value."""


@dataclass(slots=True)
class Judged:
    """What the contract makes of a body: the handler's, and the names of what is not documented, or
    why it is refused.
    """

    body: Any
    unknown: Sequence[str] = ()
    refusal: ValidationFailed | None = None


class RequestBody:
    """The compiled body of one operation."""

    def __init__(self, spec: OperationSpec, document: Mapping[str, Any]) -> None:
        assert spec.request_schema is not None
        self._required = spec.request_required
        self._validator = Validator(spec.request_schema, document, late=True)
        self._closed = Validator(spec.request_schema, document, closed=True, late=True)
        self._may_be_plain = not names_anywhere(
            json_schema(spec.request_schema, document), OPENED_BY_CLOSING
        )
        self._known = KnownFields(spec.request_schema, document)
        self._defaults = defaults(spec.request_schema, document)
        self._media = spec.request_media.encode()

    def parse(self, raw: bytes | BodyTooLarge, content_type: bytes | None) -> Any:
        """The JSON value of a body, its bytes where the contract's media type is another, or
        ABSENT.

        Raises BodyTooLarge, UnsupportedContentType and MalformedBody.
        """
        if isinstance(raw, BodyTooLarge):
            raise raw
        if not raw:
            return ABSENT
        if content_type != self._media and not self._is_media(content_type):
            raise UnsupportedContentType
        if self._media != JSON:
            return raw
        try:
            value = (dense.loads if dense.takes_long(raw) else orjson.loads)(raw)
        except orjson.JSONDecodeError as error:
            raise MalformedBody(f"The body is not valid JSON: {error}.") from None
        if is_too_deep(raw, value):
            raise MalformedBody(f"The body is nested deeper than {DEEPEST} levels.")
        return value

    def _is_media(self, content_type: bytes | None) -> bool:
        return content_type is not None and (
            content_type.partition(b";")[0].strip().lower() == self._media
        )

    def takes_long(self, raw: bytes) -> bool:
        """Whether to read such a body does."""
        return self._media == JSON and dense.takes_long(raw)

    def judged(self, value: Any) -> Judged:
        """What there is to say of a body, whether or not it is wanted."""
        if self.is_plain(value):
            return Judged(self.completed(value))
        unknown = self.unknown(value)
        try:
            return Judged(self.check(value, has_unknown=bool(unknown)), unknown)
        except ValidationFailed as refusal:
            return Judged(None, unknown, refusal.with_traceback(None))  # which would keep the value

    def is_plain(self, value: Any) -> bool:
        """Whether this is a valid body without undocumented fields, which most are: one look
        instead of two.
        """
        return self._may_be_plain and type(value) is dict and self._closed.is_valid(value)

    def unknown(self, value: Any) -> list[str]:
        """The fields of a body, valid or not, that the contract does not document."""
        return [] if value is ABSENT or isinstance(value, bytes) else self._known.unknown(value)

    def check(self, value: Any, *, has_unknown: bool) -> Any:
        """The body as its handler gets it: documented fields alone, and defaults.

        `has_unknown`: whether there are others, as `unknown` told.
        Raises ValidationFailed that names every field which is missing or not valid.
        """
        if value is ABSENT:
            if self._required:
                raise ValidationFailed(details={"body": ["is required"]})
            return dict(self._defaults)
        if isinstance(value, bytes):
            return value
        if not self._validator.is_valid(value):
            raise ValidationFailed(details=self._validator.problems(value))
        return self.completed(self._known.strip(value) if has_unknown else value)

    def completed(self, value: Any) -> Any:
        """A valid body with its defaults."""
        if self._defaults:
            value = self._defaults | value
            for name, default in self._defaults.items():
                if value[name] is None:  # where the contract allows it, null means left out
                    value[name] = default
        return value


def names_anywhere(schema: Any, names: set[str]) -> bool:
    """Whether a schema says any of these, or has a property that is called so."""
    if isinstance(schema, list):
        return any(names_anywhere(part, names) for part in schema)
    if not isinstance(schema, dict):
        return False
    return bool(names & schema.keys()) or any(
        names_anywhere(part, names) for part in schema.values()
    )

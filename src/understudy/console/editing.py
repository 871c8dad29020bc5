"""What somebody types into the editor of an object, and what is wrong with it, line by line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from understudy.client import ControlError, Sandbox
from understudy.console.control import wording
from understudy.console.jsontext import line_of, parsed, places, pretty

REFUSALS = (400, 409, 422)
"""The statuses of what somebody can mend in the editor."""


class Problem(NamedTuple):
    """Something wrong, where: a line of the text, and the field, dotted; both may be missing."""

    line: int
    field: str
    told: str


@dataclass
class Draft:
    """The text of an object. object_id: None for one that is to be.

    seen: a mark of what was stored when it was opened. has_changed: whether something else is
    stored by now.
    """

    text: str
    object_id: str | None
    seen: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    has_changed: bool = False

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Draft:
        """The draft of what is stored, or of some fields of what is to be."""
        text = pretty(one) if one else "{\n  \n}"
        return cls(text, one.get("id"), mark(one), one)

    @classmethod
    def of_form(cls, form: Mapping[str, str], object_id: str | None) -> Draft:
        """What was sent, with the problems that need no server to be found."""
        text = form.get("text", "").replace("\r\n", "\n")
        draft = cls(text, object_id, form.get("seen", ""))
        draft.has_changed = form.get("anyway") == "yes"
        try:
            value = parsed(text)
        except json.JSONDecodeError as error:
            draft.problems.append(Problem(error.lineno, "", f"{error.msg}."))
            return draft
        if not isinstance(value, dict):
            draft.problems.append(Problem(1, "", "An object is needed: { … }"))
            return draft
        draft.fields = value
        if object_id is not None and value.get("id", object_id) != object_id:
            told = "an object keeps its id; copy it to have another one"
            draft.problems.append(Problem(line_of(places(text), "id"), "id", told))
        return draft

    def blame(self, error: ControlError) -> None:
        """Have the problems that the server found."""
        found = places(self.text)
        for name, told in error.details.items():
            line = line_of(found, name)
            self.problems += [Problem(line, name, one) for one in told]
        if not error.details:
            self.problems.append(Problem(0, "", wording(error)))
        self.problems.sort(key=lambda one: one.line)


def put(s: Sandbox, collection: str, draft: Draft) -> Mapping[str, Any] | None:
    """Store a draft in the place of its object; None where something is wrong with it."""
    if draft.problems or draft.object_id is None:
        return None
    now = s.state.get(collection, draft.object_id)
    if draft.seen != mark(now) and not draft.has_changed:
        draft.has_changed = True
        told = "It was changed meanwhile by somebody else. Saving again replaces what they stored."
        draft.problems.append(Problem(0, "", told))
        return None
    try:
        return s.state.put(collection, {**draft.fields, "id": draft.object_id})
    except ControlError as error:
        _refused(draft, error)
        return None


def create(s: Sandbox, collection: str, draft: Draft) -> Mapping[str, Any] | None:
    """Make an object of a draft; None where something is wrong with it."""
    if draft.problems:
        return None
    try:
        return s.state.create(collection, **draft.fields)
    except ControlError as error:
        _refused(draft, error)
        return None


def mark(one: Mapping[str, Any]) -> str:
    """A short text that is another one as soon as the object is."""
    text = json.dumps(one, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:16]


def _refused(draft: Draft, error: ControlError) -> None:
    if error.status not in REFUSALS:
        raise error
    draft.blame(error)

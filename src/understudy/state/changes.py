"""Putting and making single objects, checked against the contract; each is a transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from understudy.contract.messages import UNKNOWN
from understudy.errors import ApiError, ValidationFailed
from understudy.state.errors import CannotBeMade, ObjectExists, Refused
from understudy.state.marks import written
from understudy.state.secrets import ABSENT, keeper, taken

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox
    from understudy.state.kinds import Kind, Kinds
    from understudy.state.references import Reference
    from understudy.store import Record, Store

logger = logging.getLogger("understudy.state")

Problems = dict[str, list[str]]

REQUIRED = "is required to make one"
SUGGESTED = 50
"""For so many unknown fields the one that is meant is looked for."""
LONGEST = 200
"""So many characters of what a factory failed with are told; the log has them all."""


def put(
    kind: Kind, sandbox: Sandbox, object_id: str, given: Mapping[str, Any]
) -> tuple[Record, bool]:
    """Store a whole object in the place of the one with this id, or as a new one; with whether it
    is new.

    A secret that is left out, or hidden, stays what it was; a new one is given in plain text.
    Raises ValidationFailed.
    """
    store = sandbox.store
    before = store[kind.name].get(object_id)
    known = ABSENT if before is None else before
    document = {**taken(kind.secrets, given, known, keeper(sandbox))}
    problems: Problems = {}
    if document.setdefault("id", object_id) != object_id:
        problems["id"] = ["must be the id in the address, or be left out"]
    if not kind.stored.is_valid(document):
        problems = {**_suggesting(kind, kind.stored.problems(document)), **problems}
    problems = {**_reference_problems(kind, store, document, before or {}), **problems}
    if problems:
        raise ValidationFailed(details=problems)
    document = written(kind.times, document)
    with store.transaction():
        if before is None:
            return store[kind.name].insert(document), True
        return store[kind.name].replace(object_id, document), False


def create(kinds: Kinds, kind: Kind, sandbox: Sandbox, given: Mapping[str, Any]) -> Record:
    """Make an object of some of its fields, as a scenario does: its factory computes the others.

    Raises ValidationFailed, ObjectExists, Refused and CannotBeMade.
    """
    store = sandbox.store
    fields = taken(kind.secrets, given, ABSENT, keeper(sandbox))
    problems: Problems = {}
    if not kind.given.is_valid(fields):
        problems = _suggesting(kind, kind.given.problems(fields))
    problems = {**_reference_problems(kind, store, fields, {}), **problems}
    if problems:
        raise ValidationFailed(details=problems)
    if fields.get("id") in store[kind.name]:
        raise ObjectExists
    with store.transaction():
        made = _made(kinds, kind, sandbox, written(kind.times, fields))
        record = store[kind.name].get(made["id"]) or made
        if not kind.stored.is_valid(record):
            raise ValidationFailed(details=kind.stored.problems(record))
    return record


def _suggesting(kind: Kind, problems: Problems) -> Problems:
    """The same, with the field that is meant where one of the object itself is not known."""
    known = [*kind.fields, *(kind.spec.account or {}).values()]
    unknown = [name for name, told in problems.items() if told == [UNKNOWN]]
    near = {name: get_close_matches(name, known, 1) for name in unknown[:SUGGESTED]}
    meant = {name: [f"{UNKNOWN}; is {found[0]} meant?"] for name, found in near.items() if found}
    return {**problems, **meant}


def _reference_problems(
    kind: Kind, store: Store, after: Mapping[str, Any], before: Mapping[str, Any]
) -> Problems:
    """What is wrong with the ids that an object gives and did not hold before."""
    problems: Problems = {}
    for reference in kind.references:
        earlier = {held for _, held in reference.held(before)}
        for place, held in reference.held(after):
            if held in earlier:
                continue
            if held not in store[reference.target]:
                problems[place] = [f"is no id of {reference.target}"]
            elif reference.is_parent and _lies_in(reference, store, held, after.get("id")):
                problems[place] = ["leads back to this object"]
    return problems


def _lies_in(parent: Reference, store: Store, start: str | None, wanted: Any) -> bool:
    """Whether an object lies in another one of its collection, or is it: whoever walks up such a
    tree would never arrive.
    """
    seen: set[str] = set()
    while start is not None and start not in seen:
        if start == wanted:
            return True
        seen.add(start)
        start = next((held for _, held in parent.held(store[parent.target].get(start))), None)
    return False


def _made(kinds: Kinds, kind: Kind, sandbox: Sandbox, fields: dict[str, Any]) -> Record:
    try:
        return kinds.factory(kind)(sandbox, fields)
    except ApiError as error:
        if error.details:
            raise ValidationFailed(details=error.details) from None
        raise Refused(error) from None
    except Exception as error:
        details = _missing(kind, fields, error)
        if details:
            raise ValidationFailed(details=details) from None
        logger.exception("%s failed with %s", kind.spec.factory, ", ".join(fields))
        said = f"{type(error).__name__}: {error}"[:LONGEST]
        raise CannotBeMade(f"{kind.spec.factory} makes no object of these fields: {said}") from None


def _missing(kind: Kind, fields: Mapping[str, Any], error: Exception) -> Problems:
    """What a factory that failed lacked: the field it asked for, else the references and secrets
    that have to be there. It asks for a reference that may be null only where another one, which
    would follow from that, is not there either.
    """
    needed = [
        field
        for field in (*kind.spec.references, *kind.secrets.named)
        if field in kind.fields and field not in fields and not kind.field(field).get("nullable")
    ]
    asked = _asked(kind, fields, error)
    if asked is None:
        return {field: [REQUIRED] for field in needed}
    is_other_way = asked in kind.spec.references and asked not in needed
    if is_other_way and needed:
        return {needed[0]: [f"{REQUIRED} (or {asked})"]}
    return {asked: [REQUIRED]}


def _asked(kind: Kind, fields: Mapping[str, Any], error: Exception) -> str | None:
    """The field that a factory looked for in vain."""
    if isinstance(error, KeyError) and error.args and error.args[0] not in fields:
        asked = str(error.args[0])
        if asked in kind.fields or asked in (kind.spec.account or {}).values():
            return asked
    return None

"""Which fields of a collection's objects a table shows, and how."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from understudy.client.states import CollectionInfo

Object = Mapping[str, Any]

TITLES = ("title", "name", "label", "email", "username", "key")
MOST = 7
"""So many columns a table has."""
LONGEST = 80
"""Characters of a text that a cell has room for; a field with longer ones gets none."""
CUT = 160
"""Characters of a title that are shown."""


def title_of(one: Object) -> str:
    """What people call an object; its id where it has nothing of the kind."""
    named = (one.get(name) for name in TITLES)
    others = (value for name, value in one.items() if name.endswith("_name"))
    found = (value for value in (*named, *others) if isinstance(value, str) and value.strip())
    return next(found, str(one.get("id", "")))[:CUT]


def columns(kind: CollectionInfo, objects: Sequence[Object]) -> list[str]:
    """The fields that a table of these objects shows besides their titles: short values that tell
    something, the contract's order, times last.
    """
    titles = {_title_field(one) for one in objects}
    names = [name for name in kind.fields if name not in {"id", *kind.secrets, *titles}]
    telling = [name for name in names if _tells(name, objects)]
    own = [name for name in telling if name.startswith("_")]
    public = [name for name in telling if not name.startswith("_")]
    times = [name for name in public if name.endswith("_at")]
    ranked = [*(name for name in public if name not in times), *times[:2]]
    return ranked[:MOST] if len(ranked) > 1 else [*ranked, *own][:MOST]


def cell(value: Any) -> str:
    """A short value as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return str(value)


def compact(value: Any) -> str:
    """Any value in one line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def references(kind: CollectionInfo, one: Object) -> list[tuple[str, str, str]]:
    """What an object refers to: the field, the collection, the id."""
    found = []
    for field, target in kind.references.items():
        ids = (value for value in _values(one, field.split(".")) if isinstance(value, str))
        found += [(field, target, value) for value in ids]
    return found


def _title_field(one: Object) -> str:
    title = title_of(one)
    return next((name for name in one if one[name] == title and name != "id"), "")


def _tells(name: str, objects: Iterable[Object]) -> bool:
    """Whether the values of a field are short, and not all of them missing."""
    values = [one.get(name) for one in objects]
    return all(map(_is_short, values)) and any(value not in (None, [], "") for value in values)


def _is_short(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 5 and all(isinstance(one, str) and len(one) <= 20 for one in value)
    return not isinstance(value, dict) and len(str(value)) <= LONGEST


def _values(value: Any, path: Sequence[str]) -> list[Any]:
    """What is at a dotted path; of lists, each item's."""
    if isinstance(value, list):
        return [found for one in value for found in _values(one, path)]
    if not path:
        return [value]
    return _values(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else []

"""What the rules about defects share: the values of their fields, and ways to look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from understudy.verify import Persona

from . import make, moments
from .documented import documented

Body = dict[str, Any]

VALUES: Mapping[str, tuple[str, ...]] = {
    "status": ("OPEN", "IN_PROGRESS", "RESOLVED", "CLOSED", "DEFERRED"),
    "severity": ("CRITICAL", "HIGH", "MEDIUM", "LOW"),
    "priority": ("P1", "P2", "P3", "P4"),
    "type": ("BUG", "ENHANCEMENT", "TASK"),
}
"""Each field with a closed list of values, in the order in which the contract lists them."""

TRIES = 50
"""So many updates are made at most until the clock has moved on."""

SELECTING = ("defects.list_defects", "defects.get_statistics", "defects.export_defects")
"""The operations that take the filters."""


def file(p: Persona, **fields: Any) -> Body:
    """A new defect, as its creation answered it."""
    return plain(p, make.defect(p, **fields))


def plain(p: Persona, defect: Body) -> Body:
    """A defect with just the contract's fields."""
    found: Body = documented(p, "Defect", defect)
    return found


def several(p: Persona, *each: Mapping[str, Any]) -> tuple[str, list[Body]]:
    """A defect for each of these fields, and the tag that all of them have, and no other."""
    tag = p.name("tag")
    return tag, [file(p, **{**one, "tags": [tag, *one.get("tags", ())]}) for one in each]


def listed(p: Persona, **query: Any) -> list[Body]:
    """The defects that a query lists, in order."""
    answer = p.call("defects.list_defects", query={"per_page": 200, **query})
    return [plain(p, one) for one in answer.expect(200)["defects"]]


def total(p: Persona, **query: Any) -> int:
    """How many defects a query selects, by the list's own word."""
    answer = p.call("defects.list_defects", query={"per_page": 1, **query})
    return int(answer.expect(200)["total"])


def counted(p: Persona, **query: Any) -> Body:
    """The statistics of what a query selects."""
    answer = p.call("defects.get_statistics", query=query)
    found: Body = documented(p, "DefectStatistics", answer.expect(200))
    return found


def exported(p: Persona, **query: Any) -> list[Body]:
    """The defects in the file that a query exports, in order."""
    answer = p.call("defects.export_defects", query=query)
    return [plain(p, one) for one in answer.expect(200)["defects"]]


def read(p: Persona, defect: Body) -> Body:
    """The defect as it is now."""
    answer = p.call("defects.get_defect", defect_id=defect["id"])
    return plain(p, answer.expect(200))


def folder(p: Persona, folder_id: str) -> Body:
    """The folder as the list of folders shows it now."""
    found = [one for one in folders(p) if one["id"] == folder_id]
    assert len(found) == 1, f"the list of folders must hold folder {folder_id} once"
    return found[0]


def folders(p: Persona) -> list[Body]:
    """All folders of the workspace, in order."""
    answer = p.call("defects.list_folders")
    found: list[Body] = documented(p, "DefectFolderList", answer.expect(200))["folders"]
    return found


def filters(p: Persona) -> list[Body]:
    """All saved filters of the workspace, in order."""
    answer = p.call("defects.list_filters")
    found: list[Body] = documented(p, "DefectFilterList", answer.expect(200))["filters"]
    return found


def update(p: Persona, defects: Iterable[Body], **fields: Any) -> Body:
    """Set these fields on all of the defects; what the batch answers."""
    body = {"defect_ids": ids(defects), **fields}
    answer: Body = p.call("defects.update_defects", body=body).expect(200)
    return answer


def touch(p: Persona, defect: Body, after: str) -> Body:
    """Update the defect until that was later than a time: the clock may not have moved yet.

    Raises Broken where `updated_at` does not move.
    """
    for _ in range(TRIES):
        update(p, [defect], owner=p.name("owner"))
        answer = p.call("defects.get_defect", defect_id=defect["id"])
        now: Body = answer.expect(200)
        if moments.is_later(now["updated_at"], after):
            return now
    raise answer.broken(
        "an update does not move `updated_at`",
        expected=f"a time after {after}",
        got=now["updated_at"],
        rule="DBAT-06",
    )


def delete(p: Persona, defects: Iterable[Body]) -> Body:
    """Delete all of the defects; what the batch answers."""
    body = {"defect_ids": ids(defects)}
    answer: Body = p.call("defects.delete_defects", body=body).expect(200)
    return answer


def ids(things: Iterable[Body]) -> list[str]:
    """Their ids."""
    return [thing["id"] for thing in things]


def number(defect: Body) -> int:
    """The number in `DEF-001`."""
    return int(defect["defect_number"].removeprefix("DEF-"))

"""A model of defects: what the contract's filters select, in which order, and how that counts."""

from __future__ import annotations

from collections import Counter
from typing import Any

from . import defects, moments

Body = dict[str, Any]
RULES = {
    "status": "DFIL-03",
    "severity": "DFIL-03",
    "priority": "DFIL-03",
    "type": "DFIL-03",
    "folder_id": "DFIL-08",
    "search": "DFIL-11",
}
"""The rule of each filter."""

SORTED = {"title": "DFIL-23", "created_at": "DFIL-23", "updated_at": "DFIL-25"}
SORTED |= {"defect_number": "DFIL-24"} | dict.fromkeys(defects.VALUES, "DFIL-22")


class Model:
    """All defects of one tag, the oldest first, each as the server has to show it."""

    def __init__(self) -> None:
        self.kept: dict[str, Body] = {}

    def select(self, query: Body) -> list[Body]:
        """What a query selects, in its order."""
        found = [one for one in self.kept.values() if self._meets(one, query)]
        sort_by = query.get("sort_by", "created_at")
        found.sort(key=lambda one: self._rank(one, sort_by))
        return found if query.get("sort_order") == "asc" else found[::-1]

    def count(self, query: Body) -> Body:
        """The statistics of what a query selects."""
        found = self.select(query)
        counts: Body = {"total": len(found)}
        for field, values in defects.VALUES.items():
            counter = Counter(one[field] for one in found)
            counts[f"by_{field}"] = {value: counter[value] for value in values}
        return counts

    def filed_in(self, folder_id: str) -> int:
        """How many defects are in a folder."""
        return sum(one["folder_id"] == folder_id for one in self.kept.values())

    def rule_of_order(self, found: list[str], query: Body) -> str:
        """The rule that is broken where the right ids come in this order."""
        sort_by, is_ascending = query.get("sort_by"), query.get("sort_order") == "asc"
        if sort_by is None:
            return "DFIL-28" if is_ascending else "DFIL-21"
        ranks = [self._rank(self.kept[id], sort_by) for id in found]
        if ranks == sorted(ranks, reverse=not is_ascending):
            return "DFIL-26" if is_ascending else "DFIL-27"
        return SORTED[sort_by]

    @staticmethod
    def _meets(defect: Body, query: Body) -> bool:
        for field in (*defects.VALUES, "folder_id"):
            if field in query and defect[field] != query[field]:
                return False
        texts = [
            defect[name] or "" for name in ("defect_number", "title", "summary", "description")
        ]
        if not any(query.get("search", "").lower() in text.lower() for text in texts):
            return False
        return bool({*query["tags"].split(",")} & {*defect["tags"]})

    @staticmethod
    def _rank(defect: Body, sort_by: str) -> Any:
        if sort_by in defects.VALUES:
            return defects.VALUES[sort_by].index(defect[sort_by])
        if sort_by == "defect_number":
            return defects.number(defect)
        return defect[sort_by] if sort_by == "title" else moments.instant(defect[sort_by])

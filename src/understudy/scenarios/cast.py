"""All objects of one file, and how they find each other: by name, or by an id that it gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from understudy.scenarios.problems import Problems, hint, listed

if TYPE_CHECKING:
    from understudy.scenarios.drafts import Draft, Key


class Cast:
    """The objects of a file, in its order."""

    def __init__(self, drafts: Iterable[Draft], problems: Problems) -> None:
        self.drafts: dict[Key, Draft] = {}
        for draft in drafts:
            self._add(draft, problems)
        self._named = {key: draft for key, draft in self.drafts.items() if not draft.anonymous}
        self._by_id: dict[Key, Draft] = {}
        for draft in self.drafts.values():
            self._add_id(draft, problems)

    def _add(self, draft: Draft, problems: Problems) -> None:
        """The same name twice is the document's to tell, unless a numbered name makes it."""
        first = self.drafts.setdefault(draft.key, draft)
        if first is not draft and (first.number or draft.number):
            wrong = f"{draft.title} is given twice, first in line {first.line()}"
            problems.add(draft.line(), wrong, "choose another name or another range")

    def _add_id(self, draft: Draft, problems: Problems) -> None:
        if draft.given_id is None:
            return
        text, at = draft.given_id
        first = self._by_id.setdefault((draft.spec.name, text), draft)
        if first is not draft:
            wrong = f"{draft.title} has the id of {first.title} (line {first.line()})"
            problems.add(at, wrong, "leave the id out, or give another")

    def find(self, collection: str, text: str) -> Key | None:
        """The object of a collection that a name or an explicit id means."""
        draft = self._named.get((collection, text)) or self._by_id.get((collection, text))
        return draft.key if draft else None

    def absence(self, collection: str, text: str) -> tuple[str, str]:
        """Why there is no such object in the collection, and what to write instead."""
        names = [name for place, name in self._named if place == collection]
        elsewhere = sorted({place for place, _ in self.drafts if self.find(place, text)})
        if elsewhere:
            wrong = f"{text!r} is one of the {elsewhere[0]}, not of the {collection}"
            return wrong, listed(names)
        return f"there is no {text!r} among the {collection}", hint(text, names)

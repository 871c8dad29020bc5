"""All objects of a scenario, and how they find each other: by name, or by an id that it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import TYPE_CHECKING

from understudy.scenarios.numbering import number_in
from understudy.scenarios.problems import Problems, hint, listed

if TYPE_CHECKING:
    from understudy.scenarios.drafts import Draft
    from understudy.scenarios.made import Key


class Cast:
    """The objects of a scenario, in its order."""

    def __init__(self, drafts: Iterable[Draft], problems: Problems) -> None:
        self.drafts: dict[Key, Draft] = {draft.key: draft for draft in drafts}
        self._named = {key: draft for key, draft in self.drafts.items() if not draft.anonymous}
        self._counted = [draft for draft in self.drafts.values() if draft.count is not None]
        self._by_id: dict[Key, Draft] = {}
        for draft in self.drafts.values():
            self._add_id(draft, problems)
        for draft in self._counted:
            self._check_names(draft, problems)

    def _check_names(self, draft: Draft, problems: Problems) -> None:
        """None of the objects that it stands for may be there already."""
        for collection, name in self.drafts:
            if collection == draft.spec.name and self._is_one_of(draft, name):
                wrong = f"{draft.title} makes a second {name!r}"
                problems.add(draft.line(), wrong, "choose another name for one of them")

    def _is_one_of(self, draft: Draft, name: str) -> bool:
        number = number_in(draft.name, name)
        return number is not None and 1 <= number <= draft.size

    def _add_id(self, draft: Draft, problems: Problems) -> None:
        if draft.given_id is None:
            return
        text, at = draft.given_id
        if draft.count is not None:
            right = "leave it out: they follow from the names"
            problems.add(at, f"{draft.title} gives an id to many objects", right)
            return
        first = self._by_id.setdefault((draft.spec.name, text), draft)
        if first is not draft:
            wrong = f"{draft.title} has the id of {first.title} (line {first.line()})"
            problems.add(at, wrong, "leave the id out, or give another")

    def find(self, collection: str, text: str) -> Key | None:
        """The object of a collection that a name or an explicit id means."""
        draft = self._named.get((collection, text)) or self._by_id.get((collection, text))
        if draft is not None:
            return draft.key
        return (collection, text) if self.owner((collection, text)) else None

    def owner(self, key: Key) -> Draft | None:
        """The draft that makes an object: its own, or that of many."""
        draft = self.drafts.get(key)
        if draft is not None or not self._counted:
            return draft
        collection, name = key
        return next(
            (
                one
                for one in self._counted
                if one.spec.name == collection and self._is_one_of(one, name)
            ),
            None,
        )

    def names(self, collection: str) -> list[str]:
        """The names in a collection."""
        return [name for place, name in self._named if place == collection]

    def keys(
        self, collection: str, accepts: Callable[[str], bool], *, before: Draft
    ) -> tuple[Key, ...]:
        """The drafts of a collection whose names are accepted, of that of `before` only those that
        come before it.
        """
        known: Iterable[Draft] = self.drafts.values()
        if collection == before.spec.name:
            known = takewhile(lambda one: one is not before, known)
        return tuple(
            one.key
            for one in known
            if one.spec.name == collection and one.size and accepts(one.name)
        )

    def absence(self, collection: str, text: str) -> tuple[str, str]:
        """Why there is no such object in the collection, and what to write instead."""
        names = self.names(collection)
        elsewhere = sorted({place for place, _ in self.drafts if self.find(place, text)})
        if elsewhere:
            wrong = f"{text!r} is one of the {elsewhere[0]}, not of the {collection}"
            return wrong, listed(names)
        return f"there is no {text!r} among the {collection}", hint(text, names)

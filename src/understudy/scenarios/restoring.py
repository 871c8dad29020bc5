"""Putting the objects of a file in the stored form into a sandbox's store, as they are."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from understudy.keyring import hash_password, salt_of
from understudy.scenarios.building import all_filled
from understudy.scenarios.parts import Part
from understudy.scenarios.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from understudy.sandbox import Sandbox
    from understudy.scenarios.drafts import Draft
    from understudy.scenarios.stored import Counters


class Restoring:
    """Restores the drafts of one file."""

    def __init__(self, file: str, drafts: Sequence[Draft], counters: Counters) -> None:
        self._file = file
        self._drafts = drafts
        self._counters = counters

    def build(self, sandbox: Sandbox) -> None:
        """As `Scenario.build` says."""
        store = sandbox.store
        given = all_filled(self._parts, sandbox, self._file)
        with store.transaction():
            for part, fields in zip(self._parts, given, strict=True):
                for name in _sealed(part.draft):
                    fields[name] = sandbox.vault.encrypt(fields[name])
                if part.id in store[part.collection]:
                    wrong = f"{part.draft.title} has the id of an object that is there already"
                    Problems(self._file).fail(part.draft.line("id"), wrong, "give another id")
                store[part.collection].insert(fields)
            for series, scope, number in self._counters.numbers:
                store.raise_number(series, scope, number)
            sandbox.ids.issued = max(sandbox.ids.issued, self._counters.issued)

    @cached_property
    def _parts(self) -> list[Part]:
        return [Part(draft, _whole(draft)) for draft in self._drafts]


def _whole(draft: Draft) -> dict[str, Any]:
    """The object with its password hash, made of the password where the file leaves that out."""
    fields = dict(draft.fields)
    for name, kind in draft.shape.secrets.items():
        text = fields.get(name)
        if kind == "hash" and text is not None and text.count("$") == 2:
            password = draft.aside[draft.shape.account["secret"]]
            fields[name] = hash_password(password, salt_of(text))
    return fields


def _sealed(draft: Draft) -> list[str]:
    return [
        name
        for name, kind in draft.shape.secrets.items()
        if kind == "sealed" and draft.fields.get(name) is not None
    ]

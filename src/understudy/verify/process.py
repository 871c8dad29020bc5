"""`Process`: one process of a run, with its connection to the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from understudy.verify.guest import make_client
from understudy.verify.ledger import Owned
from understudy.verify.scene import Target
from understudy.verify.suite import Suite

if TYPE_CHECKING:
    from understudy.verify.persona import Persona
    from understudy.verify.run import Run

PROCESS = pytest.StashKey["Process"]()
"""Where a pytest that runs rules keeps what they work with."""

GONE = (200, 204, 404)
"""Answers after which what was to be deleted is not there."""


class Process:
    """What the rules of one process work with."""

    def __init__(self, run: Run, worker: str) -> None:
        self.suite = Suite(run.settings, run.prefix, keeps_all=run.keeps_all)
        self._client = make_client(run.settings)
        self.target = Target(self.suite, self._client, worker)
        self._leaked: list[dict[str, Any]] = []

    @classmethod
    def opened(cls, run: Run, worker: str) -> Process:
        """A process whose target is ready."""
        process = cls(run, worker)
        process.target.open(run.server_url)
        return process

    def control(self) -> Persona:
        """Who shows that an operation can succeed."""
        return self.target.world.control()

    def clean_up(self, test: str | None = None) -> None:
        """Delete what a test created, the newest first; of all tests, if none is given."""
        ledger = self.target.world.guest.ledger
        if ledger is None:
            return
        for thing in ledger.left(test):
            if thing in ledger.left(test):  # it may have gone along with another one
                self._remove(thing)
        ledger.forget(test)

    def closed(self) -> dict[str, Any]:
        """Take the last away, and give the counts."""
        self.suite.begin("clean-up", "clean-up")
        try:
            self.clean_up()
        finally:
            self.target.close()
            self._client.close()
        ledger = self.target.world.guest.ledger
        shown = self.suite.secrecy.shown
        return {
            "book": self.suite.book.to_dict(),
            "created": ledger.created if ledger else 0,
            "removed": ledger.removed if ledger else 0,
            "leaked": self._leaked,
            "remaining": ledger.remaining if ledger else {},
            "exchanges": [shown(one) for one in self.suite.book.all or ()],
        }

    def _remove(self, thing: Owned) -> None:
        ledger = self.target.world.guest.ledger
        assert ledger is not None and thing.remove is not None  # noqa: PT018
        operation, name = thing.remove
        request: dict[str, Any] = (
            {"body": {name[1:]: [thing.id]}} if name.startswith(".") else {name: thing.id}
        )
        try:
            answer = thing.by.call(operation, **request)
        except Exception as error:  # whatever it is, the next thing has to be taken away, too
            why = str(error).partition("\n")[0] or type(error).__name__
        else:
            why = "" if answer.status in GONE else f"{operation} answered {answer.status}"
        if not why:
            ledger.deleted([thing.id])
            return
        for one in ledger.lost(thing.id):
            told = {"kind": one.kind, "id": one.id, "name": one.name or ""}
            self._leaked.append({**told, "why": self.suite.secrecy.text(why)})

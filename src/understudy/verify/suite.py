"""`Suite`: what all rules of one process share."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from understudy.contract import Contract, OperationSpec
from understudy.verify import spec as specs
from understudy.verify.book import Book
from understudy.verify.findings import Broken, NotDemonstrated
from understudy.verify.secrecy import Secrecy
from understudy.verify.watch import Watch

if TYPE_CHECKING:
    from understudy.verify.answer import Answer
    from understudy.verify.config.settings import Settings
    from understudy.verify.persona import Persona

__tracebackhide__ = True


class Suite:
    """The contract, the settings, and what was seen so far.

    prefix: what the name of everything begins with that the run creates. test: the node id of the
    test that runs; all that is random follows from it and the seed. answers: those that rules keep
    for each other, by operation.
    """

    def __init__(self, settings: Settings, prefix: str, *, keeps_all: bool = False) -> None:
        self.settings = settings
        self.spec = specs.load(settings.contract)
        self.contract: Contract = specs.contract_of(settings.contract)
        self.prefix = prefix
        self.answers: dict[str, Answer] = {}
        self.book = Book(keeps_all=keeps_all)
        self.secrecy = Secrecy(self.contract)
        self.secrecy.learn(*settings.headers.values(), settings.control_token)
        for one in settings.personas.values():
            self.secrecy.learn(one.password, one.expired_access_token, one.expired_refresh_token)
        self._operations = {one.operation_id: one for one in self.contract.operations}
        self._watch = Watch(self.contract, self.spec, self.secrecy)
        self.begin("", "")

    def begin(self, test: str, rule: str) -> None:
        """A test begins."""
        self.test = test
        self.rule = rule
        case = test.partition("[")[2]
        self._case = f"-{hashlib.sha256(case.encode()).hexdigest()[:4]}" if case else ""
        self.random = random.Random(f"{self.settings.seed}/{test}")
        self.noted: list[Broken] = []
        self.book.exchanges.clear()
        self._names: Counter[str] = Counter()
        self._refusals: dict[str, None] = {}
        self._minted: set[str] = set()

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return self.settings.seed

    @property
    def effort(self) -> str:
        """`quick`, `normal` or `deep`."""
        return self.settings.effort

    def scale(self, quick: int, normal: int, deep: int) -> int:
        """A number that goes with the effort."""
        return {"quick": quick, "normal": normal, "deep": deep}[self.effort]

    def operation(self, operation_id: str) -> OperationSpec:
        """An operation of the contract."""
        return self._operations[operation_id]

    @cached_property
    def operations(self) -> tuple[OperationSpec, ...]:
        """All operations of the contract."""
        return self.contract.operations

    def unknown_id(self) -> str:
        """A UUID that no object has; it may stand in a write."""
        id = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        self._minted.add(id)
        return id

    def is_minted(self, id: str) -> bool:
        """Whether `unknown_id` made it up for this test."""
        return id.lower() in self._minted

    def next_name(self, kind: str) -> str:
        """What comes after the prefix in the next name of a kind."""
        self._names[kind] += 1
        return f"{self.rule}{self._case}-{kind}-{self._names[kind]}".lower()

    def mark(self, operation: str, parameter: str, kind: str) -> None:
        """Count a value of a parameter (`body.title`, `query.limit`) that was sent as `valid`,
        `boundary` or `invalid`, for the report.
        """
        self.book.mark(operation, parameter, kind)

    def is_reading(self, operation: str | None, method: str) -> bool:
        """Whether a read-only run may send this."""
        return method == "GET" or operation == self.spec.log_in

    def judge(self, answer: Answer) -> None:
        """What holds for every answer is looked at for every answer."""
        for broken in self._watch.judge(answer):
            self.note(broken)

    def note(self, broken: Broken) -> None:
        """Something was broken, and the rule that runs may go on all the same."""
        if len(self.noted) < 50:
            self.noted.append(broken)

    def judged_refusal(self, operation: str) -> None:
        """The rule that runs judges a refusal of this operation."""
        self._refusals[operation] = None

    def show_controls(self, persona: Persona) -> None:
        """See that what the rule saw refused can succeed, too. Raises NotDemonstrated."""
        for operation in self._refusals:
            if not self.book.has_succeeded(operation):
                try:
                    request = self.spec.sample(self, persona, operation)
                    answer = persona.call(operation, **request)
                    has_succeeded = 200 <= answer.status < 300
                except Broken:
                    has_succeeded = False
                if not has_succeeded:
                    raise NotDemonstrated(
                        f"{operation} never succeeded in this run, so its refusals show nothing"
                    )

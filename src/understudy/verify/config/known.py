"""What the names in a configuration can be: those of a contract and of its suite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from understudy import contract as contracts
from understudy.verify import rules as suites
from understudy.verify import spec as specs
from understudy.verify.config.settings import FULL

if TYPE_CHECKING:
    from understudy.verify.rules import Rule
    from understudy.verify.spec import PersonaSpec


class Known:
    """The names of one contract.

    base_path: that of its own server. find_rules: called when the first
    rule is asked for, because a suite takes a while to read.
    """

    def __init__(
        self,
        *,
        base_path: str,
        personas: Mapping[str, PersonaSpec],
        profiles: Sequence[str],
        tags: Sequence[str],
        operations: Sequence[str],
        find_rules: Callable[[], Iterable[Rule]],
    ) -> None:
        self.base_path = base_path
        self.personas = personas
        self.profiles = profiles
        self.tags = tags
        self.operations = operations
        self._find_rules = find_rules

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """The ids of all rules."""
        return tuple(one.id for one in self._find_rules())

    @cached_property
    def features(self) -> tuple[str, ...]:
        """What a target may lack."""
        return tuple(sorted({name for one in self._find_rules() for name in one.features}))


def known(contract: str) -> Known:
    """The names of a contract. Raises UsageError where there is none of its name, or no suite."""
    loaded = contracts.load(contract)
    spec = specs.load(loaded.name)
    tags = dict.fromkeys(one.tag for one in loaded.operations)
    return Known(
        base_path=loaded.base_path,
        personas=spec.personas,
        profiles=(*spec.profiles, FULL),
        tags=tuple(tags),
        operations=tuple(one.operation_id for one in loaded.operations),
        find_rules=lambda: suites.collect(loaded.name),
    )

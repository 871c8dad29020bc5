"""Rules: one promise of the contract each, as a test with an id, a level and a clause.

@rule("AUTH-07", MUST, "the same answer")
def test_wrong_password(active): ...
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from understudy.contract import Contract, OperationSpec
from understudy.errors import UsageError
from understudy.verify import spec as specs

MUST, SHOULD, MAY = "must", "should", "may"
LEVELS = (MUST, SHOULD, MAY)
ID = re.compile(r"[A-Z]{2,4}-[0-9]{2}")
MOVABLE_TIME = "time"
REGISTER = "register"
FEATURES = {"scene": MOVABLE_TIME, "account": REGISTER, "settings_owner": REGISTER}
"""What a target must offer where a rule asks for this fixture."""

Test = TypeVar("Test", bound=Callable[..., None])
Chosen = Iterable[str] | Callable[[OperationSpec], bool]


@dataclass(frozen=True, slots=True)
class Marks:
    """What `@rule` says of a test."""

    id: str
    level: str
    clauses: tuple[str, ...]
    tag: str | None
    operations: Chosen | None
    values: tuple[Any, ...] | None
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise. `group` is the module's name, `operations` those that it runs once for each."""

    id: str
    level: str
    promise: str
    clauses: tuple[str, ...]
    tag: str
    group: str
    personas: tuple[str, ...]
    features: tuple[str, ...]
    operations: tuple[str, ...]
    values: tuple[Any, ...] | None = field(repr=False)
    function: Callable[..., None] = field(repr=False)


def rule(
    id: str,
    level: str,
    clause: str,
    *,
    clauses: Sequence[str] = (),
    tag: str | None = None,
    operations: Chosen | None = None,
    values: Iterable[Any] | None = None,
    features: Sequence[str] = (),
) -> Callable[[Test], Test]:
    """Make a test a rule.

    id: `AUTH-07`. clause, clauses: exact quotes of the contract, its decisions or a source.
    tag: left out, the one that its file is named after. operations: it runs once for each, with
    the fixture `operation`; values: likewise, with `value`.
    """
    if not ID.fullmatch(id) or level not in LEVELS:
        raise UsageError(f"@rule({id!r}, {level!r}): write an id such as AUTH-07 and a level")
    given = None if values is None else tuple(values)
    marks = Marks(id, level, (clause, *clauses), tag, operations, given, tuple(features))

    def mark(test: Test) -> Test:
        test.__rule__ = marks  # type: ignore[attr-defined]
        return test

    return mark


@cache
def collect(contract_name: str) -> tuple[Rule, ...]:
    """All rules of a contract's suite, group by group. Raises UsageError for a mistake in one."""
    spec = specs.load(contract_name)
    contract = specs.contract_of(contract_name)
    package = importlib.import_module(f"{specs.SUITES}.{contract_name}")
    found: dict[str, Rule] = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
        if module.name.startswith("test_"):
            name = f"{package.__name__}.{module.name}"
            for one in _rules_of(name, contract, frozenset(spec.personas)):
                if one.id in found:
                    raise UsageError(f"{one.id} is in {found[one.id].group} and in {one.group}")
                found[one.id] = one
    return tuple(found.values())


def _rules_of(module_name: str, contract: Contract, personas: frozenset[str]) -> Iterable[Rule]:
    module = importlib.import_module(module_name)
    for name, function in vars(module).items():
        if name.startswith("test_") and function.__module__ == module_name:
            marks: Marks | None = getattr(function, "__rule__", None)
            if marks is None or not function.__doc__:
                raise UsageError(f"{module_name}.{name} wants @rule and a promise in its docstring")
            yield _rule(marks, function, module_name.rpartition(".")[2], contract, personas)


def _rule(
    marks: Marks,
    function: Callable[..., None],
    group: str,
    contract: Contract,
    personas: frozenset[str],
) -> Rule:
    asked = inspect.signature(function).parameters
    return Rule(
        id=marks.id,
        level=marks.level,
        promise=" ".join((function.__doc__ or "").split()),
        clauses=marks.clauses,
        tag=marks.tag or _tag_of(group, {one.tag for one in contract.operations}),
        group=group,
        personas=tuple(name for name in asked if name in personas),
        features=tuple(
            dict.fromkeys(
                [*(FEATURES[name] for name in asked if name in FEATURES), *marks.features]
            )
        ),
        operations=_operations(marks, contract),
        values=marks.values,
        function=function,
    )


def _operations(marks: Marks, contract: Contract) -> tuple[str, ...]:
    chosen = marks.operations
    if chosen is None:
        return ()
    known = {one.operation_id: one for one in contract.operations}
    if callable(chosen):
        return tuple(id for id, one in known.items() if chosen(one))
    ids = tuple(chosen)
    if unknown := set(ids) - set(known):
        raise UsageError(f"{marks.id}: no operation is called {', '.join(sorted(unknown))}")
    return ids


def _tag_of(group: str, tags: set[str]) -> str:
    """The tag that a file's name begins with, else `cross`: of all tags."""
    name = group.removeprefix("test_")
    fitting = [tag for tag in tags if name == tag or name.startswith(f"{tag}_")]
    return max(fitting, key=len, default=CROSS)


CROSS = "cross"
"""The tag of rules that are about operations of several tags."""

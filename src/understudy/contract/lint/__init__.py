"""The conventions of a contract, as rules that find each place which breaks them.

What is so in every contract stands in the rules; what one API decides for itself (its closed list
of statuses, what each kind of operation must document) stands in its root file under `x-lint`, see
`conventions.py`.

A rule is a function that takes a `Subject` and yields a pointer into the bundled document with a
message. To add one, write it into the module of its theme and add it to that module's `RULES`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from understudy.contract.lint import (
    collections,
    components,
    examples,
    links,
    operations,
    schemas,
    shortcuts,
)
from understudy.contract.lint.subject import Rule, Subject
from understudy.contract.model import Contract

RULES: tuple[Rule, ...] = (
    *operations.RULES,
    *components.RULES,
    *schemas.RULES,
    *examples.RULES,
    *links.RULES,
    *collections.RULES,
    *shortcuts.RULES,
)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A place that breaks a convention."""

    file: Path
    line: int
    message: str


def lint(contract: Contract) -> list[Finding]:
    """Every finding, by file and line; reads the contract's files again to know the lines.

    Schemas that are none come alone: the other rules could say nothing about them.
    """
    subject = Subject(contract)
    return _findings(subject, [schemas.schema_is_valid]) or _findings(subject, RULES)


def _findings(subject: Subject, rules: Iterable[Rule]) -> list[Finding]:
    problems = (problem for rule in rules for problem in rule(subject))
    return sorted({Finding(*subject.place(pointer), message) for pointer, message in problems})

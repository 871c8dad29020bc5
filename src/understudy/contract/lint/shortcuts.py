"""Rules about `x-shortcuts`: each explains itself, and can be run from a form or a command line."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from understudy.contract.lint.subject import Pointer, Problem, Rule, Subject
from understudy.contract.lint.texts import description_problem, is_dotted, summary_problem

_KEBAB_CASE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LOWER_CASE = re.compile(r"[a-z][a-z0-9_]*")
_SCALARS = ("boolean", "integer", "number", "string")


def shortcut_is_kebab_case(subject: Subject) -> Iterator[Problem]:
    """`end-sessions`: the name stands in an address and on a command line."""
    for name in subject.contract.shortcuts:
        if not _KEBAB_CASE.fullmatch(name):
            yield _at(name), f"the shortcut {name!r} is not in kebab-case"


def shortcut_function_is_dotted(subject: Subject) -> Iterator[Problem]:
    """`<module>.<function>`, below the API's handlers."""
    for name, shortcut in subject.contract.shortcuts.items():
        if not is_dotted(shortcut.function):
            yield _at(name, "function"), f"{shortcut.function!r} is not <module>.<function>"


def shortcut_is_explained(subject: Subject) -> Iterator[Problem]:
    """A summary and a description, as an operation has them."""
    for name, shortcut in subject.contract.shortcuts.items():
        for key, message in (
            ("summary", summary_problem(shortcut.summary)),
            ("description", description_problem(shortcut.description)),
        ):
            if message:
                yield _at(name, key), message


def shortcut_parameters_are_an_object(subject: Subject) -> Iterator[Problem]:
    """Arguments have names, and an example where there are any."""
    for name, entry in subject.document["x-shortcuts"].items():
        given = subject.resolve(entry.get("parameters", {}))
        if given and given.get("type") != "object":
            yield _at(name, "parameters"), f"the parameters of {name} are not an object"
        if given.get("properties") and "example" not in given:
            yield _at(name, "parameters"), f"the parameters of {name} have no example"


def shortcut_parameter_is_plain(subject: Subject) -> Iterator[Problem]:
    """One text, number or boolean, which null leaves out, under a name that Python takes."""
    for name, shortcut in subject.contract.shortcuts.items():
        for parameter, schema in shortcut.parameters["properties"].items():
            pointer = _at(name, "parameters", "properties", parameter)
            if not _LOWER_CASE.fullmatch(parameter) or keyword.iskeyword(parameter):
                yield pointer, f"the parameter {parameter!r} is not a lower_case name in Python"
            if schema.get("type") not in _SCALARS or schema.get("nullable"):
                yield pointer, f"the parameter {parameter!r} is not a text, a number or a boolean"
            if not schema.get("description"):
                yield pointer, f"the parameter {parameter!r} has no description"


def _at(name: str, *more: str) -> Pointer:
    return ("x-shortcuts", name, *more)


RULES: tuple[Rule, ...] = (
    shortcut_is_kebab_case,
    shortcut_function_is_dotted,
    shortcut_is_explained,
    shortcut_parameters_are_an_object,
    shortcut_parameter_is_plain,
)

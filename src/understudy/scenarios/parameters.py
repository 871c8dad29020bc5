"""What a scenario may be told when it is loaded: `--set defects=5000`.

parameters:
  defects: {default: 100000, minimum: 0, maximum: 1000000, about: how many defects}
  browser: Firefox                    # only a default
  length: {default: 10m, about: how long the run has been under way}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import yaml

from understudy import times
from understudy.errors import UsageError
from understudy.scenarios.document import line, pairs, scalar
from understudy.scenarios.problems import Problems, hint

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}")
KEYS = ("default", "minimum", "maximum", "choices", "about")
Given = tuple[yaml.ScalarNode, yaml.Node]


class WrongParameters(UsageError):
    """Values that a scenario does not take; `details`: by parameter, what is wrong with each."""

    def __init__(self, scenario: str, details: Mapping[str, list[str]]) -> None:
        self.details = {name: [*told] for name, told in details.items()}
        lines = (
            f"{scenario}: parameter {name!r} {clause}"
            for name, told in details.items()
            for clause in told
        )
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One of them. `kind`: `integer`, `number`, `boolean`, `duration` or `text`, as its default."""

    name: str
    kind: str
    default: Any
    about: str = ""
    minimum: int | float | None = None
    maximum: int | float | None = None
    choices: tuple[Any, ...] = ()

    def read(self, value: Any) -> Any:
        """A value, or the text of one, as it is meant. Raises ValueError with a clause."""
        read = self._typed(value)
        if self.choices and read not in self.choices:
            raise ValueError(f"is {told(value)}; it must be one of {_listed(self.choices)}")
        low, high = self.minimum, self.maximum
        if (low is not None and read < low) or (high is not None and read > high):
            raise ValueError(f"is {told(value)}; it must be {self.wanted}")
        return read

    @property
    def wanted(self) -> str:
        """What it takes, in words: `an integer from 0 to 10`."""
        what = {"integer": "an integer", "boolean": "true or false", "text": "a text"}.get(
            self.kind, f"a {self.kind}" + (" such as 10m or 1h30m" * (self.kind == "duration"))
        )
        low, high = self.minimum, self.maximum
        if low is not None and high is not None:
            return f"{what} from {low} to {high}"
        if low is not None:
            return f"{what} of {low} or more"
        return f"{what} of {high} or less" if high is not None else what

    def _typed(self, value: Any) -> Any:
        read = value
        if isinstance(value, str) and self.kind in _READERS:
            read = _READERS[self.kind](value)
        if self.kind == "number" and type(read) is int:
            read = float(read)
        if kind_of(read) != self.kind and not (self.kind == "text" and isinstance(read, str)):
            raise ValueError(f"is {told(value)}; it must be {self.wanted}")
        return read


def _integer(text: str) -> Any:
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,18}", text) else text


def _number(text: str) -> Any:
    try:
        return float(text) if isfinite(float(text)) else text
    except ValueError:
        return text


_READERS: dict[str, Callable[[str], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": lambda text: {"true": True, "false": False}.get(text.casefold(), text),
}


def kind_of(value: Any) -> str:
    """The kind that a default is of; `""` for null, lists and objects."""
    kinds = {bool: "boolean", int: "integer", float: "number"}
    if not isinstance(value, str):
        return kinds.get(type(value), "")
    try:
        times.duration(value)
    except ValueError:
        return "text"
    return "duration"


def told(value: Any) -> str:
    """A value in a message."""
    return repr(value) if isinstance(value, str) else str(value)


def _listed(values: Iterable[Any]) -> str:
    return ", ".join(map(str, values))


def declared(layers: Sequence[Iterable[Given]], problems: Problems) -> dict[str, Parameter]:
    """The parameters of some files, the one that is extended first: what a later one says of a
    parameter counts.
    """
    merged: dict[str, dict[str, tuple[int, Any]]] = {}
    for layer in layers:
        for key, node in layer:
            if not NAME.fullmatch(key.value):
                right = "begin with a letter; letters, digits, dashes and underscores may follow"
                problems.add(line(key), f"{key.value!r} is no name for a parameter", right)
            else:
                merged.setdefault(key.value, {}).update(_fields(key, node, problems))
    found = {name: _parameter(name, fields, problems) for name, fields in merged.items()}
    return {name: one for name, one in found.items() if one}


def _fields(
    key: yaml.ScalarNode, node: yaml.Node, problems: Problems
) -> dict[str, tuple[int, Any]]:
    """What a file says of a parameter, each with its line; `at` stands for the parameter itself."""
    fields: dict[str, tuple[int, Any]] = {"at": (line(key), key.value)}
    if isinstance(node, yaml.ScalarNode):
        return {**fields, "default": (line(node), scalar(node))}
    if not isinstance(node, yaml.MappingNode):
        right = f"write '{key.value}: {{default: …, about: …}}'"
        problems.add(line(node), f"parameter {key.value!r} is a list", right)
        return fields
    for name, value in pairs(node):
        if name.value not in KEYS:
            wrong = f"parameter {key.value!r} has no field {name.value!r}"
            problems.add(line(name), wrong, hint(name.value, KEYS))
        elif isinstance(value, yaml.SequenceNode) and name.value == "choices":
            options = [scalar(one) for one in value.value if isinstance(one, yaml.ScalarNode)]
            fields["choices"] = (line(name), tuple(options))
        elif isinstance(value, yaml.ScalarNode) and name.value != "choices":
            fields[name.value] = (line(name), scalar(value))
        else:
            right = "write a list, [a, b]" if name.value == "choices" else "write one value"
            wrong = f"{name.value!r} of parameter {key.value!r} is none"
            problems.add(line(name), wrong, right)
    return fields


def _parameter(
    name: str, fields: Mapping[str, tuple[int, Any]], problems: Problems
) -> Parameter | None:
    at, _ = fields["at"]
    default_at, default = fields.get("default", (at, None))
    kind = kind_of(default)
    if not kind:
        wrong = f"parameter {name!r} has no default"
        problems.add(default_at, wrong, "write 'default: …', a number, a text, true or false")
        return None
    ends = {one: fields[one][1] for one in ("minimum", "maximum") if one in fields}
    for end, value in ends.items():
        if kind not in ("integer", "number") or kind_of(value) not in ("integer", "number"):
            wrong = f"{end!r} of parameter {name!r} limits no number"
            problems.add(fields[end][0], wrong, "leave it out, or give numbers here and as default")
            return None
    about = str(fields.get("about", (0, None))[1] or "")
    choices = fields.get("choices", (0, ()))[1]
    parameter = Parameter(name, kind, default, about, **ends, choices=choices)
    for place, value in [(default_at, default), *((fields["choices"][0], one) for one in choices)]:
        try:
            parameter.read(value)
        except ValueError as error:
            wrong, _, right = str(error).partition("; ")
            problems.add(place, f"parameter {name!r} {wrong}", right)
            return None
    return parameter


def values(
    parameters: Mapping[str, Parameter], given: Mapping[str, Any], scenario: str
) -> dict[str, Any]:
    """The value of each parameter: what is given, else its default. Raises WrongParameters."""
    found = {name: one.read(one.default) for name, one in parameters.items()}
    wrong: dict[str, list[str]] = {}
    for name, value in given.items():
        if name not in parameters:
            known = hint(name, parameters) if parameters else "the scenario has none"
            wrong[name] = [f"does not exist; {known}"]
            continue
        try:
            found[name] = parameters[name].read(value)
        except ValueError as error:
            wrong[name] = [str(error)]
    if wrong:
        raise WrongParameters(scenario, wrong)
    return found

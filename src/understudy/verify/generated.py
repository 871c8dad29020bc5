"""Values that Schemathesis derives from the contract, each for one place of a request.

A rule puts them into a valid request of its own: what is then wrong, or on the edge of what is
allowed, is that one value. Whether it is so by the contract is judged once more in `shaping`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import orjson

from understudy.contract import Contract
from understudy.contract.refs import resolve

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Place = tuple[str | int, ...]


class _Absent:
    def __repr__(self) -> str:
        return "(left out)"


ABSENT: Any = _Absent()
"""The value of what is left out."""

BODY, QUERY, PATH = "body", "query", "path"

PROBES = frozenset(
    {
        *("unspecified_http_method", "malformed_content_type", "unsupported_content_type"),
        *("object_unexpected_properties", "duplicate_parameter", "default_positive_test"),
    }
)
"""What is no value of a place; rules of their own are about these."""

MISSING = "object_missing_required_property"
TOO_MANY, MOST = "Array with more items", "Maximum items array"

LOOKAROUND = re.compile(r"\(\?[=!<]")
_OUTER = re.compile(r"Object with valid '(?P<name>[^']+)' value: |(?P<item>Single-item array: )")
_OPTIONAL = re.compile(r"All required properties and optional '([^']+)'")
_EDGE = re.compile(r"(Minimum|Maximum|Near-boundary) ")


@dataclass(frozen=True, slots=True)
class Variation:
    """One value in one place of a request: `("body", "steps", 0, "name")`, `("query", "limit")`.

    what: how it was found, `String larger than maxLength`. around: the whole body that it was
    generated in, for a request that lacks what is around the place.
    """

    place: Place
    value: Any = field(repr=False)
    what: str
    is_valid: bool
    around: Any = field(repr=False)

    @property
    def parameter(self) -> str:
        """The place as reports count it, `body.steps.name`."""
        return ".".join(part for part in self.place if isinstance(part, str))

    @property
    def kind(self) -> str:
        """`valid`, `boundary` or `invalid`."""
        if not self.is_valid:
            return "invalid"
        return "boundary" if _EDGE.match(self.what) else "valid"


class Generator:
    """Schemathesis, with a contract. Each operation's values are generated once."""

    def __init__(self, contract: Contract) -> None:
        import schemathesis  # takes a third of a second, and only few rules need it

        schema = schemathesis.openapi.from_dict(_simplified(contract.public_document()))
        schema.config.phases.coverage.unexpected_methods = set()
        schema.config.generation.allow_x00 = False
        self._schema = schema
        self._found: dict[tuple[str, bool], tuple[Variation, ...]] = {}

    def variations(self, operation_id: str, *, valid: bool) -> tuple[Variation, ...]:
        """All values for an operation that the contract allows, or all that it does not."""
        key = operation_id, valid
        if key not in self._found:
            from understudy.verify.properties import alone

            with alone():
                found = [_variation(case, valid) for case in self._cases(operation_id, valid)]
            there = [one for one in found if one is not None]
            self._found[key] = tuple(
                self._lengthened(operation_id, one) if one.what.startswith(TOO_MANY) else one
                for one in there
            )
        return self._found[key]

    def requests(self, operation_id: str) -> SearchStrategy[tuple[Any, dict[str, Any]]]:
        """Whole requests that the contract allows, body and query, for `explore`."""
        operation, mode = self._schema.find_operation_by_id(operation_id), _mode(valid=True)
        cases: SearchStrategy[Any] = operation.as_strategy(generation_mode=mode)
        parts = cases.map(lambda case: (_dig(case, (BODY,)), dict(case.query or {})))
        return parts.filter(lambda found: _is_sendable(found[0]))

    def _lengthened(self, operation_id: str, one: Variation) -> Variation:
        """A list that is too long and otherwise valid: Schemathesis fills it with invalid items."""
        found = self.variations(operation_id, valid=True)
        longest = [
            other.value for other in found if other.place == one.place and other.what == MOST
        ]
        return replace(one, value=[*longest[0], longest[0][-1]]) if longest else one

    def _cases(self, operation_id: str, valid: bool) -> Iterator[Any]:
        operation = self._schema.find_operation_by_id(operation_id)
        config = self._schema.config.generation_for(operation=operation)
        cases: Iterator[Any] = self._schema.iter_coverage_cases(
            operation, generation_modes=[_mode(valid=valid)], generation_config=config
        )
        return cases


_generators: dict[str, Generator] = {}


def generator(contract: Contract) -> Generator:
    """The one generator of a contract in this process: it takes half a second to make."""
    if contract.digest not in _generators:
        _generators[contract.digest] = Generator(contract)
    return _generators[contract.digest]


def _mode(*, valid: bool) -> Any:
    from schemathesis.generation import GenerationMode

    return GenerationMode.POSITIVE if valid else GenerationMode.NEGATIVE


def _simplified(document: dict[str, Any]) -> Any:
    """A document without what stands in the way of generating: tokens and headers, which have rules
    of their own, and patterns that look around, which can only be guessed at.
    """

    def keeps(part: Any) -> bool:
        is_parameter = isinstance(part, dict) and ("$ref" in part or "in" in part)
        return not (is_parameter and resolve(part, document).get("in") == "header")

    def simple(value: Any) -> Any:
        if isinstance(value, list):
            return [simple(part) for part in value if keeps(part)]
        if not isinstance(value, dict):
            return value
        return {name: simple(part) for name, part in value.items() if not _hinders(name, part)}

    return simple(document)


def _hinders(name: str, part: Any) -> bool:
    if name == "pattern":
        return isinstance(part, str) and bool(LOOKAROUND.search(part))
    return name in ("security", "securitySchemes", "links")


def _variation(case: Any, is_valid: bool) -> Variation | None:
    data = case.meta.phase.data
    if data.scenario in PROBES:
        return None
    for place, what in _places(data, is_valid=is_valid):
        value = _dig(case, place)
        if not (place[0] == QUERY and isinstance(value, list)):
            around = case.body if place[0] == BODY else None
            return Variation(place, value, what, is_valid, around)
    return None


def _places(data: Any, *, is_valid: bool) -> Iterator[tuple[Place, str]]:
    """Where the value of a case is, and what it is; nothing for a case that is about no place."""
    where = data.parameter_location.value if data.parameter_location else None
    what = data.description
    if where in (QUERY, PATH) and data.parameter is not None:
        yield (where, data.parameter), what.rpartition(": ")[2]
    elif alone_ := _OPTIONAL.fullmatch(what):
        yield (QUERY, alone_[1]), "Alone"
    elif where == BODY and is_valid:
        yield _of_description(what)
    elif where == BODY:
        place = _of_pointer((data.location or "").split("/")[1:])
        if data.scenario == MISSING:
            what, _, name = what.rpartition(": ")
            place = (*place, name)
        yield place, what.rpartition(": ")[2]


def _of_pointer(parts: Sequence[str]) -> Place:
    """The place whose schema a pointer leads to: `/properties/steps/items/type`."""
    place: list[str | int] = [BODY]
    rest = iter(parts)
    for part in rest:
        if part == "properties":
            place.append(next(rest))
        elif part == "items":
            place.append(0)
        elif part in ("anyOf", "oneOf", "allOf"):
            next(rest)
    return tuple(place)


def _of_description(description: str) -> tuple[Place, str]:
    """The place and the rest of `Object with valid 'steps' value: Single-item array: …`."""
    place: list[str | int] = [BODY]
    while found := _OUTER.match(description):
        place.append(0 if found["item"] else found["name"])
        description = description[found.end() :]
    return tuple(place), description


def _dig(case: Any, place: Place) -> Any:
    """The value at a place of a case, ABSENT where there is none."""
    if place[0] == PATH:
        return unquote(str(case.path_parameters[place[1]]))
    value = case.query if place[0] == QUERY else case.body
    for part in place[1:]:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return ABSENT if type(value).__name__ == "NotSet" else value


def _is_sendable(body: Any) -> bool:
    """Whether it can be written as JSON whose numbers everybody reads alike."""
    try:
        return body is ABSENT or bool(orjson.dumps(body))
    except TypeError:
        return False

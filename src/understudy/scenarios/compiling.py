"""One object of a file: its readable fields become those that the store keeps.

References become links, relative times become moments, all else is taken as it is; the result is
checked against the collection's stored schema.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from understudy import times
from understudy.identity import Ids
from understudy.scenarios import moments
from understudy.scenarios.cast import Cast
from understudy.scenarios.document import is_null, line, pairs, scalar
from understudy.scenarios.drafts import Draft, fill
from understudy.scenarios.generators import Generators, Wrong, kind_of
from understudy.scenarios.made import (
    Link,
    Made,
    Moment,
    Numbered,
    NumberedLink,
    sampled,
    variety,
)
from understudy.scenarios.merging import COUNT
from understudy.scenarios.numbering import is_numbered, numbered
from understudy.scenarios.problems import Problems, hint
from understudy.scenarios.shapes import Shape

if TYPE_CHECKING:
    from understudy.scenarios.places import Place

LONGEST = 60
"""So many characters of a value a message shows at most."""
MOST_SAMPLES = 100
"""So many of the values that may be made for a field are checked before they are."""
_NOW = times.parse("2026-01-26T09:00:00Z")
SAMPLE_IDS = Ids("sample")


class Compiler:
    """Fills in the drafts of one file; what is wrong goes to `problems`."""

    def __init__(self, cast: Cast, problems: Problems) -> None:
        self.cast = cast
        self.problems = problems
        self.draft: Draft
        self._has_made = False
        self._is_broken = False
        self._generators = Generators(cast, self._value)

    def run(self, draft: Draft) -> None:
        """Read an object's fields and check them."""
        self.draft = draft
        self._has_made = self._is_broken = False
        node = draft.node
        if isinstance(node, yaml.MappingNode):
            draft.fields = self._mapping(node, draft.shape.place, "")
        elif not is_null(node):
            right = "write it as 'field: value' lines"
            self.problems.add(line(node), f"{draft.title} is not a mapping", right)
            return
        if not self._is_broken:
            self.check(draft.shape)

    def check(self, shape: Shape) -> None:
        """Tell what is wrong with the fields that were read."""
        for part in ("name", "secret"):
            if part in shape.account and not self.draft.fields.get(shape.account[part]):
                name = shape.account[part]
                self.add(self.draft.begins, f"is an account without {name!r}", f"write '{name}: …'")
        fields = self.draft.fields
        for number in range(min(variety(fields), MOST_SAMPLES) if self._has_made else 1):
            one = sampled(fields, number) if self._has_made else fields
            sample = fill(one, sample_time, lambda key: SAMPLE_IDS.named(*key))
            if not shape.given.is_valid(sample):
                self.tell(sample, shape.given.problems(sample))

    def tell(self, sample: Any, found: dict[str, list[str]]) -> None:
        """Tell what a validator found, each at its line."""
        for path, messages in found.items():
            for message in messages:
                self.add(self.draft.line(path), f"has {told(sample, path)}", f"it {message}")

    def add(self, at: int, wrong: str, right: str) -> None:
        """Tell what is wrong with the object."""
        separator = "" if wrong.startswith(":") else " "
        self.problems.add(at, f"{self.draft.title}{separator}{wrong}", right)

    def link(self, node: yaml.Node, target: str, text: str) -> Any:
        """What a reference becomes: a link to the object that the text names."""
        found = self.cast.find(target, text)
        if found is None:
            self.miss(node, target, text)
        return Link(found or (target, text))

    def miss(self, node: yaml.Node, target: str, text: str) -> None:
        """Tell that a reference leads nowhere."""
        wrong, right = self.cast.absence(target, text)
        self.add(line(node), f": {wrong}", right)

    def time(self, node: yaml.Node, text: str, formats: frozenset[str]) -> Any:
        """What the text of a time becomes: a moment, or the one written form."""
        try:
            read = moments.read(text, date="date" in formats)
        except ValueError:
            self.add(line(node), f"has the time {text!r}", moments.REMEDY)
            return Moment(0)
        return Moment(read) if isinstance(read, int) else read

    def made(self, kind: str, node: yaml.MappingNode, place: Place, path: str) -> Any:
        """What a generator becomes."""
        self._has_made = True
        try:
            return self._generators.read(kind, node, place, path, self.draft)
        except Wrong as error:
            self._is_broken = True
            self.add(error.at, f": {error.wrong}", error.right)
            return None

    def _value(self, node: yaml.Node, place: Place, path: str) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, place)
        if isinstance(node, yaml.MappingNode) and (kind := kind_of(node)):
            return self.made(kind, node, place, path)
        if isinstance(node, yaml.SequenceNode):
            inside = place if place.target else place.items
            return [self._value(item, inside, f"{path}.{i}") for i, item in enumerate(node.value)]
        if place.target:
            wrong = "gives an object where a name belongs"
            self.add(line(node), wrong, f"name one of the {place.target}")
            return None
        assert isinstance(node, yaml.MappingNode)
        return self._mapping(node, place, path)

    def _scalar(self, node: yaml.ScalarNode, place: Place) -> Any:
        """A text, a number …; where a reference belongs, what it leads to."""
        value = scalar(node)
        if value is not None and self.draft.count is not None and is_numbered(node.value):
            self._has_made = True
            return self._numbered(node, place)
        if place.target and value is not None:
            return self.link(node, place.target, self.draft.text(node))
        if not isinstance(value, str):
            return value
        text = self.draft.text(node)
        return self.time(node, text, place.formats) if place.is_time else text

    def _numbered(self, node: yaml.ScalarNode, place: Place) -> Made | None:
        """What a text becomes that is another one for each of many objects."""
        if place.target is None:
            if not place.is_time:
                return Numbered(node.value)
            return self._numbered_time(node, place)
        text = numbered(node.value, "1")
        found = self.cast.find(place.target, text)
        owner = self.cast.owner(found) if found else None
        if owner is None:
            self.miss(node, place.target, text)
            return None
        return NumberedLink(place.target, node.value, owner.key)

    def _numbered_time(self, node: yaml.ScalarNode, place: Place) -> Made | None:
        is_date = "date" in place.formats

        def read(text: str) -> Any:
            found = moments.read(text, date=is_date)
            return Moment(found) if isinstance(found, int) else found

        try:
            return Numbered(node.value, read)
        except ValueError:
            self._is_broken = True
            self.add(line(node), f"has the time {node.value!r}", moments.REMEDY)
            return None

    def _mapping(self, node: yaml.MappingNode, place: Place, path: str) -> dict[str, Any]:
        result: dict[str, Any] = {}
        known = place.fields
        for key, child in pairs(node):
            found = known.get(key.value)
            if found is None:
                if key.value == COUNT and not path:
                    continue
                if not place.takes_any:
                    right = hint(key.value, place.names())
                    self.add(line(key), f"has no field {_join(path, key.value)!r}", right)
                    continue
                found = key.value, place.other
            field, inside = found
            if field in result:
                self._tell_twice(node, key, field, place)
            if isinstance(child, yaml.ScalarNode):
                result[field] = self._scalar(child, inside)
            else:
                result[field] = self._value(child, inside, _join(path, field))
        return result

    def _tell_twice(
        self, node: yaml.MappingNode, key: yaml.ScalarNode, field: str, place: Place
    ) -> None:
        """A field under both of its names; the same name twice is the document's to tell."""
        names = (one.value for one, _ in pairs(node))
        first = next(name for name in names if place.fields.get(name, (name,))[0] == field)
        if first != key.value:
            wrong = f"gives both {first!r} and {key.value!r}"
            self.add(line(key), wrong, "they are the same: keep one")


def sample_time(offset: int) -> str:
    """A time of this offset from some now, to check with."""
    return times.to_text(_NOW + offset)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def told(value: Any, path: str) -> str:
    """What stands at a dotted place, in one short line: `copies = -1`, `no notes.0.text`."""
    for part in path.split("."):
        if isinstance(value, dict):
            if part not in value:
                return f"no {path}"
            value = value[part]
        elif isinstance(value, list):
            value = value[int(part)]
    text = json.dumps(value, ensure_ascii=False)
    return f"{path} = {text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}"

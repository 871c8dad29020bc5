"""One object of a file: its readable fields become those that the store keeps.

References become links, relative times become moments, all else is taken as it is; the result is
checked against the collection's stored schema.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from understudy import times
from understudy.identity import Ids
from understudy.scenarios import moments
from understudy.scenarios.cast import Cast
from understudy.scenarios.document import is_null, line, pairs, scalar
from understudy.scenarios.drafts import Draft, Link, Moment, fill
from understudy.scenarios.problems import Problems, hint
from understudy.scenarios.shapes import Shape

if TYPE_CHECKING:
    from understudy.contract.model import Schema

_NOW = times.parse("2026-01-26T09:00:00Z")
_INDEX = re.compile(r"\.\d+(?=\.|$)")
LONGEST = 60
"""So many characters of a value a message shows at most."""
_SAMPLE_IDS = Ids("sample")


class Compiler:
    """Fills in one draft; what is wrong goes to `problems`."""

    def __init__(self, draft: Draft, shape: Shape, cast: Cast, problems: Problems) -> None:
        self.draft = draft
        self.shape = shape
        self.cast = cast
        self.problems = problems

    def run(self) -> None:
        """Read the object's fields and check them."""
        node = self.draft.node
        if isinstance(node, yaml.MappingNode):
            self.draft.fields = self._mapping(node, self.shape.root, "")
            self._check()
        elif not is_null(node):
            self.problems.add(
                line(node),
                f"{self.draft.title} is not a mapping",
                "write it as 'field: value' lines",
            )

    def _check(self) -> None:
        account = self.draft.spec.account or {}
        for part in ("name", "secret"):
            if part in account and not self.draft.fields.get(account[part]):
                right = f"write '{account[part]}: …'"
                self._add(self.draft.begins, f"is an account without {account[part]!r}", right)
        sample = fill(self.draft.fields, _NOW, lambda key: _SAMPLE_IDS.named(*key))
        for path, messages in self.shape.given.problems(sample).items():
            for message in messages:
                self._add(self.draft.line(path), f"has {told(sample, path)}", f"it {message}")

    def _add(self, at: int, wrong: str, right: str) -> None:
        self.problems.add(at, f"{self.draft.title} {wrong}", right)

    def _value(self, node: yaml.Node, schema: Schema, path: str) -> Any:
        schema = self.shape.resolve(schema)
        self.draft.lines.setdefault(path, line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, schema, path)
        if isinstance(node, yaml.SequenceNode):
            items = schema.get("items", {})
            return [self._value(each, items, f"{path}.{i}") for i, each in enumerate(node.value)]
        value = scalar(node)
        return self._text(node, schema) if isinstance(value, str) else value

    def _mapping(self, node: yaml.MappingNode, schema: Schema, path: str) -> dict[str, Any]:
        fields = self.shape.fields(schema, _place(path))
        spelled: dict[str, str] = {}
        result: dict[str, Any] = {}
        for key, child in pairs(node):
            field = fields.get(key.value, key.value if self._takes_any(schema) else None)
            if field is None:
                right = hint(key.value, self.shape.readable(fields))
                self._add(line(key), f"has no field {_join(path, key.value)!r}", right)
                continue
            if spelled.setdefault(field, key.value) != key.value:
                wrong = f"gives both {spelled[field]!r} and {key.value!r}"
                self._add(line(key), wrong, "they are the same: keep one")
            inner = _join(path, field)
            self.draft.lines[inner] = line(key)
            result[field] = self._field(child, schema, inner)
        return result

    def _field(self, node: yaml.Node, schema: Schema, path: str) -> Any:
        target = self.shape.spec.references.get(_place(path))
        if target is not None:
            return self._reference(node, target)
        name = path.rpartition(".")[2]
        part = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        return self._value(node, part if isinstance(part, dict) else {}, path)

    @staticmethod
    def _takes_any(schema: Schema) -> bool:
        """Whether an object of this schema may have fields that it does not name."""
        return bool(schema.get("additionalProperties", "properties" not in schema))

    def _reference(self, node: yaml.Node, target: str) -> Any:
        """A link to one object, a list of links, or null."""
        if isinstance(node, yaml.SequenceNode):
            return [self._reference(item, target) for item in node.value]
        if isinstance(node, yaml.MappingNode):
            self._add(
                line(node), "gives an object where a name belongs", f"name one of the {target}"
            )
            return None
        if scalar(node) is None:
            return None
        text = self.draft.text(node)
        found = self.cast.find(target, text)
        if found is None:
            wrong, right = self.cast.absence(target, text)
            self.problems.add(line(node), f"{self.draft.title}: {wrong}", right)
        return Link(found or (target, text))

    def _text(self, node: yaml.Node, schema: Schema) -> Any:
        text = self.draft.text(node)
        formats = self.shape.formats(schema)
        if "date-time" not in formats:
            return text
        try:
            read = moments.read(text, date="date" in formats)
        except ValueError:
            self._add(line(node), f"has the time {text!r}", moments.REMEDY)
            return Moment(0)
        return Moment(read) if isinstance(read, int) else read


def _place(path: str) -> str:
    """A dotted path without the indexes of lists."""
    return _INDEX.sub("", path)


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

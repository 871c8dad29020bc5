"""The stored form of a scenario: whole objects as a store keeps them, none of them computed.

    stored:
      issued: 412                                     # so many ids were given
      numbers: {defects: {workspaces: {acme: 17}}}    # the last of each series, by what it is of

An export writes it, so that it loads to the very same state. Each object has its id and every other
field. A reference to something that is gone is a bare id, and an absolute time stays as written. A
secret that the server seals is given open; of a password hash the end may be left out where the
password is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import yaml

from understudy.contract.formats import UUID_PATTERN
from understudy.keyring import salt_of
from understudy.scenarios import moments
from understudy.scenarios.compiling import SAMPLE_IDS, Compiler, sample_time, told
from understudy.scenarios.document import line, pairs, scalar
from understudy.scenarios.drafts import fill
from understudy.scenarios.made import Moment
from understudy.scenarios.problems import Problems, hint

if TYPE_CHECKING:
    from understudy.contract.model import Contract
    from understudy.scenarios.cast import Cast
    from understudy.scenarios.places import Place
    from understudy.scenarios.shapes import Shape

UUID = re.compile(UUID_PATTERN)
PARTS = ("issued", "numbers")
HIGHEST = 2**63 - 1


class StoredCompiler(Compiler):
    """Fills in the drafts of a file in the stored form: `fields` is the whole object."""

    _has_moments = False
    """Whether the object that is being read has any."""

    def check(self, shape: Shape) -> None:
        """Tell what is wrong with the object; what only its account's owner needs is set aside."""
        draft = self.draft
        for name in shape.account.values():
            if name in draft.fields and name not in shape.spec.schema["properties"]:
                value = draft.aside[name] = draft.fields.pop(name)
                if not isinstance(value, str):
                    wrong = f"has {told(draft.aside, name)}"
                    self.add(draft.line(name), wrong, "it must be a string")
        whole = draft.fields
        if self._has_moments:
            whole = fill(whole, sample_time, str)
            self._has_moments = False
        if not shape.whole.is_valid(whole):
            self.tell(whole, shape.whole.problems(whole))
        for field, kind in shape.secrets.items():
            if kind == "hash" and isinstance(draft.fields.get(field), str):
                self._check_hash(shape, field)

    def link(self, node: yaml.Node, target: str, text: str) -> Any:
        """The id of the object that the text names; any other id is of an object that is gone."""
        key = self.cast.find(target, text)
        if key is not None:
            given = self.cast.drafts[key].given_id
            return given[0] if given else SAMPLE_IDS.named(*key)
        if not UUID.match(text):
            self.miss(node, target, text)
            return SAMPLE_IDS.named(target, text)
        return text

    def time(self, node: yaml.Node, text: str, formats: frozenset[str]) -> Any:
        """A moment, or the text as it is: whether it is a time shows when the object is checked."""
        try:
            offset = moments.offset(text)
        except ValueError:
            self.add(line(node), f"has the time {text!r}", moments.REMEDY)
            return sample_time(0)
        if offset is None:
            return text
        self._has_moments = True
        return Moment(offset)

    def made(self, kind: str, node: yaml.MappingNode, place: Place, path: str) -> Any:
        """In an export nothing is made: a field that is called so is one."""
        return self._mapping(node, place, path)

    def _check_hash(self, shape: Shape, field: str) -> None:
        draft = self.draft
        text: str = draft.fields[field]
        secret = shape.account.get("secret", "password")
        try:
            salt_of(text)
        except ValueError as error:
            right = f"without $HASH it is made of {secret!r} anew"
            self.add(draft.line(field), f"has a {field} that is {error}", right)
            return
        if text.count("$") == 2 and draft.aside.get(secret) is None:
            right = f"write '{secret}: …'"
            self.add(draft.line(field), f"has a {field} that ends with its salt", right)


class Counters:
    """What a store counts: the ids `issued`, and in `numbers` the last one of each series.

    Each of these is a series, its scope and the number.
    """

    def __init__(
        self,
        given: Iterable[tuple[yaml.ScalarNode, yaml.Node]],
        contract: Contract,
        cast: Cast,
        problems: Problems,
    ) -> None:
        self._contract = contract
        self._cast = cast
        self._problems = problems
        self.issued = 0
        self.numbers: list[tuple[str, str, int]] = []
        for key, node in given:
            if key.value == "issued":
                self.issued = self._number(key, node, 0)
            elif key.value == "numbers":
                self._read(key, node)
            else:
                wrong = f"{key.value!r} is nothing that a store counts"
                problems.add(line(key), wrong, hint(key.value, PARTS))

    def _read(self, key: yaml.ScalarNode, node: yaml.Node) -> None:
        for series, scopes in self._mapping(key, node):
            for scope, value in self._mapping(series, scopes):
                if isinstance(value, yaml.MappingNode):
                    self._read_objects(series.value, scope, value)
                else:
                    number = self._number(scope, value, 1)
                    self.numbers.append((series.value, scope.value, number))

    def _read_objects(self, series: str, key: yaml.ScalarNode, numbers: yaml.MappingNode) -> None:
        """The numbers of objects of one collection."""
        if key.value not in self._contract.collections:
            wrong = f"there is no collection {key.value!r}"
            self._problems.add(line(key), wrong, hint(key.value, self._contract.collections))
            return
        for name, value in pairs(numbers):
            found = self._cast.find(key.value, name.value)
            if found is None:
                self._problems.add(line(name), *self._cast.absence(key.value, name.value))
                continue
            given = self._cast.drafts[found].given_id
            number = self._number(name, value, 1)
            self.numbers.append((series, given[0] if given else name.value, number))

    def _number(self, key: yaml.ScalarNode, node: yaml.Node, least: int) -> int:
        number = scalar(node) if isinstance(node, yaml.ScalarNode) else None
        if type(number) is int and least <= number <= HIGHEST:
            return number
        right = f"it must be an integer of {least} or more"
        self._problems.add(line(key), f"{key.value!r} is no number", right)
        return least

    def _mapping(
        self, key: yaml.ScalarNode, node: yaml.Node
    ) -> Iterable[tuple[yaml.ScalarNode, yaml.Node]]:
        if isinstance(node, yaml.MappingNode):
            return pairs(node)
        right = "write 'name: …' lines below it, indented"
        self._problems.add(line(key), f"{key.value!r} is not a mapping", right)
        return ()

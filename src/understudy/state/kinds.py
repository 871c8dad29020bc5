"""The collections of a contract, in the form that looking at objects and changing them needs.

What that takes is compiled when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from understudy.contract.refs import resolve
from understudy.contract.schemas import Validator
from understudy.pipeline.hooks import Hooks
from understudy.scenarios.shapes import lenient
from understudy.state.marks import Node, secrets_of, times_of
from understudy.state.references import Reference

if TYPE_CHECKING:
    from collections.abc import Callable

    from understudy.contract.model import CollectionSpec, Contract, Schema
    from understudy.store import Record

_TITLES = ("title", "name", "label", "email", "username", "key")


class Kinds(Mapping[str, "Kind"]):
    """Every collection of a contract, by name and in its order."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self._hooks = Hooks(contract)
        self._kinds = {name: Kind(self, spec) for name, spec in contract.collections.items()}

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    @cached_property
    def optional(self) -> Schema:
        """The contract's components with nothing required."""
        schemas = self.contract.document.get("components", {}).get("schemas", {})
        return {"components": {"schemas": lenient(schemas)}}

    @cached_property
    def referring(self) -> Mapping[str, list[Reference]]:
        """For each collection the references that lead to it."""
        found: dict[str, list[Reference]] = {name: [] for name in self}
        for kind in self.values():
            for reference in kind.references:
                found[reference.target].append(reference)
        return found

    def factory(self, kind: Kind) -> Callable[..., Record]:
        """What makes and stores an object."""
        return self._hooks.resolve(kind.spec.factory)


class Kind:
    """One collection."""

    def __init__(self, kinds: Kinds, spec: CollectionSpec) -> None:
        self._kinds = kinds
        self._document = kinds.contract.document
        self.name = spec.name
        self.spec = spec
        self.schema = _whole(spec.schema)
        self.references = tuple(
            Reference(spec.name, field, target, self.schema, self._document)
            for field, target in spec.references.items()
        )

    @property
    def fields(self) -> Mapping[str, Schema]:
        """The schemas of the fields of an object."""
        fields: Mapping[str, Schema] = self.schema["properties"]
        return fields

    @property
    def description(self) -> str | None:
        """What the contract says about the objects."""
        return self.schema.get("description")

    @cached_property
    def stored(self) -> Validator:
        """Checks a whole object."""
        return Validator(self.schema, self._document, closed=True)

    @cached_property
    def given(self) -> Validator:
        """Checks some fields of an object, and the secret of an account."""
        secret = (self.spec.account or {}).get("secret")
        extra: dict[str, Any] = {secret: {"type": "string"}} if secret else {}
        fields = {**self.schema, "properties": {**extra, **self.fields}}
        return Validator(lenient(fields), self._kinds.optional, closed=True)

    @cached_property
    def secrets(self) -> Node:
        """Where its secrets are."""
        return secrets_of(self.schema, self._document)

    @cached_property
    def times(self) -> Node:
        """Where its times are."""
        return times_of(self.schema, self._document)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The fields that a text is looked for in."""
        return tuple(
            name
            for name in self.fields
            if self.field(name).get("type") == "string" and not self.is_secret(name)
        )

    @cached_property
    def title(self) -> str | None:
        """The field by which people know an object."""
        texts = [name for name in self.texts if not name.startswith("_")]
        ranked = [name for name in _TITLES if name in texts]
        return next(iter([*ranked, *(name for name in texts if name.endswith("_name"))]), None)

    def field(self, name: str) -> Schema:
        """The schema of a field, references followed."""
        return resolve(self.fields[name], self._document)

    def items(self, name: str) -> Schema:
        """The schema of what a list holds, references followed."""
        return resolve(self.field(name).get("items", {}), self._document)

    def is_secret(self, name: str) -> bool:
        """Whether a field is a secret, or holds one."""
        return name in self.secrets.named


def _whole(schema: Schema) -> dict[str, Any]:
    """The schema of an object in which none of the server's own fields is missing."""
    own = (name for name in schema["properties"] if name.startswith("_"))
    return {**schema, "required": [*dict.fromkeys((*schema.get("required", ()), *own))]}

"""Rules about `x-collections`: what the server keeps hangs together."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.contract.lint.subject import Problem, Rule, Subject
from understudy.contract.lint.texts import is_dotted
from understudy.contract.model import Schema


def factory_is_dotted(subject: Subject) -> Iterator[Problem]:
    """`<module>.<function>`, below the API's handlers."""
    for name, collection in subject.contract.collections.items():
        if not is_dotted(collection.factory):
            pointer = ("x-collections", name, "factory")
            yield pointer, f"{collection.factory!r} is not <module>.<function>"


def stored_object_has_id(subject: Subject) -> Iterator[Problem]:
    """A stored object is an object with a required id."""
    for name, collection in subject.contract.collections.items():
        schema = collection.schema
        if schema.get("type") != "object" or "id" not in schema.get("required", ()):
            yield ("x-collections", name, "schema"), f"{name} needs a required property `id`"


def reference_is_known(subject: Subject) -> Iterator[Problem]:
    """A reference is a field of the object, and leads to a collection."""
    for name, collection in subject.contract.collections.items():
        for path, target in collection.references.items():
            pointer = ("x-collections", name, "references", path)
            if target not in subject.contract.collections:
                yield pointer, f"there is no collection {target!r}"
            if not _has_field(subject, collection.schema, path.split(".")):
                yield pointer, f"the objects of {name} have no field {path!r}"


def index_is_field(subject: Subject) -> Iterator[Problem]:
    """Indexes, orders and texts are fields of the object."""
    for name, collection in subject.contract.collections.items():
        for key in ("indexes", "orders", "texts"):
            for index, field in enumerate(getattr(collection, key)):
                if field not in collection.schema["properties"]:
                    pointer = ("x-collections", name, key, index)
                    yield pointer, f"the objects of {name} have no field {field!r}"


def private_field_is_private(subject: Subject) -> Iterator[Problem]:
    """A private field begins with an underscore, which keeps it on the server."""
    for name, entry in subject.document["x-collections"].items():
        for field in entry.get("private", {}):
            if not field.startswith("_"):
                pointer = ("x-collections", name, "private", field)
                yield pointer, f"the private field {field!r} does not begin with an underscore"


def _has_field(subject: Subject, schema: Schema, path: list[str]) -> bool:
    """Whether a dotted path leads to a field, through objects and the items of lists."""
    for part in path:
        schema = subject.resolve(schema)
        while schema.get("type") == "array":
            schema = subject.resolve(schema.get("items", {}))
        if part not in schema.get("properties", {}):
            return False
        schema = schema["properties"][part]
    return True


RULES: tuple[Rule, ...] = (
    factory_is_dotted,
    stored_object_has_id,
    reference_is_known,
    index_is_field,
    private_field_is_private,
)

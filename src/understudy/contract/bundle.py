"""Many files, one document: the root and what it refers to, with internal references only.

A reference names either a component (`common.yaml#/components/schemas/Error`) or, in the root's
`paths`, a path item (`auth.yaml#/paths/~1auth~1login`). The components, the `x-collections` and the
`x-shortcuts` of all files that are reached are brought together under the root; a name that two
files give is an error.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from understudy.contract import form
from understudy.contract.kept import digest_of
from understudy.contract.model import METHODS
from understudy.contract.source import Reference, Source, read, split_pointer
from understudy.errors import UsageError

Pointer = Sequence[str | int]

SHARED = ("x-collections", "x-shortcuts")
"""What each file may add to, besides the components."""


class Bundle:
    """The document of a root file. Raises UsageError with file and line."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self.sources: dict[Path, Source] = {}
        # Where a place was written: the beginning of its pointer → the file and the pointer there.
        self._origins: dict[tuple[str, ...], tuple[Source, tuple[str, ...]]] = {}
        self._targets: dict[tuple[Path, str], Path] = {}
        self._read_all()
        self.document = self._assemble()
        for source in self.sources.values():
            for reference in source.references:
                self._make_internal(source, reference)
        self._refuse_circles()
        self._refuse_namesakes()

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that were read, the root first."""
        return tuple(self.sources)

    def digest(self) -> str:
        """The SHA-256 of all that was read."""
        return digest_of((path, source.content) for path, source in self.sources.items())

    @property
    def has_links(self) -> bool:
        """Whether a file was found behind a symbolic link, which may lead elsewhere next time."""
        return any(
            str(target) != os.path.normpath(path.parent / file)
            for (path, file), target in self._targets.items()
            if file
        )

    def place(self, pointer: Pointer) -> tuple[Path, int]:
        """File and line of a place; of the nearest enclosing place if there is none such."""
        parts = tuple(map(str, pointer))
        for length in (3, 2):
            if parts[:length] in self._origins:
                source, beginning = self._origins[parts[:length]]
                return source.path, source.line(beginning + parts[length:])
        root = self.sources[self._root]
        return root.path, root.line(parts)

    def error(self, pointer: Pointer, message: str) -> UsageError:
        """The error that is to be raised for a place in the document."""
        path, line = self.place(pointer)
        return self.sources[path].error(line, message)

    def _read_all(self) -> None:
        """Read the root, then each file that a file read so far refers to."""
        waiting = [self._root]
        for path in waiting:
            source = self.sources[path] = read(path)
            for reference in source.references:
                target = self._file_of(source, reference)
                if target not in waiting:
                    if not target.is_file():
                        raise _dangling(source, reference, "there is no such file")
                    waiting.append(target)

    def _assemble(self) -> dict[str, Any]:
        for source in self.sources.values():
            form.check(source)
        root = self.sources[self._root]
        document = dict(root.data)
        if "paths" not in document:
            raise root.error(1, "the root of a contract needs `paths`")
        document["paths"] = {
            path: self._path_item(path, item) for path, item in document["paths"].items()
        }
        document["components"] = {}
        document |= {key: {} for key in SHARED}
        for source in self.sources.values():
            for pointer, value in _shared_parts(source):
                self._add(document, source, pointer, value)
        return document

    def _add(
        self, document: dict[str, Any], source: Source, pointer: tuple[str, ...], value: Any
    ) -> None:
        """Put a shared part into the document, where its name must be free."""
        if pointer in self._origins:
            other = self._origins[pointer][0].path.name
            message = f"{pointer[-1]!r} is already defined in {other}"
            raise source.error(source.line(pointer), message)
        self._origins[pointer] = source, pointer
        for part in pointer[:-1]:
            document = document.setdefault(part, {})
        document[pointer[-1]] = value

    def _path_item(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        """The path item itself in place of a reference to it."""
        if "$ref" not in item:
            return item
        root = self.sources[self._root]
        reference = next(found for found in root.references if found.holder is item)
        target = self.sources[self._file_of(root, reference)]
        pointer = tuple(split_pointer(reference.text.partition("#")[2]))
        if len(pointer) != 2 or pointer[0] != "paths":
            raise _dangling(root, reference, "it must name a path item")
        found = _look_up(target.data, pointer)
        if found is None:
            raise _dangling(root, reference, f"{target.path.name} has no such path item")
        if "$ref" in found:
            raise _dangling(root, reference, f"{target.path.name} has only a reference there")
        self._origins["paths", path] = target, pointer
        reference.holder.clear()
        return dict(found)

    def _make_internal(self, source: Source, reference: Reference) -> None:
        if "$ref" not in reference.holder:
            return  # It was replaced by the path item that it named.
        fragment = reference.text.partition("#")[2]
        pointer = split_pointer(fragment)
        if len(pointer) != 3 or pointer[0] != "components":
            raise _dangling(
                source, reference, "it must name a component, or a path item in the root's paths"
            )
        target = self._file_of(source, reference)
        if _look_up(self.sources[target].data, pointer) is None:
            raise _dangling(source, reference, f"{target.name} has no such component")
        reference.holder["$ref"] = f"#{fragment}"

    def _refuse_circles(self) -> None:
        """A component that is nothing but a reference, in the end to itself, says nothing."""
        for kind, components in self.document["components"].items():
            for name, component in components.items():
                seen = set()
                while "$ref" in component:
                    if component["$ref"] in seen:
                        pointer = ("components", kind, name)
                        raise self.error(pointer, f"{name!r} is only a reference to itself")
                    seen.add(component["$ref"])
                    component = _look_up(self.document, split_pointer(component["$ref"]))

    def _refuse_namesakes(self) -> None:
        """Two operations of one id would be one to whoever asks for it by that."""
        seen: set[str] = set()
        for path, item in self.document["paths"].items():
            for method in METHODS:
                name = item.get(method, {}).get("operationId")
                if name in seen:
                    pointer = ("paths", path, method, "operationId")
                    raise self.error(pointer, f"the operationId {name!r} is taken")
                if name is not None:
                    seen.add(name)

    def _file_of(self, source: Source, reference: Reference) -> Path:
        file = reference.text.partition("#")[0]
        key = source.path, file
        if key not in self._targets:
            self._targets[key] = (source.path.parent / file).resolve() if file else source.path
        return self._targets[key]


def _shared_parts(source: Source) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What a file adds to the whole, with the pointers."""
    for kind, components in source.data.get("components", {}).items():
        for name, component in components.items():
            yield ("components", kind, name), component
    for key in SHARED:
        for name, part in source.data.get(key, {}).items():
            yield (key, name), part


def _dangling(source: Source, reference: Reference, reason: str) -> UsageError:
    return source.error(reference.line, f"$ref {reference.text!r}: {reason}")


def _look_up(data: Any, pointer: Sequence[str]) -> Any:
    for part in pointer:
        data = data.get(part) if isinstance(data, dict) else None
    return data

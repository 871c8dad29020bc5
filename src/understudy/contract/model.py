"""What a contract says, in the form that the server, the scenarios and the tools ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from understudy.contract.public import public_document

Schema = Mapping[str, Any]
Document = Mapping[str, Any]
Security = Literal["none", "optional", "required"]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""What a path item calls its operations."""


@dataclass(frozen=True, slots=True)
class ResponseSpec:
    """One documented answer; no schema and no media type where it has no body."""

    schema: Schema | None
    media_type: str | None


@dataclass(frozen=True, slots=True)
class OperationSpec:
    """One operation.

    `path` is the template without the base path; `parameters` are resolved, those of the path item
    included; schemas keep their `#/components/…` references; `responses` is keyed by the status.
    `request_media`: of the body, where it has no JSON form the first.
    """

    operation_id: str
    tag: str
    method: str
    path: str
    parameters: list[dict[str, Any]]
    request_schema: Schema | None
    request_required: bool
    responses: Mapping[str, ResponseSpec]
    security: Security
    requires: frozenset[str]
    sandbox_hook: str | None
    envelope: str | None
    raw: dict[str, Any]
    request_media: str = "application/json"


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """One collection that the server keeps.

    `schema` is that of the whole stored object, private fields included. `ranks` has, for each
    index or order that is an enum, its values in order, without null.
    """

    name: str
    factory: str
    account: dict[str, str] | None
    references: dict[str, str]
    schema: dict[str, Any]
    indexes: tuple[str, ...]
    orders: tuple[str, ...]
    texts: tuple[str, ...]
    partition: str | None
    ranks: dict[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class ShortcutSpec:
    """Something that the API offers to set a scene in one step.

    `function` is below the package of its handlers; `parameters` is the schema of its arguments,
    which lets no others through.
    """

    name: str
    function: str
    summary: str
    description: str
    parameters: Schema


@dataclass(frozen=True)
class Contract:
    """A contract that was read. `files`: the root first; `extension`: the root's `x-understudy`."""

    name: str
    document: dict[str, Any] = field(repr=False)
    base_path: str
    files: tuple[Path, ...] = field(repr=False)
    digest: str
    extension: dict[str, Any] = field(repr=False)
    collections: Mapping[str, CollectionSpec] = field(repr=False)
    operations: tuple[OperationSpec, ...] = field(repr=False)
    shortcuts: Mapping[str, ShortcutSpec] = field(repr=False)

    @property
    def is_about_server(self) -> bool:
        """Whether it is about the server itself, and not about what lives in a sandbox."""
        return self.extension.get("scope") == "server"

    def public_document(self) -> dict[str, Any]:
        """A copy of the document without what the contract says to Understudy alone."""
        return public_document(self.document)

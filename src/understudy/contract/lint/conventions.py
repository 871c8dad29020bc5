"""What one API decides for itself, from `x-lint` in its root file. All of it may be left out.

x-lint:
  statuses: ['200', '201', '400', …]     # the closed list of statuses
  statuses_of: {settings: ['429']}       # what the operations of one tag may answer besides
  compositions: [DateOrTime]             # the components that may use anyOf and the like
  closed: [DefectCriteria]               # the components that may forbid other properties
  replaces: [settings.update_settings]   # the PUTs that give what is left out its default
  requires:                              # what `x-requires` must be
    none: [auth, settings]               # the tags whose operations require nothing
    read: [subscription]                 # GET and HEAD elsewhere
    write: [subscription, write]         # the other methods
  documents:                             # what an operation must document, by what it is
    always: {statuses: ['500']}
    token: {statuses: ['401'], parameters: [X-Workspace-ID]}
    body: {statuses: ['400', '422']}
    path_parameter: {statuses: ['404']}
    subscription: {statuses: ['402']}    # or whatever else `x-requires` names
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from understudy.contract.model import OperationSpec


@dataclass(frozen=True, slots=True)
class Conventions:
    """The conventions of one API; `statuses` is None where any status may be answered."""

    statuses: frozenset[str] | None = None
    statuses_of: Mapping[str, list[str]] = field(default_factory=dict)
    compositions: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    replaces: frozenset[str] = frozenset()
    requires: Mapping[str, list[str]] = field(default_factory=dict)
    documents: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Conventions:
        """The conventions that a document declares."""
        given = document.get("x-lint", {})
        return cls(
            statuses=frozenset(map(str, given["statuses"])) if "statuses" in given else None,
            statuses_of=given.get("statuses_of", {}),
            compositions=frozenset(given.get("compositions", ())),
            closed=frozenset(given.get("closed", ())),
            replaces=frozenset(given.get("replaces", ())),
            requires=given.get("requires", {}),
            documents=given.get("documents", {}),
        )

    def required_of(self, operation: OperationSpec) -> frozenset[str] | None:
        """What `x-requires` must be; None where nothing is said about it."""
        if not self.requires:
            return None
        if operation.tag in self.requires.get("none", ()):
            return frozenset()
        return frozenset(self.requires.get("read" if is_read(operation) else "write", ()))

    def must_document(self, operation: OperationSpec, what: str) -> frozenset[str]:
        """The `statuses`, or the names of the `parameters`, that an operation must document."""
        return self._documented(what, facts(operation))

    def only_for_requirements(self, operation: OperationSpec) -> frozenset[str]:
        """The statuses that nothing but a requirement gives, which this operation has not."""
        others = {name for name in self.documents if name not in facts(operation)}
        elsewhere = self._documented("statuses", others & self._requirements())
        return elsewhere - self.must_document(operation, "statuses")

    def _requirements(self) -> set[str]:
        return {name for kind in ("read", "write") for name in self.requires.get(kind, ())}

    def _documented(self, what: str, names: set[str]) -> frozenset[str]:
        return frozenset(
            item for name in names for item in self.documents.get(name, {}).get(what, ())
        )


def is_read(operation: OperationSpec) -> bool:
    """Whether an operation changes nothing."""
    return operation.method in ("GET", "HEAD")


def facts(operation: OperationSpec) -> set[str]:
    """The names under which `documents` speaks about an operation."""
    return {"always", *operation.requires, *_facts(operation)}


def _facts(operation: OperationSpec) -> Iterator[str]:
    if operation.security == "required":
        yield "token"
    if operation.request_schema is not None:
        yield "body"
    if any(parameter["in"] == "path" for parameter in operation.parameters):
        yield "path_parameter"

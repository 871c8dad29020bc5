"""What a sandbox holds, from afar: objects, snapshots, and the whole as a scenario file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from understudy.client.arguments import given
from understudy.client.connection import Connection, path_to
from understudy.client.states import CollectionInfo, Comparison, ObjectPage, Removal, Snapshot

__tracebackhide__ = True  # pytest shows the caller's line instead

Object = dict[str, Any]
Objects = list[Object]
Snapshots = list[Snapshot]
PAGE = 1000
"""So many objects the server gives at once at most."""


class SandboxState:
    """Browses and changes what a sandbox holds. Objects are dicts; the fields that the served API
    never shows begin with `_`.

    Each method raises ControlError for a collection, an object or a snapshot that is not there.
    """

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection = connection
        self._sandbox = path_to("sandboxes", sandbox)

    def collections(self) -> list[CollectionInfo]:
        """All collections, each with the number of its objects."""
        answer = self._connection.call("GET", f"{self._sandbox}/state")
        return [CollectionInfo.of(one) for one in answer["collections"]]

    def list(
        self,
        collection: str,
        *,
        search: str | None = None,
        field: str | None = None,
        value: str | float | bool | None = None,
        order: str | None = None,
    ) -> Objects:
        """The objects of a collection, the oldest first.

        search: a text in one of their fields. field, value: those whose field has the value, or
        null. order: the field to sort by; `-created_at` is backwards.
        """
        found: Objects = []
        while True:
            page = self.page(
                collection,
                search=search,
                field=field,
                value=value,
                order=order,
                limit=PAGE,
                offset=len(found),
            )
            found += map(dict, page.objects)
            if len(page.objects) < PAGE:
                return found

    def page(
        self,
        collection: str,
        *,
        search: str | None = None,
        field: str | None = None,
        value: str | float | bool | None = None,
        order: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> ObjectPage:
        """Some of the objects that `list` gives, after so many others."""
        query = {"search": search, "field": field, "value": value, "order": order}
        query |= {"limit": limit, "offset": offset}
        return ObjectPage.of(self._call("GET", "state", collection, query=query))

    def get(self, collection: str, object_id: str) -> Object:
        """One object, whole; of secrets only `***`."""
        found: Object = self._call("GET", "state", collection, object_id)
        return found

    def create(self, collection: str, /, **fields: Any) -> Object:
        """Make an object of some of its fields, as a scenario does; the rest is computed.

        Raises ControlError for what the contract or the rules of the served API refuse.
        """
        made: Object = self._call("POST", "state", collection, body=fields)
        return made

    def put(self, collection: str, new: Mapping[str, Any]) -> Object:
        """Store a whole object in the place of the one with its id, or as a new one.

        Raises ControlError for what the contract refuses, ValueError without an id.
        """
        if "id" not in new:
            raise ValueError("an object needs its id; create() makes one")
        stored: Object = self._call("PUT", "state", collection, new["id"], body=new)
        return stored

    def delete(self, collection: str, object_id: str, *, cascade: bool = False) -> Removal:
        """Delete an object. cascade: what refers to it gives way; else that is a ControlError."""
        query = {"cascade": cascade}
        return Removal.of(self._call("DELETE", "state", collection, object_id, query=query))

    def snapshot(self, name: str | None = None) -> Snapshot:
        """Keep all that the sandbox holds now; without a name, the server makes one."""
        return Snapshot.of(self._call("POST", "snapshots", body=given(name=name)))

    def snapshots(self) -> Snapshots:
        """All snapshots, the oldest first."""
        return [Snapshot.of(one) for one in self._call("GET", "snapshots")["snapshots"]]

    def restore(self, snapshot: str | Snapshot, *, clock: bool = False) -> Snapshot:
        """Hold again exactly what the snapshot holds. clock: let its time come back, too."""
        body = {"clock": clock}
        return Snapshot.of(self._call("POST", "snapshots", _name(snapshot), "restore", body=body))

    def compare(
        self,
        snapshot: str | Snapshot,
        to: str | Snapshot | None = None,
        *,
        limit: int | None = None,
    ) -> Comparison:
        """What has changed since a snapshot, up to another one or up to now.

        It lists `limit` objects at most, 1000 if nothing is said; the counts are always true.
        """
        query = {"to": None if to is None else _name(to), "limit": limit}
        answer = self._call("GET", "snapshots", _name(snapshot), "compare", query=query)
        return Comparison.of(answer)

    def delete_snapshot(self, snapshot: str | Snapshot) -> None:
        """Forget a snapshot."""
        self._call("DELETE", "snapshots", _name(snapshot))

    def export(
        self,
        *,
        name: str | None = None,
        title: str | None = None,
        times: Literal["absolute", "relative"] | None = None,
    ) -> str:
        """All of it as a scenario file (YAML), which makes the same state again.

        name, title: of the scenario. times: `relative` ones move with the clock of whoever loads
        the file; left out, they are absolute.
        """
        query = {"name": name, "title": title, "times": times}
        return self._connection.text(f"{self._sandbox}/export", query)

    def _call(self, method: str, *parts: str, **options: Any) -> Any:
        return self._connection.call(method, self._sandbox + path_to(*parts), **options)


def _name(snapshot: str | Snapshot) -> str:
    return snapshot if isinstance(snapshot, str) else snapshot.name

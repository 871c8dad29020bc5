"""Trees of folders, whatever they hold: no folder lies in itself, none too deep, all in order.

A tree is given as its `Parents`: each folder's id → the id of the folder it lies in, None at the
top level.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from understudy.errors import ValidationFailed

if TYPE_CHECKING:
    from understudy.store import Collection

Parents = Mapping[str, str | None]

MAX_DEPTH = 50
"""So many levels of folders a tree has at most; each is two levels of JSON, of which the server can
write 254.
"""

TOO_DEEP = f"would nest folders deeper than {MAX_DEPTH} levels"


def parents_of(
    folders: Iterable[Mapping[str, Any]], parent_field: str = "parent_folder_id"
) -> dict[str, str | None]:
    """The parents of these folders, which must be a whole tree."""
    return {folder["id"]: folder[parent_field] for folder in folders}


def would_cycle(parents: Parents, folder_id: str, parent_id: str | None) -> bool:
    """Whether a folder put under that parent would lie in itself.

    Cycles above it that it is no part of do not count, so that a set of moves can be checked folder
    by folder.
    """
    seen: set[str] = set()
    while parent_id is not None and parent_id not in seen:
        if parent_id == folder_id:
            return True
        seen.add(parent_id)
        parent_id = parents[parent_id]
    return False


def height(parents: Parents) -> int:
    """The number of levels of a tree, which must have no cycle; 0 without folders."""
    levels: dict[str | None, int] = {None: 0}
    for folder_id in parents:
        path: list[str] = []
        above: str | None = folder_id
        while above is not None and above not in levels:
            path.append(above)
            above = parents[above]
        for depth, passed in enumerate(reversed(path), levels[above] + 1):
            levels[passed] = depth
    return max(levels.values())


def require_shallow(
    folders: Collection, parent_id: str | None, parent_field: str = "parent_folder_id"
) -> None:
    """Refuse a new folder below the deepest level. Raises ValidationFailed on the parent field."""
    levels = 0
    while parent_id is not None:
        parent = folders.get(parent_id)
        parent_id = parent[parent_field] if parent else None
        levels += 1
    if levels >= MAX_DEPTH:
        raise ValidationFailed(details={parent_field: [TOO_DEEP]})


def nest(
    nodes: Iterable[dict[str, Any]], parent_field: str = "parent_folder_id"
) -> list[dict[str, Any]]:
    """The top-level nodes; each node gets its sub-folders as `children`, all in the order given.

    The nodes are the folders as an answer shows them: new dicts, which this fills in.
    """
    listed = list(nodes)
    children: dict[str | None, list[dict[str, Any]]] = {None: []}
    for node in listed:
        node["children"] = children[node["id"]] = []
    for node in listed:
        children[node[parent_field]].append(node)
    return children[None]


def grouped(
    leaves: Iterable[dict[str, Any]], folder_field: str = "folder_id"
) -> dict[str | None, list[dict[str, Any]]]:
    """What lies in each folder, in the order given; None is the root, empty folders have no key."""
    groups: dict[str | None, list[dict[str, Any]]] = {}
    for leaf in leaves:
        groups.setdefault(leaf[folder_field], []).append(leaf)
    return groups

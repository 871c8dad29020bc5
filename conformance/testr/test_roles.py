"""Who may do what, and where: roles, the choice of a workspace, and tenants kept apart."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, OperationSpec, Persona, Suite, rule

from . import samples, strangers
from .strangers import UUID
from .views import KINDS

Request = dict[str, Any]
SETTINGS_CODE = "FORBIDDEN"
INSIDE_OTHERS = ("folder", "case", "item")
"""Kinds that are shown only as a part of something else, which is 404 itself."""


def writes(operation: OperationSpec) -> bool:
    """Whether it changes a workspace."""
    return operation.method != "GET" and operation.tag not in ("auth", "settings")


def reads(operation: OperationSpec) -> bool:
    """Whether it shows a workspace."""
    return operation.method == "GET" and operation.tag not in ("auth", "settings")


def is_protected(operation: OperationSpec) -> bool:
    """Whether it needs a token."""
    return operation.security == "required"


def names_things(operation: OperationSpec) -> bool:
    """Whether it is about things of a workspace, by their ids."""
    return (writes(operation) or reads(operation)) and strangers.names_things(operation)


@rule(
    "ROLE-01",
    MUST,
    "VIEWER gets 403 `read_only` on writes outside auth and settings",
    clauses=("The user may not do this",),
    operations=writes,
)
def test_a_viewer_may_not_write(
    suite: Suite, active: Persona, viewer: Persona, operation: OperationSpec
) -> None:
    """A VIEWER who would change anything in the workspace gets 403 `read_only`."""
    request = samples.request(suite, active, operation.operation_id)
    viewer.call(operation.operation_id, **request).refused(403, code="read_only")


@rule("ROLE-02", MUST, "ADMIN and MEMBER may write, VIEWER may read", operations=reads)
def test_a_viewer_may_read(
    suite: Suite, active: Persona, viewer: Persona, operation: OperationSpec
) -> None:
    """A VIEWER may read everything in the workspace."""
    request = samples.request(suite, active, operation.operation_id)
    viewer.call(operation.operation_id, **request).expect(200)


@rule(
    "ROLE-03",
    MUST,
    "ADMIN and MEMBER may write",
    clauses=("ADMIN and MEMBER write",),
    operations=writes,
)
def test_a_member_may_write(suite: Suite, colleague: Persona, operation: OperationSpec) -> None:
    """A MEMBER may do everything in the workspace."""
    request = samples.request(suite, colleague, operation.operation_id)
    colleague.call(operation.operation_id, **request).expect(200, 201)


@rule(
    "ROLE-10",
    MUST,
    "(403 `workspace_forbidden` if it is not theirs), on every operation that needs a token",
    clauses=(
        "or the workspace is not the user's.",
        "one that is not the user's is 403.",
    ),
    operations=is_protected,
)
def test_the_workspace_of_others(
    suite: Suite, active: Persona, other_tenant: Persona, operation: OperationSpec
) -> None:
    """`X-Workspace-ID` with the id of somebody else's workspace is 403 `workspace_forbidden`."""
    # What the request names is not in that workspace: a server that looks for it first may say so.
    request = samples.request(suite, active, operation.operation_id)
    chosen = {"X-Workspace-ID": other_tenant.workspace_id}
    answer = active.call(operation.operation_id, **request, headers=chosen)
    if answer.status == 404 and strangers.names_things(operation):
        answer.refused(404)
    else:
        code = SETTINGS_CODE if operation.tag == "settings" else "workspace_forbidden"
        answer.refused(403, code=code)


@rule(
    "ROLE-11",
    MUST,
    "that does not exist or that is no UUID is 403 `workspace_forbidden`",
    clauses=("A text in that header that is no UUID is 403 as well",),
    values=("unknown", "no-uuid"),
)
def test_a_workspace_that_is_none(suite: Suite, active: Persona, value: str) -> None:
    """`X-Workspace-ID` with an unknown id, or with what is no id, is 403 `workspace_forbidden`."""
    chosen = {"X-Workspace-ID": suite.unknown_id() if value == "unknown" else value}
    for operation in ("auth.me", "workspace.limits", "test_plans.list_plans"):
        answer = active.call(operation, headers=chosen)
        answer.refused(403, code="workspace_forbidden")


@rule(
    "ROLE-20",
    MUST,
    "An id of another workspace is 404, in a path and in a body",
    clauses=("The object does not exist in the active workspace.",),
    operations=names_things,
)
def test_ids_of_others(
    suite: Suite, active: Persona, other_tenant: Persona, operation: OperationSpec
) -> None:
    """Each id of a request, be it in the path or in the body, is 404 if it is another tenant's."""
    theirs = samples.request(suite, other_tenant, operation.operation_id)
    ours = samples.request(suite, active, operation.operation_id)
    for place in _places(ours):
        answer = active.call(operation.operation_id, **_swapped(ours, theirs, place))
        answer.refused(404)


@rule(
    "ROLE-21",
    MUST,
    "An id of another workspace is 404",
    values=[name for name in KINDS if name not in INSIDE_OTHERS],
)
def test_things_of_others(active: Persona, other_tenant: Persona, value: str) -> None:
    """No list, tree or export shows what another tenant has."""
    theirs = KINDS[value].create(other_tenant)
    for place, view in KINDS[value].views.items():
        assert view(active, theirs) is None, f"{place} shows a {value} of another tenant"


def _places(value: Any, *path: Any) -> list[tuple[Any, ...]]:
    """Where ids are in a request."""
    if isinstance(value, str):
        return [path] if UUID.fullmatch(value) else []
    if not isinstance(value, dict | list):
        return []
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    return [place for key, inner in parts for place in _places(inner, *path, key)]


def _swapped(ours: Any, theirs: Any, place: tuple[Any, ...]) -> Any:
    """Our request, with their id in one place."""
    if not place:
        return theirs
    key, *rest = place
    if isinstance(ours, dict):
        return {**ours, key: _swapped(ours[key], theirs[key], tuple(rest))}
    return [*ours[:key], _swapped(ours[key], theirs[key], tuple(rest)), *ours[key + 1 :]]

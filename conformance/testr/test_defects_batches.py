"""Batches: the same fields set on several defects, or several deleted; all of them or none."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import defects, make

CHANGES: dict[str, Any] = {
    "status": "RESOLVED",
    "priority": "P1",
    "severity": "CRITICAL",
    "type": "TASK",
    "owner": "somebody",
}
BATCHES = ("defects.update_defects", "defects.delete_defects")


def _body(operation_id: str, *defect_ids: str) -> dict[str, Any]:
    """A batch of these, valid where the ids are."""
    ids = list(defect_ids)
    return {"defect_ids": ids} | ({"status": "CLOSED"} if operation_id == BATCHES[0] else {})


@rule(
    "DBAT-01",
    MUST,
    "Sets the given fields on 1 to 500 defects",
    clauses=("Batch update sets status, priority, severity, type, owner, tags, folder_id",),
    values=tuple(CHANGES),
)
def test_a_field_is_set_on_all(active: Persona, value: str) -> None:
    """A batch sets its field on each of its defects and leaves all else as it was."""
    change = {value: CHANGES[value]}
    tag, made = defects.several(active, {}, {"status": "CLOSED"}, {"priority": "P2"})
    defects.update(active, made[:2], **change)
    after = {one["id"]: one for one in defects.listed(active, tags=tag)}
    for before, expected in zip(made, (change, change, {}), strict=True):
        now = {**after[before["id"]], "updated_at": before["updated_at"]}
        assert now == {**before, **expected}, f"the batch must set {expected} and nothing else"


@rule("DBAT-02", MUST, "`tags` replaces the tags", clauses=("`tags` replaces;",))
def test_tags_are_replaced(active: Persona) -> None:
    """The tags of a batch take the place of those that a defect had."""
    _, [defect] = defects.several(active, {})
    tags = [active.name("new"), "second"]
    defects.update(active, [defect], tags=tags)
    assert defects.read(active, defect)["tags"] == tags, f"the tags must be just {tags}"


@rule("DBAT-03", MUST, "`owner: null` leaves a defect without an owner")
def test_the_owner_is_taken_away(active: Persona) -> None:
    """An owner of null leaves a defect without one."""
    defect = defects.file(active, owner="somebody")
    defects.update(active, [defect], owner=None)
    assert defects.read(active, defect)["owner"] is None, "the owner must be null"


@rule("DBAT-04", MUST, "`folder_id: null` takes it out of its folder")
def test_a_defect_is_taken_out_of_its_folder(active: Persona) -> None:
    """A folder of null takes a defect out of its folder."""
    folder = make.defect_folder(active)
    defect = defects.file(active, folder_id=folder["id"])
    defects.update(active, [defect], folder_id=None)
    assert defects.read(active, defect)["folder_id"] is None, "the folder must be null"
    assert not defects.listed(active, folder_id=folder["id"]), "the folder must hold it no more"


@rule("DBAT-05", MUST, "`folder_id` may be given on creation and changed in a batch")
def test_defects_are_moved_to_a_folder(active: Persona) -> None:
    """A batch files its defects in the folder that it names."""
    folder = make.defect_folder(active)
    made = [defects.file(active), defects.file(active)]
    defects.update(active, made, folder_id=folder["id"])
    found = defects.ids(defects.listed(active, folder_id=folder["id"]))
    assert sorted(found) == sorted(defects.ids(made)), "the folder must hold both defects"


@rule("DBAT-06", MUST, "it moves `updated_at`")
def test_an_update_moves_updated_at(active: Persona) -> None:
    """A batch update moves `updated_at`, and `created_at` stays."""
    defect = defects.file(active)
    now = defects.touch(active, defect, defect["updated_at"])
    assert now["created_at"] == defect["created_at"], "`created_at` must stay as it was"


@rule(
    "DBAT-07",
    MUST,
    "Every move between two states is allowed",
    clauses=("Every move between two statuses is allowed",),
    values=defects.VALUES["status"],
)
def test_every_move_between_statuses(active: Persona, value: str) -> None:
    """Defects of each status may be moved to any status."""
    tag, made = defects.several(active, *({"status": one} for one in defects.VALUES["status"]))
    defects.update(active, made, status=value)
    found = [one["status"] for one in defects.listed(active, tags=tag)]
    assert found == [value] * len(made), f"all of them must be {value}"


@rule(
    "DBAT-08",
    MUST,
    "A body without any field to change is 422",
    clauses=("nothing to set is 422",),
)
def test_a_batch_changes_something(active: Persona) -> None:
    """A batch update that names defects and nothing to set is refused."""
    body = {"defect_ids": [defects.file(active)["id"] for _ in range(3)]}
    active.call("defects.update_defects", body=body).refused(400, 422)


@rule("DBAT-09", MUST, "a folder that is not in the workspace is 404")
def test_the_folder_of_a_batch_must_exist(active: Persona, suite: Suite) -> None:
    """A batch that names a folder that does not exist is 404 and changes nothing."""
    defect = defects.file(active)
    body = {"defect_ids": [defect["id"]], "status": "CLOSED", "folder_id": suite.unknown_id()}
    active.call("defects.update_defects", body=body).refused(404)
    assert defects.read(active, defect) == defect, "the defect must be as it was"


@rule("DBAT-10", MUST, "a folder that is not in the workspace is 404")
def test_the_folder_of_a_batch_must_be_in_the_workspace(
    active: Persona, other_tenant: Persona
) -> None:
    """A batch that names a folder of another workspace is 404."""
    defect, theirs = defects.file(active), make.defect_folder(other_tenant)
    body = {"defect_ids": [defect["id"]], "folder_id": theirs["id"]}
    active.call("defects.update_defects", body=body).refused(404)


@rule("DBAT-11", MUST, "Deletes 1 to 500 defects")
def test_a_batch_deletes(active: Persona) -> None:
    """What a batch deletes is gone, and nothing else is."""
    tag, made = defects.several(active, {}, {}, {})
    defects.delete(active, made[:2])
    found = defects.ids(defects.listed(active, tags=tag))
    assert found == [made[2]["id"]], "only the defect that was not in the batch may be left"
    for gone in made[:2]:
        active.call("defects.get_defect", defect_id=gone["id"]).refused(404)


@rule(
    "DBAT-12",
    MUST,
    "one id that is unknown or of another workspace is 404 and deletes none of them",
    clauses=("one id that is unknown or of another workspace is 404 and changes none of them",),
    operations=BATCHES,
)
def test_a_batch_is_all_or_nothing(active: Persona, suite: Suite, operation: Any) -> None:
    """A batch with an id that does not exist is 404 and leaves the others as they were."""
    tag, made = defects.several(active, {}, {})
    body = _body(operation.operation_id, made[0]["id"], made[1]["id"], suite.unknown_id())
    active.call(operation.operation_id, body=body).refused(404)
    found = {one["id"]: one for one in defects.listed(active, tags=tag)}
    assert found == {one["id"]: one for one in made}, "both defects must be as they were"


@rule(
    "DBAT-13",
    MUST,
    "one id that is unknown or of another workspace is 404",
    clauses=("all or nothing: one unknown id is 404 and changes nothing",),
    operations=BATCHES,
)
def test_a_batch_stays_in_its_workspace(
    active: Persona, other_tenant: Persona, operation: Any
) -> None:
    """A batch with a defect of another workspace is 404 and leaves all of them as they were."""
    ours, theirs = defects.file(active), defects.file(other_tenant)
    body = _body(operation.operation_id, ours["id"], theirs["id"])
    active.call(operation.operation_id, body=body).refused(404)
    assert defects.read(active, ours) == ours, "the defect of this workspace must be as it was"
    assert defects.read(other_tenant, theirs) == theirs, "the other one must be as it was"


@rule(
    "DBAT-14",
    MUST,
    "An id given twice counts once",
    clauses=(
        "an id given twice counts once",
        'Batch answers: `{"success": true, "updated_count": n}`, '
        '`{"success": true, "deleted_count": n}`',
    ),
    operations=BATCHES,
)
def test_an_id_given_twice_counts_once(active: Persona, operation: Any) -> None:
    """A batch answers how many defects it was about; one that is named twice counts once."""
    first, second = defects.file(active), defects.file(active)
    body = _body(operation.operation_id, first["id"], second["id"], first["id"])
    answer = active.call(operation.operation_id, body=body)
    answer.expect(200)
    count: Any = "updated_count" if operation.operation_id == BATCHES[0] else "deleted_count"
    answer.has(success=True, **{count: 2})


@rule(
    "DBAT-15",
    MUST,
    "Batches take 1 to 500 ids",
    operations=BATCHES,
)
def test_a_batch_takes_500_ids(active: Persona, operation: Any) -> None:
    """A batch without an id is refused, so is one with 501; 500 are taken."""
    defect_id = defects.file(active)["id"]
    name = operation.operation_id
    for count in (0, 501):
        active.call(name, body=_body(name, *[defect_id] * count)).invalid()
    active.call(name, body=_body(name, *[defect_id] * 500)).expect(200)


@rule("DBAT-16", MUST, "one id that is unknown or of another workspace is 404 and deletes none")
def test_a_defect_is_deleted_once(active: Persona) -> None:
    """Deleting a defect that was deleted already is 404."""
    defect = defects.file(active)
    defects.delete(active, [defect])
    body = {"defect_ids": [defect["id"]]}
    active.call("defects.delete_defects", body=body).refused(404)


@rule("DBAT-17", MUST, "The numbers of deleted defects are not used again")
def test_a_number_is_not_used_again(active: Persona) -> None:
    """After the newest defect was deleted the next one has another, higher number."""
    deleted = defects.file(active)
    defects.delete(active, [deleted])
    made = defects.file(active)
    assert defects.number(made) > defects.number(deleted), (
        f"{deleted['defect_number']} was given away already; the new one must be higher, "
        f"not {made['defect_number']}"
    )

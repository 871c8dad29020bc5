"""The export of defects: the list as a file, whole."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import defects, make, moments

MORE_THAN_A_PAGE = 51


@rule("DEXP-01", MUST, "as a file to download", clauses=("as a download named after the day",))
def test_the_export_is_a_file(active: Persona) -> None:
    """The export asks to be saved as a file that is named after its day."""
    answer = active.call("defects.export_defects", query={"tags": active.name("tag")})
    day = answer.expect(200)["exported_at"][:10]
    expected = f'attachment; filename="defects-{day}.json"'
    found = answer.headers.get("Content-Disposition")
    assert found == expected, f"Content-Disposition must be {expected}, not {found}"


@rule("DEXP-02", MUST, "in the list's order and without paging", clauses=("not its paging",))
def test_the_export_has_no_pages(active: Persona, suite: Suite) -> None:
    """The export holds all defects, however many pages they fill."""
    count = suite.scale(MORE_THAN_A_PAGE, MORE_THAN_A_PAGE, 4 * MORE_THAN_A_PAGE)
    tag, made = defects.several(active, *({} for _ in range(count)))
    file = active.call("defects.export_defects", query={"tags": tag}).expect(200)
    found = (file["total"], len(file["defects"]))
    assert found == (count, count), f"the file must hold all {count} defects, not {found}"
    assert defects.ids(file["defects"]) == defects.ids(made)[::-1], "newest first, as in the list"


@rule(
    "DEXP-03",
    MUST,
    "All defects that the list's filters select",
    clauses=("takes the list's filters and order",),
)
def test_the_export_takes_the_filters(active: Persona) -> None:
    """The export holds what the list lists under the same filters."""
    folder, text = make.defect_folder(active), active.name("text")
    wanted: dict[str, Any] = {"status": "CLOSED", "severity": "LOW", "priority": "P4"}
    wanted |= {"type": "TASK", "folder_id": folder["id"], "summary": text}
    others = [{name: wanted[name] for name in wanted if name != left} for left in wanted]
    tag, made = defects.several(active, wanted, *others)
    query = {name: wanted[name] for name in wanted if name != "summary"}
    found = defects.exported(active, tags=tag, search=text, **query)
    assert found == made[:1], "only the defect that meets every filter may be exported, whole"
    early = defects.exported(active, tags=tag, date_to="2000-01-01")
    late = defects.exported(active, tags=tag, date_from="2999-01-01")
    assert (early, late) == ([], []), "the dates must select, too"


@rule("DEXP-04", MUST, "in the list's order")
def test_the_export_takes_the_order(active: Persona) -> None:
    """The export is in the order that is asked for."""
    name = active.name("title")
    tag, made = defects.several(active, *({"title": f"{name} {one}"} for one in "bca"))
    expected = defects.ids(made[at] for at in (2, 0, 1))
    for direction, ids in (("asc", expected), ("desc", expected[::-1])):
        found = defects.exported(active, tags=tag, sort_by="title", sort_order=direction)
        assert defects.ids(found) == ids, f"the export must be sorted by title, {direction}"


@rule("DEXP-05", MUST, "All defects that the list's filters select")
def test_the_export_takes_a_saved_filter(active: Persona) -> None:
    """The export holds what a saved filter selects, in its order."""
    name = active.name("title")
    tag, made = defects.several(active, *({"title": f"{name} {one}"} for one in "ab"))
    make.defect(active)
    criteria = {"tags": tag, "sort_by": "title", "sort_order": "asc"}
    saved = make.saved_filter(active, criteria=criteria)
    found = defects.exported(active, filter_id=saved["id"])
    assert found == made, "the export must hold what the filter selects, in its order"


@rule("DEXP-06", MUST, "All defects that were asked for, and when")
def test_the_export_tells_when(active: Persona) -> None:
    """The export tells its time, which is not before that of what is in it."""
    tag, [defect] = defects.several(active, {})
    file = active.call("defects.export_defects", query={"tags": tag}).expect(200)
    assert not moments.is_later(defect["created_at"], file["exported_at"]), (
        f"an export of {file['exported_at']} cannot hold a defect of {defect['created_at']}"
    )


@rule("DEXP-07", MUST, "All defects that the list's filters select")
def test_the_export_stays_in_its_workspace(active: Persona, other_tenant: Persona) -> None:
    """The export does not hold the defects of another workspace."""
    tag, made = defects.several(active, {})
    make.defect(other_tenant, tags=[tag])
    found = defects.exported(active, tags=tag)
    assert found == made, "only the defect of this workspace may be exported"

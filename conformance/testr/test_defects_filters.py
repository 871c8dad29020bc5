"""What the list of defects selects: values, tags, folders, texts."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Suite, rule

from . import defects, make


@rule("DFIL-01", MUST, "One page of the defects of the workspace, each of them whole")
def test_the_list_holds_whole_defects(active: Persona) -> None:
    """The list shows each defect as reading it does."""
    steps = [{"step_number": 1, "description": "Open"}]
    tag, [defect] = defects.several(
        active, {"steps": steps, "summary": "It closes.", "screenshots": ["a.png"]}
    )
    found = defects.listed(active, tags=tag)
    assert found == [defects.read(active, defect)], "the list must show the whole defect"


@rule("DFIL-02", MUST, "One page of the defects of the workspace")
def test_the_list_stays_in_its_workspace(active: Persona, other_tenant: Persona) -> None:
    """The list does not show the defects of another workspace."""
    tag, [ours] = defects.several(active, {})
    make.defect(other_tenant, tags=[tag])
    found = defects.ids(defects.listed(active, tags=tag))
    assert found == [ours["id"]], "only the defect of this workspace may be listed"


@rule(
    "DFIL-03",
    MUST,
    "Only defects of this status.",
    clauses=(
        "Only defects of this severity.",
        "Only defects of this priority.",
        "Only defects of this type.",
        "status, severity, priority and type take one value each",
    ),
    values=tuple(defects.VALUES),
)
def test_a_value_selects_its_defects(active: Persona, value: str) -> None:
    """Each status, severity, priority and type selects the defects that have it, and no other."""
    values = defects.VALUES[value]
    tag, made = defects.several(active, *({value: one} for one in values))
    for wanted, defect in zip(values, made, strict=True):
        found = defects.ids(defects.listed(active, tags=tag, **{value: wanted}))
        assert found == [defect["id"]], f"{value}={wanted} must select the one defect that has it"


@rule("DFIL-04", MUST, "`tags` matches any of the tags given")
def test_any_of_the_tags_will_do(active: Persona) -> None:
    """A defect is selected by any of the tags given; one with two of them is there once."""
    one, two = active.name("one"), active.name("two")
    made = [make.defect(active, tags=tags) for tags in ([one], [two], [one, two], [])]
    for tags, expected in ((one, [0, 2]), (two, [1, 2]), (f"{one},{two}", [0, 1, 2])):
        found = defects.ids(defects.listed(active, tags=tags))
        assert sorted(found) == sorted(made[at]["id"] for at in expected), (
            f"tags={tags} must select each defect that has any of them, once"
        )


@rule("DFIL-05", MUST, "blanks around a tag do not count")
def test_blanks_around_a_tag_do_not_count(active: Persona) -> None:
    """Blanks around a tag of the query do not count."""
    tag, [defect] = defects.several(active, {})
    found = defects.ids(defects.listed(active, tags=f" {tag} , {active.name('other')}"))
    assert found == [defect["id"]], "the blanks must be passed over"


@rule("DFIL-06", MUST, "exactly as written")
def test_tags_are_matched_exactly(active: Persona) -> None:
    """A tag in another case, or a part of it, selects nothing."""
    tag, _ = defects.several(active, {})
    for other in (tag.upper(), tag[:-1], f"{tag}x"):
        count = defects.total(active, tags=other)
        assert count == 0, f"tags={other} must not select a defect with the tag {tag}"


@rule("DFIL-07", MUST, "a tag with a comma in it cannot be asked for")
def test_a_comma_separates_tags(active: Persona) -> None:
    """A comma separates two tags, even where a tag has one in it."""
    one, two = active.name("one"), active.name("two")
    make.defect(active, tags=[f"{one},{two}"])
    count = defects.total(active, tags=f"{one},{two}")
    assert count == 0, "the two tags asked for are not the one tag with a comma in it"


@rule("DFIL-08", MUST, "Only defects filed directly in this folder")
def test_a_folder_selects_what_is_filed_in_it(active: Persona) -> None:
    """A folder selects the defects filed in it, and not those of its sub-folders."""
    top = make.defect_folder(active)
    below = make.defect_folder(active, parent_id=top["id"])
    defect = make.defect(active, folder_id=top["id"])
    make.defect(active, folder_id=below["id"])
    found = defects.ids(defects.listed(active, folder_id=top["id"]))
    assert found == [defect["id"]], "only the defect that is directly in the folder is meant"


@rule(
    "DFIL-09",
    MUST,
    "an unknown `folder_id`, or one of another workspace, matches nothing",
    clauses=("An unknown `folder_id` in a query matches nothing; it is no error",),
    operations=defects.SELECTING,
)
def test_an_unknown_folder_matches_nothing(active: Persona, suite: Suite, operation: Any) -> None:
    """A folder that does not exist selects nothing and is no error."""
    query = {"folder_id": suite.unknown_id()}
    answer = active.call(operation.operation_id, query=query)
    answer.expect(200)
    answer.has(total=0)


@rule("DFIL-10", MUST, "or one of another workspace, matches nothing")
def test_a_strange_folder_matches_nothing(active: Persona, other_tenant: Persona) -> None:
    """A folder of another workspace selects nothing and is no error."""
    folder = make.defect_folder(other_tenant)
    make.defect(other_tenant, folder_id=folder["id"])
    count = defects.total(active, folder_id=folder["id"])
    assert count == 0, "what is filed in another workspace's folder is not ours to see"


@rule(
    "DFIL-11",
    MUST,
    "Only defects with this text, whatever the case, in their number, title",
    clauses=("`search` is a case-insensitive substring of number, title, summary or description",),
    values=("defect_number", "title", "summary", "description"),
)
def test_the_search_looks_in_four_texts(active: Persona, value: str) -> None:
    """A part of the number, title, summary or description finds a defect, whatever the case."""
    text = f"{active.name('defect')} Crash"
    tag, [defect, _] = defects.several(
        active, {} if value == "defect_number" else {value: text}, {}
    )
    wanted = defect["defect_number"] if value == "defect_number" else text[4:]
    for search in (wanted, wanted.lower(), wanted.upper()):
        found = defects.ids(defects.listed(active, tags=tag, search=search))
        assert found == [defect["id"]], f"search={search} must find the defect by its {value}"


@rule("DFIL-12", MUST, "in their number, title, summary or description")
def test_the_search_looks_nowhere_else(active: Persona) -> None:
    """A text that is only in other fields of a defect does not find it."""
    text = active.name("elsewhere")
    step = {"step_number": 1, "description": text, "actual_result": text}
    tag, _ = defects.several(
        active, {"owner": text, "tags": [text], "steps": [step], "console_errors": [text]}
    )
    count = defects.total(active, tags=tag, search=text)
    assert count == 0, "the search must not look in owner, tags, steps or errors"


@rule("DFIL-13", MUST, "Only defects with this text")
def test_the_search_takes_its_text_as_it_is(active: Persona) -> None:
    """The characters %, _, . and * stand for themselves in a search."""
    tag, made = defects.several(
        active, *({"summary": one} for one in ("50% done", "a_b", "c.*d", "500 acb cd"))
    )
    for text, expected in (("50%", 0), ("a_b", 1), ("c.*d", 2)):
        found = defects.ids(defects.listed(active, tags=tag, search=text))
        assert found == [made[expected]["id"]], f"search={text} must find just what holds this text"


@rule(
    "DFIL-14",
    MUST,
    "An empty text in `search`, `suite_name` or `tags` is no filter",
    values=("search", "tags"),
)
def test_an_empty_text_is_no_filter(active: Persona, value: str) -> None:
    """An empty search, or empty tags, select everything."""
    folder = make.defect_folder(active)
    defect = make.defect(active, folder_id=folder["id"])
    found = defects.ids(defects.listed(active, folder_id=folder["id"], **{value: ""}))
    assert found == [defect["id"]], f"an empty {value} must not filter"


@rule("DFIL-15", MUST, "The filters combine with AND", clauses=("Filters combine with AND",))
def test_filters_combine_with_and(active: Persona) -> None:
    """Of several filters a defect must meet each one."""
    folder = make.defect_folder(active)
    text = active.name("text")
    all_of = {"status": "CLOSED", "severity": "LOW", "priority": "P4", "type": "TASK"}
    all_of |= {"folder_id": folder["id"], "summary": text}
    tag, made = defects.several(active, all_of, *_without_one(all_of))
    query = {name: all_of[name] for name in all_of if name != "summary"}
    found = defects.ids(defects.listed(active, tags=tag, search=text, **query))
    assert found == [made[0]["id"]], "only the defect that meets every filter may be listed"


def _without_one(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The same fields without the first, without the second, and so on."""
    return [{name: fields[name] for name in fields if name != left} for left in fields]

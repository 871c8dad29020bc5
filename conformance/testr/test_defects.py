"""Defects one by one: what is kept, what is filled in, how they are numbered and read."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Persona, Scene, Suite, holds, rule

from . import defects, make

WHOLE: dict[str, Any] = {
    "summary": "It closes.",
    "description": "On every machine, since the last release.",
    "type": "ENHANCEMENT",
    "severity": "CRITICAL",
    "priority": "P1",
    "status": "IN_PROGRESS",
    "tags": ["login", "crash"],
    "owner": "somebody",
    "is_auto_generated": True,
    "test_context": {"test_case_id": None, "test_run_id": None, "step_number": 5},
    "steps": [
        {
            "step_number": 1,
            "description": "Open",
            "expected_result": "It opens",
            "actual_result": "",
        }
    ],
    "screenshots": ["screenshots/login-2.png"],
    "console_errors": ["TypeError: password is null"],
    "network_errors": ["POST /auth/login 500", "GET / 404"],
}
DEFAULTS: dict[str, Any] = {
    "summary": None,
    "description": None,
    "type": "BUG",
    "severity": "MEDIUM",
    "priority": "P3",
    "status": "OPEN",
    "tags": [],
    "owner": None,
    "folder_id": None,
    "is_auto_generated": False,
    "test_context": None,
    "steps": [],
    "screenshots": [],
    "console_errors": [],
    "network_errors": [],
}


@rule(
    "DEF-01",
    MUST,
    "Files a defect under the next number of the workspace",
    clauses=("Counted in the workspace from 1 and never used again",),
)
def test_the_number_is_the_next_one(active: Persona) -> None:
    """A new defect has a higher number than any defect that is there."""
    query = {"sort_by": "defect_number", "sort_order": "desc", "per_page": 1}
    page = active.call("defects.list_defects", query=query).expect(200)
    before = max(map(defects.number, page["defects"]), default=0)
    first, second = make.defect(active), make.defect(active)
    assert before < defects.number(first) < defects.number(second), (
        f"the numbers of two new defects must rise from {before}: "
        f"{first['defect_number']}, {second['defect_number']}"
    )


@rule("DEF-02", MUST, "Counted in the workspace from 1")
def test_numbers_have_no_gaps(scene: Scene) -> None:
    """Where nobody else files defects, numbers count up by one."""
    first, second, third = (defects.number(make.defect(scene.active)) for _ in range(3))
    assert [second, third] == [first + 1, first + 2], (
        f"after DEF-{first:03d} come the next two numbers, not {second} and {third}"
    )


@rule(
    "DEF-03",
    MUST,
    "`DEF-001`, wider from 1000 on",
    clauses=("three digits, more from 1000 on", "wider than three digits from 1000"),
)
def test_the_form_of_the_number(active: Persona) -> None:
    """A number has at least three digits, and no zero too many in front."""
    text = make.defect(active)["defect_number"]
    digits = text.removeprefix("DEF-")
    assert digits.isdecimal(), f"a number is DEF- and digits, not {text}"
    assert text == f"DEF-{int(digits):03d}", f"{int(digits)} is written DEF-{int(digits):03d}"


@rule(
    "DEF-04",
    MUST,
    "Only the title is needed",
    clauses=(
        "Only `title` is required to create a defect; type BUG, severity MEDIUM, priority P3, "
        "status OPEN by default; every other field may be left out or null",
    ),
)
def test_a_title_is_enough(active: Persona) -> None:
    """A defect with nothing but a title gets the contract's defaults."""
    title = active.name("defect")
    answer = active.call("defects.create_defect", body={"title": title})
    answer.expect(201)
    answer.has(title=title, **DEFAULTS)


@rule("DEF-05", MUST, "a field that is null counts as left out")
def test_null_counts_as_left_out(active: Persona) -> None:
    """A defect whose optional fields are all null gets the contract's defaults."""
    body = {"title": active.name("defect"), **dict.fromkeys(DEFAULTS)}
    answer = active.call("defects.create_defect", body=body)
    answer.expect(201)
    answer.has(**DEFAULTS)


@rule(
    "DEF-06",
    MUST,
    "Any status may be given",
    clauses=("A defect may be created in any status",),
    values=defects.VALUES["status"],
)
def test_any_status_may_be_given(active: Persona, value: str) -> None:
    """A defect may be filed in any status."""
    answer = active.call(
        "defects.create_defect", body={"title": active.name("defect"), "status": value}
    )
    answer.expect(201)
    answer.has(status=value)


@rule(
    "DEF-07",
    MUST,
    "A defect with everything that is known of it",
    clauses=(
        "The answer is all fields of the request plus `id`, `defect_number`, `created_at`, "
        "`updated_at`; absent values are null, not left out",
        "Whether the application filed it by itself",
    ),
)
def test_every_field_is_kept(active: Persona) -> None:
    """Every field that a defect is filed with is in the answer, as it was sent."""
    body = {"title": active.name("defect"), **WHOLE}
    made = active.call("defects.create_defect", body=body).expect(201)
    found = {name: defects.plain(active, made)[name] for name in body}
    assert found == body, f"the defect must be as it was filed: {body}"


@rule(
    "DEF-08",
    MUST,
    "numbers need not be unique or in order; steps are kept as sent",
    clauses=("How to reproduce it, in the order given", "A step needs `step_number`"),
)
def test_steps_keep_their_order(active: Persona) -> None:
    """Steps come back in the order given, whatever their numbers."""
    steps = [
        {"step_number": n, "description": text, "expected_result": None, "actual_result": None}
        for n, text in ((3, "last first"), (1, "then the first"), (1, "and once more"))
    ]
    defect = make.defect(active, steps=steps)
    found = defects.read(active, defect)["steps"]
    assert holds(found, steps), f"the steps must be {steps}"


@rule("DEF-09", MUST, "The tags of a defect, as they were given")
def test_tags_are_kept_as_given(active: Persona) -> None:
    """Tags keep their order and their case, and one that is there twice stays twice."""
    tags = ["zebra", "Apple", "apple", "zebra", " blanks "]
    defect = make.defect(active, tags=tags)
    assert defects.read(active, defect)["tags"] == tags, f"the tags must be {tags}"


@rule(
    "DEF-10",
    MUST,
    "`owner` is a free text, not checked against the accounts",
    clauses=("a name or an e-mail, not checked against the accounts",),
)
def test_the_owner_is_any_text(active: Persona) -> None:
    """An owner may be somebody without an account."""
    owner = f"Nobody of that name, {active.new_email('nobody')}"
    defect = make.defect(active, owner=owner)
    assert defects.read(active, defect)["owner"] == owner, f"the owner must be {owner!r}"


@rule(
    "DEF-11",
    MUST,
    "`screenshots` may be given on creation: up to 50 texts, base64 or where they are found",
    clauses=("Pictures as base64, or where they are found",),
)
def test_screenshots_are_kept(active: Persona) -> None:
    """Fifty screenshots are kept as sent; one more is refused."""
    pictures = ["iVBORw0KGgo=", *(f"screenshots/{n}.png" for n in range(49))]
    defect = make.defect(active, screenshots=pictures)
    assert defects.read(active, defect)["screenshots"] == pictures, "all 50 pictures must be kept"
    body = {"title": active.name("defect"), "screenshots": [*pictures, "one more"]}
    active.call("defects.create_defect", body=body).invalid()


@rule("DEF-12", MUST, "`folder_id` may be given on creation")
def test_a_defect_is_filed_in_a_folder(active: Persona) -> None:
    """A defect may be filed in a folder, and is found there."""
    folder = make.defect_folder(active)
    defect = make.defect(active, folder_id=folder["id"])
    assert defect["folder_id"] == folder["id"], "the answer must name the folder"
    found = defects.ids(defects.listed(active, folder_id=folder["id"]))
    assert found == [defect["id"]], "the folder must hold the defect"


@rule(
    "DEF-13",
    MUST,
    "The whole defect, with its steps, screenshots, console and network errors and test context",
)
def test_a_defect_reads_as_it_was_filed(active: Persona) -> None:
    """Reading a defect gives just what its creation answered."""
    defect = defects.file(active, **WHOLE)
    found = defects.read(active, defect)
    assert found == defect, "the defect must read as its creation answered it"


@rule("DEF-14", MUST, "A defect that does not exist or is of another workspace is 404")
def test_an_unknown_defect_is_404(active: Persona, suite: Suite) -> None:
    """A defect that does not exist is 404."""
    active.call("defects.get_defect", defect_id=suite.unknown_id()).refused(404)

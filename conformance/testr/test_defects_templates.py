"""Templates: ready-made criteria to save a filter from."""

from __future__ import annotations

from understudy.verify import MUST, Persona, rule

from . import defects, make
from .documented import documented

Body = defects.Body


def _templates(p: Persona) -> list[Body]:
    answer = p.call("defects.list_filter_templates").expect(200)
    found: list[Body] = documented(p, "DefectFilterTemplateList", answer)["templates"]
    return found


@rule(
    "DFIL-42",
    MUST,
    "Ready-made criteria to save a filter from, the same in every workspace.",
    clauses=("at least four, fixed, the same everywhere",),
)
def test_templates_are_the_same_everywhere(active: Persona, other_tenant: Persona) -> None:
    """The templates, at least four, are the same in every workspace and each time."""
    found = _templates(active)
    assert len(found) >= 4, f"there must be at least four templates, not {len(found)}"
    assert _templates(other_tenant) == found, "another workspace must have the same templates"
    assert _templates(active) == found, "the templates must stay the same"


@rule("DFIL-43", MUST, "Ready-made criteria to save a filter from")
def test_a_filter_is_saved_from_a_template(active: Persona) -> None:
    """The criteria of each template can be saved as a filter and then select."""
    for template in _templates(active):
        saved = make.saved_filter(active, criteria=template["criteria"])
        defects.total(active, filter_id=saved["id"])


@rule(
    "DFIL-44",
    MUST,
    "`filter_id` takes saved filters only",
    clauses=("`filter_id` does not take a template's id",),
)
def test_a_template_is_no_filter(active: Persona) -> None:
    """The id of a template is no `filter_id`: it is 404."""
    for template in _templates(active):
        query = {"filter_id": template["id"]}
        active.call("defects.list_defects", query=query).refused(404)

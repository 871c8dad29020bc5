"""The JSON report, its schema and its documentation."""

from __future__ import annotations

import json
import re
import typing
from pathlib import Path

import jsonschema_rs
import pytest

from understudy.errors import UsageError
from understudy.verify.report import json_file, model

DOCS = Path(__file__).parents[3] / "docs/report.md"
FORMS = [
    form for form in vars(model).values() if typing.is_typeddict(form) and form is not model.Report
]


def objects(schema):
    """Every object in the schema that has fields, the names of fields → their schemas."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema["properties"]
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_the_schema_is_one():
    jsonschema_rs.meta.validate(json_file.schema())


def test_reports_keep_it(report, kept, many, with_text):
    for one in (report, kept, many(30, 10), with_text("<x>")):
        assert json_file.problems(json.loads(json_file.text(one))) == []


def test_it_has_the_fields_of_the_types_and_no_others():
    fields = {frozenset(form.__annotations__) for form in [*FORMS, model.Report]}
    assert {frozenset(properties) for properties in objects(json_file.schema())} == fields


def test_each_field_is_explained_in_the_schema():
    for properties in objects(json_file.schema()):
        for name, schema in properties.items():
            assert schema.get("description") or "$ref" in schema, name


@pytest.mark.parametrize("form", [*FORMS, model.Report], ids=lambda form: form.__name__)
def test_each_field_is_in_the_documentation(form):
    told = {*re.findall(r"`([\w.]+)`", DOCS.read_text(encoding="utf-8"))}
    parts = {part for name in told for part in name.split(".")}
    assert {*form.__annotations__} <= parts


WRONG = [
    (lambda r: r.update(format=2), "format: 1 was expected"),
    (lambda r: r.pop("guest"), "the document: "),
    (lambda r: r.update(surprise=1), "the document: "),
    (lambda r: r["rules"][0].update(verdict="fine"), "rules.0.verdict: "),
    (lambda r: r["rules"][0].update(id="auth-1"), "rules.0.id: "),
    (lambda r: r["run"].update(started_at="2026-01-26 09:00"), "run.started_at: "),
    (lambda r: r["findings"][0].update(times=0), "findings.0.times: "),
    (lambda r: r["waivers"][0].update(expires="tomorrow"), "waivers.0.expires: "),
    (lambda r: r["operations"][0]["statuses"].update(default={}), "operations.0.statuses"),
    (
        lambda r: (
            r["findings"][0]["exchange"].update(status="200")
            if r["findings"][0]["exchange"]
            else r["findings"][1]["exchange"].update(status="200")
        ),
        "findings.1.exchange",
    ),
    (lambda r: r["findings"][3].update(waiver=7), "findings.3.waiver: there is no waiver 7"),
    (lambda r: r["rules"][1]["findings"].append(2), "rules: RUN-08 and findings.2 do not name"),
    (lambda r: r["findings"][1].update(rule="AUTH-99"), "rules: AUTH-99 and findings.1 do not"),
    (lambda r: r["counts"].update(passed=2), "counts.passed: 2 is not the number"),
]


@pytest.mark.parametrize(("spoil", "told"), WRONG, ids=[told for _, told in WRONG])
def test_what_is_wrong_is_told(report, spoil, told):
    spoil(report)
    assert any(problem.startswith(told) for problem in json_file.problems(report)), (
        json_file.problems(report)
    )


def test_what_was_written_is_read_again(report, tmp_path):
    file = tmp_path / "report.json"
    file.write_text(json_file.text(report), encoding="utf-8")
    assert json_file.read(file) == report


def test_half_a_character_survives(with_text, tmp_path):
    file = tmp_path / "report.json"
    report = with_text("a\ud83d")
    file.write_text(json_file.text(report), encoding="utf-8")
    assert json_file.read(file) == report


def test_reports_can_be_read_by_people(with_text):
    assert "Grüße" in json_file.text(with_text("Grüße"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON: "),
        ("[" * 200_000, "is not JSON: "),
        ("[]", "is no report: the document: "),
        (b"\xff", "is not JSON: "),
        (None, "cannot be read: No such file"),
    ],
)
def test_other_files_are_refused(tmp_path, content, told):
    file = tmp_path / "report.json"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UsageError) as caught:
        json_file.read(file)
    assert str(caught.value).startswith(f"{file}: {told}")

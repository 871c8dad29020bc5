"""A replay says exactly where an answer differs from what was recorded."""

from __future__ import annotations

import functools
import shutil
from pathlib import Path

import pytest

from understudy.handlers.testr import defects

from .conftest import App

CONTRACT = Path(__file__).parents[2] / "openapi/testr"


@pytest.fixture
def changed(monkeypatch):
    """Has the handler of new defects answer otherwise, in servers that start from now on."""

    def change(edit):
        original = defects.create_defect

        @functools.wraps(original)
        def create_defect(ctx, body):
            answer, status = original(ctx, body)
            return edit(dict(answer), status)

        monkeypatch.setattr(defects, "create_defect", create_defect)

    return change


@pytest.fixture
def file(app, s, tmp_path):
    """A log-in, two defects and a list of them."""
    app.login()
    app.defect("One")
    app.defect("Two")
    app.http.get("/defects?limit=1")
    path = tmp_path / "bug.understudy"
    s.save_bundle(path)
    return path


def test_a_field_of_an_answer(file, shell, changed):
    def edit(body, status):
        return {**body, "severity": "LOW"} if body["title"] == "Two" else body, status

    changed(edit)
    ran = shell("replay", file)
    assert (ran.code, ran.err) == (1, "")
    assert ran.lines == [
        "same     #1 POST /api/v1/auth/login 200",
        "same     #2 POST /api/v1/defects 201",
        "differs  #3 POST /api/v1/defects 201",
        '           body.severity: "MEDIUM" → "LOW"',
        "same     #4 GET /api/v1/defects?limit=1 200",
        "4 exchanges: 3 the same, 1 different, 0 skipped",
    ]
    found = shell("replay", file, "--json").json
    assert found["exchanges"][2]["differences"] == [
        {"path": "body.severity", "old": "MEDIUM", "new": "LOW"}
    ]


def test_a_status(file, shell, changed):
    changed(lambda body, status: ({"error": "not_found", "message": "Gone."}, 404))
    ran = shell("replay", file)
    assert ran.code == 1
    assert ran.out.count("           status: 201 → ") == 2


def test_a_secret_that_nobody_knows_hides_no_failure(app, s, tmp_path, shell, changed):
    app.login()
    app.http.post("/defects", json={"title": "One", "password": "which is no field of it"})
    app.http.post("/defects", json={"title": "Two", "token": "nor is this"})
    path = tmp_path / "secret.understudy"
    s.save_bundle(path)

    def edit(body, status):
        return ({**body, "severity": "LOW"}, status) if body["title"] == "One" else ({}, 201)

    changed(edit)
    ran = shell("replay", path)
    assert '           body.severity: "MEDIUM" → "LOW"' in ran.lines
    assert "           status: 201 → 500" in ran.lines
    assert ran.code == 1


def test_a_contract_with_another_default(file, shell, tmp_path):
    copy = shutil.copytree(CONTRACT, tmp_path / "testr")
    page = copy / "defects.yaml"
    text = page.read_text("utf-8")
    old = "enum: [CRITICAL, HIGH, MEDIUM, LOW, null], default: MEDIUM"
    assert text.count(old) == 1
    page.write_text(text.replace(old, old.replace("default: MEDIUM", "default: HIGH")), "utf-8")
    ran = shell("replay", file, "--contract", copy / "openapi.yaml")
    assert ran.code == 1, ran
    assert '           body.severity: "MEDIUM" → "HIGH"' in ran.lines
    assert "The contract testr is not the one that it was (1.0.0)." in ran.lines


def test_what_is_different_at_the_beginning(app, s, shell, second, file, monkeypatch):
    with second.open_bundle(file) as again:
        other = App(again)
        other.login()
        other.http.get("/defects?limit=1")
        again.save_bundle(file)
    ran = shell("replay", file, "--against", second.url)
    assert ran.lines[-1] == "2 exchanges: 2 the same, 0 different, 0 skipped"

"""All forms at once, and what a run ends with."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from understudy.errors import UsageError
from understudy.verify.report import exit_code, write

NAMES = {
    "json": "report.json",
    "junit": "junit.xml",
    "html": "report.html",
    "markdown": "summary.md",
    "badge": "badge.svg",
    "har": "run.har",
}


def test_every_form_is_written(report, make_exchange, tmp_path):
    paths = {form: tmp_path / "reports" / name for form, name in NAMES.items()}
    write(report, [make_exchange()], **paths)
    assert json.loads(paths["json"].read_text("utf-8")) == report
    assert ElementTree.parse(paths["junit"]).getroot().tag == "testsuites"
    assert paths["html"].read_text("utf-8").startswith("<!doctype html>")
    assert paths["markdown"].read_text("utf-8").startswith("## ")
    assert ElementTree.parse(paths["badge"]).getroot().tag.endswith("svg")
    assert len(json.loads(paths["har"].read_text("utf-8"))["log"]["entries"]) == 1


def test_nothing_is_written_unless_asked_for(report, tmp_path):
    write(report, [], badge=tmp_path / "badge.svg")
    assert [file.name for file in tmp_path.iterdir()] == ["badge.svg"]


def test_any_text_can_be_written(with_text, make_exchange, tmp_path):
    report = with_text("\ud800\x00\x1b<&\u202e")
    exchange = make_exchange(response_body="\ud800\x00\x1b<&")
    write(report, [exchange], **{form: tmp_path / name for form, name in NAMES.items()})
    for name in NAMES.values():
        assert "\x1b" not in (tmp_path / name).read_text("utf-8")


def test_lines_end_the_same_everywhere(report, tmp_path):
    write(report, [], html=tmp_path / "a.html", markdown=tmp_path / "a.md")
    assert b"\r" not in (tmp_path / "a.html").read_bytes() + (tmp_path / "a.md").read_bytes()


def test_what_cannot_be_written_is_told_after_the_rest_was(report, tmp_path):
    (tmp_path / "file").write_text("")
    wrong, right = tmp_path / "file" / "a.json", tmp_path / "a.svg"
    with pytest.raises(UsageError) as caught:
        write(report, [], json=wrong, html=tmp_path, badge=right)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{wrong}: cannot be written: ")
    assert second.startswith(f"{tmp_path}: cannot be written: ")
    assert right.exists()


def test_a_kept_contract_ends_with_0(kept):
    assert exit_code(kept) == 0
    kept["verdict"] = "incomplete"
    assert exit_code(kept) == 0


def test_things_left_behind_fail_nothing(kept, report):
    kept["guest"] = report["guest"]
    assert exit_code(kept) == 0


def test_a_broken_one_ends_with_1(report):
    assert exit_code(report) == 1


def test_an_error_of_the_suite_ends_with_1(kept):
    kept["counts"]["suite_error"] = 1
    assert exit_code(kept) == 1


def test_an_expired_waiver_ends_with_1(kept, report):
    kept["waivers"] = report["waivers"]
    assert exit_code(kept) == 0
    kept["waivers"][1]["is_expired"] = True
    assert exit_code(kept) == 1


@pytest.mark.parametrize(
    ("verdict", "why", "code"),
    [
        ("incomplete", "interrupted", 2),
        ("incomplete", "unreachable", 3),
        ("broken", "interrupted", 1),
        ("broken", "fail_fast", 1),
        ("broken", "no_log_in", 1),
        ("broken", "unreachable", 3),
    ],
)
def test_a_run_that_was_stopped_did_not_show_that_the_contract_is_kept(kept, verdict, why, code):
    kept["verdict"] = verdict
    kept["run"]["stopped"] = {"why": why, "message": "It was stopped."}
    assert exit_code(kept) == code

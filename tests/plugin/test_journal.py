"""What the report of a failed test says: the end of its sandbox's journal."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

FAILING = """\
import pytest

def ask(sandbox, count=1):
    client = sandbox.http()
    for number in range(1, count + 1):
        client.get("/auth/me", params={"number": number})

def test_fails(sandbox):
    ask(sandbox, 25)
    assert not "what was expected"

def test_fails_without_a_request(sandbox):
    assert not "what was expected"

def test_fails_in_one_line(sandbox):
    ask(sandbox)
    pytest.fail("in one line", pytrace=False)

def test_fails_to_verify(sandbox):
    ask(sandbox)
    sandbox.journal.verify(operation="auth.login")

@pytest.fixture
def broken(sandbox):
    ask(sandbox, 2)
    raise RuntimeError("the fixture breaks")

def test_never_begins(broken):
    pass

def test_without_a_sandbox(understudy_server):
    assert not "what was expected"

def test_deletes_its_sandbox(sandbox):
    sandbox.delete()
    assert not "what was expected"

def test_passes(sandbox):
    ask(sandbox, 7)

@pytest.mark.xfail(strict=True)
def test_fails_as_expected(sandbox):
    ask(sandbox, 8)
    assert not "what was expected"
"""
MONDAY = "2026-01-26T09:00:00.000Z"


def part_of(text, test):
    """What the terminal tells of one test."""
    return text.partition(f" {test} ___")[2].partition("\n____")[0].partition("\n====")[0]


@pytest.fixture(params=[(), ("-n", "2")], ids=["alone", "xdist"], scope="module")
def failed(request, tmp_path_factory):
    project = request.getfixturevalue("new_project")(tmp_path_factory.mktemp("project"))
    project.configure(understudy_scenario="empty", understudy_clock=MONDAY)
    project.write("test_app.py", FAILING)
    outcome = project.run("-rP", "--junitxml", "report.xml", *request.param)
    assert outcome.counts == {"failed": 6, "passed": 1, "xfailed": 1, "error": 1}, outcome.text
    return outcome.text, ET.parse(project.folder / "report.xml")


def test_the_last_exchanges_in_readable_lines(failed):
    text, _ = failed
    told = part_of(text, "test_fails")
    assert "- understudy journal -" in told
    lines = told.partition("- understudy journal -")[2].splitlines()[1:]
    assert lines[0].startswith("sandbox test-fails-")
    assert lines[0].endswith(f"{MONDAY}, stands")
    assert lines[1] == "… 5 earlier"
    exchanges = [line for line in lines if "/api/v1/auth/me?number=" in line]
    assert [line.partition("number=")[2].split()[0] for line in exchanges] == [
        str(number) for number in range(6, 26)
    ]
    assert exchanges[0].startswith("09:00:00.000  401  ")


def test_no_request_at_all(failed):
    told = part_of(failed[0], "test_fails_without_a_request")
    assert "nothing was asked of this sandbox" in told
    assert "X-Understudy-Sandbox: test-fails-without-a" in told


def test_a_failure_without_a_traceback(failed):
    told = part_of(failed[0], "test_fails_in_one_line")
    assert "in one line" in told
    assert "/api/v1/auth/me?number=1" in told


def test_a_failed_verification_shows_the_line_of_the_test(failed):
    told = part_of(failed[0], "test_fails_to_verify")
    assert '>       sandbox.journal.verify(operation="auth.login")' in told or (
        '>   sandbox.journal.verify(operation="auth.login")' in told
    )
    assert "VerificationFailed: expected at least 1" in told
    assert "client/journal.py" not in told.replace("\\", "/")
    assert "/api/v1/auth/me?number=1" in told


def test_a_fixture_that_breaks(failed):
    told = part_of(failed[0], "ERROR at setup of test_never_begins")
    assert told.count("/api/v1/auth/me?number=") == 2


def test_what_has_no_journal(failed):
    text, _ = failed
    assert "understudy journal" not in part_of(text, "test_without_a_sandbox")
    assert "cannot be read: There is no sandbox" in part_of(text, "test_deletes_its_sandbox")
    others = text.replace(part_of(text, "test_fails"), "")
    assert "number=7" not in others, "of a test that passes"
    assert "number=8" not in others, "of a test that fails as expected"


def test_junit_has_it_too(failed):
    cases = {case.get("name"): case for case in failed[1].iter("testcase")}
    told = cases["test_fails"].findtext("failure")
    assert "understudy journal" in told
    assert "/api/v1/auth/me?number=25" in told
    assert "number=2" in cases["test_never_begins"].findtext("error")

"""A broken network: the windows are told, and a retry by hand works once it is mended."""

from __future__ import annotations

import pytest

LIST, CREATE = "defects.list_defects", "defects.create_defect"
BROKEN = {
    "closed": {"connection": "close"},
    "reset": {"connection": "reset"},
    "half an answer": {"connection": {"kind": "close", "after_bytes": 300, "processed": True}},
    "truncated": {"off_contract": "truncated"},
    "garbage": {"off_contract": "malformed"},
    "nothing": {"off_contract": "empty"},
    "a list": {"status": 200, "body": []},
}
SLOW = {"late": {"delay": "20s"}, "silent": {"connection": "hang"}}


def offline_and_back(desktop, box):
    call = desktop.api.list_defects()
    failure = desktop.outcome(call)
    assert (failure.kind.name, failure.may_pass) == ("UNREACHABLE", True)
    assert desktop.events == ["unreachable"]
    box.faults.clear()
    desktop.wait_for_answers(seconds=10)
    assert desktop.retry(call)["total"] == 0


@pytest.mark.parametrize("kind", BROKEN)
def test_a_fault(desktop, box, kind):
    box.faults.add(operation=LIST, **BROKEN[kind])
    offline_and_back(desktop, box)


@pytest.mark.parametrize("kind", SLOW)
def test_no_answer_in_time(desktop, box, kind):
    box.faults.add(operation=LIST, **SLOW[kind])
    desktop.wait_for_answers(seconds=0.3)
    offline_and_back(desktop, box)


@pytest.mark.parametrize("plan", ["outage", "captive-portal"])
def test_a_plan(desktop, box, plan):
    box.faults.apply(plan)
    offline_and_back(desktop, box)


def test_nobody_listens(make):
    desktop = make(url="http://127.0.0.1:9/api/v1")
    assert desktop.login().kind.name == "UNREACHABLE"


def test_qt_itself_asks_again_where_nothing_can_have_happened(desktop, box):
    box.faults.add(operation=LIST, first=1, connection="close")
    assert desktop.outcome(desktop.api.list_defects())["total"] == 0
    box.journal.verify(operation=LIST, exactly=2)


def test_a_lost_answer_makes_a_second_defect_of_a_retry(desktop, box):
    """Why nothing but a person sends a POST again: the first may have arrived."""
    lost = {"kind": "close", "processed": True}
    box.faults.add(operation=CREATE, first=1, connection=lost)
    call = desktop.api.create_defect("Twice")
    assert desktop.outcome(call).kind.name == "UNREACHABLE"
    box.journal.verify(operation=CREATE, exactly=1)
    desktop.retry(call)
    assert desktop.outcome(desktop.api.list_defects(search="Twice"))["total"] == 2

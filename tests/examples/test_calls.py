"""Requests of the windows: what succeeds, what is repeated, and what each refusal leads to."""

from __future__ import annotations

import pytest

ADMIN = "admin@acme.test"
LIST, CREATE, REFRESH = "defects.list_defects", "defects.create_defect", "auth.refresh"


def test_defects(desktop):
    filed = desktop.outcome(desktop.api.create_defect("1 + 1 is 3 & more", severity="HIGH"))
    assert filed["severity"] == "HIGH"
    page = desktop.outcome(desktop.api.list_defects(search="1 + 1 is 3 &", status="OPEN"))
    assert [one["id"] for one in page["defects"]] == [filed["id"]]


def test_nobody_is_logged_in(make, box):
    desktop = make()
    assert desktop.outcome(desktop.api.list_defects()).kind.name == "LOGIN"
    box.journal.verify(operation="defects.*", never=True)


def test_an_hour_later_the_request_is_sent_again_with_new_tokens(desktop, box):
    box.clock.advance(hours=1)
    assert desktop.outcome(desktop.api.create_defect("The list jumps"))["title"] == "The list jumps"
    box.journal.verify_order(
        [
            {"operation": CREATE, "status": 401},
            {"operation": REFRESH, "status": 200},
            {"operation": CREATE, "status": 201},
        ]
    )
    assert desktop.events == []


def test_requests_that_expire_together_share_one_refresh(desktop, box):
    box.clock.advance(hours=1)
    calls = [desktop.api.list_defects(page=number) for number in (1, 2, 3)]
    assert [page["page"] for page in desktop.outcomes(*calls)] == [1, 2, 3]
    box.journal.verify(operation=REFRESH, exactly=1)
    box.journal.verify(operation=LIST, status=200, exactly=3)


def test_eight_hours_later_the_password_is_asked_for_once(desktop, box):
    box.clock.advance(hours=8)
    first, second = desktop.api.create_defect("Typed before lunch"), desktop.api.list_defects()
    failures = desktop.outcomes(first, second)
    assert [one.kind.name for one in failures] == ["LOGIN", "LOGIN"]
    assert desktop.events == ["login_required"]
    desktop.login()
    assert desktop.retry(first)["title"] == "Typed before lunch"


def test_a_401_that_new_tokens_do_not_cure(desktop, box):
    box.faults.add(operation=LIST, error=401)
    assert desktop.outcome(desktop.api.list_defects()).kind.name == "LOGIN"
    assert desktop.events == ["login_required"]
    box.journal.verify(operation=REFRESH, exactly=1)
    box.journal.verify(operation=LIST, exactly=2)


def test_an_expired_subscription(desktop, box):
    box.shortcuts.run("expire-subscription", user=ADMIN)
    call = desktop.api.create_defect("Not lost")
    assert desktop.outcome(call).kind.name == "SUBSCRIPTION"
    assert desktop.events == ["subscription_expired"]
    box.shortcuts.run("renew-subscription", user=ADMIN)
    assert desktop.retry(call)["title"] == "Not lost"


def test_a_subscription_that_the_refresh_finds_expired(desktop, box):
    box.clock.advance(hours=1)
    box.shortcuts.run("expire-subscription", user=ADMIN)
    call = desktop.api.list_defects()
    assert desktop.outcome(call).kind.name == "SUBSCRIPTION"
    assert desktop.events == ["subscription_expired"]
    box.journal.verify(operation=REFRESH, status=402, exactly=1)
    box.shortcuts.run("renew-subscription", user=ADMIN)
    assert desktop.retry(call)["total"] == 0


@pytest.mark.parametrize(
    ("email", "title", "kind", "code", "fields"),
    [
        (ADMIN, "", "INVALID", "validation_error", ["title"]),
        ("viewer@acme.test", "Mine", "REFUSED", "read_only", []),
    ],
)
def test_a_refusal(make, email, title, kind, code, fields):
    desktop = make()
    desktop.login(email)
    failure = desktop.outcome(desktop.api.create_defect(title))
    assert (failure.kind.name, failure.code, [*failure.details]) == (kind, code, fields)
    assert not failure.may_pass
    assert desktop.events == ["logged_in"]


def test_a_server_error(desktop, box):
    box.faults.add(operation=LIST, first=1, error=500)
    call = desktop.api.list_defects()
    assert desktop.outcome(call).kind.name == "SERVER"
    assert desktop.retry(call)["total"] == 0


def test_a_busy_server_is_asked_again_when_it_says(desktop, box):
    box.faults.add(operation=CREATE, first=1, retry_after=0)
    call = desktop.api.create_defect("Patience")
    assert desktop.after(lambda: None, call.waiting) == 0
    assert desktop.outcome(call)["title"] == "Patience"
    box.journal.verify(operation=CREATE, exactly=2)


def test_who_will_not_wait_sends_it_at_once(desktop, box):
    box.faults.add(operation=CREATE, first=1, retry_after=60)
    call = desktop.api.create_defect("Now")
    assert desktop.after(lambda: None, call.waiting) == 60
    assert desktop.retry(call)["title"] == "Now"


def test_an_hour_is_not_waited_for(desktop, box):
    box.faults.add(operation=LIST, retry_after=3600)
    failure = desktop.outcome(desktop.api.list_defects())
    assert (failure.kind.name, failure.retry_after) == ("BUSY", 3600)


def test_a_request_that_is_under_way_is_not_sent_twice(desktop, box):
    call = desktop.api.create_defect("Once")
    call.retry()
    assert desktop.after(call.retry, call.succeeded)["title"] == "Once"
    box.journal.verify(operation=CREATE, exactly=1)

"""A sandbox that is opened from a bundle is as it was, on a server that knew nothing of it."""

from __future__ import annotations

import json

import pytest

import understudy
from understudy.client import ControlError

from .conftest import App, parts


@pytest.fixture
def opened(second):
    made = []

    def open_(raw, name="again"):
        made.append(second.open_bundle(raw, name=name))
        return made[-1]

    yield open_
    for one in made:
        one.close()


def objects(s):
    return {
        kind.name: list(s.state.list(kind.name))
        for kind in s.state.collections()
        if kind.name != "sessions"
    }


def test_its_data_are_those_that_were_saved(app, s, opened):
    app.login()
    app.defect("A title with ${x}, {n} and $fake")
    again = opened(s.save_bundle())
    assert objects(again) == objects(s)
    assert "A title with ${x}" in str(objects(again)["defects"])


def test_the_same_ids_and_numbers_come_next(app, s, opened):
    app.login()
    app.defect("One")
    again = App(opened(s.save_bundle()))
    assert again.login().json()["user_id"] == app.login().json()["user_id"]
    one, other = app.defect("Two").json(), again.defect("Two").json()
    assert one == other
    assert one["defect_number"] == "DEF-019"


def test_its_clock_and_seed_are(s, opened):
    s.clock.advance(hours=3)
    s.clock.run(60)
    again = opened(s.save_bundle()).show()
    assert (again.seed, again.clock.factor) == ("7", 60)
    assert again.clock.now >= s.show().clock.now.replace(minute=0, second=0, microsecond=0)
    s.clock.freeze()
    standing = opened(s.save_bundle(), "standing").show()
    assert (standing.clock.now, standing.clock.is_frozen) == (s.show().clock.now, True)


def test_its_faults_strike_as_they_would_have(app, s, opened):
    app.login()
    s.faults.add(operation="defects.create_defect", calls=[2], error=402, id="second-call")
    assert app.defect("One").status_code == 201
    again = App(opened(s.save_bundle()))
    [rule] = again.sandbox.faults.list()
    assert (rule.id, rule.seen, rule.struck) == ("second-call", 1, 0)
    again.login()
    assert again.defect("Two").status_code == 402
    assert app.defect("Two").status_code == 402


def test_its_journal_is_there_to_be_read(app, s, opened):
    app.login(password="wrong")
    app.login()
    app.defect("One")
    app.http.get("/nowhere?x=1")
    again = opened(s.save_bundle()).journal
    told = [(one.sequence, one.status, one.operation, one.user) for one in again.list()]
    assert told == [(o.sequence, o.status, o.operation, o.user) for o in s.journal.list()]
    assert again.get(3).response.body == s.journal.get(3).response.body
    assert again.get(3).changes == s.journal.get(3).changes
    assert again.get(4).warnings == s.journal.get(4).warnings
    assert again.coverage().exchanges == 4


def test_the_journal_goes_on_behind_it(app, s, opened):
    app.login()
    again = App(opened(s.save_bundle()))
    again.login()
    assert [one.sequence for one in again.sandbox.journal.list()] == [1, 2]


def test_a_reset_leads_back_to_the_bundle(app, s, opened):
    app.login()
    app.defect("Saved")
    again = App(opened(s.save_bundle()))
    again.login()
    again.defect("Not saved")
    again.sandbox.reset()
    assert objects(again.sandbox) == objects(s)


def test_tokens_of_before_are_not_known(app, s, opened):
    app.login()
    again = opened(s.save_bundle())
    answer = again.http().get(
        "/defects", headers={"Authorization": app.http.headers["Authorization"]}
    )
    assert answer.status_code == 401


def test_a_bundle_of_an_opened_one_has_the_same_state(app, s, opened):
    app.login()
    app.defect("One")
    raw = s.save_bundle()
    again = parts(opened(raw).save_bundle())
    for name in ("state.json", "faults.json"):
        one, other = json.loads(parts(raw)[name]), json.loads(again[name])
        if name == "state.json":
            one, other = one["collections"], other["collections"]
        assert one == other
    assert len(json.loads(again["journal.json"])["exchanges"]) == 2


def test_a_sandbox_of_a_file_that_the_server_does_not_know_can_be_logged_in_to(
    first, tmp_path, opened
):
    own = tmp_path / "own.yaml"
    own.write_text(
        "scenario: own\ntitle: One account\ncollections:\n  users:\n"
        "    me: {email: me@here.test, password: 'Passw0rd!'}\n",
        "utf-8",
    )
    with first.sandbox(own) as s:
        App(s).login("me@here.test")
        s.state.snapshot("now")
        with s.fork("forked") as fork, first.sandbox(snapshot=(s.name, "now")) as copy:
            for number, one in enumerate((s, fork, copy)):
                again = opened(one.save_bundle(), f"again-{number}")
                assert App(again).login("me@here.test").status_code == 200


def test_a_name_that_is_taken_is_refused(s, second):
    raw = s.save_bundle()
    with pytest.raises(ControlError, match="There is a sandbox 'default' already"):
        second.open_bundle(raw, name="default")


def test_a_bundle_of_the_default_scenario_is_small(app, s):
    app.login()
    for number in range(50):
        app.defect(f"Defect {number}")
    raw = s.save_bundle()
    assert len(raw) < 100_000
    beginning, state = (len(parts(raw)[name]) for name in ("beginning.json", "state.json"))
    assert beginning * 20 < state, "what did not change is there once"


def test_the_same_sandbox_makes_the_same_parts(app, s):
    app.login()
    one, other = parts(s.save_bundle()), parts(s.save_bundle())
    assert [name for name in one if one[name] != other[name]] in ([], ["manifest.json"])


def test_a_restart_of_the_server_is_a_beginning(tmp_path, file, shell):
    state = {"scenario": "default", "state": tmp_path / "state"}
    with understudy.run(**state) as server, server.attach() as s:
        App(s).login()
    with understudy.run(**state) as server, server.attach() as s:
        app = App(s)
        app.login()
        app.defect("After the restart")
        app.sandbox.save_bundle(file)
    ran = shell("replay", file)
    assert ran.code == 0, ran.out
    assert ran.lines[-1] == "2 exchanges: 2 the same, 0 different, 0 skipped"


def test_what_looks_like_an_offer_to_upgrade_is_left_as_it_is(s, opened):
    # Whatever stands before it, a ZIP archive is one.
    raw = b"\r\nUpgrade: h2c\r\n" + s.save_bundle()
    assert opened(raw).show().objects == s.show().objects

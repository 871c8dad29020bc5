"""The manners of a good guest, against a server that it shares with others."""

from __future__ import annotations

import http.server
import json
import threading

import pytest

import understudy
from understudy.verify import guest, spec
from understudy.verify.config.settings import Settings
from understudy.verify.findings import SuiteError
from understudy.verify.ledger import Ledger
from understudy.verify.process import Process
from understudy.verify.run import Run

ID = "6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a11"
OTHER = "6f1c2a52-0a7e-4a0e-9f3b-0c5f5d0b7a12"
STAYS = {"defect_folders", "defect_filters", "suite_runs", "variables", "test_run_folders", "users"}


@pytest.fixture
def ledger():
    return Ledger(spec.load("testr"), "verify-1-", lambda id: id == OTHER)


@pytest.fixture
def process(server, accounts):
    settings = Settings(url=server.api_url, seed=1, has_control=False, personas=accounts)
    opened = Process.opened(Run(settings, prefix="verify-1-", server_url=None), "main")
    opened.suite.begin("a test", "TEST-01")
    yield opened
    opened.closed()


def test_what_it_created_is_taken_away_and_nothing_else_is_touched(server, verified_as_stranger):
    with understudy.connect(server.url) as control:
        state = control.attach().state
        before = {one.name: {thing["id"]: thing for thing in state.list(one.name)}
                  for one in state.collections()}  # fmt: skip
        report = verified_as_stranger("PLAN-01", "CASE-01", "RUN-01", "DEF-01", "TREE-01", "VAR-01")
        after = {name: {thing["id"]: thing for thing in state.list(name)} for name in before}
    assert report["verdict"] == "kept"
    assert report["guest"]["created"] > report["guest"]["removed"] > 0
    assert report["guest"]["leaked"] == []
    for name, things in before.items():
        if name not in ("users", "sessions"):
            assert {id: after[name][id] for id in things} == things, name
    left = {name for name in before if after[name].keys() - before[name].keys()}
    assert left <= {*STAYS, "sessions", "counters"}
    assert {one["kind"] for one in report["guest"]["remaining"]} <= {
        "test_plans.create_variable", "auth.register"
    }  # fmt: skip


def test_everything_created_carries_the_prefix(server, verified_as_stranger):
    with understudy.connect(server.url) as control:
        journal = control.attach().journal
        journal.clear()
        report = verified_as_stranger("PLAN-01", "RUN-01", "DEF-01", "REP-01", "VAR-01")
        prefix = report["run"]["id"]
        named = [
            value
            for one in journal.list(method="POST")
            if one.status == 201
            for name, value in one.request.body.items()
            if name in ("name", "run_name", "title", "suite_name", "email")
        ]
    assert len(named) > 5
    assert all(name.startswith(prefix) for name in named)


def test_a_write_to_a_foreign_object_is_not_sent(server, process):
    active = process.control()
    foreign = active.call("test_plans.list_plans").expect(200)["test_plans"][0]
    with understudy.connect(server.url) as control:
        journal = control.attach().journal
        journal.clear()
        with pytest.raises(SuiteError, match="which is not this run's"):
            active.call("test_plans.delete_plan", plan_id=foreign["id"])
        assert journal.list(method="DELETE") == []


@pytest.mark.parametrize(
    ("operation", "path", "body"),
    [
        ("test_plans.update_plan", f"/test-plans/{ID}", {}),
        ("test_runs.create_run", "/test-runs", {"run_name": "verify-1-run", "test_plan_id": ID}),
        ("defects.delete_defects", "/defects/batch", {"defect_ids": [OTHER, ID]}),
        ("test_plans.sync_tree", f"/test-plans/{OTHER}", {"tree": {"folders": [{"id": ID}]}}),
        ("test_plans.reorder_folders", "/x", [{"folder_id": ID.upper(), "display_order": 1}]),
        (None, f"/no/such/operation/{ID}", {}),
    ],
)
def test_ids_in_paths_and_bodies_are_looked_at(ledger, operation, path, body):
    with pytest.raises(SuiteError, match="would touch"):
        ledger.check(operation, path, json.dumps(body).encode())
    ledger.created_by("test_plans.create_plan", None, {}, {"id": ID}, "a test")
    ledger.check(operation, path, json.dumps(body).encode())


def test_a_creation_without_the_prefix_is_not_sent(ledger):
    with pytest.raises(SuiteError, match="without the run's prefix"):
        ledger.check("test_plans.create_plan", "/test-plans", b'{"name": "Somebody else"}')
    ledger.check("test_plans.create_plan", "/test-plans", b'{"name": "verify-1-plan"}')


def test_what_goes_along_is_not_deleted_on_its_own(ledger):
    ledger.created_by("test_plans.create_plan", None, {}, {"id": ID}, "a test")
    sent = {"run_name": "x", "test_plan_id": ID}
    ledger.created_by("test_runs.create_run", None, sent, {"id": OTHER}, "a test")
    assert [one.id for one in ledger.left("a test")] == [OTHER, ID]
    ledger.deleted([ID])
    assert [one.id for one in ledger.left()] == [OTHER]
    assert ledger.removed == 1


def test_what_cannot_be_removed_is_reported(process):
    active = process.control()
    plan = active.call("test_plans.create_plan", body={"name": active.name("plan")}).expect(201)
    ledger = process.target.world.guest.ledger
    ledger.left()[0].remove = ("test_runs.delete_run", "run_id")  # which answers 404: it is gone
    process.clean_up("a test")
    assert process._leaked == []
    ledger.created_by("test_plans.create_plan", active, {"name": "x"}, plan, "a test")
    ledger.left()[0].remove = ("test_plans.update_plan", "plan_id")  # 422: it wants a body
    process.clean_up("a test")
    assert [one["id"] for one in process._leaked] == [plan["id"]]
    assert "answered" in process._leaked[0]["why"]
    process._leaked.clear()
    active.call("test_plans.delete_plan", plan_id=plan["id"]).expect(200)


class Busy(http.server.BaseHTTPRequestHandler):
    """Refuses the first two requests, and asks for patience."""

    asked = 0

    def do_GET(self):
        type(self).asked += 1
        is_busy = self.asked < 3
        self.send_response(429 if is_busy else 200)
        if is_busy:
            self.send_header("Retry-After", "7")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def busy_url():
    Busy.asked = 0
    with http.server.HTTPServer(("127.0.0.1", 0), Busy) as stub:
        thread = threading.Thread(target=stub.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{stub.server_port}"
        stub.shutdown()
        thread.join()


def test_it_waits_as_long_as_it_is_asked_to(busy_url, accounts, monkeypatch):
    waits = []
    monkeypatch.setattr(guest, "_pause", waits.append)
    settings = Settings(url=busy_url, seed=1, has_control=False, personas=accounts)
    opened = Process.opened(Run(settings, prefix="verify-1-", server_url=None), "main")
    answer = opened.target.world.anonymous.send(None, "GET", "/")
    assert (answer.status, waits, Busy.asked) == (200, [7.0, 7.0], 3)
    assert opened.suite.book.waited == 14.0
    opened.closed()


def test_a_rule_about_the_limit_sees_the_refusal(busy_url, accounts, monkeypatch):
    monkeypatch.setattr(guest, "_pause", lambda _: pytest.fail("it must not wait"))
    settings = Settings(url=busy_url, seed=1, has_control=False, personas=accounts)
    opened = Process.opened(Run(settings, prefix="verify-1-", server_url=None), "main")
    assert opened.target.world.anonymous.send(None, "GET", "/", is_patient=False).status == 429
    opened.closed()


def test_it_keeps_to_the_rate(busy_url, accounts, monkeypatch):
    waits = []
    monkeypatch.setattr(guest, "_pause", waits.append)
    monkeypatch.setattr(guest.clock, "stopwatch", lambda: 100.0)
    settings = Settings(url=busy_url, seed=1, has_control=False, personas=accounts, rate=4)
    opened = Process.opened(Run(settings, prefix="verify-1-", server_url=None), "main")
    for _ in range(3):
        opened.target.world.anonymous.send(None, "GET", "/", is_patient=False)
    assert waits == [-100.0, 0.25, 0.5]
    opened.closed()


def test_a_token_that_has_lived_its_time_is_renewed(process):
    active = process.control()
    first = active.tokens.access
    active.guest.moved += active.tokens.expires_in
    assert active.call("auth.me").status == 200
    assert active.tokens.access != first
    assert process.suite.book.log_ins_again == 1
    assert process.suite.book.expired_early == 0


def test_a_token_that_ends_too_early_is_reported_not_hidden(server, process):
    active = process.control()
    first = active.tokens.access
    with understudy.connect(server.url) as control:
        control.attach().shortcuts.run("expire-access-token", user=active.email)
    assert active.call("auth.me").status == 200
    assert active.tokens.access != first
    noted = process.suite.noted
    assert [one.rule for one in noted] == [process.suite.spec.early_expiry]
    assert "of active was refused after" in noted[0].message
    assert process.suite.book.expired_early == 1

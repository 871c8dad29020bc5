"""The client and the contract say the same: operations, parameters, fields."""

from __future__ import annotations

import dataclasses
import re

import httpx
import pytest

from understudy import contract
from understudy.client import accounts, exchanges, journal, records, server, state, states
from understudy.client.answer import Answer
from understudy.client.arguments import Filter, Match
from understudy.client.fault_rules import FaultChange, FaultRule
from understudy.client.records import SandboxInfo
from understudy.client.sandbox import Sandbox
from understudy.client.server import Server

SCHEMAS = {
    "Clock": records.ClockReading,
    "Sandbox": records.SandboxInfo,
    "Server": records.ServerInfo,
    "KnownScenario": records.KnownScenario,
    "Scenario": records.ScenarioInfo,
    "ScenarioParameter": records.ScenarioParameter,
    "ScenarioAccount": records.ScenarioAccount,
    "ScenarioClock": records.ScenarioClock,
    "ServedContract": records.ServedContract,
    "SandboxLimits": records.SandboxLimits,
    "AccountList": accounts.AccountPage,
    "Account": accounts.Account,
    "AccountMembership": accounts.Membership,
    "AccountSession": accounts.Session,
    "AccountToken": accounts.TokenLife,
    "AccountGroup": accounts.Group,
    "AccountSubscription": accounts.Subscription,
    "AccountQuota": accounts.Quota,
    "Fault": records.Fault,
    "FaultPlan": records.FaultPlan,
    "Shortcut": records.Shortcut,
    "ShortcutOutcome": records.Outcome,
    "Exchange": exchanges.Exchange,
    "ExchangeChange": exchanges.ObjectChange,
    "ExchangeMessage": exchanges.Message,
    "ExchangeList": exchanges.ExchangePage,
    "Coverage": exchanges.Coverage,
    "OperationCoverage": exchanges.OperationCoverage,
    "NearestExchange": exchanges.Near,
    "ExchangeVerified": exchanges.Verification,
    "ExchangeWaited": exchanges.Waited,
    "StateCollection": states.CollectionInfo,
    "StateObjects": states.ObjectPage,
    "StateRemoval": states.Removal,
    "StateSnapshot": states.Snapshot,
    "StateFieldChange": states.FieldChange,
    "StateChange": states.ChangedObject,
    "StateDifferenceCounts": states.DifferenceCounts,
    "StateDifference": states.Difference,
    "StateComparison": states.Comparison,
}
NAMELESS = {exchanges.Strike}
"""Records of what has no schema of its own."""
INFO = {
    "name": "s",
    "scenario": "empty",
    "seed": "0",
    "forked_from": None,
    "clock": {"now": "2026-01-26T09:00:00.000Z", "is_frozen": True, "factor": 0.0},
    "objects": 0,
    "exchanges": 0,
    "faults": 0,
    "snapshots": [],
    "idle_seconds": 0.0,
    "api_path": "/api/v1",
}
CALLS = {
    "server.get_server": lambda server, s: server.show(),
    "sandboxes.list_sandboxes": lambda server, s: server.list_sandboxes(),
    "sandboxes.create_sandbox": lambda server, s: server.sandbox(),
    "sandboxes.get_sandbox": lambda server, s: s.show(),
    "sandboxes.delete_sandbox": lambda server, s: s.delete(),
    "sandboxes.fork_sandbox": lambda server, s: s.fork(),
    "sandboxes.reset_sandbox": lambda server, s: s.reset(),
    "sandboxes.load_sandbox": lambda server, s: s.load("x"),
    "scenarios.list_scenarios": lambda server, s: server.scenarios(),
    "scenarios.get_scenario": lambda server, s: server.scenario("x"),
    "clock.get_clock": lambda server, s: s.clock.show(),
    "clock.freeze_clock": lambda server, s: s.clock.freeze(),
    "clock.set_clock": lambda server, s: s.clock.set("real"),
    "clock.advance_clock": lambda server, s: s.clock.advance("1s"),
    "clock.run_clock": lambda server, s: s.clock.run(),
    "accounts.list_accounts": lambda server, s: s.accounts(),
    "shortcuts.list_shortcuts": lambda server, s: s.shortcuts.list(),
    "shortcuts.run_shortcut": lambda server, s: s.shortcuts.run("x"),
    "faults.list_faults": lambda server, s: s.faults.list(),
    "faults.add_fault": lambda server, s: s.faults.add(error=500),
    "faults.clear_faults": lambda server, s: s.faults.clear(),
    "faults.get_fault": lambda server, s: s.faults.get("x"),
    "faults.update_fault": lambda server, s: s.faults.change("x", every=2),
    "faults.delete_fault": lambda server, s: s.faults.remove("x"),
    "faults.list_plans": lambda server, s: server.fault_plans(),
    "faults.apply_plan": lambda server, s: s.faults.apply("x"),
    "journal.list_exchanges": lambda server, s: s.journal.list(),
    "journal.clear_journal": lambda server, s: s.journal.clear(),
    "journal.get_exchange": lambda server, s: s.journal.get(1),
    "journal.wait_for_exchange": lambda server, s: s.journal.wait(),
    "journal.verify_exchanges": lambda server, s: s.journal.verify(),
    "journal.export_har": lambda server, s: s.journal.har(),
    "journal.export_curl": lambda server, s: s.journal.curl(),
    "journal.get_coverage": lambda server, s: s.journal.coverage(),
    "journal.stream_exchanges": lambda server, s: next(s.journal.stream()),
    "state.list_collections": lambda server, s: s.state.collections(),
    "state.list_objects": lambda server, s: s.state.list("users"),
    "state.create_object": lambda server, s: s.state.create("users"),
    "state.get_object": lambda server, s: s.state.get("users", "x"),
    "state.put_object": lambda server, s: s.state.put("users", {"id": "x"}),
    "state.delete_object": lambda server, s: s.state.delete("users", "x"),
    "state.list_snapshots": lambda server, s: s.state.snapshots(),
    "state.take_snapshot": lambda server, s: s.state.snapshot(),
    "state.delete_snapshot": lambda server, s: s.state.delete_snapshot("x"),
    "state.restore_snapshot": lambda server, s: s.state.restore("x"),
    "state.compare_snapshot": lambda server, s: s.state.compare("x"),
    "state.export_scenario": lambda server, s: s.state.export(),
    "bundles.save_bundle": lambda server, s: s.save_bundle(),
    "bundles.open_bundle": lambda server, s: server.open_bundle(b"PK"),
}


@pytest.fixture(scope="module")
def control():
    return contract.control()


@pytest.fixture(scope="module")
def schemas(control):
    return control.document["components"]["schemas"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_record_has_the_fields_of_its_schema(name, schemas):
    fields = {one.name for one in dataclasses.fields(SCHEMAS[name])} - {"raw"}
    expected = set(schemas[name]["properties"])
    if name == "StateComparison":
        expected = expected - {"from"} | {"snapshot"}  # a keyword of Python
    assert fields == expected


def test_every_record_is_looked_at():
    made = {one for one in Answer.__subclasses__() if one.__module__.startswith("understudy.")}
    assert made == {*SCHEMAS.values(), *NAMELESS}


def test_filters_and_matches_have_the_fields_of_the_contract(schemas, control):
    assert Match.__optional_keys__ == set(schemas["ExchangeMatch"]["properties"])
    (listing,) = (one for one in control.operations if one.operation_id == "journal.list_exchanges")
    query = {one["name"] for one in listing.parameters if one["in"] == "query"}
    assert Filter.__optional_keys__ == query - {"order", "bodies", "limit", "offset"}


def test_a_fault_has_words_for_all_of_the_contract(schemas):
    def names(*parts):
        return {name for part in parts for name in schemas[part]["properties"]}

    conditions = names("FaultOn") | {"times", "lasting"}
    assert names("FaultUntil") == {"times", "for"}
    assert FaultChange.__optional_keys__ == conditions | {"note", "is_enabled"}
    assert names("FaultRateLimit") == {"retry_after"}
    effects = names("FaultDo", "FaultStatus", "FaultRateLimit") - {"rate_limit"}
    assert FaultRule.__optional_keys__ == (
        FaultChange.__optional_keys__ | names("FaultMatch") | effects | {"id"}
    )


def test_every_operation_has_its_call(control):
    assert {one.operation_id for one in control.operations} == CALLS.keys()


@pytest.mark.parametrize("operation", CALLS)
def test_a_call_goes_to_its_operation(operation, control, monkeypatch):
    class Sent(Exception):
        pass

    def send(_client, method, url, **_options):
        raise Sent(method, url)

    monkeypatch.setattr(httpx.Client, "request", send)
    monkeypatch.setattr(httpx.Client, "stream", send)
    (spec,) = (one for one in control.operations if one.operation_id == operation)
    with Server("http://127.0.0.1:9") as server:
        s = Sandbox(server._connection, SandboxInfo.of(INFO), is_ours=False)
        with pytest.raises(Sent) as sent:
            CALLS[operation](server, s)
    method, url = sent.value.args
    assert method == spec.method.upper()
    template = re.sub(r"\{[a-z_]+\}", "[^/]+", control.base_path + spec.path)
    assert re.fullmatch(template, url)


def test_a_page_is_no_longer_than_the_contract_allows(control):
    (listing,) = (one for one in control.operations if one.operation_id == "journal.list_exchanges")
    (limit,) = (one for one in listing.parameters if one["name"] == "limit")
    assert {journal.PAGE, server.PAGE, state.PAGE} == {limit["schema"]["maximum"]}

"""The scenarios of Testr: they load, they build, and `default` shows every state of everything."""

from __future__ import annotations

from collections import Counter

import pytest

from understudy import contract as contracts
from understudy import times
from understudy.clock import Clock
from understudy.contract.refs import resolve
from understudy.contract.schemas import Validator
from understudy.scenarios import load, names, rehearse

NOW = "2026-01-26T09:00:00.000Z"
ACCOUNTS = {
    "admin@acme.test": "Passw0rd!",
    "member@acme.test": "Passw0rd!",
    "viewer@acme.test": "Passw0rd!",
    "admin@other.test": "Passw0rd!",
    "solo@personal.test": "Passw0rd!",
    "admin@expired.test": "Passw0rd!",
    "admin@full.test": "Passw0rd!",
    "inactive@acme.test": "Passw0rd!",
    "admin@firstlogin.test": "Temp0rary1",
}
NOT_SHOWN = {
    ("integrations.outcome", "UNREACHABLE"): "two integrations have two outcomes at most",
    ("integrations.outcome", "PERMISSION_DENIED"): "two integrations have two outcomes at most",
    ("rate_limits.operation", "settings.update_settings"): "the limit is off unless asked for",
}
SEALED = {"_secret", "_encrypted_value"}
"""Fernet seals the same text differently each time."""


@pytest.fixture(scope="module")
def contract():
    return contracts.load("testr")


@pytest.fixture(scope="module")
def stages(contract):
    """Both scenarios, built at NOW."""

    def build(name):
        return rehearse(contract, load(contract, name), clock=Clock(times.parse(NOW)))

    return {name: build(name) for name in ("default", "empty")}


@pytest.fixture(scope="module")
def everything(stages):
    """All records of `default` by collection, what the factories made on the way included."""
    store = stages["default"].store
    return {name: store[name].select({}).items for name in store}


def test_both_are_there():
    assert {"default", "empty"} <= {*names("testr")}


@pytest.mark.parametrize("name", ["default", "empty"])
def test_the_names_of_file_and_scenario_agree(contract, name):
    assert load(contract, name).name == name


@pytest.mark.parametrize("name", ["default", "empty"])
def test_every_stored_object_is_as_the_contract_says(contract, stages, name):
    store = stages[name].store
    wrong = {
        f"{collection.name} {record['id']}": Validator(
            collection.schema, contract.document, closed=True
        ).problems(record)
        for collection in contract.collections.values()
        for record in store[collection.name].select({}).items
    }
    assert {title: problems for title, problems in wrong.items() if problems} == {}


@pytest.mark.parametrize("name", ["default", "empty"])
def test_the_accounts(contract, stages, name):
    accounts = load(contract, name).accounts
    assert {account.name: account.password for account in accounts} == ACCOUNTS
    assert all(account.about for account in accounts)
    assert stages[name].store["users"].count({}) == len(ACCOUNTS)


def test_the_accounts_are_the_same_in_both(stages):
    """With their workspaces and memberships, ids included."""
    dumps = [stage.store.dump() for stage in stages.values()]
    for collection in ("users", "workspaces", "memberships"):
        assert dumps[0][collection].keys() >= dumps[1][collection].keys()
    assert dumps[0]["memberships"] == dumps[1]["memberships"]
    assert dumps[0]["users"] == dumps[1]["users"]


@pytest.mark.parametrize("name", ["default", "empty"])
def test_the_state_of_each_workspace(stages, name):
    store = stages[name].store
    teams = {team["name"]: team for team in store["workspaces"].select({"kind": "TEAM"}).items}
    expires = {name: team["subscription_expires_at"] for name, team in teams.items()}
    assert [name for name, at in expires.items() if at < NOW] == ["Bluebird QA"]
    full = teams["Fullerton QA"]
    assert full["max_test_cases"] == store["test_cases"].count({"_workspace_id": full["id"]}) == 100
    unlimited = {name for name, team in teams.items() if team["max_test_cases"] is None}
    assert unlimited == set(teams) - {"Fullerton QA"}


def test_empty_holds_no_data(stages):
    """But for the test cases that use up a quota."""
    counts = {name: len(found) for name, found in stages["empty"].store.dump().items() if found}
    assert counts == {
        "users": 9,
        "workspaces": 14,
        "memberships": 8,
        "test_plans": 1,
        "test_cases": 100,
    }


def test_default_shows_every_value_of_every_enum(contract, everything):
    missing = {
        (f"{spec.name}.{path}", value)
        for spec in contract.collections.values()
        for path, schema in fields_of(spec.schema, contract.document)
        for value in choices(schema)
        if value not in shown(everything[spec.name], path)
    }
    assert missing == set(NOT_SHOWN)


def fields_of(schema, document, path=""):
    """The fields of a schema at any depth, dotted; what a list holds has the list's path."""
    schema = resolve(schema, document)
    if path:
        yield path, schema
    for name, part in schema.get("properties", {}).items():
        yield from fields_of(part, document, f"{path}.{name}".lstrip("."))
    if "items" in schema:
        yield from fields_of(schema["items"], document, path)


def choices(schema):
    return [value for value in schema.get("enum", ()) if value is not None]


def shown(values, path):
    """Everything that stands at the path in any of the values."""
    for part in path.split("."):
        values = [value[part] for value in flat(values) if value and part in value]
    return flat(values)


def flat(values):
    return [
        inner for value in values for inner in (flat(value) if isinstance(value, list) else [value])
    ]


def test_default_shows_flags_set_and_not_set(contract, everything):
    """Settings apart: nobody chooses all of them."""
    one_sided = {
        f"{spec.name}.{path}"
        for spec in contract.collections.values()
        for path, schema in fields_of(spec.schema, contract.document)
        if schema.get("type") == "boolean" and not path.startswith("settings.")
        if set(shown(everything[spec.name], path)) != {True, False}
    }
    assert one_sided == set()


def test_default_shows_every_field_with_a_value(contract, everything):
    """Nothing of the stored objects is null, or an empty list, in every one of them."""
    unused = {
        f"{spec.name}.{path}"
        for spec in contract.collections.values()
        for path, schema in fields_of(spec.schema, contract.document)
        if everything[spec.name] and not path.startswith("settings.")
        if all(value in (None, {}) for value in shown(everything[spec.name], path))
    }
    assert unused == set()


def test_schedules_are_due_and_not_due(everything):
    active = [one for one in everything["schedules"] if one["status"] == "ACTIVE"]
    due = {one["schedule_name"] for one in active if one["next_occurrence_at"] <= NOW}
    assert due == {"Nightly checkout", "Smoke test before the release"}
    assert {one["repeat_type"] for one in active if one["next_occurrence_at"] > NOW} == {
        "DAILY",
        "WEEKLY",
        "MONTHLY",
    }
    assert any(one["timezone"] == "Europe/Berlin" for one in active)


def test_runs_add_up(everything):
    """But for the one that another tool reported with its totals."""
    items = Counter(item["test_run_id"] for item in everything["test_run_items"])
    totals = {
        run["run_name"]: (run["total_tests"], items[run["id"]]) for run in everything["test_runs"]
    }
    assert {name for name, (total, found) in totals.items() if total != found} == {
        "Old basket, last run"
    }
    finals = [run for run in everything["test_runs"] if run["completed_at"]]
    assert all(run["created_at"] <= run["completed_at"] <= NOW for run in finals)


@pytest.mark.parametrize("collection", ["test_runs", "defects"])
def test_numbers_count_up_with_time(everything, collection):
    """In each workspace: the file tells what happened in its order."""
    field = {"test_runs": "run_number", "defects": "_number"}[collection]
    for workspace in everything["workspaces"]:
        found = [one for one in everything[collection] if one["_workspace_id"] == workspace["id"]]
        by_time = sorted(found, key=lambda one: one["created_at"])
        assert [one[field] for one in by_time] == list(range(1, len(found) + 1))


def test_nothing_is_older_than_what_it_belongs_to(contract, everything):
    created = {
        record["id"]: record["created_at"]
        for records in everything.values()
        for record in records
        if "created_at" in record
    }
    early = [
        (spec.name, record["id"], field)
        for spec in contract.collections.values()
        for record in everything[spec.name]
        if "created_at" in record
        for field in spec.references
        for target in shown([record], field)
        if target and created.get(target, "") > record["created_at"]
    ]
    assert early == []


def test_what_happened_did_so_in_this_order(everything):
    """Made, then changed, and nothing of it in the future."""
    wrong = [
        (name, record["id"])
        for name, records in everything.items()
        for record in records
        if "created_at" in record
        if not record["created_at"] <= record.get("updated_at", NOW) <= NOW
    ]
    assert wrong == []


def test_nothing_leads_from_one_workspace_to_another(contract, everything):
    workspace_of = {
        record["id"]: record["_workspace_id"]
        for records in everything.values()
        for record in records
        if "_workspace_id" in record
    }
    leaks = [
        (spec.name, record["id"], field)
        for spec in contract.collections.values()
        for record in everything[spec.name]
        for field in spec.references
        for target in shown([record], field)
        if target in workspace_of and workspace_of[target] != workspace_of[record["id"]]
    ]
    assert leaks == []


def test_another_team_has_a_little_of_its_own(everything):
    [other] = [one["id"] for one in everything["workspaces"] if one["name"] == "Northwind QA"]
    count = sum(
        record.get("_workspace_id") == other
        for records in everything.values()
        for record in records
    )
    assert 10 <= count <= 30


def test_settings_are_saved_for_some(everything):
    users = {user["id"]: user["email"] for user in everything["users"]}
    saved = {users[one["user_id"]] for one in everything["user_settings"]}
    secrets = {users[one["user_id"]] for one in everything["user_credentials"]}
    assert "admin@acme.test" in saved & secrets
    assert "viewer@acme.test" not in saved | secrets


@pytest.mark.parametrize("name", ["default", "empty"])
def test_two_builds_with_one_seed_and_clock_are_the_same(contract, stages, name):
    again = rehearse(contract, load(contract, name), clock=Clock(times.parse(NOW)))
    first, second = stages[name].store.dump(), again.store.dump()
    assert without_sealed(first) == without_sealed(second)
    assert stages[name].ids.issued == again.ids.issued


def without_sealed(dump):
    return {
        collection: [
            {name: value for name, value in record.items() if name not in SEALED}
            for record in records.values()
        ]
        for collection, records in dump.items()
    }


def test_default_holds_at_any_clock(contract, stages):
    """Daylight saving or not."""
    for now in ("2026-03-29T01:30:00Z", "2026-10-25T00:30:00Z", "2028-02-29T23:59:59Z"):
        clock = Clock(times.parse(now))
        store = rehearse(contract, load(contract, "default"), clock=clock).store
        due = [
            one["schedule_name"]
            for one in store["schedules"].select({"status": "ACTIVE"}).items
            if one["next_occurrence_at"] <= clock.now()
        ]
        assert due == ["Nightly checkout", "Smoke test before the release"]
        counts = {name: len(found) for name, found in store.dump().items()}
        assert counts == {n: len(f) for n, f in stages["default"].store.dump().items()}

"""The operation that writes a sandbox as a scenario file."""

from __future__ import annotations

import pytest
import yaml

import understudy
from understudy.scenarios import read

HEAD = """\
# All that the sandbox {name} held when its clock showed 2026-01-26T09:00:00.000Z.
# It began with the scenario {scenario}.
# To go on from here: understudy serve --scenario THIS_FILE --clock 2026-01-26T09:00:00.000Z
scenario: {name}
title: Sandbox {name} at 2026-01-26T09:00:00.000Z
stored:"""


def parsed(answer):
    assert answer.status_code == 200, answer.text
    return yaml.load(answer.text, Loader=yaml.BaseLoader)


def test_is_a_text_in_yaml(own, world):
    answer = own.get("/export")
    assert answer.headers["content-type"] == "application/yaml"
    assert answer.text.startswith(HEAD.format(name=world.name, scenario="empty"))
    assert answer.text.endswith("\n")


def test_name_and_title_are_as_asked_for(own):
    head = parsed(own.get("/export", params={"name": "friday", "title": "It's: Friday"}))
    assert (head["scenario"], head["title"]) == ("friday", "It's: Friday")


def test_times_are_absolute_unless_asked_for_otherwise(own, world):
    world.client().post("/test-plans", json={"name": "New"})
    world.clock.advance(minutes=90)
    for params, expected in (
        ({}, "2026-01-26T09:00:00.000Z"),
        ({"times": "absolute"}, "2026-01-26T09:00:00.000Z"),
        ({"times": "relative"}, "-1h30m"),
    ):
        plans = parsed(own.get("/export", params=params))["collections"]["test_plans"]
        assert plans["new"]["created_at"] == expected


def test_it_changes_nothing(own, world):
    before = world.sandbox.store.dump(), world.sandbox.ids.issued
    assert own.get("/export").text == own.get("/export").text
    assert (world.sandbox.store.dump(), world.sandbox.ids.issued) == before


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"times": "local"}, "times"),
        ({"name": "not a name"}, "name"),
        ({"name": "../friday"}, "name"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 256}, "title"),
    ],
)
def test_what_cannot_be_is_refused(own, params, field):
    answer = own.get("/export", params=params)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_parameter")
    assert list(answer.json()["details"]) == [field]


def test_an_unknown_sandbox(control):
    answer = control.get("/sandboxes/nobody/export")
    assert (answer.status_code, answer.json()["error"]) == (404, "no_such_sandbox")


def test_passwords_of_the_scenario_are_told_and_others_are_not(own, world):
    client = world.client("member@acme.test")
    change = {"current_password": "Passw0rd!", "new_password": "N3wPassword"}
    assert client.post("/auth/change-password", json=change).is_success
    text = own.get("/export").text
    users = yaml.load(text, Loader=yaml.BaseLoader)["collections"]["users"]
    assert users["admin@acme.test"]["password"] == "Passw0rd!"
    assert users["admin@acme.test"]["_password_hash"].count("$") == 2
    assert users["admin@acme.test"]["about"] == "ADMIN of team Acme QA"
    assert "password" not in users["member@acme.test"]
    assert users["member@acme.test"]["_password_hash"].count("$") == 3
    assert "N3wPassword" not in text
    told = {account.name for account in read(world.server.app.contract, text).accounts}
    assert "admin@acme.test" in told
    assert "member@acme.test" not in told


def test_the_passwords_of_another_scenario_of_the_server(control):
    made = control.post("/sandboxes", json={"name": "other", "scenario": "default"})
    assert made.status_code == 201
    again = control.post(
        "/sandboxes",
        json={"name": "again", "definition": control.get("/sandboxes/other/export").text},
    )
    assert again.status_code == 201
    for name in "other", "again":
        users = parsed(control.get(f"/sandboxes/{name}/export"))["collections"]["users"]
        assert {user["password"] for user in users.values()} == {"Passw0rd!", "Temp0rary1"}
        control.delete(f"/sandboxes/{name}")


def test_what_is_sealed_does_not_leave(own, world):
    client = world.client()
    secret = {"name": "API_KEY", "value": "sk-1234567890", "is_encrypted": True}
    assert client.post("/variables/global", json=secret).is_success
    [variable] = world.sandbox.store["variables"]
    text = own.get("/export").text
    assert "sk-1234567890" not in text
    assert variable["_secret"] not in text
    written = yaml.load(text, Loader=yaml.BaseLoader)["collections"]["variables"]["api-key"]
    assert (written["value"], written["_secret"]) == ("null", "***")


def test_who_loads_it_sees_the_same_of_secrets(own, world, control):
    """That there is one, and an encrypted variable that resolves: to the text in its place."""
    client = world.client()
    secret = {"name": "API_KEY", "value": "sk-1234567890", "is_encrypted": True}
    client.post("/variables/global", json=secret)
    assert client.put("/settings", json={"jira_api_token": "ATATT"}).is_success
    definition = own.get("/export").text
    made = control.post("/sandboxes", json={"name": "again", "definition": definition})
    assert made.status_code == 201, made.text
    again = type(world)(world.server, "again")
    there = again.client()
    for path in "/settings", "/variables/global":
        assert there.get(path).text == client.get(path).text
    assert there.get("/settings").json()["data"]["has_jira_api_token"] is True
    resolved = there.get("/variables/resolve", params={"names": "API_KEY"}).json()
    assert resolved == {"resolved": {"API_KEY": "***"}, "unresolved": []}
    again.close()


def test_a_damaged_definition_is_told_line_by_line(own, control):
    text = own.get("/export").text
    lines = text.split("\n")
    at = next(number for number, line in enumerate(lines, 1) if "role: ADMIN" in line)
    lines[at - 1] = lines[at - 1].replace("ADMIN", "OWNER")
    answer = control.post("/sandboxes", json={"definition": "\n".join(lines)})
    assert answer.status_code == 422
    assert answer.json()["details"] == {
        "definition": [
            f"definition:{at}: memberships 'memberships-1' has role = \"OWNER\"; "
            "it must be one of ADMIN, MEMBER, VIEWER"
        ]
    }


def test_a_token_is_good_on_its_own_server_alone(own, world, tmp_path):
    file = tmp_path / "friday.yaml"
    client = world.client()
    file.write_text(own.get("/export").text, encoding="utf-8")
    with understudy.run(scenario=file, clock=world.clock.now()) as server:
        again = type(world)(server, "default")
        token = client.headers["Authorization"]
        assert again.with_headers(Authorization=token).get("/auth/me").status_code == 401
        assert again.client().get("/auth/me").status_code == 200
        for one in again._clients.values():
            one.close()

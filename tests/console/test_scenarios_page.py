"""The scenarios page: what each is for, what it may be told, and a click that loads it."""

from __future__ import annotations

import re
import ssl

import httpx
import pytest
from playwright.sync_api import expect

import understudy

PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
SCENARIO = """\
scenario: many-teams
title: Teams without number
description: <b>Look</b> at the list of teams.
parameters:
  teams: {default: 3, minimum: 0, maximum: 20, about: how many teams}
  role: {default: MEMBER, choices: [ADMIN, MEMBER], about: of the only user}
clock: {at: '2026-01-26T09:00:00Z', is_frozen: true}
faults:
  - {match: {operation: auth.login}, do: {delay: {ms: 1}}}
collections:
  users:
    admin: {email: admin@many.test, password: 'Passw0rd!'}
  workspaces:
    team-{n}: {$count: '${teams}', name: 'Team {n}'}
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server whose own scenario takes parameters."""
    file = tmp_path_factory.mktemp("own") / "many-teams.yaml"
    file.write_text(SCENARIO, encoding="utf-8")
    with understudy.run(scenario=file) as running:
        yield running


@pytest.fixture
def home(open_page, own):
    with own.sandbox("empty", name="alice"):
        page = open_page(base_url=own.url)
        own.scenarios()  # which reads them all, once
        page.goto("/_console/sandboxes/alice/scenarios/")
        yield page


def card(page, name):
    return page.locator(f"[id='scenario-{name}']")


def test_each_scenario_says_what_it_is_for(home):
    one = card(home, "many-teams")
    expect(one.get_by_role("heading", name="Teams without number")).to_be_visible()
    expect(one).to_contain_text("<b>Look</b> at the list of teams.")
    expect(one).to_contain_text("1 fault rule")
    expect(one).to_contain_text("the clock stands")
    expect(card(home, "default")).to_be_visible()
    expect(card(home, "empty")).to_have_class(re.compile("current"))


def test_one_click_loads_it(home, own):
    card(home, "many-teams").get_by_role("button", name="Load into alice").click()
    expect(home.get_by_text("alice begins anew from many-teams")).to_be_visible()
    with own.attach("alice") as s:
        assert s.show().scenario == "many-teams"
        assert len(s.faults.list()) == 1


def test_parameters_are_a_form(home, own):
    one = card(home, "many-teams")
    teams = one.get_by_role("spinbutton", name="Teams")
    expect(teams).to_have_value("3")
    expect(teams).to_have_attribute("max", "20")
    expect(one.get_by_role("combobox", name="Role")).to_have_value("MEMBER")
    teams.fill("7")
    one.get_by_role("button", name="Load into alice").click()
    expect(home.get_by_text("alice begins anew from many-teams?teams=7")).to_be_visible()
    with own.attach("alice") as s:
        names = [one["name"] for one in s.state.list("workspaces")]
    assert len([name for name in names if name.startswith("Team ")]) >= 7


def test_another_sandbox_is_made_from_it(home, own):
    one = card(home, "many-teams")
    one.get_by_role("combobox", name="Role").select_option("ADMIN")
    one.get_by_label("Name of the new sandbox").fill("bob")
    one.get_by_role("button", name="New sandbox").click()
    expect(home.get_by_role("heading", level=1, name="bob")).to_be_visible()
    with own.attach("bob") as made:
        assert made.show().scenario == "many-teams?role=ADMIN"
        made.delete()


def test_what_is_out_of_range_is_told(own):
    with (
        own.sandbox("empty", name="alice") as s,
        httpx.Client(base_url=f"{own.url}/_console", verify=PLAIN_HTTP, timeout=60) as web,
    ):
        [token] = re.findall(r'data-form-token="([^"]+)"', web.get("/").text)
        data = {"form_token": token, "scenario": "many-teams"}
        path = "/sandboxes/alice/scenarios/"
        for value, told in (("99", "from 0 to 20"), ("x", "is not a whole number")):
            assert web.post(f"{path}load", data={**data, "set.teams": value}).status_code == 303
            assert told in web.get(path).text
        assert web.post(f"{path}load", data={**data, "scenario": "nope"}).status_code == 303
        assert "There is no scenario" in web.get(path).text
        assert s.show().scenario == "empty"


def test_a_scenario_is_found_by_its_words(home):
    home.keyboard.press("/")
    home.keyboard.type("number TEAMS")
    expect(card(home, "many-teams")).to_be_visible()
    expect(card(home, "empty")).to_be_hidden()

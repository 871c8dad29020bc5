"""A day of random requests, exported and loaded elsewhere: the same state, which goes on alike."""

from __future__ import annotations

import random
import ssl
from collections import Counter
from operator import itemgetter
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

import understudy
from understudy import scenarios
from understudy.cli import understudy as command
from understudy.clock import Clock
from understudy.contract import load
from understudy.copies import Copy
from understudy.keyring import Keyring
from understudy.sandbox import Sandbox, store_schemas
from understudy.scenarios.export import export
from understudy.store import Store

CONTRACT = load("testr")
# The server speaks plain HTTP; httpx would load all root certificates, 45 ms.
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
REQUESTS = 160
USERS = ["admin@acme.test", "member@acme.test", "admin@other.test", "solo@personal.test"]
PASSWORD = "Passw0rd!"
THINGS = {
    "plan_id": "plan",
    "test_plan_id": "plan",
    "test_case_id": "case",
    "run_id": "run",
    "test_run_id": "run",
    "test_run_item_id": "item",
    "defect_id": "defect",
    "parent_folder_id": "folder",
    "parent_id": "defect_folder",
}
"""What an id in a request is of; of a folder it depends on the operation."""
FOLDERS = {"defects": "defect_folder", "test_plans": "folder", "test_run_tree": "run_folder"}
TEXTS = [
    "null",
    "no: yes # really",
    "- [a, {b}]",
    "two\nlines\n",
    "\ttab and \u2028 separator \x85",
    "'\"\\ 𝄞 {n} {1..3} *a &b !c | > %",
    "00000000-0000-4000-8000-000000000000",
    "12",
    "1e5",
    " leading and trailing ",
    "2026-01-26T09:00:00Z",
]
FREE = {"name", "title", "description", "value", "notes", "summary", "suite_name", "run_name"}
SEALED = {"_secret", "_encrypted_value"}
SECRETS = {"ai_api_key": "sk-1", "jira_api_token": "jira-1", "azure_pat": ""}


class World:
    """A sandbox of a running server, and its users."""

    def __init__(self, server, name):
        self.server = server
        self.name = name
        self.sandbox = server.sandboxes.open(name)
        self.http = httpx.Client(
            base_url=server.api_url,
            headers={"X-Understudy-Sandbox": name},
            verify=PLAIN_HTTP,
            timeout=30,
        )
        self._tokens = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def post(self, path, body, **headers):
        answer = self.http.post(path, json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    def login(self, email):
        return self.post("/auth/login", {"email": email, "password": PASSWORD})

    def headers(self, email):
        """Those of a user, who logs in again where an hour is over."""
        found = self._tokens.get(email)
        if found is None or self.http.get("/auth/me", headers=found).status_code == 401:
            found = {"Authorization": f"Bearer {self.login(email)['access_token']}"}
            self._tokens[email] = found
        return found

    def export(self, **params):
        url = f"{self.server.url}/_control/sandboxes/{self.name}/export"
        answer = self.http.get(url, params=params)
        assert answer.status_code == 200, answer.text
        return answer.text


class Day:
    """People who do whatever the contract has an example of."""

    def __init__(self, world, seed):
        self.world = world
        self.chance = random.Random(seed)
        self.operations = [
            one
            for one in CONTRACT.operations
            if one.security == "required" and one.method != "GET" and one.tag != "auth"
        ]
        self.done = Counter()

    def spend(self):
        for _ in range(REQUESTS):
            self.world.sandbox.clock.advance(self.chance.choice([0, 7, 1000, 900_000]))
            operation = self.chance.choice(self.operations)
            # With each plan goes much of what the others could be done with.
            if operation.operation_id != "test_plans.delete_plan" or self.chance.random() < 0.2:
                self.ask(self.chance.choice(USERS), operation)
            if self.chance.random() < 0.05:
                self.join(f"new.{self.chance.randrange(10**6)}@acme.test")

    def ask(self, user, operation):
        self.at_hand = self.things(user)
        body = self.real(self.example(operation), operation)
        path = operation.path
        for parameter in operation.parameters:
            if parameter["in"] == "path":
                name = parameter["name"]
                path = path.replace(f"{{{name}}}", self.an_id(name, operation) or "none")
        headers = self.world.headers(user)
        answer = self.world.http.request(operation.method, path, json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        self.done[operation.operation_id] += answer.is_success

    def things(self, user):
        """Some of what is in the user's workspace, and goes together as a rule."""
        store = self.world.sandbox.store
        user_id = store["users"].first({"email": user})["id"]
        member = store["memberships"].first({"user_id": user_id})
        owned = store["workspaces"].first({"owner_id": user_id})
        inside = {"_workspace_id": member["workspace_id"] if member else owned["id"]}

        def one(collection, **where):
            found = store[collection].select({**inside, **where}).items
            return self.chance.choice(found) if found else {"id": None}

        plan = one("test_plans")
        of_plan = {"test_plan_id": plan["id"]}
        run = one("test_runs", **of_plan, **self.chance.choice([{}, {"status": "RUNNING"}]))
        item = one("test_run_items", test_run_id=run["id"])
        done = {"id": item.get("test_case_id")}
        other = one("test_cases", **of_plan)
        return {
            "plan": plan,
            "run": run,
            "item": item,
            "case": done if done["id"] and self.chance.random() < 0.6 else other,
            "folder": one("test_plan_folders", **of_plan),
            "defect": one("defects"),
            "defect_folder": one("defect_folders"),
            "run_folder": one("test_run_folders"),
        }

    def join(self, email):
        """Somebody new registers, stays for a while, and keeps secrets."""
        world = self.world
        world.post("/auth/register", {"email": email, "password": PASSWORD})
        world.post("/auth/forgot-password/verify-email", {"email": email})
        refresh = {"refresh_token": world.login(email)["refresh_token"]}
        token = world.post("/auth/refresh", refresh)["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        change = {"current_password": PASSWORD, "new_password": "N3wPassword"}
        world.post("/auth/change-password", change, **headers)
        answer = world.http.put("/settings", json=SECRETS, headers=headers)
        assert answer.is_success, answer.text

    def example(self, operation):
        content = operation.raw.get("requestBody", {}).get("content", {})
        media = content.get("application/json", {})
        named = [one["value"] for one in media.get("examples", {}).values()]
        return self.chance.choice(named or [media.get("example")])

    def real(self, value, operation, name=""):
        """An example with ids of what is there, and now and then with a text that looks odd."""
        if isinstance(value, dict):
            names = {key: name if key == "id" else key for key in value}
            return {key: self.real(part, operation, names[key]) for key, part in value.items()}
        if isinstance(value, list):
            some = value[: self.chance.randint(1, 3)]
            one = name.removesuffix("s").removesuffix("_id") + "_id"
            return [self.real(item, operation, one) for item in some]
        if name.endswith("_id") and isinstance(value, str) and len(value) == 36:
            return self.an_id(name, operation)
        if name == "is_encrypted":
            return self.chance.random() < 0.5
        if name in FREE and self.chance.random() < 0.4:
            return self.chance.choice(TEXTS)
        return value

    def an_id(self, name, operation):
        thing = THINGS.get(name) or FOLDERS.get(operation.tag, "plan")
        return self.at_hand[thing]["id"]


@pytest.fixture(scope="module", params=[1, 2, 3])
def spent(request):
    """A world after a day, and what was done in it."""
    with (
        understudy.run(scenario="default", clock="2026-01-26T09:00:00Z", seed="day") as server,
        World(server, "friday") as world,
    ):
        day = Day(world, request.param)
        day.spend()
        assert len(+day.done) > 15, f"too little came of the day: {day.done}"
        yield world


@pytest.fixture
def loaded(spent):
    """A sandbox of another server that a text was loaded into, `later` by so many milliseconds."""

    def load_text(text, later=0):
        clock = Clock(spent.sandbox.clock.millis() + later)
        store = Store(store_schemas(CONTRACT))
        sandbox = Sandbox("other", "elsewhere", store, clock, Keyring(bytes(32)))
        scenarios.read(CONTRACT, text).build(sandbox)
        return sandbox

    return load_text


def shown(store):
    """Everything in a store, in order, but for what only its server can open."""
    tables = {
        table: [
            {name: bool(value) if name in SEALED else value for name, value in record.items()}
            for record in records.values()
        ]
        for table, records in store.dump().items()
    }
    tables["_counters"].sort(key=itemgetter("id"))
    return tables


@pytest.mark.parametrize("times", ["absolute", "relative"])
def test_a_day_is_the_same_again(spent, loaded, times):
    before = shown(spent.sandbox.store)
    again = loaded(spent.export(times=times))
    after = shown(again.store)
    assert after == before == shown(spent.sandbox.store)
    assert [*map(list, after["defects"])] == [*map(list, before["defects"])]
    assert again.ids.issued == spent.sandbox.ids.issued


def test_what_is_exported_again_is_the_same_text(spent, loaded):
    """Down to the passwords, which the first file tells."""
    text = spent.export(name="friday", title="Friday")
    again = loaded(text)
    scenario = scenarios.read(CONTRACT, text)
    twice = export(CONTRACT, again, name="friday", title="Friday", scenario=scenario)
    assert without_comment(twice) == without_comment(text)


def test_relative_times_are_as_far_from_another_now(spent, loaded):
    text = spent.export(name="friday", title="Friday", times="relative")
    again = loaded(text, later=3 * 86_400_000 + 5)
    options = {"name": "friday", "title": "Friday", "relative": True}
    twice = export(CONTRACT, again, scenario=scenarios.read(CONTRACT, text), **options)
    assert without_comment(twice) == without_comment(text)


def without_comment(text):
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_two_servers_go_on_alike(spent, tmp_path):
    file = tmp_path / "friday.yaml"
    file.write_text(spent.export(name="friday"), encoding="utf-8")
    spent.server.sandboxes.create("saturday", Copy.of(spent.sandbox))
    now = spent.sandbox.clock.now()
    with (
        understudy.run(scenario=file, clock=now, seed="elsewhere") as server,
        World(server, "default") as again,
        World(spent.server, "saturday") as saturday,
    ):
        assert shown(again.sandbox.store) == shown(saturday.sandbox.store)
        assert go_on(again) == go_on(saturday)
    spent.server.sandboxes.delete("saturday")


def go_on(world):
    """What a user sees, and which numbers come next."""

    def ask(method, path, **body):
        headers = world.headers("admin@acme.test")
        return world.http.request(method, path, headers=headers, json=body or None)

    plan = ask("GET", "/test-plans").json()["test_plans"][0]["id"]
    run = ask("POST", "/test-runs", test_plan_id=plan, run_name="Next").json()
    defect = ask("POST", "/defects", title="Next").json()
    return [
        run["run_number"],
        defect["defect_number"],
        ask("GET", f"/test-plans/{plan}/tree").text,
        ask("GET", "/variables/global").text,
        ask("GET", "/schedules").text,
        ask("GET", "/settings").text,
    ]


def test_a_sandbox_of_the_same_server(spent):
    text = spent.export()
    url = f"{spent.server.url}/_control/sandboxes"
    made = spent.http.post(url, json={"name": "sunday", "definition": text})
    assert made.status_code == 201, made.text
    assert shown(spent.server.sandboxes.get("sunday").store) == shown(spent.sandbox.store)
    assert spent.http.delete(f"{url}/sunday").status_code == 200


def test_the_commands_take_the_file(spent, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("friday.yaml").write_text(spent.export(name="friday"), encoding="utf-8")
    store = spent.sandbox.store
    objects = sum(len(store[name]) for name in CONTRACT.collections)
    check = CliRunner().invoke(command, ["scenario", "check", "friday.yaml"])
    assert check.stdout == f"friday.yaml: {objects} objects, nothing to mend.\n"
    show = CliRunner().invoke(command, ["scenario", "show", "friday.yaml"]).stdout
    assert show.startswith("friday: Sandbox friday at ")
    assert "  admin@acme.test        Passw0rd!   ADMIN of team Acme QA\n" in show
    assert f"  users                {len(store['users'])}\n" in show

"""`serve --reload`: the running server takes up what changes on disk, and keeps its state."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import httpx
import pytest

import understudy
from understudy import contract, reload, scenarios

HANDLERS = import_module("understudy.handlers")
# `understudy`, with one more folder to find packages of handlers in.
COMMAND = (
    "import sys, understudy.handlers as handlers; handlers.__path__.append(sys.argv.pop(1));"
    "from understudy.cli import main; main()"
)
# All but three files' worth of operations is left out, which makes each reload three times as fast.
OTHER_PATHS = re.compile(r"^  /\S+:\n    \$ref: (?!auth|workspace|test_plans)\S+\n", re.MULTILINE)
TAKEN = "taken up; sandboxes that are there keep what they hold."
LATE = "\n    late: {email: late@acme.test, password: Passw0rd!, about: Came later}\n"


class Stage:
    """Copies of the contract, the handlers and a scenario, to be changed at will."""

    def __init__(self, folder: Path) -> None:
        testr = contract.load("testr")
        self.packages = folder / "packages"
        self.handlers = self.packages / "copied"
        self.contract = folder / "contract"
        self.scenario = folder / "stage" / "own.yaml"
        shutil.copytree(testr.files[0].parent, self.contract)
        shutil.copytree(
            Path(HANDLERS.__path__[0]) / "testr",
            self.handlers,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        self.scenario.parent.mkdir()
        shutil.copy(scenarios.load(testr, "empty").file, self.scenario)
        root = self.contract / "openapi.yaml"
        edit(root, "handlers: testr", "handlers: copied")
        root.write_text(OTHER_PATHS.sub("", root.read_text(encoding="utf-8")), encoding="utf-8")


def edit(file: Path, old: str, new: str) -> str:
    """Replace a part of a file; gives what was in it."""
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), encoding="utf-8")
    return content


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Stage:
    return Stage(tmp_path_factory.mktemp("reload"))


@pytest.fixture(scope="module")
def process(serve, stage, tmp_path_factory) -> Iterator:
    options = ("--contract", str(stage.contract), "--scenario", str(stage.scenario), "--reload")
    command = (sys.executable, "-c", COMMAND, str(stage.packages))
    with serve(
        *options, "--state", str(tmp_path_factory.mktemp("state")), command=command
    ) as process:
        httpx.get(f"{process.url}/openapi.json")  # when it answers, it watches
        yield process


@pytest.fixture(scope="module")
def client(process) -> Iterator[httpx.Client]:
    with process.client("admin@acme.test") as client:
        client.post("/test-plans", json={"name": "From before"}).raise_for_status()
        yield client


@pytest.fixture
def changed(process):
    """`with changed(file, old, new) as told:` what the server says of the change, which is undone
    and taken up at the end.
    """

    @contextmanager
    def changed(file: Path, old: str, new: str) -> Iterator[str]:
        def told() -> str:
            return process.wait_for(
                rf"^{file.name} changed: (taken up; .*|not taken up\.\n.*)$", after=seen
            )[1]

        seen = len(process.stdout)
        before = edit(file, old, new)
        try:
            yield told()
        finally:
            seen = len(process.stdout)
            file.write_text(before, encoding="utf-8")
            assert told().startswith("taken up; ")

    return changed


@pytest.fixture
def still_there(client):
    """The state and the token from before are as they were, after whatever the test did."""
    yield
    plans = client.get("/test-plans").json()["test_plans"]
    assert [plan["name"] for plan in plans] == ["From before"]


pytestmark = pytest.mark.usefixtures("still_there")


def description(process, tag: str) -> str:
    tags = httpx.get(f"{process.url}/openapi.json").json()["tags"]
    return next(one["description"] for one in tags if one["name"] == tag)


def login(client: httpx.Client, email: str) -> int:
    return client.post("/auth/login", json={"email": email, "password": "Passw0rd!"}).status_code


def test_a_changed_scenario_is_for_new_sandboxes(stage, changed, client):
    assert login(client, "late+before@acme.test") == 401
    assert login(client, "admin+before@acme.test") == 200
    with changed(stage.scenario, "\n    member:", f"{LATE}    member:") as told:
        assert told.startswith("taken up; ")
        assert login(client, "late+after@acme.test") == 200
        assert login(client, "late+before@acme.test") == 401
        assert login(client, "late@acme.test") == 401
    assert login(client, "late+undone@acme.test") == 401


def test_a_changed_contract_is_served_and_kept_to(stage, changed, client, process):
    with changed(
        stage.contract / "openapi.yaml", "Accounts, sessions", "Persons, sessions"
    ) as told:
        assert told.startswith("taken up; ")
        assert description(process, "auth") == "Persons, sessions and tokens."
        api = httpx.get(f"{process.api_url}/openapi.json").json()
        assert api["tags"][0]["description"] == "Persons, sessions and tokens."
    assert description(process, "auth") == "Accounts, sessions and tokens."


def test_a_changed_rule_of_a_field_holds_at_once(stage, changed, client):
    old = "\n    PasswordReset:\n      type: object\n"
    body = {"email": "admin@acme.test", "new_password": "Passw0rd!"}
    assert client.post("/auth/forgot-password/reset", json=body).status_code == 400
    with changed(stage.contract / "auth.yaml", old, f"{old}      maxProperties: 1\n") as told:
        assert told.startswith("taken up; ")
        assert client.post("/auth/forgot-password/reset", json=body).status_code == 422


def test_a_changed_answer_schema_of_what_is_kept_needs_no_new_start(stage, changed, process):
    file = stage.contract / "test_plans.yaml"
    old = "\n    TestPlan:\n      type: object\n"
    with changed(file, old, f"{old}      title: A plan\n") as told:
        assert told.startswith("taken up; ")
        schemas = httpx.get(f"{process.url}/openapi.json").json()["components"]["schemas"]
        assert schemas["TestPlan"]["title"] == "A plan"


def test_a_changed_collection_needs_a_new_start(stage, changed, client):
    old = "factory: rules.accounts.create_user\n"
    with changed(stage.contract / "auth.yaml", old, f"{old}    orders: [created_at]\n") as told:
        assert told == (
            "not taken up.\nx-collections have changed: stop and start the server to take that up"
        )
        assert client.get("/auth/me").status_code == 200


def test_a_broken_contract_is_told_with_its_line(stage, changed, process):
    file = stage.contract / "auth.yaml"
    with changed(file, "tags: [auth]", "tags: [auth") as told:
        assert re.match(rf"not taken up\.\n{re.escape(str(file))}:\d+: not valid YAML: ", told)
        assert description(process, "auth") == "Accounts, sessions and tokens."


def test_a_broken_scenario_is_told_with_its_line(stage, changed, client):
    with changed(stage.scenario, "    solo:\n", "    solo:\n      colour: red\n") as told:
        at = stage.scenario.read_text(encoding="utf-8").split("\n").index("      colour: red") + 1
        assert told.startswith(f"not taken up.\n{stage.scenario}:{at}: ")
        assert login(client, "admin+broken@acme.test") == 200


def test_a_factory_that_the_scenario_cannot_be_built_with_is_told(stage, changed, client):
    file = stage.handlers / "rules" / "plans.py"
    with changed(file, 'fields["name"]', 'fields["title"]') as told:
        assert told.startswith(f"not taken up.\n{stage.scenario}:")
        assert login(client, "admin+unbuilt@acme.test") == 200


def test_a_changed_handler_answers_at_once(stage, changed, client):
    file = stage.handlers / "workspace.py"
    assert client.get("/workspace/limits").json()["can_add_more"] is True
    with changed(file, "quota.has_room(ctx)", "not quota.has_room(ctx)") as told:
        assert told.startswith("taken up; ")
        assert client.get("/workspace/limits").json()["can_add_more"] is False
    assert client.get("/workspace/limits").json()["can_add_more"] is True


def test_a_changed_rule_below_the_handlers_holds_at_once(stage, changed, client):
    file = stage.handlers / "rules" / "quota.py"
    content = file.read_text(encoding="utf-8")
    with changed(
        file, content, content.replace("def current(", "def current_(") + OTHER_QUOTA
    ) as told:
        assert told.startswith("taken up; ")
        assert client.get("/workspace/limits").json()["current_test_cases"] == 4711


def test_a_changed_rule_of_who_may_ask_holds_at_once(stage, changed, client):
    file = stage.handlers / "security.py"
    for _ in range(2):
        assert client.get("/auth/me").status_code == 200
    with changed(file, 'if not user["is_active"]:', 'if user["is_active"]:') as told:
        assert told.startswith("taken up; ")
        assert client.get("/auth/me").json()["error"] == "account_inactive"
    assert client.get("/auth/me").status_code == 200


OTHER_QUOTA = "\n\ndef current(ctx):\n    return 4711\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    return {\n", "    return {{\n", "'{' was never closed"),
        ("from .rules import quota\n", "from .rules import nope\n", "ImportError: cannot import"),
        ("from .rules import quota\n", "quota = nope\n", "NameError: name 'nope' is not defined"),
        ("def limits(", "def limit(", "has no function limits"),
    ],
)
def test_a_broken_handler_is_told(stage, changed, client, old, new, said):
    file = stage.handlers / "workspace.py"
    with changed(file, old, new) as told:
        assert said in told
        assert told.startswith(f"not taken up.\n{file}:") or "function" in said
        assert client.get("/workspace/limits").json()["can_add_more"] is True
        assert login(client, f"admin+{len(said)}@acme.test") == 200


def test_a_file_that_an_editor_puts_in_place_of_the_old_one_is_noticed(
    stage, changed, client, process
):
    draft = stage.scenario.with_suffix(".new")
    draft.write_text(stage.scenario.read_text(encoding="utf-8"), encoding="utf-8")
    with changed(stage.scenario, "\n    member:", f"{LATE}    member:"):
        seen = len(process.stdout)
        draft.replace(stage.scenario)
        process.wait_for(rf"own\.yaml changed: {TAKEN}", after=seen)
        assert login(client, "late+replaced@acme.test") == 401


def test_files_of_other_kinds_are_left_alone(stage, changed, process):
    (stage.contract / "notes.md").write_text("x", encoding="utf-8")
    with changed(stage.scenario, "title:", "title: Not"):
        assert "notes.md" not in process.stdout


def test_after_a_broken_handler_new_sandboxes_are_still_built(tmp_path, monkeypatch):
    stage = Stage(tmp_path)
    monkeypatch.setattr(HANDLERS, "__path__", [*HANDLERS.__path__, str(stage.packages)])
    options = {"scenario": stage.scenario, "state": tmp_path / "state"}
    understudy.create_app(stage.contract, **options).close()
    app = understudy.create_app(stage.contract, **options)
    rules = stage.handlers / "rules" / "accounts.py"
    before = edit(rules, "def create_user(", "def create_user)")
    with pytest.raises(SyntaxError):
        app.reload()
    assert app.sandboxes.create("fresh").store["users"].count({}) == 9
    rules.write_text(before, encoding="utf-8")
    app.reload()
    app.close()


def test_it_tells_when_the_system_lets_it_watch_no_more(tmp_path, monkeypatch):
    async def awatch(*_folders, **_options):
        raise OSError("too many watches")
        yield

    monkeypatch.setattr("watchfiles.awatch", awatch)
    app = understudy.create_app(scenario="empty")
    told = []
    asyncio.run(reload.watch(app, told.append))
    app.close()
    assert told == ["--reload takes up no more changes: too many watches"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_it_stops_as_cleanly_as_without(serve, stage):
    command = (sys.executable, "-c", COMMAND, str(stage.packages))
    options = ("--contract", str(stage.contract), "--scenario", str(stage.scenario), "--reload")
    with serve(*options, command=command) as process:
        httpx.get(f"{process.url}/openapi.json")
        assert process.stop() == 0
        assert process.stdout.endswith("\nStopped.\n")
        assert process.stderr == ""

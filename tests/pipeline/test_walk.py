"""Connexion looks at a contract once; later starts need it no more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml

import understudy
from understudy import contract as contracts
from understudy import usercache
from understudy.errors import UsageError
from understudy.pipeline import walk
from understudy.pipeline.walk import Route, walked

LATER = {
    "connexion",
    "starlette",
    "jsonschema",
    "httpx",
    "flask",
    "faker",
    "jwt",
    "understudy.client",
}
"""What a start does without."""

START = """
import sys, understudy.cli.serve, understudy.listening
from understudy.pipeline.app import create_app
app = create_app(scenario="empty")
print(*sys.modules)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, on the disk and in the process."""
    monkeypatch.setenv(usercache.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(walk, "_WALKED", {})
    return tmp_path / "cache"


@pytest.fixture
def forget(monkeypatch: pytest.MonkeyPatch):
    """What a new process does not know."""
    return lambda: monkeypatch.setattr(walk, "_WALKED", {})


@pytest.fixture
def edited(tmp_path: Path):
    """The usual contract as one file, changed."""

    def edit(change):
        document = json.loads(json.dumps(contracts.load().document))
        change(document)
        file = tmp_path / "testr" / "openapi.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
        return file

    return edit


def imported() -> set[str]:
    """What a new process has imported when it could answer."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", START],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    return LATER & {*run.stdout.split()}


def test_the_second_start_needs_no_connexion():
    assert "connexion" in imported()
    assert imported() == set()


@pytest.mark.parametrize("api", ["testr", "control"])
def test_it_finds_the_operations(api, forget):
    contract = contracts.load(api)
    expected = [Route(one.method, one.path, one.operation_id) for one in contract.operations]
    assert sorted(walked(contract)) == sorted(expected)
    first = walked(contract)
    forget()
    assert walked(contract) == first


def test_it_is_asked_once(forget, monkeypatch):
    contract = contracts.load()
    first = walked(contract)
    forget()
    monkeypatch.setattr(walk, "_walk", lambda _: pytest.fail("it is asked again"))
    assert walked(contract) == first


def test_another_contract_is_looked_at(edited, forget):
    walked(contracts.load(edited(lambda document: document["info"].update(title="One"))))
    forget()

    def change(document):
        document["paths"]["/moved/me"] = document["paths"].pop("/auth/me")

    found = walked(contracts.load(edited(change)))
    assert "/moved/me" in {route.path for route in found}


@pytest.mark.parametrize("package", ["connexion", "jsonschema_rs"])
def test_another_version_looks_again(package, forget, monkeypatch):
    contract = contracts.load()
    walked(contract)
    forget()
    asked = []
    find = walk._walk
    monkeypatch.setattr(walk, "_walk", lambda one: asked.append(one) or find(one))
    monkeypatch.setattr(walk, "_installed", lambda name: "new" if name == package else "old")
    walked(contract)
    assert asked


@pytest.mark.parametrize("content", [b"[]", b'{"a": 1}', b"7", b'[["GET", "/x", "x.y"]]', None])
def test_what_does_not_fit_is_none(folder, forget, content):
    contract = contracts.load()
    first = walked(contract)
    (file,) = folder.glob("*.walk")
    if content is None:
        file.write_bytes(file.read_bytes()[:-1])
    else:
        usercache.usual(walk.KIND).write(file.stem, content)
    forget()
    assert walked(contract) == first


def test_what_is_wrong_is_told_at_each_start(edited, forget):
    def no_title(document):
        del document["info"]["title"]

    def no_pattern(document):
        schema = {"type": "string", "pattern": "("}
        parameter = {"name": "x", "in": "query", "schema": schema}
        document["paths"]["/auth/me"]["get"].setdefault("parameters", []).append(parameter)

    for change, told in ((no_title, "is not OpenAPI 3.0"), (no_pattern, "not a valid schema")):
        file = edited(change)
        for _ in range(2):
            with pytest.raises(UsageError, match=told):
                understudy.create_app(file, scenario="empty")
            forget()


def test_a_handler_that_does_not_fit_is_found_at_the_second_start(forget, monkeypatch):
    with understudy.run(scenario="empty"):
        pass
    forget()
    monkeypatch.setattr("understudy.handlers.testr.auth.login", lambda ctx: None)
    with pytest.raises(UsageError, match="does not fit its contract"):
        understudy.create_app(scenario="empty")


def test_the_second_start_answers_and_shows_its_documentation(forget):
    for _ in range(2):
        with understudy.run(scenario="empty") as server:
            assert httpx.get(f"{server.api_url}/auth/me").status_code == 401
            assert "swagger-ui" in httpx.get(f"{server.url}/docs/").text
            shown = httpx.get(f"{server.url}/docs/swagger-ui-config.json").json()
            assert [one["url"] for one in shown["urls"]] == [
                "/api/v1/openapi.json",
                "/_control/openapi.json",
            ]
            assert httpx.get(f"{server.url}/openapi.json").json()["paths"]
        forget()

"""Every link of the contract, followed: from the answer that has it to what it leads to.

The request that the link starts from is the contract's own example; the ids in it stand for things
that are made first. A link that can never work, or that forgets what its target needs, fails here.
"""

from __future__ import annotations

import itertools
import re
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

import understudy
from understudy.contract import load
from understudy.contract.model import OperationSpec
from understudy.server import RunningServer

OPERATIONS = {operation.operation_id: operation for operation in load("testr").operations}

# What the ids and tokens in the examples of requests stand for: functions of `Stage`.
EXAMPLES = {
    "3f0b9f5e-6a0c-4a43-9d0e-1f6a2c7b8d01": "plan",
    "3d0f6c52-8b1e-4c7a-9d2e-1f5a7b9c0d01": "plan",
    "5a7d1f0c-2b3e-4c88-8f11-0d9e6a4b7c21": "folder",
    "5a7d1f0c-2b3e-4c88-8f11-0d9e6a4b7c22": "sub_folder",
    "5a7d1f0c-2b3e-4c88-8f11-0d9e6a4b7c23": "other_folder",
    "8c4e2b6a-9d1f-4e75-a3b0-7f5c1d2e9a31": "case",
    "8c4e2b6a-9d1f-4e75-a3b0-7f5c1d2e9a33": "other_case",
    "5c7e9a1b-2d4f-4a6b-8c0e-3f1a5b7c9d01": "case",
    "5c7e9a1b-2d4f-4a6b-8c0e-3f1a5b7c9d02": "other_case",
    "8e4b7d10-5a2f-4f6b-8c3d-2a9e1b0c4d01": "run",
    "4e8b7a6d-1c2f-4d3e-9a5b-6c7d8e9f0a01": "run",
    "1a3c5e7f-9b0d-4e2f-a4c6-8d0f2b4a6c01": "item",
    "9d2c4b1e-7f60-4a35-8c1d-2e3f4a5b6c01": "run_folder",
    "7d8f5a10-2b64-4f0e-9a57-3c1e6b0d4f21": "defect",
    "2a4c6e80-1b3d-4f5a-9c7e-8d0b2f4a6c19": "other_defect",
    "c0a8e2d4-6b1f-4c3e-9d57-2f4a6b8c0e1d": "suite_run",
    "eyJhbGciOiJIUzI1NiJ9.eyJ0eXBlIjoicmVmcmVzaCJ9.c2lnbmF0dXJl": "refresh_token",
}
# What has to be there, beside what a request names, for its answer to have what the links take.
BEFORE = {"test_plans.get_tree": ["folder", "case"], "test_runs.list_items": ["item"]}

EXPRESSION = re.compile(
    r"\$(?P<side>request|response)\.(?:body(?:#(?P<pointer>.*))?|(?P<where>path)\.(?P<name>\w+))"
)
# The server speaks plain HTTP; httpx would load all root certificates, 45 ms.
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class Stage:
    """A sandbox of its own with the default scenario, a user, and what the examples stand for."""

    http: httpx.Client
    sandbox: str
    made: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        login = {"email": "admin@acme.test", "password": "Passw0rd!"}
        self.http.headers = httpx.Headers({"X-Understudy-Sandbox": self.sandbox})
        tokens = self.http.post("/auth/login", json=login).json()
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        self.made["refresh_token"] = tokens["refresh_token"]

    def real(self, value: Any) -> Any:
        """The value of an example with what is really there in place of its ids and tokens."""
        if isinstance(value, dict):
            return {key: self.real(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.real(part) for part in value]
        return self.the(EXAMPLES[value]) if value in EXAMPLES else value

    def the(self, thing: str) -> str:
        """The id of a thing, which is made the first time."""
        if thing not in self.made:
            self.made[thing] = getattr(self, f"make_{thing.removeprefix('other_')}")()
        return self.made[thing]

    def post(self, path: str, **body: Any) -> str:
        answer = self.http.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def make_plan(self) -> str:
        return self.post("/test-plans", name="Checkout")

    def make_folder(self) -> str:
        return self.post("/folders", test_plan_id=self.the("plan"), name="Payment")

    def make_sub_folder(self) -> str:
        parent = self.the("folder")
        plan = self.the("plan")
        return self.post("/folders", test_plan_id=plan, name="Cards", parent_folder_id=parent)

    def make_case(self) -> str:
        return self.post("/test-cases", test_plan_id=self.the("plan"), name="Pay by card")

    def make_run(self) -> str:
        return self.post("/test-runs", test_plan_id=self.the("plan"), run_name="Nightly")

    def make_item(self) -> str:
        return self.post(f"/test-runs/{self.the('run')}/items", test_case_id=self.the("case"))

    def make_run_folder(self) -> str:
        return self.post("/test-run-tree/folders", name="Release 4.2")

    def make_defect(self) -> str:
        return self.post("/defects", title="The log-in crashes")

    def make_suite_run(self) -> str:
        return self.post("/reports/suite-runs", suite_name="Smoke", status="PASSED")


@dataclass
class Request:
    """What is sent: an operation with its parameters by name, and its body."""

    operation: OperationSpec
    parameters: Mapping[str, Any]
    body: Any

    def send(self, http: httpx.Client) -> httpx.Response:
        given: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
        for parameter in self.operation.parameters:
            if parameter["name"] in self.parameters:
                name = parameter["name"]
                given[parameter["in"]][name] = self.parameters[name]
        path = self.operation.path.format(**given["path"])
        content = {} if self.body is None else {"json": self.body}
        return http.request(
            self.operation.method, path, params=given["query"], headers=given["header"], **content
        )


def evaluated(value: Any, request: Request, answer: Any) -> Any:
    """A value of a link with its runtime expressions replaced by what they stand for."""
    if isinstance(value, dict):
        return {key: evaluated(part, request, answer) for key, part in value.items()}
    if isinstance(value, list):
        return [evaluated(part, request, answer) for part in value]
    if not isinstance(value, str) or not value.startswith("$"):
        return value
    match = EXPRESSION.fullmatch(value)
    assert match, f"{value} is none of the expressions that this test knows"
    if match["where"]:
        return request.parameters[match["name"]]
    part = request.body if match["side"] == "request" else answer
    for key in (match["pointer"] or "").split("/")[1:]:
        part = part[int(key)] if isinstance(part, list) else part[key]
    return part


def bodies(operation: OperationSpec) -> list[Any]:
    """The examples of an operation's body; None where it takes none."""
    content = operation.raw.get("requestBody", {}).get("content", {})
    media = content.get("application/json", {"example": None})
    named = [example["value"] for example in media.get("examples", {}).values()]
    return [*named, *([media["example"]] if "example" in media else [])]


def links() -> Iterator[Any]:
    """Operation, number of the example, status and name of every link."""
    for operation in OPERATIONS.values():
        for status, answer in operation.raw["responses"].items():
            for name, number in itertools.product(
                answer.get("links", {}), range(len(bodies(operation)))
            ):
                identity = f"{operation.operation_id}[{number}] to {name}"
                yield pytest.param(operation, number, int(status), name, id=identity)


@pytest.fixture(scope="module")
def server() -> Iterator[RunningServer]:
    with understudy.run(scenario="default", clock="2026-01-26T09:00:00Z", seed="links") as running:
        yield running


@pytest.fixture(scope="module")
def http(server: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.api_url, verify=PLAIN_HTTP, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def stage(server: RunningServer, http: httpx.Client, numbers: Iterator[int]) -> Iterator[Stage]:
    name = f"stage-{next(numbers)}"
    server.sandboxes.open(name)
    yield Stage(http, name)
    server.sandboxes.delete(name)


@pytest.mark.parametrize(("operation", "number", "status", "name"), [*links()])
def test_a_link_works(
    stage: Stage, operation: OperationSpec, number: int, status: int, name: str
) -> None:
    for thing in BEFORE.get(operation.operation_id, []):
        stage.the(thing)
    examples = {one["name"]: one["example"] for one in operation.parameters if one.get("required")}
    first = Request(operation, stage.real(examples), stage.real(bodies(operation)[number]))
    answer = first.send(stage.http)
    assert answer.status_code == status, answer.text
    link = operation.raw["responses"][str(status)]["links"][name]
    parameters = evaluated(link.get("parameters", {}), first, answer.json())
    body = evaluated(link.get("requestBody"), first, answer.json())
    followed = Request(OPERATIONS[link["operationId"]], parameters, body).send(stage.http)
    assert followed.is_success, f"{followed.status_code}: {followed.text}"


# What each creation leads to at least: what reads, changes and deletes the new thing, and uses it.
LEADS_TO = {
    "auth.register": ["auth.login"],
    "test_plans.create_plan": [
        "test_plans.list_plans",
        "test_plans.get_plan",
        "test_plans.update_plan",
        "test_plans.delete_plan",
        "test_plans.get_tree",
        "test_plans.create_folder",
        "test_plans.create_case",
        "test_runs.create_run",
    ],
    "test_plans.create_folder": [
        "test_plans.get_tree",
        "test_plans.reorder_folders",
        "test_plans.delete_plan",
        "test_plans.create_case",
    ],
    "test_plans.create_case": [
        "test_plans.get_tree",
        "test_plans.reorder_cases",
        "test_plans.delete_plan",
        "test_plans.create_recording",
        "test_plans.create_script",
    ],
    "test_plans.create_variable": ["test_plans.list_variables", "test_plans.resolve_variables"],
    "test_runs.create_run": [
        "test_runs.list_runs",
        "test_runs.get_run",
        "test_runs.get_summary",
        "test_runs.update_run",
        "test_runs.delete_run",
        "test_runs.start_run",
        "test_runs.cancel_run",
        "test_run_tree.organize_run",
    ],
    "test_runs.start_run": [
        "test_runs.stop_run",
        "test_runs.get_summary",
        "test_runs.update_run",
    ],
    "test_runs.add_item": [
        "test_runs.list_items",
        "test_runs.create_result",
        "test_runs.get_summary",
        "test_runs.delete_run",
    ],
    "test_runs.add_items": [
        "test_runs.list_items",
        "test_runs.create_result",
        "test_runs.get_summary",
        "test_runs.delete_run",
    ],
    "test_runs.create_result": [
        "test_runs.get_run",
        "test_runs.get_summary",
        "test_runs.list_items",
        "test_runs.delete_run",
    ],
    "test_runs.create_schedule": [
        "test_runs.list_schedules",
        "test_runs.list_pending_schedules",
        "test_runs.create_run",
    ],
    "defects.create_defect": [
        "defects.list_defects",
        "defects.get_defect",
        "defects.update_defects",
        "defects.delete_defects",
    ],
    "defects.create_folder": [
        "defects.list_folders",
        "defects.list_defects",
        "defects.create_defect",
    ],
    "defects.create_filter": ["defects.list_filters", "defects.list_defects"],
    "reports.create_suite_run": ["reports.get_suite_run", "reports.list_suite_runs"],
    "settings.update_settings": ["settings.get_settings", "settings.reset_settings"],
    "test_run_tree.create_folder": ["test_run_tree.get_tree", "test_run_tree.create_folder"],
}
# Nothing reads, changes or deletes these, but for the deletion of their plan, which they do not
# name.
LEADS_NOWHERE = {"test_plans.create_recording", "test_plans.create_script"}


@pytest.mark.parametrize("source", LEADS_TO)
def test_what_a_creation_leads_to(source: str) -> None:
    answers = OPERATIONS[source].raw["responses"].values()
    found = {one["operationId"] for answer in answers for one in answer.get("links", {}).values()}
    assert {*LEADS_TO[source]} - found == set()


def test_every_creation_is_looked_at() -> None:
    creations = {name for name, one in OPERATIONS.items() if "201" in one.responses}
    assert creations - LEADS_TO.keys() == LEADS_NOWHERE

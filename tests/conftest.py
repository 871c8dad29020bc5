"""A server on a socket for the whole run, and a fresh sandbox on it for each test.

Every answer that a test's client gets is checked a second time, by openapi-core, with undocumented
fields forbidden.
"""

from __future__ import annotations

import copy
import functools
import itertools
import ssl
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from jsonschema_path import SchemaPath
from openapi_core import V30ResponseValidator
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.responses.exceptions import ResponseFinderError
from openapi_core.testing import MockRequest, MockResponse
from openapi_core.validation.response.exceptions import ResponseValidationError

import understudy
from understudy import contract
from understudy.server import RunningServer

MONDAY = "2026-01-26T09:00:00.000Z"
# The server speaks plain HTTP; httpx would load all root certificates for every client, 45 ms each.
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PASSWORDS = {"admin@firstlogin.test": "Temp0rary1"}


def closed(schema: Any) -> Any:
    """The schema with undocumented properties forbidden wherever it names some."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        result.setdefault("additionalProperties", False)
    return result


class Judge:
    """The second opinion: openapi-core on the bundled contract."""

    def __init__(self, document: dict[str, Any], base_path: str) -> None:
        document = copy.deepcopy(document)
        document["servers"] = [{"url": base_path}]
        self._base_path = base_path
        document["components"]["schemas"] = closed(document["components"]["schemas"])
        self._validator = V30ResponseValidator(SchemaPath.from_dict(document))

    def check(self, response: httpx.Response) -> None:
        sent = response.request
        parts = urlsplit(str(sent.url))
        is_ours = parts.path.startswith(f"{self._base_path}/")
        is_endless = response.headers.get("content-type", "").startswith("text/event-stream")
        if not is_ours or is_endless or sent.method in ("HEAD", "OPTIONS"):
            return
        response.read()
        request = MockRequest(f"{parts.scheme}://{parts.netloc}", sent.method.lower(), parts.path)
        answer = MockResponse(
            response.content,
            response.status_code,
            dict(response.headers),
            response.headers.get("content-type", ""),
        )
        try:
            self._validator.validate(request, answer)
        except PathError:
            return  # no operation answered
        except (ResponseFinderError, ResponseValidationError) as error:
            cause = error.__cause__ or error
            told = [one.message for one in getattr(cause, "schema_errors", [])] or [str(cause)]
            raise AssertionError(
                f"{sent.method} {parts.path} → {response.status_code} breaks the contract: {told}\n"
                + response.text
            ) from None


class Client(httpx.Client):
    """An HTTP client with paths below the contract's base path."""

    def __init__(self, server: RunningServer, headers: dict[str, str]) -> None:
        super().__init__(base_url=server.api_url, headers=headers, timeout=30, verify=PLAIN_HTTP)

    def delete_with(self, path: str, json: Any) -> httpx.Response:
        """DELETE with a body."""
        return self.request("DELETE", path, json=json)


class Moves:
    """The sandbox's clock, in a test's words."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
        self._clock.advance(round(total * 1000))

    def now(self) -> str:
        return str(self._clock.now())


class World:
    """A sandbox of its own on the running server."""

    def __init__(self, server: RunningServer, name: str) -> None:
        self.server = server
        self.name = name
        self.sandbox = server.sandboxes.open(name)
        self.clock = Moves(self.sandbox.clock)
        self._clients: dict[str, Client] = {}
        self.anonymous = self.with_headers()

    def with_headers(self, **headers: str) -> Client:
        """A client that sends these headers and no token."""
        client = Client(self.server, {"X-Understudy-Sandbox": self.name, **headers})
        self._clients[f"#{len(self._clients)}"] = client
        return client

    def login(self, email: str, password: str | None = None) -> dict[str, Any]:
        """The answer of a log-in that must succeed."""
        body = {"email": email, "password": password or PASSWORDS.get(email, "Passw0rd!")}
        response = self.anonymous.post("/auth/login", json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    def client(self, email: str = "admin@acme.test") -> Client:
        """A client that is logged in, the same one for the same e-mail."""
        if email not in self._clients:
            token = self.login(email)["access_token"]
            self._clients[email] = self.with_headers(Authorization=f"Bearer {token}")
        return self._clients[email]

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self.server.sandboxes.delete(self.name)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Large scenarios are kept in a folder of the tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNDERSTUDY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[RunningServer]:
    with understudy.run(scenario="empty", clock=MONDAY, seed="tests") as running:
        yield running


@pytest.fixture(scope="session")
def judge() -> Judge:
    served = contract.load()
    return Judge(served.public_document(), served.base_path)


@pytest.fixture(scope="session", autouse=True)
def _every_answer_is_judged(judge: Judge) -> Iterator[None]:
    """Whichever client a test sends with, and whichever contract answers."""
    control = contract.control()
    judges = judge, Judge(control.public_document(), control.base_path)
    send = httpx.Client.send

    @functools.wraps(send)
    def send_and_judge(client: httpx.Client, *args: Any, **options: Any) -> httpx.Response:
        response = send(client, *args, **options)
        for one in judges:
            one.check(response)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "send", send_and_judge)
        yield


@pytest.fixture(scope="session")
def world_numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def world(server: RunningServer, world_numbers: Iterator[int]) -> Iterator[World]:
    made = World(server, f"world-{next(world_numbers)}")
    yield made
    made.close()


@pytest.fixture
def default_world() -> Iterator[World]:
    """A server of its own with the default scenario, for tests that want things to be there
    already.
    """
    with understudy.run(scenario="default", clock=MONDAY, seed="tests") as running:
        made = World(running, "a-full-stage")
        yield made
        made.close()

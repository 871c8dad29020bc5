"""`Server`: a running server, in this process or elsewhere, as its control API shows it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from understudy.client.arguments import Moment, given, moment
from understudy.client.connection import BUILD_SECONDS, Connection, path_to
from understudy.client.files import read_bytes
from understudy.client.records import FaultPlan, SandboxInfo, ScenarioInfo, ServerInfo
from understudy.client.sandbox import Sandbox
from understudy.client.sources import source_of
from understudy.errors import UsageError
from understudy.names import NO_NAME, is_name

__tracebackhide__ = True  # pytest shows the caller's line instead

PAGE = 1000
"""So many sandboxes a server lists at once at most."""


class Server:
    """A server's sandboxes.

    url: `http://HOST:PORT`. token: its control token; needed where it listens beyond loopback.
    agent: who asks, as the server is told. Raises UsageError for what is no such address; its
    methods raise ControlError for what the server refuses, Unreachable where none answers.
    """

    def __init__(self, url: str, token: str | None = None, *, agent: str | None = None) -> None:
        self._connection = Connection(url, token, agent)
        self.url = self._connection.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def api_url(self) -> str:
        """Below it lie the operations of the served contract."""
        return self.url + self.show().contract.base_path

    def show(self) -> ServerInfo:
        """What is served: version, contract, scenarios, limits."""
        return ServerInfo.of(self._connection.call("GET", "/server"))

    def sandbox(
        self,
        scenario: str | Path | None = None,
        *,
        name: str | None = None,
        seed: str | int | None = None,
        clock: Moment | None = None,
        snapshot: tuple[str, str] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Sandbox:
        """A new sandbox, which is deleted at the end of a `with` block.

        scenario: one that the server knows, by its name, or a file here, by its Path; left out, the
        server's own. parameters: of the scenario, `{"defects": 5000}`. snapshot: (sandbox,
        snapshot) to fill it from instead. name: left out, the server makes one. seed: makes the ids
        of new objects repeat. clock: a time at which it stands. Raises UsageError for a file that
        cannot be read.
        """
        body = given(
            **source_of(scenario),
            parameters=dict(parameters) if parameters else None,
            snapshot={"sandbox": snapshot[0], "name": snapshot[1]} if snapshot else None,
            name=name,
            seed=None if seed is None else str(seed),
            clock=None if clock is None else moment(clock),
        )
        made = self._connection.call("POST", "/sandboxes", body=body, waits=BUILD_SECONDS)
        info = SandboxInfo.of(made)
        return Sandbox(self._connection, info, is_ours=True)

    def open_bundle(self, bundle: str | Path | bytes, *, name: str | None = None) -> Sandbox:
        """A new sandbox that is as the one was which `sandbox.save_bundle()` saved: from its file,
        or from its bytes. It is deleted at the end of a `with` block. name: left out, the server
        makes one. Raises UsageError for a file that cannot be read.
        """
        content = bundle if isinstance(bundle, bytes) else read_bytes(Path(bundle))
        answer = json.loads(self._connection.data("/bundles", send=content, query={"name": name}))
        return Sandbox(self._connection, SandboxInfo.of(answer["sandbox"]), is_ours=True)

    def attach(self, name: str = "default") -> Sandbox:
        """A sandbox that is there, and stays. Raises UsageError for what is no name."""
        if not is_name(name):
            raise UsageError(f"{name!r} {NO_NAME}")
        info = SandboxInfo.of(self._connection.call("GET", path_to("sandboxes", name)))
        return Sandbox(self._connection, info, is_ours=False)

    def scenarios(self) -> list[ScenarioInfo]:
        """What sandboxes can be made from and loaded with; the server's own first."""
        answer = self._connection.call("GET", "/scenarios", waits=BUILD_SECONDS)
        return [ScenarioInfo.of(one) for one in answer["scenarios"]]

    def scenario(self, name: str) -> ScenarioInfo:
        """One of them; parameters may follow its name, `large-workspace?defects=5000`."""
        return ScenarioInfo.of(self._connection.call("GET", path_to("scenarios", name)))

    def list_sandboxes(self) -> list[SandboxInfo]:
        """All sandboxes, in the order in which they were made."""
        found: list[Any] = []
        while True:
            query = {"limit": PAGE, "offset": len(found)}
            page = self._connection.call("GET", "/sandboxes", query=query)["sandboxes"]
            found += page
            if len(page) < PAGE:
                return [SandboxInfo.of(one) for one in found]

    def fault_plans(self) -> list[FaultPlan]:
        """The ready-made sets of fault rules that `sandbox.faults.apply` knows."""
        plans = self._connection.call("GET", "/fault-plans")["plans"]
        return [FaultPlan.of(one) for one in plans]

    def close(self) -> None:
        """Close the connections; the next call opens one again."""
        self._connection.close()


def connect(url: str, token: str | None = None) -> Server:
    """A server that runs elsewhere: `understudy.connect("http://127.0.0.1:8000")`.

    token: its control token, where it listens beyond loopback; left out, it is read from the
    environment variable UNDERSTUDY_CONTROL_TOKEN. Nothing is sent before the first call; `show()`
    tells at once whether the server is there and takes the token. Raises UsageError for what is no
    address.
    """
    return Server(url, token or os.environ.get("UNDERSTUDY_CONTROL_TOKEN"))

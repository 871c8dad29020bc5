"""What the served API's contract offers to set a scene in one step, from afar."""

from __future__ import annotations

from typing import Any

from understudy.client.arguments import given
from understudy.client.connection import Connection, path_to
from understudy.client.records import Outcome, Shortcut

__tracebackhide__ = True  # pytest shows the caller's line instead


class SandboxShortcuts:
    """Runs shortcuts in a sandbox."""

    def __init__(self, connection: Connection, sandbox: str) -> None:
        self._connection = connection
        self._path = path_to("sandboxes", sandbox, "shortcuts")

    def list(self) -> list[Shortcut]:
        """All shortcuts, each with the JSON Schema of its arguments."""
        return [Shortcut.of(one) for one in self._connection.call("GET", self._path)["shortcuts"]]

    def run(self, name: str, /, **arguments: Any) -> Outcome:
        """Run one: `run("expire-access-token", user="admin@acme.test")`, all of it or nothing.

        Raises ControlError for a shortcut or an argument that there is not.
        """
        path = self._path + path_to(name)
        return Outcome.of(self._connection.call("POST", path, body=given(**arguments)))

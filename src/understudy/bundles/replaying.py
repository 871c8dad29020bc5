"""Sending the requests of a bundle once more, from where its sandbox began.

The clock stands and is set before each request to the time that it had. Ids and what faults do at
random follow from the seed, so they come out as they did; what was done to the sandbox through the
control API is done again in between. The answers are read from the journal of the new sandbox,
which blanks them as it blanked the recorded ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from understudy.bundles.comparing import Difference, differences
from understudy.bundles.report import Outcome, Report, Verdict
from understudy.bundles.standins import Filled, StandIns
from understudy.bundles.steps import (
    NOT_OURS,
    Step,
    leads_elsewhere,
    missing,
    obstacle,
    slack,
    steps,
)
from understudy.client.errors import ControlError
from understudy.errors import UsageError
from understudy.names import is_name

if TYPE_CHECKING:
    import httpx

    from understudy.bundles.form import Bundle
    from understudy.client.connection import Connection

HEADER = "x-understudy-sandbox"
SILENCE = 1.0
"""Seconds to wait for an answer that did not come when the request was recorded, either."""
PATIENCE = 60.0
"""Seconds to wait for any other."""
UNDO = "before-a-made-up-secret"
"""The snapshot to go back to where a secret that was made up led somewhere else."""
SECRET = "it needs a secret that nobody knows here, and the answer depends on it"


class Replay:
    """One replay of a bundle in a sandbox that is as the bundle's was at its beginning.

    `outcomes()` gives what came of each exchange as soon as it is known; `report` has all of it.
    """

    def __init__(self, bundle: Bundle, connection: Connection, sandbox: str) -> None:
        self.report = Report(missing(bundle))
        self._steps = steps(bundle)
        self._standins = StandIns(bundle)
        self._connection = connection
        self._recorded = bundle.manifest["sandbox"]
        self._sandbox = sandbox
        self._path = f"/sandboxes/{quote(sandbox, safe='')}"
        self._slack = slack(self._steps, bundle.manifest["clock"]["factor"])
        self._seen = 0

    def outcomes(self) -> Iterator[Outcome]:
        """Take all steps. Raises ControlError where the server does not play along."""
        with self._connection.http(self._connection.url, {}) as client:
            for step in self._steps:
                if step.exchange is None:
                    self._repeat(step)
                    continue
                outcome = self._outcome(client, step)
                self.report.outcomes.append(outcome)
                yield outcome

    def _repeat(self, step: Step) -> None:
        """Do once more what was done to the sandbox."""
        import httpx

        done = step.intervention
        assert done is not None  # it is no exchange
        self._set_clock(step.at)
        what = f"{done['method']} {done['path']}"
        body = self._standins.fill_body(done)
        try:
            self._connection.call(done["method"], f"{self._path}/{done['path']}", body=body)
        except ControlError as error:
            self.report.notes.append(f"{what} cannot be repeated: {error.message}")
        except httpx.InvalidURL as error:
            raise UsageError(f"{what!r} is no request: {error}") from None

    def _outcome(self, client: httpx.Client, step: Step) -> Outcome:
        exchange = step.exchange
        assert exchange is not None  # it is no intervention
        filled, is_made_up = self._standins.fill(exchange)
        reason = obstacle(exchange) or self._elsewhere(filled)
        if reason is not None:
            self._tell_of_changes(exchange["shown"])
            return _outcome(exchange, "skipped", reason=reason)
        self._set_clock(step.at)
        is_refused = exchange["shown"]["status"] >= 400
        undo = self._snapshot() if is_made_up and is_refused else None
        new = self._sent(client, exchange, filled)
        found = differences(exchange["shown"], new, self._slack)
        if undo is not None:
            self._back_to(undo, is_needed=bool(found))
        if found and is_made_up and _is_refusal(exchange["shown"]["status"], new["status"]):
            self._tell_of_changes(exchange["shown"])
            return _outcome(exchange, "skipped", reason=SECRET)
        return _outcome(exchange, "differs" if found else "same", found)

    def _elsewhere(self, filled: Filled) -> str | None:
        """Why a request would not stay in the sandbox, now that its secrets are filled in."""
        if leads_elsewhere(filled.path):
            return "its path leads elsewhere"
        name = filled.headers.get(HEADER, self._recorded)
        is_other = name != self._recorded and is_name(name)
        return f"it is about another sandbox, {name}" if is_other else None

    def _tell_of_changes(self, skipped: Mapping[str, Any]) -> None:
        """What follows a request that is skipped may miss what it did."""
        if skipped["change_count"]:
            told = "changed something, and is skipped: what comes after it may differ for that."
            self.report.notes.append(f"#{skipped['sequence']} {told}")

    def _sent(
        self, client: httpx.Client, exchange: Mapping[str, Any], filled: Filled
    ) -> dict[str, Any]:
        """Send a request, and give the exchange as the journal has it."""
        import httpx

        shown = exchange["shown"]
        query = f"?{filled.query}" if filled.query else ""
        try:
            request = client.build_request(
                shown["method"],
                f"{self._connection.url}{filled.path}{query}",
                headers=[*self._headers(shown, filled)],
                content=self._body(filled),
                timeout=PATIENCE if shown["status"] else SILENCE,
            )
            answer = client.send(request)
        except httpx.TransportError:
            pass  # which the journal tells more about
        except (ValueError, httpx.InvalidURL) as error:
            raise UsageError(f"exchange #{shown['sequence']} is no request: {error}") from None
        else:
            self._standins.learn(exchange, answer.content)
        return self._noted(shown)

    def _headers(self, shown: Mapping[str, Any], filled: Filled) -> Iterator[tuple[bytes, bytes]]:
        headers = {name: value for name, value in filled.headers.items() if name not in NOT_OURS}
        if headers.get(HEADER, self._recorded) == self._recorded:
            headers[HEADER] = self._sandbox
        if shown["request_id"]:
            headers["x-request-id"] = shown["request_id"]
        for name, value in headers.items():
            yield name.encode("latin-1", "replace"), value.encode("latin-1", "replace")

    def _body(self, filled: Filled) -> bytes | None:
        """The body, in which addresses lead into the new sandbox as they led into the old one."""
        body = filled.body
        if body is None:
            return None
        old, new = (f"+{name}@".encode() for name in (self._recorded, self._sandbox))
        return re.sub(re.escape(old), new.replace(b"\\", rb"\\"), body, flags=re.IGNORECASE)

    def _noted(self, shown: Mapping[str, Any]) -> dict[str, Any]:
        """What the journal has of the request that was sent last."""
        query = {"since": self._seen, "order": "oldest", "limit": 2}
        page = self._connection.call("GET", f"{self._path}/journal", query=query)["exchanges"]
        if len(page) != 1:
            told = "did not arrive" if not page else "is not alone: somebody else uses the sandbox"
            raise UsageError(f"the replay ends: exchange #{shown['sequence']} {told}")
        self._seen = page[0]["sequence"]
        noted: dict[str, Any] = page[0]
        return noted

    def _set_clock(self, at: str) -> None:
        self._connection.call("POST", f"{self._path}/clock/freeze", body={"at": at})

    def _snapshot(self) -> str:
        answer = self._connection.call("POST", f"{self._path}/snapshots", body={"name": UNDO})
        return str(answer["name"])

    def _back_to(self, snapshot: str, *, is_needed: bool) -> None:
        """Undo what was done with a secret that was made up; else what follows would differ."""
        path = f"{self._path}/snapshots/{quote(snapshot, safe='')}"
        if is_needed:
            self._connection.call("POST", f"{path}/restore", body={"clock": False})
        self._connection.call("DELETE", path)


def _outcome(
    exchange: Mapping[str, Any],
    verdict: Verdict,
    found: list[Difference] | None = None,
    reason: str | None = None,
) -> Outcome:
    shown = exchange["shown"]
    query = f"?{shown['query']}" if shown["query"] else ""
    address = f"{shown['path']}{query}"
    sequence, method, status = shown["sequence"], shown["method"], shown["status"]
    return Outcome(sequence, method, address, status, verdict, found or [], reason)


def _is_refusal(*statuses: int) -> bool:
    """Whether one of two different statuses is that of a secret which is not the right one."""
    return len({*statuses}) > 1 and any(400 <= one < 500 for one in statuses)

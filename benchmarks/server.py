"""A server that is measured, and what all of them have in common."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from benchmarks import workloads
from benchmarks.process import Running
from benchmarks.workloads import DEFECT, LOGIN, Call, Workload
from benchmarks.wrk import Destination

API = "/api/v1"
NOBODY = "00000000-0000-4000-8000-000000000000"


def _nothing() -> None:
    pass


@dataclass(eq=False)
class Server:
    """A server that runs. `base`: where its API begins; `one`: the id of a defect; `logs_in`: it
    gives tokens that it checks; `renew`: undo what was stored since it was prepared; `warming`: how
    many times as long as others it takes to get to its speed.
    """

    name: str
    process: Running
    base: str
    one: str = NOBODY
    logs_in: bool = False
    renew: Callable[[], None] = _nothing
    translate: Callable[[Call], Call] = lambda call: call
    warming: int = 1

    def workload(self, name: str) -> Workload:
        """A workload in this server's dialect."""
        plain = workloads.BY_NAME[name]
        calls = tuple(map(self.translate, plain.calls))
        return Workload(plain.name, plain.title, calls, plain.rotates)

    def destination(self, tokens: int = 0) -> Destination:
        """Where wrk is to go now, with so many refresh tokens. Files a defect."""
        header, refreshing = "Bearer none", ["none"] * tokens
        if self.logs_in:
            with client(self.base) as asking:
                answers = [asking.post("/auth/login", json=LOGIN).json() for _ in range(tokens + 1)]
                header = f"Bearer {answers[0]['access_token']}"
                # What a store puts off until it is first changed is not what is measured.
                checked(asking.post("/defects", json=DEFECT, headers={"Authorization": header}))
            refreshing = [answer["refresh_token"] for answer in answers[1:]]
        return Destination(self.base, {"Authorization": header}, self.one, refreshing)


def ask_once(to: Destination, workload: Workload) -> None:
    """Send each call of a workload once."""
    with client(to.base) as asking:
        for call in workload.calls:
            path, text = call.path.replace("{one}", to.one), call.text(to.one)
            headers = {**to.headers, **({"Content-Type": "application/json"} if text else {})}
            checked(asking.request(call.method, path, content=text, headers=headers))


@contextlib.contextmanager
def client(base: str) -> Iterator[httpx.Client]:
    """A client below a base URL that gives slow preparations their time."""
    with httpx.Client(base_url=base, timeout=600) as made:
        yield made


def checked(answer: httpx.Response) -> None:
    """Raises httpx.HTTPStatusError for a refusal."""
    answer.raise_for_status()

"""Our own servers, and the list of all that are measured."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import httpx

from benchmarks import equivalents, workloads
from benchmarks.others import json_server, mockoon, prism, wiremock
from benchmarks.process import HOST, Running, free_port, running
from benchmarks.server import API, Server, checked, client
from benchmarks.tools import CACHE, TOOLS, environment
from benchmarks.workloads import DEFECT, SIDE_BY_SIDE

DEFECTS = 1000
SNAPSHOT = "before"


def understudy_command(port: int, defects: int | None, *options: str) -> list[str]:
    """`understudy serve`, with nothing but its data chosen; None: the usual scenario."""
    command = [sys.executable, "-m", "understudy", "serve", "--port", str(port), *options]
    if defects is None:
        return command
    sizes = {"defects": defects, "cases": 100, "runs": 50}
    chosen = [part for name, value in sizes.items() for part in ("--set", f"{name}={value}")]
    return [*command, "--scenario", "large-workspace", *chosen]


@contextlib.contextmanager
def understudy(
    defects: int | None = DEFECTS, name: str = "understudy", *, state: bool = False
) -> Iterator[Server]:
    """Our own server: all checks on, journal on; in memory, or with `--state`."""
    port = free_port()
    folder = TOOLS / "state"
    shutil.rmtree(folder, ignore_errors=True)
    command = understudy_command(port, defects, *(["--state", str(folder)] if state else []))
    with running(command, port, f"{API}/auth/me", environment()) as process:
        server = _ours(name, process)
        sandbox = f"http://{HOST}:{port}/_control/sandboxes/default"
        httpx.post(f"{sandbox}/snapshots", json={"name": SNAPSHOT}, timeout=600).raise_for_status()
        restore = f"{sandbox}/snapshots/{SNAPSHOT}/restore"
        server.renew = lambda: _posted(restore)
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def plain_connexion() -> Iterator[Server]:
    """The same contract and handlers under Connexion alone."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.plain", str(port), str(DEFECTS)]
    with running(command, port, f"{API}/auth/me", environment()) as process:
        yield _ours("plain Connexion", process)


@contextlib.contextmanager
def bare_uvicorn() -> Iterator[Server]:
    """The limit of the same web server, with the same bytes to send."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.bare", str(port), str(TOOLS / "defect.json")]
    with running(command, port, f"{API}/defects", environment()) as process:
        yield Server("bare uvicorn", process, f"http://{HOST}:{port}{API}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A server that can be measured: its name on the command line and in tables, how it is started,
    and the workloads that mean the same to it.
    """

    key: str
    name: str
    start: Callable[[], AbstractContextManager[Server]]
    takes: tuple[str, ...]
    needs: tuple[str, ...] = ()


NODE, JAVA = ("npm", "node"), ("npm", "java")
KINDS = (
    Kind("understudy", "understudy", understudy, SIDE_BY_SIDE),
    Kind(
        "state",
        "understudy --state",
        lambda: understudy(name="understudy --state", state=True),
        ("get", "post"),
    ),
    Kind("bare", "bare uvicorn", bare_uvicorn, ("get", "post")),
    Kind("connexion", "plain Connexion", plain_connexion, SIDE_BY_SIDE),
    Kind("wiremock", "WireMock", wiremock, SIDE_BY_SIDE, JAVA),
    Kind(
        "wiremock-journal",
        "WireMock, journal",
        lambda: wiremock(journal=True),
        ("get", "post"),
        JAVA,
    ),
    Kind("prism", "Prism", prism, SIDE_BY_SIDE, NODE),
    Kind("mockoon", "Mockoon", mockoon, SIDE_BY_SIDE, NODE),
    Kind("json-server", "json-server", json_server, ("get", "post", "list", "filtered"), NODE),
)
BY_KEY = {kind.key: kind for kind in KINDS}


def prepare(*, forget: bool) -> None:
    """Record what the other servers answer with, from a server of our own. `forget`: what earlier
    runs kept between starts.
    """
    if forget:
        shutil.rmtree(CACHE, ignore_errors=True)
    with understudy() as server, client(server.base) as asking:
        to = server.destination()
        asking.headers["Authorization"] = to.headers["Authorization"]
        data = equivalents.data(asking)
        made = asking.get(f"/defects/{server.one}").text
        answers = equivalents.recorded(asking, workloads.ALL, server.one)
    (TOOLS / "data.json").write_text(json.dumps(data), "utf-8")
    (TOOLS / "defect.json").write_text(made, "utf-8")
    equivalents.write_stubs(answers, API, TOOLS / "wiremock-root")


def _ours(name: str, process: Running) -> Server:
    """A server that runs our handlers, with a defect like the one that is posted."""
    server = Server(name, process, f"http://{HOST}:{process.port}{API}", logs_in=True)
    token = server.destination().headers
    with client(server.base) as asking:
        made = asking.post("/defects", json=DEFECT, headers=token)
    checked(made)
    server.one = made.json()["id"]
    return server


def _posted(url: str) -> None:
    checked(httpx.post(url, timeout=600))

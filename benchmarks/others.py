"""The other servers: how each is started and prepared."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import httpx

from benchmarks.process import HOST, Running, free_port, running
from benchmarks.server import API, NOBODY, Server, checked
from benchmarks.tools import MODULES, TOOLS, WIREMOCK, bundled_contract, environment
from benchmarks.workloads import Call

JAVA_WARMING = 4


@contextlib.contextmanager
def wiremock(*, journal: bool = False) -> Iterator[Server]:
    """WireMock with a stub for each call, without its request journal unless asked."""
    port = free_port()
    # The package's own command would leave its Java process behind when it is stopped.
    jar = MODULES / f"wiremock/build/wiremock-standalone-{WIREMOCK}.jar"
    command = ["java", "-jar", str(jar), "--port", str(port), "--bind-address", HOST]
    command += ["--root-dir", str(TOOLS / "wiremock-root"), "--disable-banner"]
    command += [] if journal else ["--no-request-journal"]
    with running(command, port, f"{API}/defects/{NOBODY}", environment()) as process:
        name = "WireMock, journal" if journal else "WireMock"
        server = Server(name, process, f"http://{HOST}:{port}{API}", warming=JAVA_WARMING)
        if journal:
            requests = f"http://{HOST}:{port}/__admin/requests"
            server.renew = lambda: checked(httpx.delete(requests, timeout=60))
        yield server


@contextlib.contextmanager
def prism() -> Iterator[Server]:
    """Prism with the contract: examples, not made-up answers; nothing logged. No base path."""
    port = free_port()
    command = ["node", str(MODULES / "@stoplight/prism-cli/dist/index.js"), "mock"]
    command += [
        "-h",
        HOST,
        "-p",
        str(port),
        "-v",
        "silent",
        "--no-multiprocess",
        str(bundled_contract()),
    ]
    with running(command, port, f"/defects/{NOBODY}", environment()) as process:
        yield Server("Prism", process, f"http://{HOST}:{port}")


@contextlib.contextmanager
def mockoon() -> Iterator[Server]:
    """Mockoon with the contract: no admin API, no log file, no transactions kept."""
    port = free_port()
    command = ["node", str(MODULES / "@mockoon/cli/bin/run.js"), "start", "-l", HOST]
    command += ["-p", str(port), "-d", str(bundled_contract()), "--disable-log-to-file"]
    command += ["--disable-admin-api", "--max-transaction-logs", "0"]
    with running(command, port, f"{API}/defects/{NOBODY}", environment()) as process:
        yield Server("Mockoon", process, f"http://{HOST}:{port}{API}")


@contextlib.contextmanager
def json_server() -> Iterator[Server]:
    """json-server with the same defects, quiet, uncompressed; started anew to forget."""
    port, file = free_port(), TOOLS / "db.json"
    command = ["node", str(MODULES / "json-server/lib/cli/bin.js"), "--quiet", "--no-gzip"]
    command += ["--host", HOST, "--port", str(port), str(file)]
    prepared = (TOOLS / "data.json").read_bytes()
    with contextlib.ExitStack() as stack:

        def start() -> Running:
            file.write_bytes(prepared)
            return stack.enter_context(running(command, port, "/defects/none", environment()))

        server = Server("json-server", start(), f"http://{HOST}:{port}")

        def renew() -> None:
            stack.close()
            server.process = start()

        defects = json.loads(prepared)["defects"]
        server.one = defects[0]["id"] if defects else NOBODY
        server.renew, server.translate = renew, in_json_server
        yield server


def in_json_server(call: Call) -> Call:
    """The same question in json-server's own parameters."""
    names = {
        "per_page": "_limit",
        "sort_by": "_sort",
        "sort_order": "_order",
        "page": "_page",
        "search": "q",
    }
    path, _, query = call.path.partition("?")
    asked = [part.partition("=") for part in query.split("&") if part]
    written = "&".join(f"{names.get(name, name)}={value}" for name, _, value in asked)
    return Call(call.method, f"{path}?{written}" if written else path, call.body, call.weight)

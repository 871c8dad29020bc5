"""wrk, the load generator: the script for a workload, and what it found.

One thread, so that the other core is the server's. A workload of one call is a fixed request, which
costs wrk least; the others are put together beforehand. Refreshing reads each answer: wrk hands a
token on from the answer that brought it to a later request, whichever connection that takes.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.process import MeasurementError
from benchmarks.workloads import Workload

MARK = "measured:"
ERRORS = ("connect", "read", "write", "timeout", "status")

_DONE = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format('measured: {"requests": %d, "micros": %d, "connect": %d, "read": %d, '
    .. '"write": %d, "timeout": %d, "status": %d, "p50": %d, "p99": %d, "longest": %d}\\n',
    summary.requests, summary.duration, e.connect, e.read, e.write, e.timeout, e.status,
    latency:percentile(50), latency:percentile(99), latency.max))
end
"""

_MIXED = """
local requests, turn = {}, 0
init = function()
  for number, call in ipairs(calls) do
    wrk.headers["Content-Type"] = call[3] and "application/json" or nil
    requests[number] = wrk.format(call[1], call[2], nil, call[3])
  end
end
request = function()
  turn = turn % #order + 1
  return requests[order[turn]]
end
"""

_ROTATING = """
local first, last = 1, #tokens
request = function()
  local token = tokens[first]
  tokens[first] = nil
  first = first + 1
  return wrk.format(nil, nil, nil, '{"refresh_token":"' .. token .. '"}')
end
response = function(status, headers, body)
  last = last + 1
  tokens[last] = string.match(body, '"refresh_token"%s*:%s*"([^"]*)"')
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What one measurement found: requests a second, and milliseconds that one took."""

    rate: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the load goes: the API's base URL, the headers to send, the id of a defect, and, for
    a workload that rotates them, refresh tokens.
    """

    base: str
    headers: Mapping[str, str]
    one: str
    tokens: Sequence[str] = ()


def run(
    to: Destination, workload: Workload, folder: Path, *, seconds: float, connections: int
) -> Load:
    """Send a workload for so many seconds. Raises MeasurementError for any answer but 2xx."""
    file = folder / f"{workload.name}.lua"
    file.write_text(script(to, workload), "utf-8")
    length = f"{max(1, round(seconds))}s"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{length}", "--timeout", "20s"]
    done = subprocess.run(
        [*command, "-s", str(file), to.base], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise MeasurementError(f"wrk failed: {(done.stderr or done.stdout).strip()[:200]}")
    return read(done.stdout)


def read(output: str) -> Load:
    """What wrk printed, as figures. Raises MeasurementError where requests failed."""
    line = next((line for line in output.splitlines() if line.startswith(MARK)), None)
    if line is None:
        raise MeasurementError(f"wrk printed no figures: {output.strip()[:200]}")
    found = json.loads(line.removeprefix(MARK))
    failed = {name: found[name] for name in ERRORS if found[name]}
    if failed:
        told = ", ".join(f"{count} of kind {name}" for name, count in failed.items())
        raise MeasurementError(f"{told} of {found['requests']} requests failed")
    if not found["requests"]:
        raise MeasurementError("no request was answered")
    return Load(
        found["requests"] / (found["micros"] / 1e6), found["p50"] / 1000, found["p99"] / 1000
    )


def script(to: Destination, workload: Workload) -> str:
    """The Lua that wrk runs."""
    root = urlsplit(to.base).path
    lines = [f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in to.headers.items()]
    calls = [
        (call.method, (root + call.path).replace("{one}", to.one), call.text(to.one))
        for call in workload.calls
    ]
    if len(calls) > 1:
        written = ", ".join("{%s}" % ", ".join(map(_lua, call)) for call in calls)  # noqa: UP031
        order = ", ".join(str(number + 1) for number in workload.order())
        lines += [f"local calls = {{{written}}}", f"local order = {{{order}}}", _MIXED]
    else:
        method, path, body = calls[0]
        lines += [f"wrk.method = {_lua(method)}", f"wrk.path = {_lua(path)}"]
        if body is not None:
            lines.append('wrk.headers["Content-Type"] = "application/json"')
        if workload.rotates:
            lines += [f"local tokens = {{{', '.join(map(_lua, to.tokens))}}}", _ROTATING]
        elif body is not None:
            lines.append(f"wrk.body = {_lua(body)}")
    return "\n".join([*lines, _DONE])


def _lua(text: str | None) -> str:
    return "nil" if text is None else f"[==[{text}]==]"

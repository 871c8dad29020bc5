"""What the measurements need from elsewhere: wrk, npm and Java, and the other servers from npm,
with exact versions, in a folder that git ignores.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from benchmarks.process import MeasurementError
from understudy import contract as contracts

HERE = Path(__file__).parent
TOOLS = HERE / "tools"
MODULES = TOOLS / "node_modules"
CACHE = TOOLS / "cache"
"""Where the measured servers keep what they keep between starts, apart from the user's own."""

WIREMOCK = "3.13.2"
PACKAGES = {
    "wiremock": WIREMOCK,
    "@stoplight/prism-cli": "5.16.0",
    "@mockoon/cli": "9.9.0",
    "json-server": "0.17.4",
}
NEEDS = {
    "wrk": "install the package `wrk`",
    "npm": "install Node.js, or measure without the other servers: --servers understudy,bare",
    "node": "install Node.js, or measure without the other servers: --servers understudy,bare",
    "java": "install a Java runtime 11 or newer, or leave WireMock out with --servers",
}


def need(programs: Iterable[str]) -> None:
    """Raises MeasurementError with what to do where one of the programs is missing."""
    for program in programs:
        if not shutil.which(program):
            raise MeasurementError(f"{program} is missing; {NEEDS[program]}")
    if not Path("/proc/self/status").exists():
        raise MeasurementError("memory is read from /proc, which Linux alone has")


def install() -> None:
    """Fetch the other servers, unless they are there in these versions."""
    TOOLS.mkdir(exist_ok=True)
    if installed() == PACKAGES:
        return
    asked = [f"{name}@{version}" for name, version in PACKAGES.items()]
    npm = shutil.which("npm") or "npm"
    quiet = ["--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact"]
    done = subprocess.run(
        [npm, "install", "--prefix", str(TOOLS), *quiet, *asked], capture_output=True, text=True
    )
    if done.returncode or installed() != PACKAGES:
        told = (done.stderr or done.stdout).strip().splitlines()
        raise MeasurementError(f"npm could not install {', '.join(asked)}: {told[-1:]}")


def installed() -> dict[str, str]:
    """The versions of the other servers that are there."""
    found = {}
    for name in PACKAGES:
        file = MODULES / name / "package.json"
        if file.exists():
            found[name] = str(json.loads(file.read_text("utf-8"))["version"])
    return found


def bundled_contract() -> Path:
    """The served contract as one document, for the tools that take one."""
    TOOLS.mkdir(exist_ok=True)
    file = TOOLS / "openapi.json"
    file.write_text(json.dumps(contracts.load().public_document()), "utf-8")
    return file


def environment() -> dict[str, str]:
    """What the measured servers are told by their environment."""
    return {
        "UNDERSTUDY_CACHE": str(CACHE),
        "NODE_ENV": "production",
        # Bytecode is kept between starts, as where pip installs: some machines' shells forbid it.
        "PYTHONDONTWRITEBYTECODE": "",
        "TZ": os.environ.get("TZ", "UTC"),
    }

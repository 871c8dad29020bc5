"""The wheel, in an environment of its own: installs, serves an answer, stops, and serves the tests
of an empty project through its pytest plugin.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
PYTEST = {
    "colorama",
    "execnet",
    "iniconfig",
    "packaging",
    "pluggy",
    "pygments",
    "pytest",
    "pytest-xdist",
}
PROJECT = {
    "pytest.ini": "[pytest]\nfilterwarnings = error\naddopts = -q --strict-markers\n",
    "test_app.py": """\
import pytest

ADMIN = {"email": "admin@acme.test", "password": "Passw0rd!"}

@pytest.mark.scenario("empty")
def test_passes(sandbox):
    client = sandbox.http()
    token = client.post("/auth/login", json=ADMIN).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    sandbox.clock.advance(minutes=59)
    assert client.get("/auth/me", headers=headers).status_code == 200
    sandbox.clock.advance(minutes=1)
    assert client.get("/auth/me", headers=headers).status_code == 401
    sandbox.journal.verify(operation="auth.me", status=401, exactly=1)

def test_fails(sandbox):
    sandbox.http().post("/auth/login", json=ADMIN)
    assert False, "as it should"
""",
}


def main() -> None:
    """Build, install, serve one request, run a project's tests."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq"]
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, str(ROOT)],
            check=True,
        )
        wheel = next(here.glob("*.whl"))
        venv.create(here / "env", with_pip=True)
        python = here / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "-qq", "install"]
        subprocess.run(
            [*pip, "--require-hashes", "-r", str(ROOT / "requirements/run.lock")], check=True
        )
        subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
        answer = serve_once(python, here)
        tools = here / "pytest.lock"
        tools.write_text(locked(PYTEST), encoding="utf-8")
        subprocess.run([*pip, "--require-hashes", "-r", str(tools)], check=True)
        for options in ([], ["-n", "2"]):
            run_tests(python, here / "project", *options)
    print(f"{wheel.name}: a fresh environment answers {answer['email']}, and its plugin works")


def serve_once(python: Path, folder: Path) -> dict[str, object]:
    """Start the installed server on a free port, log in, stop it."""
    server = subprocess.Popen(
        [str(python), "-m", "understudy", "serve", "--port", "0"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = next(line.split()[-1] for line in server.stdout if line.strip().startswith("API"))
        body = json.dumps({"email": "admin@acme.test", "password": "Passw0rd!"}).encode()
        request = urllib.request.Request(
            f"{url}/auth/login", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request) as response:
            answer: dict[str, object] = json.load(response)
    finally:
        server.send_signal(signal.SIGINT)
        code = server.wait(timeout=20)
    assert code == 0, f"the server stopped with {code}"
    return answer


def locked(names: set[str]) -> str:
    """What the lock file of the tests says of these packages."""
    lock = (ROOT / "requirements/test.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z])", lock, flags=re.MULTILINE)
    return "".join(entry for entry in entries if entry.partition("==")[0] in names)


def run_tests(python: Path, project: Path, *options: str) -> None:
    """Run the tests of a project that has nothing but the wheel; one of them fails."""
    project.mkdir(exist_ok=True)
    for name, content in PROJECT.items():
        (project / name).write_text(content, encoding="utf-8")
    ended = subprocess.run(
        [str(python), "-m", "pytest", *options],
        cwd=project,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    told = ended.stdout + ended.stderr
    assert "1 failed, 1 passed" in told, told
    _, section, journal = told.partition("- understudy journal -")
    assert section, told
    login = r" 200 .* POST +/api/v1/auth/login +auth.login +admin@acme.test"
    assert re.search(login, journal), told


if __name__ == "__main__":
    main()

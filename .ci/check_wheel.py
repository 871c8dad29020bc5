"""The wheel, in an environment of its own: installs, holds what the tree holds, serves an answer,
stops.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Build, install, serve one request."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run(
            [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, str(ROOT)],
            check=True,
        )
        wheel = next(here.glob("*.whl"))
        venv.create(here / "env", with_pip=True)
        python = here / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        subprocess.run(
            [*pip, "--require-hashes", "-r", str(ROOT / "requirements/run.lock")], check=True
        )
        subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
        answer = serve_once(python, here)
    print(f"{wheel.name}: a fresh environment answers {answer['email']}")


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


if __name__ == "__main__":
    main()

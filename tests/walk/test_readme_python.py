"""The Python in README.md works as it is written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
APPLICATION = """\
    with s.http() as client:
        login = {"email": s.address("admin@acme.test"), "password": "Passw0rd!"}
        token = client.post("/auth/login", json=login).json()["refresh_token"]
        for expected in (500, 200):
            answer = client.post("/auth/refresh", json={"refresh_token": token})
            assert answer.status_code == expected
"""


def blocks():
    return re.findall(r"^```python\n(.*?)^```", README.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def test_the_client(capsys):
    """With an application in place of the dots."""
    client = blocks()[0]
    assert client.count("    ...\n") == 1
    exec(compile(client.replace("    ...\n", APPLICATION), README.name, "exec"), {})
    assert "admin+" in capsys.readouterr().out


def test_the_fixtures(tmp_path):
    (tmp_path / "test_readme.py").write_text(blocks()[1], "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_readme.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in run.stdout, run.stdout + run.stderr

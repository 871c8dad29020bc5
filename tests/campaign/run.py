"""Stock Schemathesis, all phases, as admin@acme.test, over five seeds: it must find nothing.

python tests/campaign/run.py                     five seeds, as the checks do
python tests/campaign/run.py --seeds 1 --examples 100 --keep
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import httpx

import understudy

HERE = Path(__file__).parent


def main() -> int:
    """Run each seed against a fresh server. 0 if nothing was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument(
        "--examples", type=int, default=20, help="cases for each operation and phase"
    )
    parser.add_argument("--scenario", default="default")
    parser.add_argument("more", nargs="*", help="after --: options for `schemathesis run`")
    options = parser.parse_args()
    failed = [
        seed
        for seed in options.seeds
        if not clean(seed, options.examples, options.scenario, options.more)
    ]
    print(f"seeds {options.seeds}: " + (f"findings with {failed}" if failed else "nothing found"))
    return 1 if failed else 0


def clean(seed: int, examples: int, scenario: str, more: list[str]) -> bool:
    """Whether Schemathesis found nothing with this seed."""
    with understudy.run(seed=seed, scenario=scenario) as server:
        login = {"email": "admin@acme.test", "password": "Passw0rd!"}
        answer = httpx.post(f"{server.api_url}/auth/login", json=login).json()
        command = [
            sys.executable, "-m", "schemathesis.cli",
            "--config-file", str(HERE / "schemathesis.toml"),
            "run", f"{server.url}/openapi.json",
            "--seed", str(seed), "--max-examples", str(examples),
            "--no-shrink", *more,
        ]  # fmt: skip
        environment = {
            **os.environ,
            "UNDERSTUDY_URL": server.api_url,
            "UNDERSTUDY_TOKEN": answer["access_token"],
            "UNDERSTUDY_WORKSPACE": answer["workspaces"][0]["id"],
        }
        print(f"\n== seed {seed}", flush=True)
        is_clean = subprocess.run(command, env=environment, check=False).returncode == 0
        still = httpx.get(
            f"{server.api_url}/auth/me",
            headers={"Authorization": f"Bearer {answer['access_token']}"},
        )
        if still.status_code != 200:
            print("the session ended on the way: what came after tested nothing but 401")
        return is_clean and still.status_code == 200


if __name__ == "__main__":
    sys.exit(main())

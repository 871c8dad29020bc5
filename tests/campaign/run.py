"""Stock Schemathesis, all phases, over five seeds and both contracts: it must find nothing.

python tests/campaign/run.py                     five seeds, as the checks do
python tests/campaign/run.py --contract control  the control contract alone
python tests/campaign/run.py --seeds 1 --examples 100 --verbose
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx

import understudy
from understudy.server import RunningServer

HERE = Path(__file__).parent
CONTRACTS = ("served", "control")
CASES = re.compile(r"\d+ generated, .*")


def main() -> int:
    """Run each seed against a fresh server. 0 if nothing was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--contract", choices=CONTRACTS, action="append")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument(
        "--examples", type=int, default=20, help="cases for each operation and phase"
    )
    parser.add_argument("--scenario", default="default")
    parser.add_argument(
        "--verbose", action="store_true", help="show all that Schemathesis says, findings or not"
    )
    parser.add_argument("more", nargs="*", help="after --: options for `schemathesis run`")
    options = parser.parse_args()
    failed = [
        f"{contract} {seed}"
        for contract in options.contract or CONTRACTS
        for seed in options.seeds
        if not clean(contract, seed, options)
    ]
    print(f"findings with {', '.join(failed)}" if failed else "nothing found")
    return 1 if failed else 0


def clean(contract: str, seed: int, options: argparse.Namespace) -> bool:
    """Whether Schemathesis found nothing with this seed."""
    with understudy.run(seed=seed, scenario=options.scenario) as server:
        document, environment = AIMS[contract](server)
        command = [
            sys.executable, "-m", "schemathesis.cli",
            "--config-file", str(HERE / f"{contract}.toml"),
            "run", server.url + document,
            "--seed", str(seed), "--max-examples", str(options.examples),
            "--no-shrink", *options.more,
        ]  # fmt: skip
        run = subprocess.run(
            command,
            env={**os.environ, **environment},
            check=False,
            stdout=None if options.verbose else subprocess.PIPE,
            stderr=None if options.verbose else subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        is_clean = run.returncode == 0
        said = run.stdout or ""
        if not is_clean:
            print(said)
        cases = CASES.search(said)
        print(f"{contract}, seed {seed}: {cases[0] if cases else f'exit {run.returncode}'}")
        return is_clean and still_works(contract, environment)


def served(server: RunningServer) -> tuple[str, dict[str, str]]:
    """The served contract, as an administrator of the scenario."""
    login = {"email": "admin@acme.test", "password": "Passw0rd!"}
    answer = httpx.post(f"{server.api_url}/auth/login", json=login).json()
    return "/openapi.json", {
        "UNDERSTUDY_URL": server.api_url,
        "UNDERSTUDY_TOKEN": answer["access_token"],
        "UNDERSTUDY_WORKSPACE": answer["workspaces"][0]["id"],
    }


def control(server: RunningServer) -> tuple[str, dict[str, str]]:
    """The control contract, on a sandbox that has something to look at."""
    url = server.url + server.app.control.base_path
    served(server)
    return f"{server.app.control.base_path}/openapi.json", {"UNDERSTUDY_URL": url}


AIMS = {"served": served, "control": control}


def still_works(contract: str, environment: dict[str, str]) -> bool:
    """Whether what came last tested more than refusals."""
    url = environment["UNDERSTUDY_URL"]
    if contract == "control":
        return httpx.get(f"{url}/server").status_code == 200
    headers = {"Authorization": f"Bearer {environment['UNDERSTUDY_TOKEN']}"}
    works = httpx.get(f"{url}/auth/me", headers=headers).status_code == 200
    if not works:
        print("the session ended on the way: what came after tested nothing but 401")
    return works


if __name__ == "__main__":
    sys.exit(main())

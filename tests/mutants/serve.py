"""`python -m tests.mutants.serve NAME`: start a broken server, or a permitted variant, and wait."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from collections.abc import Callable
from typing import Any

import understudy.server
from understudy.contract import loader

from .patient import Healthy, Patient
from .registry import Mutant, names, subjects

SEED = 1
SCENARIO = "default"


def serve(healthy: Healthy, mutant: Mutant, tell: Callable[[dict[str, Any]], None]) -> None:
    """Start a server in this process, tell `{"url": …}` and, later, each `problem` of the change
    itself; until the process ends.
    """
    patient = Patient(healthy, lambda problem: tell({"problem": problem}))
    mutant.change(patient)
    patient.prepare()
    with understudy.server.run(healthy.name, scenario=SCENARIO, seed=SEED) as running:
        tell({"url": running.api_url})
        threading.Event().wait()


def main() -> int:
    """Start the server that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants.serve", description=__doc__)
    parser.add_argument("name", help="of a mutant or a variant, with or without that of its group")
    parser.add_argument("--api", default=loader.default(), help="the contract (%(default)s)")
    given = parser.parse_args()
    for one in subjects(given.api):
        if given.name in names(one):
            with contextlib.suppress(KeyboardInterrupt):
                serve(Healthy(given.api), one, lambda told: print(*told.values(), flush=True))
            return 0
    print(f"there is no mutant or variant {given.name}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())

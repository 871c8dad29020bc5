"""`python -m benchmarks.soak`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.soak import CONNECTIONS, IDLE, soak
from benchmarks.soak.client import Wrong

ABOUT = """Mixed traffic for minutes, and clients that do a server no good.

`understudy serve` is started as it is by default. Users of the default sandbox log in, list,
filter, search, create, change and delete; others come and go with sandboxes of their own. After
each round the data is as it was at first: memory that grew is memory beyond the data. Then a
well-behaved client is timed alone, and beside idle, half-open, slow, vanishing and busy ones.
Ends with 1 if anything is not as it should be. Wants Linux.
"""
EXAMPLES = """examples:
  python -m benchmarks.soak                              three minutes
  python -m benchmarks.soak --seconds 30                 a first look
  python -m benchmarks.soak --seconds 1800 --json soak.json
"""


def main() -> int:
    """Run it, tell it, keep it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.soak",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=180, help="in all, about (180)")
    parser.add_argument(
        "--connections", type=int, default=CONNECTIONS, help=f"busy ones ({CONNECTIONS})"
    )
    parser.add_argument("--idle", type=int, default=IDLE, help=f"idle ones ({IDLE})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="what was found, as JSON")
    options = parser.parse_args()
    if not Path("/proc/self/fd").exists():
        sys.exit("benchmarks.soak: wants Linux: memory and open files are read from /proc")
    try:
        found = soak(options.seconds, connections=options.connections, idle=options.idle)
    except Wrong as error:
        sys.exit(f"benchmarks.soak: {error}")
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 0 if found["is_well"] else 1


if __name__ == "__main__":
    sys.exit(main())

"""Options that several commands have."""

from __future__ import annotations

import click

contract_option = click.option(
    "--contract",
    metavar="NAME|FILE",
    help="A contract by its name, or the path of its root file; left out: the usual one.",
)

"""`understudy serve` as far as it gets without serving."""

from __future__ import annotations

import gc
import socket

from click.testing import CliRunner

from understudy.cli import understudy


def test_a_start_that_fails_leaves_the_collector_on() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        found = CliRunner().invoke(understudy, ["serve", "--port", port])
    assert (found.exit_code, gc.isenabled()) == (2, True)
    assert "in use" in found.output

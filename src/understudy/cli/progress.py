"""A line that counts while something takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

from understudy.clock import stopwatch

PATIENCE = 1.0
"""Seconds without a word."""
STEP = 0.2
"""Seconds between two counts on a terminal; elsewhere there is one line, at the end."""


class Counting:
    """Tells how far the making of large scenarios has come, on stderr. Call it with each step."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._last = 0.0
        self._width = 0

    def __call__(self, name: str, done: int, total: int, collection: str) -> None:
        """Of this scenario so many of so many objects are made; the last is of this collection."""
        now = stopwatch()
        seconds = now - self._begun.setdefault(name, now)
        if done == total:
            del self._begun[name]
            if seconds > PATIENCE:
                self._show(f"{name}: {total:,} objects in {seconds:.1f} s", is_last=True)
        elif seconds > PATIENCE and now - self._last > STEP:
            self._last = now
            self._show(f"{name}: {done:,} of {total:,} objects, {collection}")

    def _show(self, line: str, *, is_last: bool = False) -> None:
        if sys.stderr.isatty():
            self._width = max(self._width, len(line))
            click.echo(f"\r{line:<{self._width}}", nl=is_last, err=True)
        elif is_last:
            click.echo(line, err=True)


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Count the seconds of the block on a terminal, once it has taken one: what another process
    does cannot be counted from here.
    """
    over = threading.Event()
    thread = threading.Thread(target=_count, args=(what, over), daemon=True)
    if sys.stderr.isatty():
        thread.start()
    try:
        yield
    finally:
        over.set()
        if thread.is_alive():
            thread.join()


def _count(what: str, over: threading.Event) -> None:
    begun, line = stopwatch(), ""
    while not over.wait(PATIENCE):
        line = f"{what} … {stopwatch() - begun:.0f} s"
        click.echo(f"\r{line}", nl=False, err=True)
    if line:
        click.echo(f"\r{' ' * len(line)}\r", nl=False, err=True)

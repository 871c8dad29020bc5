"""How far a run has come: one line that is written anew on a terminal, a few lines elsewhere."""

from __future__ import annotations

import shutil
from typing import TextIO

from understudy.cli.text import counted, cut, short_time
from understudy.clock import stopwatch

BAR = 20
STEP = 25
"""Where there is no terminal, a line for each so many percent."""

FAILED = frozenset({"failed", "suite_error"})


class Progress:
    """Writes to a stream; nothing before `start`."""

    def __init__(self, stream: TextIO, *, is_terminal: bool | None = None) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty() if is_terminal is None else is_terminal
        self._total = self._done = self._told = self._width = 0
        self._failed: set[str] = set()
        self._began = 0.0

    def start(self, total: int) -> None:
        """So many verdicts are to come."""
        self._total, self._began = total, stopwatch()
        if self._is_terminal:
            self._draw("")

    def rule_done(self, id: str, verdict: str) -> None:
        """One of them is there; a rule that has several tests has several of them."""
        self._done += 1
        if verdict in FAILED:
            self._failed.add(id)
        if self._is_terminal:
            self._draw(id.partition("-")[0])
        elif self._percent // STEP > self._told:
            self._told = self._percent // STEP
            self._write(f"{self._percent:>3} %  {self._state()}\n")

    def finish(self) -> None:
        """Leave the line to whatever comes next."""
        if self._is_terminal:
            self._write(f"\r{' ' * self._width}\r")

    @property
    def _percent(self) -> int:
        return 100 * self._done // max(self._total, 1)

    def _state(self) -> str:
        took = short_time(stopwatch() - self._began)
        return f"{self._done}/{self._total}, {counted(len(self._failed), 'rule')} failed, {took}"

    def _draw(self, group: str) -> None:
        full = BAR * self._done // max(self._total, 1)
        line = f"[{'#' * full}{'.' * (BAR - full)}] {self._state()}  {group}".rstrip()
        # The last column stays free: some terminals begin a new line there.
        widest = shutil.get_terminal_size().columns - 1
        line = cut(line, widest)
        self._write(f"\r{line:<{min(self._width, widest)}}")
        self._width = len(line)

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()

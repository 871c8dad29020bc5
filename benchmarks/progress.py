"""What is measured and how much is left, one line each, for whoever waits."""

from __future__ import annotations

import sys
import time


class Progress:
    """Counts down `expected` seconds, from what is told to be done; nothing is printed to stdout,
    where the results go. What failed is kept in `errors`.
    """

    def __init__(self, expected: float) -> None:
        self._expected = expected
        self._done = 0.0
        self._started = time.perf_counter()
        self.errors: list[str] = []

    def title(self, text: str) -> None:
        """A section begins."""
        self._print(f"{self._left()}  {text}")

    def done(self, seconds: float, text: str) -> None:
        """A step is done that was expected to take so many seconds."""
        self._done += seconds
        self._print(f"{self._left()}    {text}")

    def failed(self, what: str, error: Exception) -> None:
        """A measurement is worth nothing. An error's first line says enough."""
        text = f"{what}: {(str(error) or type(error).__name__).splitlines()[0]}"
        self.errors.append(text)
        self._print(f"error: {text}")

    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.perf_counter() - self._started

    def _left(self) -> str:
        """Minutes and seconds left: as it was planned, at the pace so far."""
        pace = self.seconds() / self._done if self._done > 60 else 1.0
        left = max(0.0, self._expected - self._done) * pace
        return f"{left // 60:3.0f}:{left % 60:02.0f} left"

    @staticmethod
    def _print(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

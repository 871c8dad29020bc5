"""What a sandbox is to be filled from: a scenario that the server knows, or a file here."""

from __future__ import annotations

from pathlib import Path

from understudy.errors import UsageError

__tracebackhide__ = True  # pytest shows the caller's line instead


def source_of(scenario: str | Path | None) -> dict[str, str | None]:
    """The fields of a request that name a scenario, or hold the file of a Path. Raises UsageError
    for a file that cannot be read.
    """
    if not isinstance(scenario, Path):
        return {"scenario": scenario, "definition": None}
    try:
        return {"scenario": None, "definition": scenario.read_text("utf-8")}
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no UTF-8"
        raise UsageError(f"{scenario}: {reason}") from None

"""What is wrong with a text of a contract; None where nothing is."""

from __future__ import annotations

import re

SUMMARY_LENGTH = 60

_DOTTED = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)+")


def summary_problem(summary: str) -> str | None:
    """A summary is an imperative of few words."""
    if not summary[:1].isupper():
        return "a summary begins with a capital letter"
    if len(summary) > SUMMARY_LENGTH:
        return f"a summary has at most {SUMMARY_LENGTH} characters"
    return "a summary has no full stop" if summary.endswith(".") else None


def description_problem(description: str) -> str | None:
    """A description is full sentences."""
    if description.rstrip().endswith((".", "!", "?")):
        return None
    return "a description is full sentences, and ends like one"


def is_dotted(name: str) -> bool:
    """Whether this is the name of a function below the API's handlers: `<module>.<function>`."""
    return _DOTTED.fullmatch(name) is not None

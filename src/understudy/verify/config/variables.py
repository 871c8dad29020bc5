"""Environment variables: those that `verify.toml` refers to, and those that stand for a flag."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from understudy.verify.config.problems import Wrong

_REFERENCE = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{")

CONTROL_TOKEN = "UNDERSTUDY_CONTROL_TOKEN"
PREFIX = "UNDERSTUDY_VERIFY_"

VARIABLES = {
    **{
        f"{PREFIX}{name.upper()}": name
        for name in ("url", "profile", "level", "effort", "seed", "workers", "read_only")
    },
    CONTROL_TOKEN: "control_token",
}
"""Variables → the options that they give, unless a flag does. An empty one gives nothing."""


def refers(value: Any) -> bool:
    """Whether a text takes something from the environment."""
    return isinstance(value, str) and any(found[1] for found in _REFERENCE.finditer(value))


def expanded(value: Any, environment: Mapping[str, str]) -> Any:
    """A value with each `${NAME}` in its texts replaced, and each `$${` made `${`.

    Raises Wrong for a variable that is not set, or that is named wrongly.
    """
    if isinstance(value, list):
        return [expanded(one, environment) for one in value]
    if not isinstance(value, str):
        return value
    names = [found[1] for found in _REFERENCE.finditer(value) if found[0] != "$${"]
    if None in names:
        raise Wrong("`${` begins the name of a variable", "write ${NAME}; `$${` stands for `${`")
    if missing := [name for name in dict.fromkeys(names) if not environment.get(name)]:
        verb = "is" if len(missing) == 1 else "are"
        wrong = f"{', '.join(missing)} {verb} not set in the environment, or empty"
        raise Wrong(wrong, "give it a value there")
    return _REFERENCE.sub(lambda found: environment[found[1]] if found[1] else "${", value)

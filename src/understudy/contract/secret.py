"""What the contract marks as a secret, which is never shown again once it was sent."""

from __future__ import annotations

import re

from understudy.contract.model import Schema

HIDDEN = "***"
"""What is shown in place of a secret; null stays null."""

_NAME = re.compile(r"(?:^|_)(?:api_key|passphrase|password|pat|secret|token)$")


def is_secret(schema: Schema) -> bool:
    """Whether this is the schema of a secret: a `format: password`, or `x-secret`."""
    return schema.get("format") == "password" or bool(schema.get("x-secret"))


def sounds_secret(name: str) -> bool:
    """Whether a text of this name is a secret, as names are given in contracts."""
    return _NAME.search(name) is not None

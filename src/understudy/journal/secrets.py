"""Which parts of an exchange are secret, as the served contract says.

A schema with `format: password` or `x-secret` is one of a secret. Where a schema documents a value,
the schema decides; everywhere else, in undocumented fields and in bodies that are no JSON, the name
does: those of the contract's secrets, in any spelling, and those that sound like one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from understudy.contract.model import Contract, OperationSpec
from understudy.journal.places import Found, Place, Places

SUSPECT = re.compile(
    r"passw|passphrase|pwd|secret|(?:api|private|access)key|credential|authoriz|bearer|jwt|cookie"
    r"|csrf|xsrf|sess(?:ion)?id$|tokens?$|^x?pass$"
)
"""How a name sounds, as `plain` gives it, whose value had better not be shown."""

LONGEST = 100
"""Characters of a name of which anything is remembered."""


def plain(name: str) -> str:
    """A name without the differences of spelling: `accessToken` and `access_token` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def sounds_secret(name: str) -> bool:
    """Whether a name is that of a secret, by the sound of it."""
    return SUSPECT.search(plain(name)) is not None


_plain = lru_cache(maxsize=4096)(plain)
_sounds_secret = lru_cache(maxsize=4096)(sounds_secret)


@dataclass(frozen=True, slots=True)
class OperationSecrets:
    """Those of one operation.

    `names`: of undocumented secrets, as `plain` gives them. `parameters`: whether each documented
    one is a secret, by its name in lower case. `segments`: the places in the path of those that are
    path parameters, counted from the end.
    """

    names: frozenset[str]
    parameters: Mapping[str, bool]
    segments: tuple[int, ...]
    request: Place | None
    answers: Mapping[int, Place]

    def hides(self, name: str) -> bool:
        """Whether the value of an undocumented name is a secret."""
        if len(name) > LONGEST:
            return sounds_secret(name)
        return _plain(name) in self.names or _sounds_secret(name)

    def hides_parameter(self, name: str) -> bool:
        """The same for a parameter in the query or the headers, documented or not."""
        documented = self.parameters.get(name.lower())
        return self.hides(name) if documented is None else documented


class Secrets:
    """Those of a contract."""

    def __init__(self, contract: Contract) -> None:
        places = Places(contract.document)
        found = {one.operation_id: places.of(one) for one in contract.operations}
        named = [pair for one in found.values() for pair in one.named()]
        hidden = {plain(name) for name, place in named if place.holds_secrets}
        shown = {plain(name) for name, place in named if not place.holds_secrets}
        self._everywhere = {plain(name) for name, place in named if place.is_secret} - shown
        self._unknown = OperationSecrets(frozenset(hidden), {}, (), None, {})
        self._by_operation = {name: self._operation(one) for name, one in found.items()}

    def of(self, operation: OperationSpec | None) -> OperationSecrets:
        """What to hide in the exchanges of an operation; of none, everything that may be one."""
        name = operation.operation_id if operation is not None else ""
        return self._by_operation.get(name, self._unknown)

    def _operation(self, found: Found) -> OperationSecrets:
        own = {plain(name) for name, place in found.named() if place.holds_secrets}
        names = frozenset(self._everywhere | own)
        segments = tuple(
            -place
            for place, segment in enumerate(reversed(found.path.split("/")), 1)
            if segment.startswith("{") and found.parameters.get(segment[1:-1].lower())
        )
        return OperationSecrets(names, found.parameters, segments, found.request, found.answers)


MOST_CONTRACTS = 8
_COMPILED: dict[str, Secrets] = {}


def secrets_of(contract: Contract) -> Secrets:
    """The secrets of a contract, compiled once."""
    found = _COMPILED.get(contract.digest)
    if found is None:
        if len(_COMPILED) >= MOST_CONTRACTS:
            _COMPILED.clear()
        found = _COMPILED[contract.digest] = Secrets(contract)
    return found

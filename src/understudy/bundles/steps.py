"""What a replay does, in order: the requests of a bundle's journal, and between them what was done
to the sandbox through the control API.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from understudy.bundles.errors import damaged
from understudy.bundles.form import Bundle
from understudy.client.connection import BASE_PATH
from understudy.contract.secret import HIDDEN

PLACES = ("faults", "fault-plans", "shortcuts", "snapshots", "state")
"""What an intervention may be about, below the path of its sandbox."""
OMITTED = {
    "too_large": "its body was too large for the journal to keep",
    "not_text": "its body is no text, which the journal does not keep",
}
MOST_SLACK = 1000
"""Milliseconds that two times of a clock that ran may be apart at most."""
NOT_OURS = {"connection", "content-length", "expect", "host", "transfer-encoding", "upgrade"}
"""Headers that belong to a connection, not to a request."""


@dataclass(frozen=True, slots=True)
class Step:
    """An exchange or, where that is None, an intervention."""

    exchange: Mapping[str, Any] | None
    intervention: Mapping[str, Any] | None = None

    @property
    def at(self) -> str:
        """When it was, by the sandbox's clock."""
        found = self.exchange["shown"] if self.exchange else self.intervention
        assert found is not None  # it is one or the other
        return str(found["at"])


def steps(bundle: Bundle) -> list[Step]:
    """All steps since the beginning, as far as the bundle has them.

    Raises BundleError for one that leads elsewhere than into its sandbox: who made the file may not
    be a friend.
    """
    began = bundle.beginning["sequence"]
    found: list[tuple[int, int, Step]] = []
    for one in bundle.journal["exchanges"]:
        _require_api(one["shown"]["path"])
        if one["shown"]["sequence"] > began:
            found.append((one["shown"]["sequence"], 0, Step(one)))
    for one in bundle.interventions:
        _require_inside(one["path"])
        found.append((one["after"], 1, Step(None, one)))
    return [step for _, _, step in sorted(found, key=lambda one: one[:2])]


def obstacle(exchange: Mapping[str, Any]) -> str | None:
    """Why a request cannot be sent again; None if it can."""
    request = exchange["shown"]["request"]
    if _climbs(unquote(exchange["shown"]["path"])):
        return "its path leads elsewhere: a client resolves the dots in it"
    if request["omitted"] in OMITTED:
        return OMITTED[request["omitted"]]
    if exchange["sent"] == "text" and HIDDEN in str(request["body"]):
        return "its body is no JSON, and a secret in it is blanked"
    return None


def leads_elsewhere(path: str) -> bool:
    """Whether a path leads out of the API: a secret that is filled in may be dots, or a name."""
    plain = unquote(path)
    return plain.startswith(BASE_PATH) or _climbs(plain)


def slack(found: list[Step], factor: float) -> int:
    """How far two times may be apart: as long as the slowest answer took, by a clock that may have
    run faster.
    """
    took = [one.exchange["shown"]["milliseconds"] for one in found if one.exchange is not None]
    longest = min(MOST_SLACK, math.ceil(max(took, default=0)) + 1)
    return math.ceil(longest * max(1.0, factor))


def missing(bundle: Bundle) -> list[str]:
    """What the bundle does not have that a replay would need."""
    lacks, notes = bundle.manifest["missing"], []
    if lacks["exchanges"]:
        notes.append(
            f"{lacks['exchanges']} of the first requests are not in the journal any more: "
            "what they changed is missing."
        )
    if lacks["interventions"]:
        notes.append(
            f"{lacks['interventions']} changes through the control API were too many or too "
            "large to be kept: what they did is missing."
        )
    return notes


def _require_api(path: str) -> None:
    plain = unquote(path)
    if not path.startswith("/") or plain.startswith(BASE_PATH):
        raise damaged(f"journal.json has a request to {path!r}")


def _require_inside(path: str) -> None:
    plain = unquote(path.partition("?")[0])
    if plain.partition("/")[0] not in PLACES or _climbs(plain):
        raise damaged(f"interventions.json has a request to {path!r}")


def _climbs(path: str) -> bool:
    return any(part in (".", "..") for part in path.split("/"))

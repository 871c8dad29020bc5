"""The snapshots of a sandbox: taken, restored, deleted, and compared in colour."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from understudy.console import columns
from understudy.console.control import attempt, back_to, sandbox, say
from understudy.console.words import plural

pages = Blueprint("snapshots", __name__, url_prefix="/sandboxes/<name>/snapshots")

LISTED = 300
"""So many objects a comparison lists; it counts all."""


def _index(name: str, **_: Any) -> str:
    return url_for("snapshots.index", name=name)


@pages.get("/")
def index(name: str) -> str:
    """The snapshots, the newest first."""
    s = sandbox(name)
    found = s.state.snapshots()[::-1]
    return render_template("snapshots.html", name=name, info=s.show(), snapshots=found)


@pages.post("/")
@attempt(_index)
def take(name: str) -> Response:
    """Take one."""
    taken = sandbox(name).state.snapshot(request.form.get("snapshot", "").strip() or None)
    say(f"Took the snapshot {taken.name} of {plural(taken.objects, 'object')}.")
    return back_to(_index(name))


@pages.post("/<snapshot>/restore")
@attempt(_index)
def restore(name: str, snapshot: str) -> Response:
    """Go back to one."""
    with_clock = request.form.get("clock") == "yes"
    back = sandbox(name).state.restore(snapshot, clock=with_clock)
    told = ", its time included" if with_clock else ""
    say(f"Everything is as it was in {back.name} again{told}.")
    return back_to(_index(name))


@pages.post("/<snapshot>/delete")
@attempt(_index)
def delete(name: str, snapshot: str) -> Response:
    """Forget one."""
    sandbox(name).state.delete_snapshot(snapshot)
    say(f"Deleted the snapshot {snapshot}.")
    return back_to(_index(name))


@pages.get("/compare")
def choose(name: str) -> Response:
    """Go to the comparison that a form asks for."""
    before, after = request.args.get("from", ""), request.args.get("to", "")
    return back_to(url_for("snapshots.compare", name=name, snapshot=before, to=after or None))


@pages.get("/<snapshot>/compare")
def compare(name: str, snapshot: str) -> str:
    """What has changed since a snapshot, up to another one or up to now."""
    s, to = sandbox(name), request.args.get("to") or None
    found = s.state.compare(snapshot, to, limit=LISTED)
    counts = found.counts
    return render_template(
        "comparison.html",
        name=name,
        found=found,
        snapshots=s.state.snapshots(),
        listed=LISTED,
        all_counts=counts.added + counts.removed + counts.changed,
        title_of=columns.title_of,
    )

"""One exchange of the journal: request and answer side by side, and a fault made of it."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from understudy.client import Sandbox
from understudy.client.exchanges import Exchange
from understudy.client.lines import refusal
from understudy.console import remarks
from understudy.console.control import attempt, back_to, sandbox, say
from understudy.console.jsontext import shown
from understudy.console.making_faults import choices, rule_of
from understudy.console.queries import Filters
from understudy.console.words import moment

pages = Blueprint("exchange", __name__, url_prefix="/sandboxes/<name>/journal/<int:sequence>")

pages.add_app_template_filter(shown, "json_lines")
OMITTED = {
    "too_large": "The body is too large to be kept.",
    "not_text": "The body is no text.",
    "not_read": "The server had no reason to read the body.",
}
NEAR = 5
"""So many exchanges are looked at to find the one before."""


@pages.get("/")
def show(name: str, sequence: int) -> str:
    """The exchange."""
    s, filters = sandbox(name), Filters.of_request()
    one = s.journal.get(sequence)
    newer, older = _neighbours(s, one, filters)
    return render_template(
        "exchange.html",
        name=name,
        one=one,
        at=moment(one.raw["at"]) + one.raw["at"][19:23],
        refusal=refusal(one),
        parameters=remarks.parameters(one),
        places=remarks.places(one),
        other_warnings=remarks.others(one),
        curl=_command(s, sequence),
        choices=choices(s, one),
        omitted=OMITTED,
        filters=filters,
        newer=newer,
        older=older,
    )


@pages.post("/fault")
@attempt(lambda name, sequence: url_for("exchange.show", name=name, sequence=sequence))
def make_fault(name: str, sequence: int) -> Response:
    """Have the next such request fail."""
    s = sandbox(name)
    one = s.journal.get(sequence)
    made = s.faults.add(**rule_of(s, one, request.form))
    say(f"Added the fault {made.id}. It strikes from the next such request on.")
    return back_to(url_for("exchange.show", name=name, sequence=sequence))


def _command(s: Sandbox, sequence: int) -> str:
    """The request for a shell, without the comment that counts the requests."""
    script = s.journal.curl(since=sequence - 1, limit=1)
    return "\n".join(script.splitlines()[1:])


def _neighbours(s: Sandbox, one: Exchange, filters: Filters) -> tuple[int | None, int | None]:
    """The sequences of the next newer and the next older exchange that the filters let through."""
    after = s.journal.page(
        order="oldest", bodies="none", since=one.sequence, limit=1, **filters.match
    )
    newer = after.exchanges[0].sequence if after.exchanges else None
    before = s.journal.page(bodies="none", limit=NEAR, offset=after.total, **filters.match)
    older = (each.sequence for each in before.exchanges if each.sequence < one.sequence)
    return newer, next(older, None)

"""The journal of a sandbox: the exchanges as they come, filtered, exported, cleared."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from understudy.client import ControlError, Sandbox
from understudy.client.exchanges import ExchangePage
from understudy.client.lines import refusal
from understudy.console.control import attempt, back_to, sandbox, say, wording
from understudy.console.queries import Filters, Span, whole_number
from understudy.console.words import plural

pages = Blueprint("journal", __name__, url_prefix="/sandboxes/<name>/journal")

ROWS = 200
"""So many exchanges are on a page."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
STATUSES = ("2xx", "3xx", "4xx", "5xx", "0", "401", "402", "403", "404", "409", "422", "429")
pages.add_app_template_filter(refusal, "refusal")
NOTHING = ExchangePage(exchanges=(), total=0, last=0, lost=0, raw={})


@pages.get("/")
def index(name: str) -> Any:
    """The exchanges, the newest first."""
    s, filters, offset = sandbox(name), Filters.of_request(), whole_number("offset")
    told, status = "", 200
    try:
        found = s.journal.page(bodies="errors", limit=ROWS, offset=offset, **filters.match)
    except ControlError as error:
        if error.status != 400:
            raise
        found, told, status = NOTHING, wording(error), 400
    page = render_template(
        "journal.html",
        name=name,
        s=s,
        filters=filters,
        told=told,
        page=found,
        span=Span(offset, len(found.exchanges), found.total, ROWS),
        operations=_operations(s),
        methods=METHODS,
        statuses=STATUSES,
    )
    return page, status


@pages.get("/rows")
def rows(name: str) -> str:
    """The exchanges after the one of a sequence, as rows of the table."""
    s, filters, since = sandbox(name), Filters.of_request(), whole_number("since")
    found = s.journal.page(bodies="errors", limit=ROWS, since=since, **filters.match)
    kept = s.journal.page(bodies="none", limit=1, **filters.match).total if found.exchanges else 0
    return render_template(
        "journal_new.html",
        name=name,
        filters=filters,
        page=found,
        kept=kept,
        ring=s.show().exchanges,
    )


@pages.get("/har")
def har(name: str) -> Response:
    """The exchanges as a file, HAR 1.2."""
    archive = sandbox(name).journal.har(**Filters.of_request().match)
    text = json.dumps(archive, ensure_ascii=False, indent=1)
    return _file(text, "application/json", f"{name}.har")


@pages.get("/curl")
def curl(name: str) -> Response:
    """The requests as a shell script."""
    script = sandbox(name).journal.curl(**Filters.of_request().match)
    return _file(script, "text/plain", f"{name}.sh")


@pages.post("/clear")
@attempt(lambda name: url_for("journal.index", name=name))
def clear(name: str) -> Response:
    """Forget the exchanges."""
    s = sandbox(name)
    count = s.show().exchanges
    s.journal.clear()
    say(f"Forgot {plural(count, 'exchange')}; their numbers go on.")
    return back_to(url_for("journal.index", name=name, **_kept()))


def _operations(s: Sandbox) -> list[str]:
    """What the field for operations offers."""
    ids = [one.operation for one in s.journal.coverage().operations]
    tags = dict.fromkeys(one.partition(".")[0] for one in ids)
    return [*(f"{tag}.*" for tag in tags), *ids]


def _kept() -> dict[str, Any]:
    """The filters that a form carries along."""
    return {key: value for key, value in request.args.items() if key != "offset"}


def _file(text: str, media: str, filename: str) -> Response:
    answer = Response(text, mimetype=media)
    answer.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return answer

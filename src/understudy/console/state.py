"""What a sandbox holds: its collections, their objects, and one object in an editor."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from understudy.client import ControlError, Sandbox
from understudy.client.states import CollectionInfo, ObjectPage
from understudy.console import columns, editing
from understudy.console.control import back_to, sandbox, say, wording
from understudy.console.queries import Span, whole_number
from understudy.console.words import plural

pages = Blueprint("state", __name__, url_prefix="/sandboxes/<name>/state")
pages.add_app_template_filter(columns.cell, "cell")
pages.add_app_template_filter(columns.compact, "compact")
pages.add_app_template_filter(columns.title_of, "title_of")

ROWS = 50
"""So many objects are on a page."""
NAMED = 20
"""So many of the objects that one refers to are looked up, for their titles."""
NOTHING = ObjectPage(objects=(), total=0, raw={})


@pages.get("/")
def index(name: str) -> str:
    """The collections."""
    s = sandbox(name)
    return render_template("state.html", name=name, kinds=s.state.collections())


@pages.get("/<collection>/")
def show_collection(name: str, collection: str) -> Any:
    """A page of a collection's objects."""
    s, offset = sandbox(name), whole_number("offset")
    kind = _kind(s, s.state.collections(), collection)
    query: dict[str, Any] = {key: request.args.get(key, "") for key in ("search", "field", "order")}
    query["value"] = request.args.get("value") if query["field"] else None
    asked = {
        key: value for key, value in query.items() if value not in (None, "") or key == "value"
    }
    told, status = "", 200
    try:
        found = s.state.page(collection, limit=ROWS, offset=offset, **asked)
    except ControlError as error:
        if error.status != 400:
            raise
        found, told, status = NOTHING, wording(error), 400
    page = render_template(
        "state_collection.html",
        name=name,
        kind=kind,
        query=query,
        told=told,
        page=found,
        columns=columns.columns(kind, found.objects),
        span=Span(offset, len(found.objects), found.total, ROWS),
    )
    return page, status


@pages.get("/<collection>/object")
def show_object(name: str, collection: str) -> str:
    """One object in the editor; its id is in the query."""
    s, object_id = sandbox(name), _id()
    one = s.state.get(collection, object_id)
    return _editor(s, collection, editing.Draft.of(one))


@pages.post("/<collection>/object")
def save(name: str, collection: str) -> Any:
    """Store what the editor holds."""
    s, object_id = sandbox(name), _id()
    draft = editing.Draft.of_form(request.form, object_id)
    stored = editing.put(s, collection, draft)
    if stored is None:
        return _editor(s, collection, draft), 422
    say(f"Saved {columns.title_of(stored)}.")
    return back_to(url_for("state.show_object", name=name, collection=collection, id=object_id))


@pages.get("/<collection>/new")
def new(name: str, collection: str) -> str:
    """The editor for an object that is to be; `like` names one whose fields it begins with."""
    s, like = sandbox(name), request.args.get("like")
    fields: dict[str, Any] = {}
    if like:
        kind = _kind(s, s.state.collections(), collection)
        fields = {**s.state.get(collection, like)}
        for field in ("id", *kind.secrets):
            fields.pop(field, None)
    return _editor(s, collection, editing.Draft.of(fields))


@pages.post("/<collection>/new")
def create(name: str, collection: str) -> Any:
    """Make the object."""
    s = sandbox(name)
    draft = editing.Draft.of_form(request.form, None)
    made = editing.create(s, collection, draft)
    if made is None:
        return _editor(s, collection, draft), 422
    say(f"Made {columns.title_of(made)}.")
    return back_to(url_for("state.show_object", name=name, collection=collection, id=made["id"]))


@pages.post("/<collection>/object/delete")
def delete(name: str, collection: str) -> Any:
    """Delete an object; where others refer to it, ask what is to become of them."""
    s, object_id = sandbox(name), _id()
    cascade = request.form.get("cascade") == "yes"
    try:
        done = s.state.delete(collection, object_id, cascade=cascade)
    except ControlError as error:
        if error.code != "still_referenced":
            raise
        draft = editing.Draft.of(s.state.get(collection, object_id))
        return _editor(s, collection, draft, holders=error.details), 409
    say(f"Deleted {_counted(done.removed)}{_changed(done.changed)}.")
    return back_to(url_for("state.show_collection", name=name, collection=collection))


def _editor(s: Sandbox, collection: str, draft: editing.Draft, holders: Any = None) -> str:
    kinds = s.state.collections()
    kind = _kind(s, kinds, collection)
    linked = columns.references(kind, draft.fields)
    return render_template(
        "state_object.html",
        name=s.name,
        kind=kind,
        draft=draft,
        linked=[(*each, _title(s, each[1], each[2])) for each in linked[:NAMED]],
        more_linked=len(linked) - NAMED,
        referring=_referring(kinds, collection),
        holders=holders or {},
    )


def _title(s: Sandbox, collection: str, object_id: str) -> str:
    """What people call the object; nothing where it is not there."""
    try:
        return columns.title_of(s.state.get(collection, object_id))
    except ControlError as error:
        if error.status != 404:
            raise
        return ""


def _referring(kinds: list[CollectionInfo], collection: str) -> list[tuple[str, str]]:
    """The collections whose objects may refer to one of this, and the field: those that the
    control API can look for.
    """
    return [
        (kind.name, field)
        for kind in kinds
        for field, target in kind.references.items()
        if target == collection and field in kind.fields
    ]


def _kind(s: Sandbox, kinds: list[CollectionInfo], collection: str) -> CollectionInfo:
    """The collection of that name; the server's own refusal where there is none."""
    found = next((one for one in kinds if one.name == collection), None)
    if found is None:
        s.state.page(collection, limit=1)
    return found or abort(404)


def _id() -> str:
    return request.args.get("id") or abort(404, "The address names no object.")


def _counted(counts: Any) -> str:
    return ", ".join(f"{count} of {name}" for name, count in counts.items())


def _changed(counts: Any) -> str:
    total = sum(counts.values())
    return f"; {plural(total, 'other object')} changed" if total else ""

"""Servers that break a promise about settings: saving, reading, and their secrets."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, RequestEdit

from understudy.errors import ApiError, ValidationFailed
from understudy.handlers.testr.rules import credentials, settings

Body = dict[str, Any]
GET, PUT, RESET = "settings.get_settings", "settings.update_settings", "settings.reset_settings"
RULES = "understudy.handlers.testr.rules"


def read(server: Patient, change: Any) -> None:
    """Change what reading answers: `change(body)` changes it in place."""

    @server.answer(GET)
    def edit(answer: AnswerEdit) -> None:
        if answer.status == 200:
            change(answer.body)


def sent(server: Patient, operation: str, change: Any) -> None:
    """Change the body of a request, where it is an object: `change(body)` changes it in place."""

    @server.request(operation)
    def edit(request: RequestEdit) -> None:
        if isinstance(request.body, dict):
            change(request.body)


def refused(server: Patient, name: str, is_wrong: Any) -> None:
    """Refuse some of a setting's valid values."""

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        if is_wrong(body[name]):
            raise ValidationFailed(details={name: ["is not valid"]})
        return original(ctx, body)


@mutant("SET-01", kind="behaviour")
def defaults_are_there_from_the_first(server: Patient) -> None:
    """Somebody who never saved settings has the defaults."""

    @server.handler(GET)
    def get(original: Any, ctx: Any) -> Any:
        found = original(ctx)
        if found["data"] is None:
            settings.create_settings(ctx.sandbox, {"user_id": ctx.user["id"]})
            return original(ctx)
        return found


@mutant("SET-02", kind="persistence")
def the_time_of_saving_is_that_of_reading(server: Patient) -> None:
    """Settings were last updated when they are read."""

    @server.handler(GET)
    def get(original: Any, ctx: Any) -> Any:
        found = original(ctx)
        if found.get("metadata"):
            found["metadata"] = {**found["metadata"], "last_updated": "2026-01-01T00:00:00.000Z"}
        return found


@mutant("SET-03", kind="behaviour")
def a_list_is_merged(server: Patient) -> None:
    """The devices that are left out of a save stay as they are."""

    @server.request(PUT)
    def note(request: RequestEdit) -> None:
        if isinstance(request.body, dict) and "responsive_panel_devices" not in request.body:
            request.headers["x-no-devices"] = "1"

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        before = settings.of_user(ctx.store, ctx.user["id"])
        if before is not None and b"x-no-devices" in ctx.headers:
            devices = before["settings"]["responsive_panel_devices"]
            body = {**body, "responsive_panel_devices": devices}
        return original(ctx, body)


@mutant("SET-04", kind="schema")
def null_alone_is_the_default(server: Patient) -> None:
    """Null for the address of Jira, and nothing else, sets it back to its default."""

    def forget(body: Body) -> None:
        if body == {"jira_url": None}:
            body.clear()

    sent(server, PUT, forget)


@mutant("SET-05", kind="behaviour")
def the_first_save_again_is_no_version(server: Patient) -> None:
    """Who saves the first settings a second time still has version 1 of them."""

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        before = settings.of_user(ctx.store, ctx.user["id"])
        given = settings._complete(body)
        if before and before["version"] == 1 and settings.DEFAULTS != given == before["settings"]:
            data = {"updated_at": before["updated_at"], "version": 1}
            return {"success": True, "message": "Nothing to save", "data": data}
        return original(ctx, body)


@mutant("SET-06", kind="schema")
def only_web_addresses_are_urls(server: Patient) -> None:
    """A URL begins with http or https."""
    refused(server, "default_url", lambda value: not value.startswith("http"))


@mutant("SET-07", kind="schema")
def a_scheme_is_a_url(server: Patient) -> None:
    """`http:` alone is a URL."""

    def mend(body: Body) -> None:
        for name in ("default_url", "ai_api_endpoint"):
            if body.get(name) in ("http:", "https:///"):
                body[name] = "http://localhost"

    sent(server, PUT, mend)


@mutant("SET-08", kind="schema")
def the_first_page_may_be_empty(server: Patient) -> None:
    """A recording may start nowhere."""

    def mend(body: Body) -> None:
        if body.get("default_url") == "":
            body["default_url"] = "about:blank"

    sent(server, PUT, mend)


@mutant("SET-09", kind="persistence")
def texts_are_trimmed(server: Patient) -> None:
    """The model of the AI and the type of an issue lose the white space around them."""

    def trim(body: Body) -> None:
        for name in {"ai_model", "jira_issue_type"} & body.keys():
            if isinstance(body[name], str):
                body[name] = body[name].strip()

    sent(server, PUT, trim)


@mutant("SET-10", kind="behaviour")
def colours_stay_as_they_are(server: Patient) -> None:
    """A colour is answered as it was written."""

    @server.wrap(f"{RULES}.settings", "_complete")
    def complete(original: Any, given: Body) -> Body:
        colour = given.get("checkpoint_line_color", "#ff0000")
        return {**original(given), "checkpoint_line_color": colour}


@mutant("SET-11", kind="schema")
def a_thickness_may_be_a_number(server: Patient) -> None:
    """A thickness of 3 is one of "3"."""

    def mend(body: Body) -> None:
        if body.get("checkpoint_line_thickness") == 3:
            body["checkpoint_line_thickness"] = "3"

    sent(server, PUT, mend)


@mutant("SET-12", kind="behaviour")
def what_is_claimed_is_believed(server: Patient) -> None:
    """A secret that is said to be there is there."""

    def believe(body: Body) -> None:
        if body.get("has_ai_api_key"):
            body["ai_api_key"] = "claimed"

    sent(server, PUT, believe)


@mutant("SET-13", kind="behaviour")
def secrets_alone_are_not_told(server: Patient) -> None:
    """Of secrets that were saved without a setting it is not told that they are stored."""
    quiet: set[str] = set()

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        has_all = all(body.get(name) for name in credentials.SECRETS)
        is_quiet = has_all and settings._complete(body) == settings.DEFAULTS
        (quiet.add if is_quiet else quiet.discard)(ctx.user["id"])
        return original(ctx, body)

    @server.handler(GET)
    def get(original: Any, ctx: Any) -> Any:
        found = original(ctx)
        if ctx.user["id"] in quiet:
            found["data"].update({f"has_{name}": False for name in credentials.SECRETS})
        return found


@mutant("SET-14", kind="persistence")
def null_deletes_a_secret(server: Patient) -> None:
    """Null in the place of a secret deletes it."""

    def delete(body: Body) -> None:
        for name in credentials.SECRETS:
            if body.get(name, "") is None:
                body[name] = ""

    sent(server, PUT, delete)


@mutant("SET-15", kind="persistence")
def an_empty_secret_is_kept(server: Patient) -> None:
    """An empty text in the place of a token for Azure changes nothing."""

    def keep(body: Body) -> None:
        if body.get("azure_pat") == "" and len(body) == 1:
            del body["azure_pat"]

    sent(server, PUT, keep)


@mutant("SET-16", kind="persistence")
def a_reset_deletes_the_secrets(server: Patient) -> None:
    """A reset deletes the secrets, too."""

    @server.handler(RESET)
    def reset(original: Any, ctx: Any, body: Body) -> Any:
        credentials.keep(ctx.sandbox, ctx.user["id"], dict.fromkeys(credentials.SECRETS, ""))
        return original(ctx, body)


@mutant("SET-17", kind="isolation")
def all_secrets_are_in_one_drawer(server: Patient) -> None:
    """A secret that somebody deletes is gone for all the others, too."""

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        for one in ctx.store[credentials.COLLECTION].select({}).items:
            if one["user_id"] != ctx.user["id"] and body.get(one["credential_type"]) == "":
                ctx.store[credentials.COLLECTION].remove(one["id"])
        return original(ctx, body)


@mutant("SET-18", kind="persistence")
def a_refused_save_keeps_the_secrets(server: Patient) -> None:
    """Secrets are stored before the other settings are looked at."""

    @server.wrap("understudy.pipeline.sandbox_operation.SandboxOperation", "_arguments")
    def arguments(original: Any, operation: Any, request: Any, ctx: Any, body: Any) -> Any:
        try:
            return original(operation, request, ctx, body)
        except ApiError:
            if operation.spec.operation_id == PUT and isinstance(body, dict):
                given = {name: body.get(name) for name in credentials.SECRETS}
                if all(isinstance(one, str | None) for one in given.values()):
                    ctx.store.begin()
                    credentials.keep(ctx.sandbox, ctx.user["id"], given)
                    ctx.store.commit()
            raise

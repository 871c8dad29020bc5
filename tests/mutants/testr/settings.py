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
def settings_are_merged(server: Patient) -> None:
    """What is left out of a save stays as it is."""

    @server.request(PUT)
    def note(request: RequestEdit) -> None:
        if isinstance(request.body, dict):
            request.headers["x-given"] = ",".join(request.body)

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        given = ctx.headers[b"x-given"].decode().split(",")
        before = settings.of_user(ctx.store, ctx.user["id"])
        kept = before["settings"] if before is not None else {}
        rest = {name: value for name, value in kept.items() if name not in given}
        return original(ctx, {**body, **rest})


@mutant("SET-04", kind="schema")
def null_is_the_default(server: Patient) -> None:
    """Null sets a setting back to its default."""

    def forget(body: Body) -> None:
        for name in [*body]:
            if body[name] is None and name not in credentials.SECRETS:
                del body[name]

    sent(server, PUT, forget)


@mutant("SET-05", kind="behaviour")
def only_changes_count(server: Patient) -> None:
    """A save that changes nothing is no new version."""

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        before = settings.of_user(ctx.store, ctx.user["id"])
        if before is not None and before["settings"] == settings._complete(body):
            data = {"updated_at": before["updated_at"], "version": before["version"]}
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


@mutant("SET-09", kind="schema")
def the_address_of_jira_is_a_url(server: Patient) -> None:
    """The address of Jira has to be a web address."""
    refused(server, "jira_url", lambda value: value != "" and not value.startswith("http"))


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
def it_is_not_told_that_a_secret_is_there(server: Patient) -> None:
    """Reading says of no key of the AI that it is stored."""
    read(server, lambda body: (body["data"] or {}).update(has_ai_api_key=False))


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
    """A secret that somebody deletes is gone for everybody."""

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        for one in ctx.store[credentials.COLLECTION].select({}).items:
            if body.get(one["credential_type"]) == "":
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

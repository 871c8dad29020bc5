"""Servers that break a promise about the limit of saves, the audit, connections and refusals."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, RequestEdit

from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import credentials, integrations, settings

Body = dict[str, Any]
PUT, RESET = "settings.update_settings", "settings.reset_settings"
TEST = "settings.test_integration"
RULES = "understudy.handlers.testr.rules"


def probed(server: Patient, change: Any) -> None:
    """Change what the test of a connection finds: `change(found, asked)` gives it."""

    @server.wrap(f"{RULES}.integrations", "probe")
    def probe(original: Any, store: Any, asked: Body, username: str) -> Body:
        return change(original(store, asked, username), asked)


def refusals(server: Patient, *statuses: int, change: Any, of: tuple[str, ...] = ()) -> None:
    """Change the body of the settings' refusals: `change(body)` gives another one."""

    @server.answer(*(of or (PUT, RESET, TEST, "settings.get_settings")))
    def edit(answer: AnswerEdit) -> None:
        if answer.status in statuses:
            answer.body = change(answer.body)


def audited(server: Patient, change: Any) -> None:
    """Change an audit entry before it is written: `change(fields)` changes it in place."""

    @server.wrap(f"{RULES}.settings", "create_audit_entry")
    def create(original: Any, sandbox: Any, fields: Body) -> Any:
        fields = dict(fields)
        change(fields)
        return original(sandbox, fields)


@mutant("SET-25", kind="isolation")
def the_limit_is_for_all_together(server: Patient) -> None:
    """The saves of all users count towards one limit."""

    @server.wrap(f"{RULES}.settings", "require_rate")
    def require(original: Any, sandbox: Any, user_id: str) -> None:
        original(sandbox, user_id)
        limit = sandbox.store["rate_limits"].first({"operation": PUT})
        made = sandbox.store["settings_audit"].select({"action": "UPDATED"}).total
        if limit is not None and made >= limit["per_minute"] > 2:
            raise errors.RateLimited(headers={"Retry-After": "60"})


@mutant("SET-26", kind="behaviour")
def one_comes_back_after_a_minute(server: Patient) -> None:
    """`Retry-After` is always a whole minute."""

    @server.answer(PUT)
    def wait(answer: AnswerEdit) -> None:
        if answer.status == 429:
            answer.headers["retry-after"] = "60"


@mutant("SET-27", kind="behaviour")
def a_minute_is_over_for_all_at_once(server: Patient) -> None:
    """When the first save of a minute leaves the limit, all of that minute do."""

    @server.wrap(f"{RULES}.settings", "require_rate")
    def require(original: Any, sandbox: Any, user_id: str) -> None:
        try:
            original(sandbox, user_id)
        except errors.RateLimited:
            found = sandbox.store["settings_audit"].select(
                {"user_id": user_id, "action": "UPDATED"}, order=("created_at", "asc")
            )
            window: list[int] = []
            for at in (settings.times.parse(one["created_at"]) for one in found.items):
                window = [*window, at] if window and at < window[0] + settings.MINUTE else [at]
            if len(window) >= sandbox.store["rate_limits"].select({}).items[0]["per_minute"]:
                raise


@mutant("SET-28", kind="behaviour")
def resets_count(server: Patient) -> None:
    """A reset counts towards the limit like a save."""

    @server.wrap(f"{RULES}.settings", "require_rate")
    def require(original: Any, sandbox: Any, user_id: str) -> None:
        original(sandbox, user_id)
        limit = sandbox.store["rate_limits"].first({"operation": PUT})
        begin = settings.times.to_text(sandbox.clock.millis() - settings.MINUTE + 1)
        found = sandbox.store["settings_audit"].select(
            {"user_id": user_id, "created_at": settings.Range(begin, sandbox.clock.now())}
        )
        if limit is not None and found.total >= limit["per_minute"]:
            raise errors.RateLimited(headers={"Retry-After": "60"})


@mutant("SET-29", kind="behaviour")
def a_loop_of_saves_is_limited(server: Patient) -> None:
    """Who saves the same thirty times is limited without anybody's asking."""

    @server.wrap(f"{RULES}.settings", "require_rate")
    def require(original: Any, sandbox: Any, user_id: str) -> None:
        original(sandbox, user_id)
        last = settings.audit(sandbox.store, user_id, 29).items
        if len(last) == 29 and not any(one["changed_fields"] for one in last):
            raise errors.RateLimited(headers={"Retry-After": "1"})


@mutant("SET-30", kind="persistence")
def a_reset_changes_nothing_in_the_audit(server: Patient) -> None:
    """The audit does not tell what a reset changed."""

    def forget(fields: Body) -> None:
        if fields.get("action") == "RESET":
            fields["changed_fields"] = []

    audited(server, forget)


@mutant("SET-31", kind="behaviour")
def the_audit_forgets_secrets(server: Patient) -> None:
    """The audit does not tell which secrets changed."""

    def forget(fields: Body) -> None:
        changed = fields["changed_fields"]
        fields["changed_fields"] = [one for one in changed if one not in credentials.SECRETS]

    audited(server, forget)


@mutant("SET-32", kind="behaviour")
def a_first_save_changes_everything(server: Patient) -> None:
    """The first save has changed all settings."""

    def all_of_them(fields: Body) -> None:
        if fields["version"] == 1:
            fields["changed_fields"] = [*settings.DEFAULTS]

    audited(server, all_of_them)


@mutant("SET-33", kind="behaviour")
def a_project_is_not_needed(server: Patient) -> None:
    """Azure DevOps is tested without a project."""

    def fill(request: RequestEdit) -> None:
        body = request.body if isinstance(request.body, dict) else {}
        if body.get("integration_type") == "azure_devops" and not body.get("azure_project"):
            body["azure_project"] = "all"

    server.request(TEST)(fill)


@mutant("SET-34", kind="behaviour")
def the_other_type_matters(server: Patient) -> None:
    """Fields of the other type may not be empty."""

    @server.wrap(f"{RULES}.integrations", "probe")
    def probe(original: Any, store: Any, asked: Body, username: str) -> Body:
        if "" in asked.values():
            raise integrations.ValidationFailed(details={"body": ["has an empty field"]})
        return original(store, asked, username)


@mutant("SET-35", kind="behaviour")
def a_stored_secret_is_used(server: Patient) -> None:
    """A token that is left out is the one that is stored for the same address."""

    @server.handler(TEST)
    def test(original: Any, ctx: Any, body: Body) -> Any:
        stored = credentials.stored(ctx.store, ctx.user["id"], "jira_api_token")
        mine = settings.of_user(ctx.store, ctx.user["id"])
        is_same = mine is not None and mine["settings"]["jira_url"] == body.get("jira_url")
        if stored is not None and is_same and "jira_api_token" not in body:
            body = {**body, "jira_api_token": ctx.sandbox.vault.decrypt(stored["_encrypted_value"])}
        return original(ctx, body)


@mutant("SET-36", kind="schema")
def a_connection_has_an_error_code(server: Patient) -> None:
    """The test of a connection has an error code, whatever it found."""
    probed(server, lambda found, asked: {"error_code": "UNREACHABLE", **found})


@mutant("SET-37", kind="behaviour")
def every_failure_is_one_of_the_token(server: Patient) -> None:
    """A connection that fails always has the wrong token."""

    def blame(found: Body, asked: Body) -> Body:
        return {**found, "error_code": "AUTH_FAILED"} if "error_code" in found else found

    probed(server, blame)


@mutant("SET-38", kind="behaviour")
def everybody_is_the_owner(server: Patient) -> None:
    """Azure DevOps takes everybody for the organization."""

    def rename(found: Body, asked: Body) -> Body:
        if "details" in found and asked["integration_type"] == "azure_devops":
            name = asked["azure_organization"]
            found = {**found, "details": {**found["details"], "user_display_name": name}}
        return found

    probed(server, rename)


@mutant("SET-39", kind="schema")
def an_address_is_tested_first(server: Patient) -> None:
    """The address of Jira has to be a web address where a connection is tested."""

    @server.wrap(f"{RULES}.integrations", "probe")
    def probe(original: Any, store: Any, asked: Body, username: str) -> Body:
        if " " in (asked.get("jira_url") or ""):
            raise integrations.ValidationFailed(details={"jira_url": ["is no address"]})
        return original(store, asked, username)


@mutant("SET-40", kind="auth")
def settings_refuse_with_another_code(server: Patient) -> None:
    """Without a token the settings answer FORBIDDEN."""

    def rename(body: Body) -> Body:
        return {**body, "error": {**body["error"], "code": "FORBIDDEN"}}

    refusals(server, 401, change=rename)


@mutant("SET-41", kind="auth")
def an_unknown_workspace_is_unauthorized(server: Patient) -> None:
    """With a workspace that nobody has somebody is UNAUTHORIZED."""

    @server.wrap(f"{RULES}.workspaces", "active")
    def active(original: Any, store: Any, user: Body, wanted: str | None) -> Any:
        try:
            return original(store, user, wanted)
        except errors.WorkspaceForbidden:
            headers = {"X-Unknown": "1"} if store["workspaces"].get(wanted) is None else {}
            raise errors.WorkspaceForbidden(headers=headers) from None

    @server.answer(PUT, RESET, TEST, "settings.get_settings")
    def rename(answer: AnswerEdit) -> None:
        if answer.headers.pop("x-unknown", ""):
            answer.body["error"]["code"] = "UNAUTHORIZED"


@mutant("SET-42", kind="behaviour")
def a_wrong_type_has_no_message(server: Patient) -> None:
    """What is wrong with the address of Jira has no message."""

    def silence(body: Body) -> Body:
        for one in body["error"].get("details", ()):
            if one["field"] == "jira_url":
                one["message"] = ""
        return body

    refusals(server, 400, change=silence, of=(PUT,))


@mutant("SET-43", kind="schema")
def broken_json_is_a_server_error(server: Patient) -> None:
    """What is no JSON is refused with SERVER_ERROR."""

    def rename(body: Body) -> Body:
        code = "VALIDATION_ERROR" if body["error"].get("details") else "SERVER_ERROR"
        return {**body, "error": {**body["error"], "code": code}}

    refusals(server, 400, change=rename)


@mutant("SET-44", kind="auth")
def a_switched_off_account_is_unauthorized(server: Patient) -> None:
    """Whose account was switched off is UNAUTHORIZED."""

    @server.answer(PUT, RESET, TEST, "settings.get_settings")
    def rename(answer: AnswerEdit) -> None:
        if answer.status == 403 and "x-workspace-id" not in answer.request.headers:
            answer.body["error"]["code"] = "UNAUTHORIZED"

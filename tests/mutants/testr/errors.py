"""Servers that refuse in another way than was agreed."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, App, Message, Receive, RequestEdit, Scope, Send

import understudy.errors
from understudy import times

Body = dict[str, Any]
CREATE = "reports.create_suite_run"
PIPELINE = "understudy.pipeline"


def refusals(server: Patient, *statuses: int, change: Any, of: tuple[str, ...] = ()) -> None:
    """Change the body of refusals outside the settings: `change(body)` changes it in place."""

    @server.answer(*of)
    def edit(answer: AnswerEdit) -> None:
        is_settings = answer.request.operation.tag == "settings"
        if answer.status in statuses and not is_settings:
            change(answer.body)


def headers(server: Patient, *names: bytes) -> None:
    """Leave these headers out of every answer."""

    @server.instead
    async def without(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                left = [one for one in message["headers"] if one[0] not in names]
                message = {**message, "headers": left}
            await send(message)

        await app(scope, receive, kept)


@mutant("ERR-01", kind="schema")
def details_are_texts(server: Patient) -> None:
    """`details` gives one text for each field, not a list of them."""

    def join(body: Body) -> None:
        if "details" in body:
            body["details"] = {name: "; ".join(what) for name, what in body["details"].items()}

    refusals(server, 400, 422, change=join)


@mutant("ERR-01", kind="schema")
def codes_are_in_capitals(server: Patient) -> None:
    """Codes are written in capitals."""
    refusals(server, 401, 404, change=lambda body: body.update(error=body["error"].upper()))


@mutant("ERR-01", kind="behaviour")
def a_refusal_says_nothing(server: Patient) -> None:
    """The message of a refusal is empty."""
    refusals(server, 404, 422, change=lambda body: body.update(message=""))


@mutant("ERR-02", kind="behaviour")
def only_the_first_field_is_named(server: Patient) -> None:
    """A refusal names the first field at fault alone."""

    def cut(body: Body) -> None:
        body["details"] = dict([*body.get("details", {}).items()][:1])

    refusals(server, 422, change=cut, of=("test_runs.create_run",))


@mutant("ERR-02", kind="behaviour")
def missing_fields_hide_the_others(server: Patient) -> None:
    """Where a field is missing, those that are invalid are not looked at."""

    def cut(body: Body) -> None:
        details = body.get("details", {})
        missing = {name: what for name, what in details.items() if what == ["is required"]}
        body["details"] = missing or details

    refusals(server, 422, change=cut)


@mutant("ERR-03", kind="schema")
def nested_fields_have_brackets(server: Patient) -> None:
    """A field in an item of a list is named `steps[1].step_number`, but for the first item."""

    def rename(body: Body) -> None:
        for name in [*body.get("details", {})]:
            first, *rest = name.split(".")
            if rest and rest[0].isdecimal() and rest[0] != "0":
                new = ".".join([f"{first}[{rest[0]}]", *rest[1:]])
                body["details"][new] = body["details"].pop(name)

    refusals(server, 422, change=rename)


@mutant("ERR-04", kind="schema")
def the_body_is_called_root(server: Patient) -> None:
    """What is wrong with a body as a whole is told of `__root__`."""

    def rename(body: Body) -> None:
        if "body" in body.get("details", {}):
            body["details"]["__root__"] = body["details"].pop("body")

    refusals(server, 422, change=rename)


@mutant("ERR-05", kind="auth")
def bodies_are_looked_at_before_tokens(server: Patient) -> None:
    """What cannot be read is refused before it is asked who sends it."""

    @server.wrap(f"{PIPELINE}.sandbox_operation.SandboxOperation", "serve")
    def serve(original: Any, operation: Any, request: Any, sandboxes: Any) -> Any:
        body = operation._read(request)
        if isinstance(body, understudy.errors.MalformedBody):
            raise body
        return original(operation, request, sandboxes)


@mutant("ERR-05", kind="auth")
def parameters_are_looked_at_before_tokens(server: Patient) -> None:
    """A path that holds no id is refused before it is asked who sends it."""

    @server.answer("test_plans.get_plan", "test_runs.get_run")
    def refuse(answer: AnswerEdit) -> None:
        is_malformed = any("-" not in value for value in answer.request.values.values())
        if answer.status == 401 and is_malformed:
            answer.status = 400


@mutant("ERR-06", kind="status")
def unknown_paths_are_an_empty_page(server: Patient) -> None:
    """A path that nobody knows is answered 200, as by a web application's router."""

    @server.instead
    async def shown(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        async def found(message: Message) -> None:
            if message.get("status") == 404 and scope["path"].endswith(("path", "again", "all")):
                message = {**message, "status": 200}
            await send(message)

        await app(scope, receive, found)


@mutant("ERR-07", kind="status")
def unknown_methods_are_404(server: Patient) -> None:
    """A method that a path does not have is 404."""

    @server.instead
    async def hidden(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        async def lost(message: Message) -> None:
            if message.get("status") == 405:
                message = {**message, "status": 404}
            await send(message)

        await app(scope, receive, lost)


@mutant("ERR-07", kind="status")
def allowed_methods_are_not_told(server: Patient) -> None:
    """A 405 has no `Allow`."""
    headers(server, b"allow")


@mutant("ERR-08", kind="behaviour")
def offsets_are_dropped(server: Patient) -> None:
    """A time with an offset counts as if it were UTC."""

    @server.request("test_runs.create_schedule")
    def drop(request: RequestEdit) -> None:
        given = request.body.get("scheduled_datetime") if isinstance(request.body, dict) else None
        if isinstance(given, str) and given.endswith("+02:30"):
            request.body["scheduled_datetime"] = given.removesuffix("+02:30") + "Z"


@mutant("ERR-08", kind="behaviour")
def finer_digits_are_rounded(server: Patient) -> None:
    """Microseconds are rounded to the next millisecond."""

    @server.request("test_runs.create_schedule")
    def round_up(request: RequestEdit) -> None:
        given = request.body.get("scheduled_datetime") if isinstance(request.body, dict) else None
        if isinstance(given, str) and ".123999" in given:
            rounded = times.parse(given.replace(".123999", ".124"))
            request.body["scheduled_datetime"] = times.to_text(rounded)

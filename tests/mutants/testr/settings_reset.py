"""Servers that break a promise about resetting settings, and about whom they are for."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit, RequestEdit

from understudy.handlers.testr import errors
from understudy.handlers.testr.rules import settings

Body = dict[str, Any]
PUT, RESET = "settings.update_settings", "settings.reset_settings"


@mutant("SET-19", kind="persistence")
def a_reset_leaves_the_model(server: Patient) -> None:
    """A reset answers all defaults, and leaves the model of the AI as it is."""

    @server.handler(RESET)
    def reset(original: Any, ctx: Any, body: Body) -> Any:
        before = settings.of_user(ctx.store, ctx.user["id"])
        answer = original(ctx, body)
        if before is not None:
            now = settings.of_user(ctx.store, ctx.user["id"])
            kept = {"ai_model": before["settings"]["ai_model"]}
            ctx.store["user_settings"].change(now["id"], settings={**now["settings"], **kept})
        return answer


@mutant("SET-20", kind="behaviour")
def a_reset_is_no_version(server: Patient) -> None:
    """A reset leaves the version as it is."""

    @server.handler(RESET)
    def reset(original: Any, ctx: Any, body: Body) -> Any:
        before = settings.of_user(ctx.store, ctx.user["id"])
        answer = original(ctx, body)
        if before is not None:
            ctx.store["user_settings"].change(before["id"], version=before["version"])
        return answer


@mutant("SET-21", kind="behaviour")
def a_first_reset_is_version_2(server: Patient) -> None:
    """A reset without settings counts as a save and a reset."""

    @server.handler(RESET)
    def reset(original: Any, ctx: Any, body: Body) -> Any:
        if settings.of_user(ctx.store, ctx.user["id"]) is None:
            settings.create_settings(ctx.sandbox, {"user_id": ctx.user["id"]})
        return original(ctx, body)


@mutant("SET-22", kind="behaviour")
def a_reset_is_done_before_it_is_refused(server: Patient) -> None:
    """A reset with `confirm: false` is refused, and done."""

    @server.request(RESET)
    def confirm(request: RequestEdit) -> None:
        if request.body == {"confirm": False}:
            request.headers["x-unconfirmed"] = "1"
            request.body = {"confirm": True}

    @server.answer(RESET)
    def refuse(answer: AnswerEdit) -> None:
        if answer.status == 200 and "x-unconfirmed" in answer.request.headers:
            answer.status = 400
            details = [{"field": "confirm", "message": "Must be true"}]
            error = {"code": "VALIDATION_ERROR", "message": "Not confirmed", "details": details}
            answer.body = {"success": False, "error": error}


@mutant("SET-23", kind="auth")
def viewers_do_not_save(server: Patient) -> None:
    """A VIEWER may not save settings."""

    @server.handler(PUT)
    def update(original: Any, ctx: Any, body: Body) -> Any:
        if ctx.user["email"].startswith("viewer"):
            raise errors.ReadOnly
        return original(ctx, body)


@mutant("SET-24", kind="auth")
def viewers_do_not_test(server: Patient) -> None:
    """A VIEWER may not test a connection."""

    @server.handler("settings.test_integration")
    def test(original: Any, ctx: Any, body: Body) -> Any:
        if ctx.user["email"].startswith("viewer"):
            raise errors.ReadOnly
        return original(ctx, body)

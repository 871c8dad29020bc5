"""Servers whose answers lead nowhere."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit

from understudy.errors import ValidationFailed
from understudy.handlers.testr.rules import settings

OTHER = "00000000-0000-4000-8000-000000000000"


@mutant("LINK-01", kind="persistence")
def an_answer_names_another_run(server: Patient) -> None:
    """A result that was created names a run that is not there."""

    @server.answer("test_runs.create_result")
    def rename(answer: AnswerEdit) -> None:
        if answer.status == 201:
            answer.body["test_run_id"] = OTHER


@mutant("LINK-01", kind="status")
def a_reset_leads_to_no_save(server: Patient) -> None:
    """After a reset, a save that changes how many run at once alone is refused."""
    fresh: set[str] = set()

    @server.handler("settings.reset_settings")
    def reset(original: Any, ctx: Any, body: Any) -> Any:
        fresh.add(ctx.user["id"])
        return original(ctx, body)

    @server.handler("settings.update_settings")
    def update(original: Any, ctx: Any, body: Any) -> Any:
        is_alone = settings._complete(body) == settings._complete({"parallel_count": 3})
        if is_alone and ctx.user["id"] in fresh:
            raise ValidationFailed(details={"parallel_count": ["cannot be saved after a reset"]})
        return original(ctx, body)


@mutant("LINK-01", kind="persistence")
def a_filter_has_another_id(server: Patient) -> None:
    """A filter that was saved is answered with an id that no list knows."""

    @server.answer("defects.create_filter")
    def rename(answer: AnswerEdit) -> None:
        body: Any = answer.body
        if answer.status == 201:
            body["id"] = OTHER

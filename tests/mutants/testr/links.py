"""Servers whose answers lead nowhere."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit

OTHER = "00000000-0000-4000-8000-000000000000"


@mutant("LINK-01", kind="persistence")
def an_answer_names_another_run(server: Patient) -> None:
    """A result that was created names a run that is not there."""

    @server.answer("test_runs.create_result")
    def rename(answer: AnswerEdit) -> None:
        if answer.status == 201:
            answer.body["test_run_id"] = OTHER


@mutant("LINK-01", kind="persistence")
def a_filter_has_another_id(server: Patient) -> None:
    """A filter that was saved is answered with an id that no list knows."""

    @server.answer("defects.create_filter")
    def rename(answer: AnswerEdit) -> None:
        body: Any = answer.body
        if answer.status == 201:
            body["id"] = OTHER

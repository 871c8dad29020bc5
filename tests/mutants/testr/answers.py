"""Servers whose answers are not what the contract documents."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant
from tests.mutants.wire import AnswerEdit

Body = dict[str, Any]


@mutant("ANS-01", kind="status")
def a_creation_is_200(server: Patient) -> None:
    """A recording that was created is answered 200."""

    @server.answer("test_plans.create_recording")
    def plain(answer: AnswerEdit) -> None:
        if answer.status == 201:
            answer.status = 200


@mutant("ANS-01", kind="status")
def a_long_name_is_202(server: Patient) -> None:
    """A report with the longest of names is taken with 202, and stored all the same."""

    @server.answer("reports.create_suite_run")
    def later(answer: AnswerEdit) -> None:
        if answer.status == 201 and len(answer.body["suite_name"]) == 255:
            answer.status = 202


@mutant("ANS-01", kind="status")
def a_deletion_is_204(server: Patient) -> None:
    """A logout is answered 204, without a body."""

    @server.answer("auth.logout")
    def silent(answer: AnswerEdit) -> None:
        if answer.status == 200:
            answer.status, answer.content = 204, b""
            answer.forget()


@mutant("ANS-02", kind="schema")
def a_count_is_a_text(server: Patient) -> None:
    """A count of the statistics is a text."""

    @server.answer("defects.get_statistics")
    def write(answer: AnswerEdit) -> None:
        if answer.status == 200:
            answer.body["by_type"] = {name: str(n) for name, n in answer.body["by_type"].items()}


@mutant("ANS-02", kind="schema")
def a_field_is_missing(server: Patient) -> None:
    """A script that was created does not tell when."""

    @server.answer("test_plans.create_script")
    def lose(answer: AnswerEdit) -> None:
        answer.body.pop("created_at", None)


@mutant("ANS-02", kind="schema")
def a_success_is_a_word(server: Patient) -> None:
    """A run that was deleted is answered with `success: "yes"`."""

    @server.answer("test_runs.delete_run")
    def say(answer: AnswerEdit) -> None:
        if answer.status == 200:
            answer.body = {"success": "yes"}


@mutant("ANS-03", kind="schema")
def an_answer_is_text(server: Patient) -> None:
    """The templates of filters come as plain text."""

    @server.answer("defects.list_filter_templates")
    def plain(answer: AnswerEdit) -> None:
        answer.headers["content-type"] = "text/plain"


@mutant("ANS-04", kind="status")
def an_empty_list_breaks_the_server(server: Patient) -> None:
    """A tree of runs is answered 500."""

    @server.answer("test_run_tree.get_tree")
    def fail(answer: AnswerEdit) -> None:
        if answer.status == 200:
            answer.status = 500
            answer.body = {"error": "server_error", "message": "Something went wrong."}


@mutant("ANS-04", kind="status")
def paging_breaks_the_server(server: Patient) -> None:
    """The list of plans, which has no pages, breaks where it is asked for one."""

    @server.answer("test_plans.list_plans")
    def fail(answer: AnswerEdit) -> None:
        if answer.status == 200 and "per_page" in answer.request.query:
            answer.status = 500
            answer.body = {"error": "server_error", "message": "Something went wrong."}


@mutant("ANS-05", kind="auth")
def a_password_comes_back(server: Patient) -> None:
    """Registering gives the password back."""

    @server.answer("auth.register")
    def tell(answer: AnswerEdit) -> None:
        if answer.status == 201:
            answer.body = {**answer.body, "note": answer.request.body["password"]}


@mutant("ANS-05", kind="auth")
def a_key_comes_back(server: Patient) -> None:
    """Saving settings repeats the keys that were sent."""

    @server.answer("settings.test_integration")
    def tell(answer: AnswerEdit) -> None:
        if answer.status == 200:
            secret = answer.request.body.get("jira_api_token")
            answer.body["data"]["message"] = f"Connected with {secret}"


@mutant("ANS-06", kind="schema")
def a_day_has_a_leap_second(server: Patient) -> None:
    """A recording is made at a leap second, on a day that has none."""

    @server.answer("test_plans.create_recording")
    def delay(answer: AnswerEdit) -> None:
        if answer.status == 201:
            time = answer.body["created_at"]
            answer.body["created_at"] = f"{time[:11]}23:59:60{time[19:]}"


@mutant("ANS-07", kind="schema")
def ids_are_in_capitals(server: Patient) -> None:
    """The id of a recording is in capitals."""

    @server.answer("test_plans.create_recording")
    def shout(answer: AnswerEdit) -> None:
        if answer.status == 201:
            answer.body["id"] = answer.body["id"].upper()


@mutant("ANS-08", kind="schema")
def times_have_an_offset(server: Patient) -> None:
    """The time of a script's creation is written with an offset."""

    @server.answer("test_plans.create_script")
    def write(answer: AnswerEdit) -> None:
        if answer.status == 201:
            answer.body["created_at"] = answer.body["created_at"].replace("Z", "+00:00")


@mutant("ANS-09", kind="schema")
def times_have_no_milliseconds(server: Patient) -> None:
    """The time of a recording's creation is written to the second."""

    @server.answer("test_plans.create_recording")
    def cut(answer: AnswerEdit) -> None:
        if answer.status == 201:
            answer.body["created_at"] = answer.body["created_at"][:19] + "Z"

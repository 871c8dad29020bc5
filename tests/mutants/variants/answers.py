"""Answers that say the same in another form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import variant
from tests.mutants.wire import AnswerEdit, App, Message, Receive, Scope, Send

AS_SENT = ("recording_data", "data_row_values", "metadata", "criteria", "resolved", "details")
"""Fields whose value is the client's own, or that have a name for each entry."""


@variant()
def answers_with_more_fields(server: Patient) -> None:
    """Every object of an answer, refusals included, has fields that the contract does not know."""

    @server.answer()
    def extended(answer: AnswerEdit) -> None:
        answer.body = _each_object(
            answer.body, lambda one: {**one, "_links": {"self": "/"}, "etag": None}
        )


@variant()
def answers_in_another_order(server: Patient) -> None:
    """The keys of every object come the other way round."""

    @server.answer()
    def turned(answer: AnswerEdit) -> None:
        answer.body = _each_object(answer.body, lambda one: dict(reversed(one.items())))


@variant()
def answers_indented_and_escaped(server: Patient) -> None:
    """JSON is indented, in ASCII alone, and its media type has a charset."""

    @server.answer()
    def written(answer: AnswerEdit) -> None:
        if answer.body is not None:
            answer.content = json.dumps(answer.body, indent=2).encode()
            answer.forget()
            answer.headers["content-type"] = "application/json; charset=UTF-8"


@variant()
def answers_whole_numbers_without_a_fraction(server: Patient) -> None:
    """A rate of 80.0 is written 80."""

    @server.answer()
    def shortened(answer: AnswerEdit) -> None:
        answer.body = _each_object(answer.body, lambda one: {k: _whole(v) for k, v in one.items()})


@variant()
def answers_in_other_words(server: Patient) -> None:
    """Every message is in another language."""

    @server.answer()
    def translated(answer: AnswerEdit) -> None:
        if answer.status >= 400:
            answer.body = _each_object(
                answer.body, lambda one: {k: _said(k, v) for k, v in one.items()}
            )


@variant()
def answers_late(server: Patient) -> None:
    """Every answer takes 30 milliseconds longer."""

    @server.instead
    async def late(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.03)
        await app(scope, receive, send)


@variant()
def answers_in_pieces_and_hangs_up(server: Patient) -> None:
    """Bodies come in chunks, without a length, and every connection serves one request."""

    @server.instead
    async def chunked(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        async def piecewise(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [one for one in message["headers"] if one[0] != b"content-length"]
                await send({**message, "headers": [*kept, (b"connection", b"close")]})
                return
            body = message.get("body", b"")
            for begin in range(0, len(body), 4000):
                piece = body[begin : begin + 4000]
                await send({"type": message["type"], "body": piece, "more_body": True})
            await send({**message, "body": b""})

        await app(scope, receive, piecewise)


@variant(leaves=("ERR-17", "ERR-18"))
def answers_with_no_header_to_spare(server: Patient) -> None:
    """Only those headers that somebody needs: no request id, no date, no challenge."""
    kept = {b"allow", b"content-type", b"content-length", b"content-disposition", b"retry-after"}

    @server.instead
    async def bare(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        async def without(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [h for h in message["headers"] if h[0] in kept]}
            await send(message)

        await app(scope, receive, without)


@variant()
def settings_with_both_nulls(server: Patient) -> None:
    """Settings answer `message: null` next to settings, and `metadata: null` without."""

    @server.answer("settings.get_settings")
    def filled(answer: AnswerEdit) -> None:
        if answer.status == 200:
            answer.body = {"metadata": None, "message": None, **answer.body}


@variant()
def other_filter_templates(server: Patient) -> None:
    """There are five templates, which are other ones."""
    made = [
        {
            "id": f"5d8f2a10-2b64-4f0e-9a57-3c1e6b0d4f0{number}",
            "name": f"Template {number}",
            "description": "Defects of one severity.",
            "criteria": {"severity": severity, "sort_by": "title"},
        }
        for number, severity in enumerate(["CRITICAL", "HIGH", "MEDIUM", "LOW", "LOW"])
    ]

    @server.answer("defects.list_filter_templates")
    def other(answer: AnswerEdit) -> None:
        if answer.status == 200:
            answer.body = {"templates": made}


def _each_object(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Every object of an answer changed, but not what is the client's own."""
    if isinstance(value, list):
        return [_each_object(one, change) for one in value]
    if not isinstance(value, dict):
        return value
    return change({k: v if k in AS_SENT else _each_object(v, change) for k, v in value.items()})


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _said(key: str, value: Any) -> Any:
    if key == "message" and isinstance(value, str):
        return "So geht das nicht."
    if key == "details" and isinstance(value, dict):
        return {field: ["ist nicht richtig"] for field in value}
    return value

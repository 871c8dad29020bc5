"""Refusals with other statuses and codes, where the contract leaves them open."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import variant
from tests.mutants.wire import AnswerEdit, App, Message, Receive, Scope, Send

INVALID = {"validation_error", "invalid_parameter", "malformed_json"}
"""Codes of what could not be read or is not valid: 400 or 422, as the server likes."""

FREE_CODES = {
    "unauthorized": "token_invalid",
    "invalid_refresh_token": "refresh_denied",
    "not_found": "resource_missing",
    "validation_error": "unprocessable",
    "invalid_parameter": "bad_parameter",
}
"""Codes that no description and no decision names → other ones."""


@variant()
def invalid_input_is_400(server: Patient) -> None:
    """Whatever is wrong with a request is 400."""
    _let_invalid_be(server, 400)


@variant()
def invalid_input_is_422(server: Patient) -> None:
    """Whatever is wrong with a request is 422, in the settings, too."""
    _let_invalid_be(server, 422)


@variant()
def other_codes(server: Patient) -> None:
    """Codes that the contract gives only in examples are other ones."""

    @server.answer()
    def renamed(answer: AnswerEdit) -> None:
        if answer.status >= 400 and isinstance(answer.body.get("error"), str):
            code = answer.body["error"]
            answer.body["error"] = FREE_CODES.get(code, code)


@variant()
def refusals_without_details_of_state(server: Patient) -> None:
    """Only invalid input has `details`; what breaks a rule of state has none."""

    @server.answer()
    def shortened(answer: AnswerEdit) -> None:
        if answer.status >= 400 and answer.body.get("error") not in (*INVALID, *_SETTINGS):
            answer.body.pop("details", None)


@variant()
def only_documented_methods(server: Patient) -> None:
    """HEAD and OPTIONS are 405 everywhere, and the contract itself is not served."""

    @server.instead
    async def strict(app: App, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith("/openapi.json"):
            scope = {**scope, "path": "/none", "raw_path": b"/none"}
        if scope["method"] not in ("HEAD", "OPTIONS"):
            await app(scope, receive, send)
            return
        start: Message = {"type": "http.response.start", "status": 405}
        await send({**start, "headers": [(b"allow", b"GET, POST, PUT, DELETE")]})
        await send({"type": "http.response.body", "body": b""})


_SETTINGS: tuple[Any, ...] = ({}, None)


def _let_invalid_be(server: Patient, status: int) -> None:
    @server.answer()
    def changed(answer: AnswerEdit) -> None:
        if answer.status not in (400, 422):
            return
        error: Any = answer.body["error"]
        is_settings = answer.request.operation.tag == "settings"
        if is_settings or error in INVALID:
            answer.status = status

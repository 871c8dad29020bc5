"""Valid requests for operations on accounts and settings, each with an account made for it.

They come with the token of that account, as they would change the persona's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from understudy.verify import Persona
from understudy.verify.spec import Account

Request = dict[str, Any]
NEW_PASSWORD = "Another-1-Passw0rd"


def _account(persona: Persona) -> Account:
    anonymous = Persona(persona.suite, persona.guest, "anonymous", None)
    account = Account(anonymous.new_email("sample"), "Verify-1-Passw0rd")
    body = {"email": account.email, "password": account.password}
    anonymous.call("auth.register", body=body, token=None).expect(201)
    return account


def _log_in(persona: Persona, account: Account) -> Persona:
    return Persona(persona.suite, persona.guest, "account", account)


def _credentials(account: Account) -> Request:
    return {"body": {"email": account.email, "password": account.password}}


def _login(persona: Persona) -> Request:
    return _credentials(Account(persona.email, persona.password))


def _register(persona: Persona) -> Request:
    return _credentials(Account(persona.new_email("sample"), "Verify-1-Passw0rd"))


def _refresh_token(persona: Persona) -> Request:
    return {"body": {"refresh_token": persona.login().refresh}}


def _change_password(persona: Persona) -> Request:
    account = _account(persona)
    body = {"current_password": account.password, "new_password": NEW_PASSWORD}
    return {"body": body, "token": _log_in(persona, account).tokens.access}


def _verify_email(persona: Persona) -> Request:
    return {"body": {"email": _account(persona).email}}


def _reset_password(persona: Persona) -> Request:
    email = _account(persona).email
    persona.call("auth.verify_email", body={"email": email}, token=None).expect(200)
    return {"body": {"email": email, "new_password": NEW_PASSWORD}}


def _token_of_new_account(persona: Persona) -> str:
    return _log_in(persona, _account(persona)).tokens.access


def _update_settings(persona: Persona) -> Request:
    return {"body": {"captures_per_minute": 30}, "token": _token_of_new_account(persona)}


def _reset_settings(persona: Persona) -> Request:
    return {"body": {"confirm": True}, "token": _token_of_new_account(persona)}


def _test_integration(_: Persona) -> Request:
    body = {
        "integration_type": "jira",
        "jira_url": "https://jira.example.com",
        "jira_username": "verify@example.com",
        "jira_api_token": "not-a-real-token",
    }
    return {"body": body}


SAMPLES: dict[str, Callable[[Persona], Request]] = {
    "auth.login": _login,
    "auth.register": _register,
    "auth.refresh": _refresh_token,
    "auth.logout": _refresh_token,
    "auth.change_password": _change_password,
    "auth.verify_email": _verify_email,
    "auth.reset_password": _reset_password,
    "settings.update_settings": _update_settings,
    "settings.reset_settings": _reset_settings,
    "settings.test_integration": _test_integration,
}

"""The lines that the server writes of requests, and what they keep to themselves."""

from __future__ import annotations

import re

import httpx
import pytest

import understudy
from understudy.client import Server
from understudy.console.mount import AGENT
from understudy.journal.blanking import Blanking
from understudy.journal.secrets import secrets_of
from understudy.requestlog import RequestLog, line

SECRET = "Sup3rS3cret"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.fixture(scope="module")
def told():
    """Asks the server, and gives the line of it without its colours."""
    lines = []

    def observe(request, reply, seconds):
        secrets = secrets_of(server.app.contract).of(request.operation)
        lines.append(line(request, reply, seconds, Blanking(secrets)))

    with (
        understudy.run(scenario="empty", observe=observe) as server,
        httpx.Client(base_url=server.url) as client,
    ):

        def told(method, path, **options):
            lines.clear()
            client.request(method, path, **options)
            client.get("/api/v1/auth/me")  # the answer may come before the line of it is written
            return re.sub(r"\x1b\[\d*m", "", lines[0])

        yield told


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (f"/api/v1/defects?token={SECRET}&page=2", "/api/v1/defects?token=***&page=2"),
        (f"/api/v1/defects?password%5B%5D={SECRET}", "/api/v1/defects?password%5B%5D=***"),
        (f"/api/v1/defects?search={TOKEN}", "/api/v1/defects?search=***"),
        (f"/api/v1/nowhere/{TOKEN}?api_key={SECRET}", "/api/v1/nowhere/***?api_key=***"),
        (f"/_control/server?control_token={SECRET}", "/_control/server?control_token=***"),
        (f"/api/v1/defects?{TOKEN}=1", "/api/v1/defects?***=1"),
        ("/api/v1/defects?search=a%20b", "/api/v1/defects?search=a%20b"),
    ],
)
def test_secrets_are_blanked(told, path, shown):
    text = told("GET", path)
    assert f"  GET     {shown}" in text
    assert SECRET not in text
    assert "eyJ" not in text


def test_an_endless_address_costs_little(told):
    text = told("GET", f"/api/v1/{'x/' * 20_000}?{'token=x&' * 2000}")
    assert len(text) < 400
    assert "not_found" in text


def test_a_new_sandbox_is_told_once(told):
    login = {"email": "admin+mien@acme.test", "password": "Passw0rd!"}
    lines = [told("POST", "/api/v1/auth/login", json=login) for _ in range(2)]
    assert ["new sandbox mien" in line for line in lines] == [True, False]


def test_what_the_console_only_looks_at_is_not_told(capfd):
    log = RequestLog(lambda: server.app.contract)
    with (
        understudy.run(scenario="empty", observe=log) as server,
        Server(server.url, agent=AGENT) as console,
    ):
        console.show()
        with console.sandbox(name="made") as made:
            made.show()
        server.show()
    log.close()
    shown = re.findall(r"(GET|POST|DELETE) +(\S+)", capfd.readouterr().out)
    assert shown == [
        ("POST", "/_control/sandboxes"),
        ("DELETE", "/_control/sandboxes/made"),
        ("GET", "/_control/server"),
    ]

"""A browser for the whole run, a fresh context and sandbox for each test."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import ssl
import sys
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import understudy
from understudy.client import Sandbox
from understudy.server import RunningServer

MONDAY = "2026-01-26T09:00:00.000Z"
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SECONDS = 30
"""How long anything may take on a busy machine before it counts as never."""


CONTEXTS = pytest.StashKey[list[BrowserContext]]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Close a test's pages before anything that they still ask for is gone."""
    for context in item.stash.get(CONTEXTS, []):
        context.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a browser is a run of its own: see CONTRIBUTING.md."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def stage() -> Iterator[RunningServer]:
    """A server with the default scenario, for all tests of the console."""
    with understudy.run(scenario="default", clock=MONDAY, seed="tests") as running:
        yield running


@pytest.fixture
def s(stage: RunningServer) -> Iterator[Sandbox]:
    """A fresh sandbox of it, filled from `default`, whose clock stands on a Monday."""
    with stage.sandbox(name="alice", clock=MONDAY, seed="console") as made:
        yield made


@pytest.fixture
def app(s: Sandbox) -> httpx.Client:
    """A client of the sandbox's API that is logged in as Acme's administrator: exchange 1."""
    client = s.http()
    login = {"email": s.address("admin@acme.test"), "password": "Passw0rd!"}
    token = client.post("/auth/login", json=login).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        told = f"no Chromium on PATH (looked for {', '.join(NAMES)})"
        if os.environ.get("UNDERSTUDY_BROWSER") == "required":
            pytest.fail(told)
        pytest.skip(told)
    is_root = sys.platform != "win32" and os.geteuid() == 0
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if is_root else [])]
    with sync_playwright() as playwright:
        expect.set_options(timeout=SECONDS * 1000)
        loop = asyncio.get_running_loop()
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        asyncio._set_running_loop(None)
        yield browser
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def _awake(chromium: Browser) -> Iterator[None]:
    """Playwright's event loop counts as running for as long as its session lasts, and no other may
    run in its thread then: so it is put to sleep between the tests that need it.
    """
    asyncio._set_running_loop(chromium._impl_obj._loop)
    yield
    asyncio._set_running_loop(None)


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, chromium: Browser, stage: RunningServer, _awake: None
) -> Iterator[Callable[..., Page]]:
    """Makes a page in a fresh context; the options are those of `Browser.new_context`.

    A test fails whose pages log an error, raise one, or ask another origin for anything. `expects`:
    a pattern of console errors that the test provokes, such as the status of a refused request.
    """
    contexts = request.node.stash[CONTEXTS] = []
    wrong = []

    def make(expects: str = "(?!)", **options: object) -> Page:
        context = chromium.new_context(**{"base_url": stage.url, **options})
        context.set_default_timeout(SECONDS * 1000)
        contexts.append(context)
        origin = str(options.get("base_url", stage.url))

        def on_console(message) -> None:
            if message.type == "error" and not re.search(expects, message.text):
                wrong.append(f"console: {message.text}")

        def on_request(request) -> None:
            if not request.url.startswith((f"{origin}/", "data:")):
                wrong.append(f"request to another origin: {request.url}")

        context.on("console", on_console)
        context.on("weberror", lambda error: wrong.append(f"page error: {error.error}"))
        context.on("request", on_request)
        return context.new_page()

    yield make
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page at 1280 by 800."""
    return open_page(viewport={"width": 1280, "height": 800})


@pytest.fixture
def web(stage: RunningServer) -> Iterator[httpx.Client]:
    """The console without a browser: paths below `/_console`."""
    with httpx.Client(base_url=f"{stage.url}/_console", timeout=30, verify=PLAIN_HTTP) as client:
        yield client


@pytest.fixture
def post(web: httpx.Client) -> Callable[..., httpx.Response]:
    """Sends a form as a page of the console would."""

    def send(path: str, **fields: str) -> httpx.Response:
        shown = web.get("/").text
        token = re.search(r'data-form-token="([^"]+)"', shown).group(1)
        return web.post(path, data={"form_token": token, **fields})

    return send

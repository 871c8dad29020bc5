"""What shells complete from the server: the names that it knows, or nothing if it does not answer
at once.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import click
from click.shell_completion import CompletionItem

SECONDS = 0.5
"""How long somebody who pressed Tab waits at most."""

Item = CompletionItem[str]
Completer = Callable[[click.Context, click.Parameter, str], list[Item]]
Names = Iterable[tuple[str, str | None]]
"""Names, each with what shells may show next to it."""


def _completer(find: Callable[[click.Context], Names]) -> Completer:
    """Completes the names that are found within the time."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[Item]:
        found: list[Item] = []

        def look() -> None:
            with contextlib.suppress(Exception):  # nothing to complete is no failure
                found.extend(
                    CompletionItem(name, help=(about or "").partition("\n")[0] or None)
                    for name, about in find(ctx)
                    if name.startswith(incomplete)
                )

        looking = threading.Thread(target=look, daemon=True)
        looking.start()
        looking.join(SECONDS)
        return [] if looking.is_alive() else found

    return complete


def _named(path: str, things: str, name: str = "name", about: str = "") -> Completer:
    """Completes the names of what lies at a path of the control API, with the command's own
    parameters in it.
    """

    def find(ctx: click.Context) -> Names:
        answer = _control(ctx, path)
        return [(one[name], one.get(about)) for one in answer[things]]

    return _completer(find)


def _control(ctx: click.Context, path: str) -> Any:
    from understudy.client.connection import BASE_PATH

    given = {name: quote(str(value), safe="") for name, value in ctx.params.items()}
    return _asked(ctx, BASE_PATH + path.format_map(given))


def _asked(ctx: click.Context, path: str) -> Any:
    """The JSON at a path of the server. Importing httpx would take as long as all the rest."""
    import http.client

    url = urlsplit(ctx.params["server"])
    is_plain = url.scheme == "http"
    kind = http.client.HTTPConnection if is_plain else http.client.HTTPSConnection
    token = ctx.params.get("token")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection = kind(url.netloc, timeout=SECONDS)
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers)
        return json.loads(connection.getresponse().read())


def _find_operations(ctx: click.Context) -> Iterator[tuple[str, str | None]]:
    base_path = _control(ctx, "/server")["contract"]["base_path"]
    for path in _asked(ctx, f"{base_path}/openapi.json")["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "operationId" in operation:
                yield operation["operationId"], operation.get("summary")


def _find_shortcut_arguments(ctx: click.Context) -> Iterator[tuple[str, str | None]]:
    for one in _control(ctx, "/sandboxes/{sandbox}/shortcuts")["shortcuts"]:
        if one["name"] == ctx.params["name"]:
            for key, schema in one["parameters"].get("properties", {}).items():
                yield f"{key}=", schema.get("description")
                yield from ((f"{key}={value}", None) for value in schema.get("enum", ()))


def _find_snapshots_of_all(ctx: click.Context) -> Iterator[tuple[str, str | None]]:
    for sandbox in _control(ctx, "/sandboxes?limit=1000")["sandboxes"]:
        yield from ((f"{sandbox['name']}:{name}", None) for name in sandbox["snapshots"])


sandboxes = _named("/sandboxes?limit=1000", "sandboxes", about="scenario")
scenarios = _named("/server", "scenarios", about="title")
operations = _completer(_find_operations)
shortcuts = _named("/sandboxes/{sandbox}/shortcuts", "shortcuts", about="summary")
shortcut_arguments = _completer(_find_shortcut_arguments)
faults = _named("/sandboxes/{sandbox}/faults", "faults", "id", about="note")
plans = _named("/fault-plans", "plans", about="title")
collections = _named("/sandboxes/{sandbox}/state", "collections", about="description")
objects = _named("/sandboxes/{sandbox}/state/{collection}?limit=1000", "objects", "id")
snapshots = _named("/sandboxes/{sandbox}/snapshots", "snapshots", about="taken_at")
snapshots_of_all = _completer(_find_snapshots_of_all)

"""The answers that a contract gives as examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from understudy.contract.refs import resolve

if TYPE_CHECKING:
    from understudy.contract.model import Document, OperationSpec


class Documented(NamedTuple):
    """An answer as the contract shows it."""

    status: int
    body: Any
    headers: dict[str, str]


def documented(
    spec: OperationSpec, document: Document, status: int, code: str | None = None
) -> Documented | None:
    """An operation's example of a status: the first, or the first whose error has this code. None
    if there is none.
    """
    response = resolve(spec.raw["responses"].get(str(status), {}), document)
    for body in _bodies(response, document):
        if code is None or code == _code(body):
            return Documented(status, body, _headers(response, document))
    return None


def documented_codes(spec: OperationSpec, document: Document, status: int) -> list[str]:
    """The error codes of an operation's examples of a status."""
    response = resolve(spec.raw["responses"].get(str(status), {}), document)
    codes = (_code(body) for body in _bodies(response, document))
    return [code for code in codes if code is not None]


def _bodies(response: Mapping[str, Any], document: Document) -> Iterator[Any]:
    for media in response.get("content", {}).values():
        yield from _examples(media, document)


def _examples(part: Mapping[str, Any], document: Document) -> Iterator[Any]:
    """Those of a media type or a header, else that of its schema."""
    given = [resolve(example, document) for example in part.get("examples", {}).values()]
    schema = resolve(part.get("schema", {}), document)
    if "example" in part:
        yield part["example"]
    elif given:
        yield from (example["value"] for example in given if "value" in example)
    elif "example" in schema:
        yield schema["example"]


def _code(body: Any) -> str | None:
    """`error` of a refusal, or `error.code`."""
    error = body.get("error") if isinstance(body, Mapping) else None
    code = error.get("code") if isinstance(error, Mapping) else error
    return code if isinstance(code, str) else None


def _headers(response: Mapping[str, Any], document: Document) -> dict[str, str]:
    headers = {
        name: next(_examples(resolve(header, document), document), None)
        for name, header in response.get("headers", {}).items()
    }
    return {name: str(value) for name, value in headers.items() if value is not None}

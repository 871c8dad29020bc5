"""Secrets: hidden from who looks at an object, kept by who sends it back as it was shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from understudy.contract.secret import HIDDEN
from understudy.keyring import hash_password, salt_of
from understudy.state.marks import NOTHING, Node

if TYPE_CHECKING:
    from understudy.sandbox import Sandbox

ABSENT = object()
"""In the place of a value that is not there."""

Keep = Callable[[str, str], str]
"""From how a secret is kept and its plain text to what is stored."""


def hidden(secrets: Node, value: Any) -> Any:
    """The value without what nobody may see; the value itself where there is nothing to hide."""
    if secrets is NOTHING:
        return value
    return secrets.change(value, lambda secret: secret if secret is None else HIDDEN)


def keeper(sandbox: Sandbox) -> Keep:
    """How a sandbox keeps secrets that are given in plain text."""

    def keep(kind: str, text: str) -> str:
        if kind == "sealed":
            return sandbox.vault.encrypt(text)
        if kind == "hash" and not _is_hash(text):
            salt = bytes.fromhex(sandbox.ids.named("salt", text).replace("-", ""))
            return hash_password(text, salt)
        return text

    return keep


def taken(secrets: Node, value: Any, before: Any, keep: Keep) -> Any:
    """The value as it is to be stored: secrets that it leaves out, or has hidden, are those of the
    one before, or left out if it had none; all others are new.
    """
    if secrets is NOTHING:
        return value
    if isinstance(value, list) and secrets.each is not None:
        earlier = before if isinstance(before, list) else []
        rest = [ABSENT] * (len(value) - len(earlier))
        pairs = zip(value, [*earlier[: len(value)], *rest], strict=True)
        parts = [_taken_part(secrets.each, item, was, keep) for item, was in pairs]
        return [part for part in parts if part is not ABSENT]
    if not isinstance(value, dict):
        return value
    known = before if isinstance(before, dict) else {}
    result = dict(value)
    for name, node in _expected(secrets, value):
        part = _taken_part(node, value.get(name, ABSENT), known.get(name, ABSENT), keep)
        if part is ABSENT:
            result.pop(name, None)
        else:
            result[name] = part
    return result


def _taken_part(node: Node, value: Any, before: Any, keep: Keep) -> Any:
    if node.mark is None:
        return value if value is ABSENT else taken(node, value, before, keep)
    if value is ABSENT or value == HIDDEN:
        return before
    return keep(node.mark, value) if isinstance(value, str) else value


def _expected(secrets: Node, value: dict[str, Any]) -> Iterator[tuple[str, Node]]:
    """The parts that are there, and the secrets that may have been left out."""
    yield from secrets.parts(value)
    for name, node in secrets.named.items():
        if node.mark is not None and name not in value:
            yield name, node


def _is_hash(text: str) -> bool:
    """Whether a text is a whole hash, with its salt."""
    try:
        salt_of(text)
    except ValueError:
        return False
    return text.count("$") == 3

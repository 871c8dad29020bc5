"""The tables of `verify.toml` whose keys are names: personas, headers, waivers, disabled rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from understudy.scenarios.problems import hint
from understudy.verify.config import values
from understudy.verify.config.known import Known
from understudy.verify.config.options import HEADERS
from understudy.verify.config.problems import Wrong
from understudy.verify.config.reader import Reader
from understudy.verify.config.settings import Persona, Waiver
from understudy.verify.config.values import Kind

TOKENS = ("expired_access_token", "expired_refresh_token")
NO_OPERATION = "-"
"""How a waiver says that its finding belongs to no operation."""


def personas(reader: Reader, known: Known) -> dict[str, Persona]:
    """Who may log in; a name is one of the suite's."""
    kinds: dict[str, Kind] = {"email": _email, "password": values.secret}
    kinds |= dict.fromkeys(TOKENS, values.token)
    found: dict[str, Persona] = {}
    given = reader.items("personas")
    reader.unknown(given, known.personas, "personas")
    for name, one in given.items():
        if name in known.personas:
            fields = reader.fields(one, kinds, "personas", name, optional=TOKENS)
            if fields:
                found[name] = Persona(**fields)
    needed = [name for name, one in known.personas.items() if one.is_needed]
    if missing := [name for name in needed if given and name not in given]:
        wrong = f"[personas] has no {' and no '.join(missing)}"
        right = "without that one nothing can be verified"
        reader.problems.add(reader.document.place("personas"), wrong, right)
    _check_accounts(reader, found)
    return found


def headers(reader: Reader) -> dict[str, str]:
    """What is sent with every request."""
    given = reader.document.section("target").get(HEADERS, {})
    table = reader.value(given, values.table, reader.document.place("target", HEADERS), HEADERS)
    found = {}
    for name, text in (table or {}).items():
        place = reader.document.place("target", HEADERS, name)
        found[name] = reader.value(text, _header(name), place, name)
    return found


def waivers(reader: Reader, known: Known) -> tuple[Waiver, ...]:
    """What a team accepts. Each names one rule and one operation, both of which exist."""
    given = reader.document.values.get("waivers", [])
    if not isinstance(given, list):
        place = reader.document.place("waivers")
        reader.problems.add(place, "[waivers] is one table", "write [[waivers]] for each waiver")
        return ()
    found = [waiver for index in range(len(given)) for waiver in _waiver(reader, known, index)]
    _check_twice(reader, found)
    return tuple(found)


def disabled(reader: Reader, known: Known) -> dict[str, str]:
    """Rules that are not to run → why not."""
    found = {}
    for name, reason in reader.items("disabled").items():
        place = reader.document.place("disabled", name)
        if name not in known.rules:
            reader.problems.add(place, f"there is no rule {name!r}", hint(name, known.rules))
        found[name] = reader.value(reason, values.text, place, name)
    return found


def _waiver(reader: Reader, known: Known, index: int) -> Iterator[Waiver]:
    kinds: dict[str, Kind] = {
        "rule": _name("rule", lambda: known.rules),
        "operation": _operation(known),
        "reason": values.text,
        "expires": values.day,
    }
    given = reader.document.values["waivers"][index]
    if fields := reader.fields(given, kinds, "waivers", index):
        if fields["operation"] == NO_OPERATION:
            fields["operation"] = None
        yield Waiver(**fields, line=reader.document.place("waivers", index).line)


def _operation(known: Known) -> Kind:
    read_name = _name("operation", lambda: known.operations)

    def read(value: Any) -> str:
        if value == "*":
            right = f"name one operation, or {NO_OPERATION!r} for a finding that belongs to none"
            raise Wrong("a waiver waives one thing", right)
        return NO_OPERATION if value == NO_OPERATION else str(read_name(value))

    return read


def _name(what: str, names: Any) -> Kind:
    def read(value: Any) -> str:
        if values.text(value) not in names():
            raise Wrong(f"there is no {what} {value!r}", hint(value, names()))
        return str(value)

    return read


def _header(name: str) -> Kind:
    return lambda value: values.header(name, value)


def _email(value: Any) -> str:
    found = values.text(value).strip()
    if "@" not in found:
        raise Wrong(f"{value!r} is no e-mail address", "write what the account logs in with")
    return found


def _check_accounts(reader: Reader, found: dict[str, Persona]) -> None:
    seen: dict[str, str] = {}
    for name, one in found.items():
        other = seen.setdefault(one.email.casefold(), name)
        if other != name:
            place = reader.document.place("personas", name, "email")
            wrong = f"{name} has the account of {other}"
            reader.problems.add(place, wrong, "each persona is an account of its own")


def _check_twice(reader: Reader, found: Iterable[Waiver]) -> None:
    seen: dict[tuple[str, str | None], int] = {}
    for one in found:
        first = seen.setdefault((one.rule, one.operation), one.line)
        if first != one.line:
            place = reader.document.place()._replace(line=one.line)
            reader.problems.add(place, f"the same is waived in line {first}", "keep one of them")

"""What the suite has to know of an API beyond its contract: who logs in, and what can be undone.

Each suite gives one `ApiSpec`, as `SPEC` in the module `api` of its package.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from understudy import contract as contracts
from understudy.contract import Contract
from understudy.errors import UsageError

if TYPE_CHECKING:
    from understudy.verify.answer import Answer
    from understudy.verify.persona import Persona
    from understudy.verify.suite import Suite

SUITES = "understudy.conformance"
"""The package of all suites, one package for each contract, named after it."""


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody logs in with."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonaSpec:
    """Somebody whom rules are about.

    what: who that is, in a few words. account: who it is in the scenario of our own server.
    is_needed: without it nothing can be verified.
    """

    what: str
    account: Account
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """What a log-in gave. expires_in: seconds. workspace: the active one. answer: the whole."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: float
    workspace: str | None
    answer: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Creation:
    """What an operation creates.

    name: the field of the request that names it, and has to carry the run's prefix. remove: the
    operation that deletes it, and the path parameter (or, with a dot before it, the field of the
    body, as a list) that takes its id; None where nothing does. parent: the field of the request
    with the id of what takes it along when it is deleted. listed: the field of the answer that
    holds what was created, where that is a list.
    """

    name: str | None = None
    remove: tuple[str, str] | None = None
    parent: str | None = None
    listed: str | None = None


@dataclass(frozen=True)
class ApiSpec:
    """An API, as the suite meets it.

    scenario: of our own server, the one that has the personas' accounts. profiles: the tags that
    each is about. log_in: the operation; log_in_body and read_session: what it takes and gives.
    creations: by operation. free_writes: operations that write nothing that belongs to anybody
    else, whatever ids stand in them. watchers: the rule of each promise that every answer is
    judged by. early_expiry: the rule that a token breaks that ended too early; log_in_rule: the one
    that a log-in that fails breaks. sample: a valid request of an operation, as keywords of
    `Persona.call`. register: makes an account.
    """

    contract: str
    scenario: str
    personas: Mapping[str, PersonaSpec]
    profiles: Mapping[str, frozenset[str]]
    log_in: str
    log_in_body: Callable[[Account], dict[str, Any]]
    read_session: Callable[[Mapping[str, Any]], Session]
    creations: Mapping[str, Creation]
    free_writes: frozenset[str]
    watchers: Mapping[str, str]
    early_expiry: str
    log_in_rule: str
    sample: Callable[[Suite, Persona, str], dict[str, Any]]
    register: Callable[[Persona, Account], Answer]


@cache
def contract_of(name: str) -> Contract:
    """The contract of a suite, read once in a process."""
    return contracts.load(name)


def load(contract: str) -> ApiSpec:
    """The spec of this contract's suite. Raises UsageError where there is no suite for it."""
    name = f"{SUITES}.{contract}"
    try:
        found: ApiSpec = importlib.import_module(f"{name}.api").SPEC
    except ModuleNotFoundError as error:
        if error.name not in (name, f"{name}.api"):
            raise
        raise UsageError(f"there is no suite for the contract {contract!r}") from None
    return found

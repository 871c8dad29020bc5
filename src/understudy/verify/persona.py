"""`Persona`: somebody who is logged in to the target, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from understudy.verify.findings import Broken, NotDemonstrated
from understudy.verify.guest import SAFE, query_string
from understudy.verify.interrupts import held_back
from understudy.verify.spec import Account, Session

if TYPE_CHECKING:
    from understudy.verify.answer import Answer
    from understudy.verify.guest import Guest
    from understudy.verify.suite import Suite

__tracebackhide__ = True

JSON = "application/json"
NAME_LENGTH = 200
USED_UP = 0.9
"""A token that has lived this part of its life is renewed before it is refused."""


class _Own:
    def __repr__(self) -> str:
        return "its own token"


OWN: Any = _Own()
"""The token of a request where none is given: the persona's own."""


class Persona:
    """Somebody of the target, who logs in when first asked for something.

    name: `active`, `viewer` …. account: None for nobody, who sends no token. The tokens of expired
    lives are there where the settings have some.
    """

    def __init__(
        self,
        suite: Suite,
        guest: Guest,
        name: str,
        account: Account | None,
        *,
        expired_access_token: str | None = None,
        expired_refresh_token: str | None = None,
    ) -> None:
        self.name_of_persona = name
        self.suite = suite
        self.guest = guest
        self.account = account
        self.expired_access_token = expired_access_token
        self.expired_refresh_token = expired_refresh_token
        self._session: Session | None = None
        self._since = 0.0

    def __repr__(self) -> str:
        return f"<Persona {self.name_of_persona}>"

    @property
    def email(self) -> str:
        """The address of its account."""
        return self._its_account().email

    @property
    def password(self) -> str:
        """The password of its account."""
        return self._its_account().password

    @property
    def tokens(self) -> Session:
        """Its session, opened when first asked for. Raises Broken where the log-in fails."""
        if self._session is None:
            self._begin(self.login())
        assert self._session is not None
        return self._session

    @property
    def workspace_id(self) -> str:
        """The id of its active workspace. Raises NotDemonstrated where the log-in names none."""
        if self.tokens.workspace is None:
            raise NotDemonstrated(f"{self.name_of_persona} has no workspace that has a name")
        return self.tokens.workspace

    def login(self) -> Session:
        """The tokens of one more session. Raises Broken where the log-in fails."""
        spec = self.suite.spec
        answer = self.call(spec.log_in, body=spec.log_in_body(self._its_account()), token=None)
        try:
            session = spec.read_session(answer.expect(200))
            _check(session)
        except (LookupError, TypeError, ValueError) as error:
            raise answer.broken(
                "the log-in's answer lacks what a session needs", got=error
            ) from None
        self.suite.secrecy.learn(session.access, session.refresh)
        return session

    def session(self) -> Persona:
        """The same persona with a session of its own, which may be ended."""
        other = Persona(self.suite, self.guest, self.name_of_persona, self.account)
        other.tokens  # noqa: B018 - logs in
        return other

    def name(self, kind: str) -> str:
        """A name for something new, with the run's prefix, another one each time."""
        return f"{self.suite.prefix}{self.suite.next_name(kind)}"[:NAME_LENGTH]

    def new_email(self, kind: str = "person") -> str:
        """An address for a new account, with the run's prefix."""
        return f"{self.name(kind)}@example.com".lower()

    def call(
        self,
        operation: str,
        *,
        body: Any = OWN,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = OWN,
        content: bytes | None = None,
        content_type: str | None = JSON,
        is_patient: bool = True,
        **path: Any,
    ) -> Answer:
        """The answer of an operation.

        body: what is sent as JSON; content: bytes instead. token: None sends none. path: the
        path's parameters, by name. is_patient: waits where the server asks to (`Retry-After`).
        """
        spec = self.suite.operation(operation)
        if body is not OWN:
            content = orjson.dumps(body)
        filled = spec.path
        for name, value in path.items():
            filled = filled.replace(f"{{{name}}}", quote(str(value), safe=""))
        self.guest.check(operation, spec.method, spec.path)
        may_create = self.guest.ledger is not None and spec.method not in SAFE
        with held_back() if may_create else nullcontext():
            answer = self.send(
                operation,
                spec.method,
                filled + query_string(query or {}),
                headers=headers,
                token=token if token is not OWN or spec.security == "required" else None,
                content=content,
                content_type=content_type,
                is_patient=is_patient,
            )
            if 200 <= answer.status < 300:
                self._note(operation, path, answer)
        return answer

    def send(
        self,
        operation: str | None,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        token: str | None = OWN,
        content: bytes | None = None,
        content_type: str | None = JSON,
        is_patient: bool = True,
    ) -> Answer:
        """The answer to any request. path: below the base path, with the query, ready to send.

        A token that has lived its time is renewed by another log-in; where the server ends one too
        early, that is noted for the report, and the request sent again with a new one.
        """
        own = token is OWN
        if own and self.account is not None and self._has_run_out():
            self.suite.book.log_ins_again += 1
            self._session = None
        sent = {**(headers or {})}
        if content is not None and content_type is not None:
            sent["Content-Type"] = content_type
        bearer = (self.tokens.access if self.account else None) if own else token
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer}"

        def once() -> Answer:
            return self.guest.send(
                operation, method, path, headers=sent, content=content or b"",
                honours_retry_after=is_patient,
            )  # fmt: skip

        answer = once()
        if answer.status == 401 and own and self.account is not None:
            return self._again(answer, sent, once)
        return answer

    def _again(self, refused: Answer, sent: dict[str, str], once: Any) -> Answer:
        """A second try with a new session: was it the token, or the request?"""
        age = self.guest.seconds() - self._since
        session = self.login()
        self._begin(session)
        sent["Authorization"] = f"Bearer {session.access}"
        answer: Answer = once()
        if answer.status != 401:
            self.suite.book.expired_early += 1
            self.suite.note(
                Broken(
                    f"the access token of {self.name_of_persona} was refused after {age:.0f} s",
                    expected=f"that it works for {session.expires_in:.0f} s",
                    got="401, while a new token works",
                    rule=self.suite.spec.early_expiry,
                    exchange=refused.exchange,
                )
            )
        return answer

    def _has_run_out(self) -> bool:
        if self._session is None:
            return False
        return self.guest.seconds() - self._since > self._session.expires_in * USED_UP

    def _begin(self, session: Session) -> None:
        self._session, self._since = session, self.guest.seconds()

    def _note(self, operation: str, path: Mapping[str, Any], answer: Answer) -> None:
        """Keep the ledger."""
        ledger, body = self.guest.ledger, answer.exchange.sent_body()
        if ledger is None:
            return
        sent = {**path, **(body if isinstance(body, dict) else {})}
        ledger.created_by(operation, self, sent, answer.body, self.suite.test)
        for creation in self.suite.spec.creations.values():
            if creation.remove is not None and creation.remove[0] == operation:
                name = creation.remove[1]
                found: Any = [path.get(name)]
                if name.startswith("."):
                    found = body.get(name[1:]) if isinstance(body, dict) else []
                if isinstance(found, list):
                    ledger.deleted([one for one in found if isinstance(one, str)])
                return

    def _its_account(self) -> Account:
        if self.account is None:
            raise TypeError(f"{self.name_of_persona} has no account")
        return self.account


def _check(session: Session) -> None:
    """Raises ValueError for tokens that could not be sent, and a life that is no number."""
    for token in (session.access, session.refresh):
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise ValueError("a token that could not be sent in a header")
    if not isinstance(session.expires_in, int | float) or isinstance(session.expires_in, bool):
        raise ValueError(f"expires_in is {session.expires_in!r}")

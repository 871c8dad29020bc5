"""What can be done with the sessions of an account, on a server and in the model alike."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from understudy.verify import Answer, Persona

from .sessions import PASSWORD, log_in, log_out, me, refresh
from .sessions_model import Login, Session

LIVING = 3
"""So many sessions are open at once."""

ONCE = 2
"""So many refresh tokens has a session that was refreshed once."""

PASSWORDS = (PASSWORD, "Abcdef1x", "An0therOne")
WORDS = st.sampled_from(PASSWORDS)
CHANGED, RESET, ENDED_BY_RESET = "AUTH-30", "AUTH-42", "TOK-15"


class Sessions(RuleBasedStateMachine):
    """Sessions of one account. Each answer is compared with the model; after each step the access
    tokens are tried that might have come to an end, or to life.
    """

    def __init__(self, account: Persona) -> None:
        super().__init__()
        self.account = account
        self.login = Login(PASSWORD, RESET)

    @initialize()
    def begin(self) -> None:
        """Whatever was before is reset; there are two sessions, one of them refreshed twice."""
        self._verify()
        self._reset(PASSWORD)
        self._log_in(PASSWORD)
        self._log_in(PASSWORD)
        for _ in range(2):
            self._refresh(self.login.sessions[0])
        self._compare({"newest": "TOK-20", "earlier": "TOK-21"})

    @precondition(lambda self: self.login.living < LIVING)
    @rule(password=WORDS, is_right=st.booleans())
    def log_in(self, password: str, is_right: bool) -> None:
        """One session more; or none, with a password that is not, or no longer, the right one."""
        self._log_in(self.login.password if is_right else password)
        self._compare()

    @rule(data=st.data())
    def refresh(self, data: st.DataObject) -> None:
        """Refresh with the newest refresh token of a session."""
        self._refresh(self._session(data))
        self._compare({"newest": "TOK-20", "earlier": "TOK-21"})

    @precondition(lambda self: self._refreshed())
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """Refresh with a token that was used, which ends its session."""
        session = data.draw(_likely(self._refreshed()))
        token = data.draw(st.sampled_from(session.refresh[:-1]))
        refresh(self.account, token).refused(401, rule="TOK-23")
        session.end("TOK-24" if len(session.refresh) == ONCE else None)
        self._compare()

    @rule(data=st.data(), is_log_out=st.booleans())
    def mistake(self, data: st.DataObject, is_log_out: bool) -> None:
        """Refresh, or log out, with an access token: nothing comes of it."""
        token = data.draw(st.sampled_from(self._session(data).access))
        if is_log_out:
            log_out(self.account, token).expect(200, rule="TOK-45")
        else:
            refresh(self.account, token).refused(401, rule="TOK-27")
        self._compare(dict.fromkeys(("newest", "earlier"), "TOK-44") if is_log_out else None)

    @rule(data=st.data())
    def log_out(self, data: st.DataObject) -> None:
        """Log out with the newest refresh token of a session or with one that was used."""
        session = self._session(data)
        token = data.draw(st.sampled_from(session.refresh))
        log_out(self.account, token).expect(200, rule="TOK-45")
        session.end("TOK-40" if token == session.refresh[-1] else "TOK-42")
        self._compare(dict.fromkeys(("newest", "earlier"), "TOK-41"))

    @rule(data=st.data(), current=WORDS, is_right=st.booleans())
    def change_password(self, data: st.DataObject, current: str, is_right: bool) -> None:
        """Change the password, if the session lives and the current one is right."""
        session = self._session(data)
        current = self.login.password if is_right else current
        new = data.draw(self._other_password())
        body = {"current_password": current, "new_password": new}
        token = data.draw(st.sampled_from(session.access))
        answer = self.account.call("auth.change_password", body=body, token=token)
        if not session.lives:
            answer.refused(401, rule=session.ended_by)
        elif current != self.login.password:
            answer.refused(400, code="invalid_current_password", rule="AUTH-32")
        else:
            answer.expect(200, rule=CHANGED)
            self.login.password, self.login.set_by = new, CHANGED
        self._compare(dict.fromkeys(("newest", "earlier"), "AUTH-33"))

    @rule(data=st.data(), is_verification=st.sampled_from([True, True, False]))
    def forget(self, data: st.DataObject, is_verification: bool) -> None:
        """One of the two steps of a reset, in whichever order."""
        if is_verification:
            self._verify()
        else:
            self._reset(data.draw(self._other_password()))
        self._compare()

    def _log_in(self, password: str) -> None:
        answer = log_in(self.account, self.account.email, password)
        if password != self.login.password:
            answer.refused(401, code="invalid_credentials", rule=self.login.set_by)
            return
        answer.expect(200, rule=self.login.set_by)
        answer.has(email=self.account.email, rule="AUTH-01")
        tokens = self._new_tokens(answer, "AUTH-01")
        self.login.open(Session([tokens["access_token"]], [tokens["refresh_token"]]))

    def _refresh(self, session: Session) -> None:
        answer = refresh(self.account, session.refresh[-1])
        if not session.lives:
            answer.refused(401, rule=session.ended_by)
            return
        answer.expect(200, rule="TOK-20")
        tokens = self._new_tokens(answer, "TOK-20")
        session.access.append(tokens["access_token"])
        session.refresh.append(tokens["refresh_token"])

    def _verify(self) -> None:
        body = {"email": self.account.email}
        self.account.call("auth.verify_email", body=body).expect(200, rule="AUTH-40")
        self.login.is_verified = True

    def _reset(self, password: str) -> None:
        body = {"email": self.account.email, "new_password": password}
        answer = self.account.call("auth.reset_password", body=body)
        if self.login.is_verified:
            answer.expect(200, rule=RESET)
            self.login.reset(password, RESET, ENDED_BY_RESET)
        else:
            answer.refused(400, code="email_not_verified", rule="AUTH-46")

    def _new_tokens(self, answer: Answer, rule: str) -> dict[str, Any]:
        """The tokens of an answer, none of which was there before."""
        body: dict[str, Any] = answer.body
        known = {*self.login.tokens()}
        for name in ("access_token", "refresh_token"):
            if body.get(name) is None or body[name] in known:
                raise answer.broken(f"{name} is not a new one", expected="a new token", rule=rule)
        return body

    def _compare(self, living: dict[str, str] | None = None) -> None:
        """The oldest and the newest access token of each session work if it lives, and only then.
        `living`: the rules that are broken where one does not.
        """
        rules = living or {}
        for session in self.login.sessions:
            for token in dict.fromkeys((session.access[-1], session.access[0])):
                answer = me(self.account, token)
                if not session.lives:
                    answer.refused(401, rule=session.ended_by)
                    continue
                which = "newest" if token == session.access[-1] else "earlier"
                answer.expect(200, rule=rules.get(which))
                answer.has(email=self.account.email, rule="AUTH-14")

    def _session(self, data: st.DataObject) -> Session:
        return data.draw(_likely(self.login.sessions))

    def _refreshed(self) -> list[Session]:
        return [session for session in self.login.sessions if len(session.refresh) > 1]

    def _other_password(self) -> st.SearchStrategy[str]:
        return st.sampled_from([one for one in PASSWORDS if one != self.login.password])


def _likely(sessions: list[Session]) -> st.SearchStrategy[Session]:
    """One of these, one that lives more often than one that is over."""
    living = [session for session in sessions if session.lives]
    return st.sampled_from([*living, *living, *sessions])

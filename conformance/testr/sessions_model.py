"""What the sessions of an account are, in the fewest words, to compare a backend with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MOST = 5
"""So many sessions are remembered, those that are over among them."""


@dataclass(slots=True)
class Session:
    """A session and its tokens, the newest last. `ended_by`: the rule by which it is over, None
    where that is not clear.
    """

    access: list[str]
    refresh: list[str]
    lives: bool = True
    ended_by: str | None = None

    def end(self, rule: str | None) -> None:
        """It is over, by this rule unless it was before."""
        if self.lives:
            self.lives, self.ended_by = False, rule


@dataclass(slots=True)
class Login:
    """An account. `set_by`: the rule by which its password is the one that it is."""

    password: str
    set_by: str
    is_verified: bool = False
    sessions: list[Session] = field(default_factory=list)

    @property
    def living(self) -> int:
        """So many sessions are not over."""
        return sum(session.lives for session in self.sessions)

    def tokens(self) -> Iterator[str]:
        """Every token that there is."""
        for session in self.sessions:
            yield from session.access
            yield from session.refresh

    def open(self, session: Session) -> None:
        """One session more; what was over the longest is forgotten if there are too many."""
        self.sessions.append(session)
        over = [one for one in self.sessions if not one.lives]
        if over and len(self.sessions) > MOST:
            self.sessions.remove(over[0])

    def reset(self, password: str, set_by: str, ended_by: str) -> None:
        """There is another password, no session any more, and the verification is used up."""
        self.password, self.set_by, self.is_verified = password, set_by, False
        for session in self.sessions:
            session.end(ended_by)

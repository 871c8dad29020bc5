"""The sessions of an account, whatever is done with them, next to a model of them."""

from __future__ import annotations

from understudy.verify import MUST, Persona, Suite, play, rule

from .sessions_machine import Sessions

GAMES, STEPS = (8, 30, 100), (14, 25, 40)


@rule(
    "MOD-31",
    MUST,
    "sending it a second time is 401 and ends the session",
    clauses=(
        "its access and refresh tokens are 401 from then on, the same user's other",
        "Changing the password keeps all sessions; resetting it ends them all",
    ),
    tag="auth",
)
def test_sessions_keep_to_their_model(account: Persona, suite: Suite) -> None:
    """Logging in and out, refreshing, and changing or resetting the password in any order leaves
    just those tokens working that should.
    """
    runs, steps = suite.scale(*GAMES), suite.scale(*STEPS)
    play(suite, lambda: Sessions(account), runs=runs, steps=steps)

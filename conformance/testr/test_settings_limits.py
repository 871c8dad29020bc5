"""The limit of updates, and the audit of what was saved."""

from __future__ import annotations

from typing import Any

from understudy.verify import MUST, Answer, Persona, Scene, rule

from . import preferences as prefs


def saved(persona: Persona, **settings: Any) -> Answer:
    """The answer to a save that does not wait where it is asked to."""
    return persona.call(prefs.PUT, body=settings, is_patient=False)


def audit(scene: Scene, email: str) -> list[dict[str, Any]]:
    """What the audit has of somebody, the newest first."""
    entries: list[dict[str, Any]] = scene.shortcut("settings-audit", user=email).result["entries"]
    return entries


@rule(
    "SET-25",
    MUST,
    "the next one is 429 `RATE_LIMITED`",
    clauses=("30 updates a minute for a user", "Too many updates in the last minute."),
)
def test_too_many_saves_are_refused(scene: Scene) -> None:
    """Where the limit is switched on, one more save within a minute is refused for this user."""
    scene.shortcut("limit-settings-updates", per_minute=3)
    for _ in range(3):
        saved(scene.active, loop=True).expect(200)
    saved(scene.active, loop=True).refused(429, code="RATE_LIMITED")
    saved(scene.colleague, loop=True).expect(200)


@rule(
    "SET-26",
    MUST,
    "`Retry-After` tells when the oldest of them leaves the minute",
    clauses=(
        "`Retry-After` in whole seconds, rounded up",
        "After how many seconds the next update is taken.",
    ),
)
def test_a_refused_save_tells_when_to_come_back(scene: Scene) -> None:
    """`Retry-After` gives the seconds until the next save is taken, rounded up."""
    scene.freeze()
    scene.shortcut("limit-settings-updates", per_minute=1)
    saved(scene.active, loop=True).expect(200)
    for passed, expected in (("30s200ms", "30"), ("29s700ms", "1")):
        scene.advance(passed)
        answer = saved(scene.active, loop=True)
        answer.refused(429)
        found = answer.headers.get("retry-after")
        assert found == expected, f"Retry-After is {expected}, not {found}"
    scene.advance("100ms")
    saved(scene.active, loop=True).expect(200)


@rule("SET-27", MUST, "The minute slides: an update counts until it is 60 seconds old.")
def test_the_minute_slides(scene: Scene) -> None:
    """A save counts for a minute from its own time on, and each leaves on its own."""
    scene.freeze()
    scene.shortcut("limit-settings-updates", per_minute=2)
    saved(scene.active, loop=True).expect(200)
    scene.advance("40s")
    saved(scene.active, loop=True).expect(200)
    scene.advance("20s")
    saved(scene.active, loop=True).expect(200)
    saved(scene.active, loop=True).refused(429)


@rule(
    "SET-28",
    MUST,
    "Refused and invalid updates do not count, nor do resets.",
    clauses=("Resets do not count towards the limit of updates.",),
)
def test_only_saves_count(scene: Scene) -> None:
    """A save that is refused does not count towards the limit, nor does a reset."""
    scene.shortcut("limit-settings-updates", per_minute=2)
    saved(scene.active, loop=True).expect(200)
    saved(scene.active, loop=None).invalid()
    scene.active.call(prefs.RESET, body={"confirm": True}, is_patient=False).expect(200)
    saved(scene.active, loop=True).expect(200)
    saved(scene.active, loop=True).refused(429)


@rule("SET-29", MUST, "Off unless a scenario switches it on.", clauses=("off by default",))
def test_the_limit_is_off_by_itself(scene: Scene) -> None:
    """Where nobody switched the limit on, settings are saved as often as one likes."""
    for _ in range(31):
        saved(scene.active, loop=True).expect(200)


@rule(
    "SET-30",
    MUST,
    "Every save and every reset writes an audit entry (user, time, version, names of the changed",
    clauses=(
        "every save writes an audit entry with the names of the changed fields",
        "also one that changes nothing",
    ),
)
def test_every_save_is_in_the_audit(scene: Scene) -> None:
    """Every save and every reset is in the audit, with its version and the fields it changed."""
    scene.active.call(prefs.RESET, body={"confirm": True}).expect(200)
    email = scene.active.email
    before = len(audit(scene, email))
    versions = [prefs.save(scene.active, loop=False)["version"] for _ in range(2)]
    scene.active.call(prefs.RESET, body={"confirm": True}).expect(200)
    newest = audit(scene, email)[:-before]
    told = [(one["action"], one["version"], one["changed_fields"]) for one in reversed(newest)]
    assert told == [
        ("UPDATED", versions[0], ["loop"]),
        ("UPDATED", versions[1], []),
        ("RESET", versions[1] + 1, ["loop"]),
    ], "each save and reset has an entry with what it changed"


@rule(
    "SET-31",
    MUST,
    "A secret is named if its value changed, was set or deleted",
    clauses=("its value is never written", "never a secret's value"),
)
def test_the_audit_names_secrets_and_tells_none(scene: Scene) -> None:
    """The audit names a secret that was set, changed or deleted, and never tells its value."""
    told = []
    prefs.save(scene.active, ai_api_key="")
    for value in ("first-secret", "second-secret", "second-secret", ""):
        prefs.save(scene.active, ai_api_key=value)
        told.append("ai_api_key" in audit(scene, scene.active.email)[0]["changed_fields"])
    assert told == [True, True, False, True], "a secret is named when it changed, and only then"
    assert "-secret" not in str(audit(scene, scene.active.email)), "no secret is in the audit"


@rule("SET-32", MUST, "Before the first save, the defaults count as the values before.")
def test_the_first_save_changes_what_is_no_default(scene: Scene) -> None:
    """The audit of the first save names what differs from the defaults."""
    account = scene.account()
    prefs.save(account, loop=False, autoplay=False)
    found = [one["changed_fields"] for one in audit(scene, account.email)]
    assert found == [["loop"]], f"loop alone differs from its default, not {found}"

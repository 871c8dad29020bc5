"""The form of the report: the one dict that every other form is made from.

`report.schema.json` says the same to programs in any language, `docs/report.md` to people.
"""

from __future__ import annotations

from typing import Literal, TypedDict

Level = Literal["must", "should", "may"]
Verdict = Literal["passed", "failed", "waived", "not_demonstrated", "disabled", "suite_error"]


class Exchange(TypedDict):
    """One request and its answer, secrets blanked.

    status: None where no answer came; `reason` then says why, else it is the answer's phrase.
    """

    operation: str | None
    method: str
    url: str
    request_headers: dict[str, str]
    request_body: str | None
    status: int | None
    reason: str | None
    response_headers: dict[str, str]
    response_body: str | None
    milliseconds: float
    at: str


class Contract(TypedDict):
    """What the target had to keep."""

    name: str
    version: str
    digest: str


class Quality(TypedDict):
    """What is known of the suite itself: servers broken on purpose, and how many it noticed.

    measured_at_digest: the digest of the suite that was measured.
    """

    mutants: int
    killed: int
    false_alarms: int
    measured_at_digest: str


class Suite(TypedDict):
    """The suite that ran; `quality` None where nobody measured it."""

    digest: str
    rules: int
    quality: Quality | None


class Target(TypedDict):
    """The server that was asked."""

    base_url: str
    is_understudy: bool
    has_movable_time: bool


class Stopped(TypedDict):
    """Why a run ended before its end."""

    why: Literal["interrupted", "fail_fast", "no_log_in", "unreachable"]
    message: str


class Run(TypedDict):
    """One run and what it was told."""

    id: str
    started_at: str
    seconds: float
    seed: int
    effort: Literal["quick", "normal", "deep"]
    profile: str
    levels: list[Level]
    tags: list[str]
    keyword: str | None
    read_only: bool
    workers: int
    stopped: Stopped | None


class Persona(TypedDict):
    """An account of a certain kind, and whether the target has one."""

    name: str
    is_present: bool
    what: str


class Profile(TypedDict):
    """How much was asked for; the levels of it that were wholly shown; what was missing."""

    name: str
    kept: list[Level]
    lowered_by: list[str]


class Counts(TypedDict):
    """Rules by verdict."""

    passed: int
    failed: int
    waived: int
    not_demonstrated: int
    disabled: int
    suite_error: int


class Rule(TypedDict):
    """A promise and what became of it. findings: indices into the report's."""

    id: str
    level: Level
    tag: str
    group: str
    promise: str
    clauses: list[str]
    personas: list[str]
    features: list[str]
    verdict: Verdict
    reason: str | None
    seconds: float
    operations: list[str]
    findings: list[int]
    tests: int


class Finding(TypedDict):
    """One way in which a promise was broken. times: how often, as duplicates are folded.

    also: other operations with the same finding. before: the exchanges that led to it. waiver: the
    index of the one that covers it.
    """

    rule: str
    operation: str | None
    message: str
    expected: str | None
    got: str | None
    test: str
    times: int
    also: list[str]
    exchange: Exchange | None
    before: list[Exchange]
    curl: str | None
    waiver: int | None


class Waiver(TypedDict):
    """A failure that a team accepts until a day. used: findings that it covered."""

    rule: str
    operation: str | None
    reason: str
    expires: str
    used: int
    is_expired: bool


class Shown(TypedDict):
    """How often an operation answered with a status."""

    is_documented: bool
    shown: int


class Milliseconds(TypedDict):
    """How long answers took."""

    median: float
    p95: float
    longest: float


class Parameter(TypedDict):
    """How often a parameter was sent with each kind of value; its name says where it stands:
    `query.limit`, `body.title`.
    """

    name: str
    valid: int
    boundary: int
    invalid: int


class Operation(TypedDict):
    """What was asked of an operation; `milliseconds` None where nothing was."""

    operation: str
    method: str
    path: str
    tag: str
    statuses: dict[str, Shown]
    milliseconds: Milliseconds | None
    requests: int
    parameters: list[Parameter]


class Leaked(TypedDict):
    """Something that the run made and could not remove."""

    kind: str
    id: str
    name: str
    why: str


class Remaining(TypedDict):
    """Things that stay because no operation removes them."""

    kind: str
    count: int
    why: str


class Guest(TypedDict):
    """What the run did to the target, and what it left behind."""

    requests: int
    created: int
    removed: int
    leaked: list[Leaked]
    remaining: list[Remaining]
    waited_seconds: float
    log_ins_again: int
    expired_early: int


class Report(TypedDict):
    """Everything there is to say about a run."""

    format: Literal[1]
    understudy: str
    contract: Contract
    suite: Suite
    versions: dict[str, str]
    target: Target
    run: Run
    personas: list[Persona]
    verdict: Literal["kept", "broken", "incomplete"]
    profile: Profile
    counts: Counts
    rules: list[Rule]
    findings: list[Finding]
    waivers: list[Waiver]
    operations: list[Operation]
    guest: Guest

"""The links of the contract: what an answer leads to is there."""

from __future__ import annotations

from understudy.verify import MUST, OperationSpec, Persona, Suite, rule
from understudy.verify.findings import SuiteError
from understudy.verify.judge import Request
from understudy.verify.links import Link, NoSuchValue, links_of

from . import samples, values

OF_AN_ACCOUNT = frozenset({"auth.register", "auth.login", "auth.refresh", "auth.verify_email"})
"""Whose links lead to sessions and passwords, which have rules of their own."""


def has_links(operation: OperationSpec) -> bool:
    """Whether an operation's success leads on, and from something of the run's own."""
    has = any("links" in one for one in operation.raw["responses"].values())
    return has and operation.method != "GET" and operation.operation_id not in OF_AN_ACCOUNT


def follow(p: Persona, suite: Suite, operation: OperationSpec, link: Link) -> None:
    """Raise Broken unless a link leads from a new answer to one that succeeds."""
    request = samples.request(suite, p, operation.operation_id)
    answer = p.call(operation.operation_id, **request)
    answer.expect(200, 201)
    try:
        onward: Request = link.follow(request, answer)
    except NoSuchValue as error:
        raise answer.broken(
            f"the link {link.name} finds nothing at {error}", expected="an answer that has it"
        ) from None
    creation = suite.spec.creations.get(link.target.operation_id)
    if creation is not None and creation.name is not None:
        onward["body"][creation.name] = p.name("linked")
    if "token" in request:
        onward["token"] = request["token"]
    try:
        reached = p.call(link.target.operation_id, **onward)
    except SuiteError as error:
        raise answer.broken(
            f"the link {link.name} leads to what the request did not make: {error}",
            expected="the ids of what it made or was about",
        ) from None
    allowed = values.ALLOWED.get(link.target.operation_id, ())
    if reached.status >= 300 and (reached.status, reached.code) not in allowed:
        raise reached.broken(
            f"the link {link.name} of {operation.operation_id} cannot be followed",
            expected="a status from 200 to 299",
            got=f"{reached.status} {reached.code or ''}".strip(),
        )


@rule(
    "LINK-01",
    MUST,
    "Every creation links to what reads, changes, deletes and uses the new thing",
    clauses=("a link that cannot be followed is worse than none",),
    operations=has_links,
)
def test_links_can_be_followed(active: Persona, suite: Suite, operation: OperationSpec) -> None:
    """What an answer leads to by a link of the contract is there, and can be done."""
    found = [*links_of(suite.contract, operation)]
    for link in suite.random.sample(found, min(len(found), suite.scale(2, 20, 20))):
        follow(active, suite, operation, link)

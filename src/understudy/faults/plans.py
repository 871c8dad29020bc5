"""Ready-made plans: sets of rules for what networks and servers really do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MAINTENANCE = """\
<html>
<head><title>503 Service Temporarily Unavailable</title></head>
<body>
<center><h1>503 Service Temporarily Unavailable</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""
"""What a reverse proxy says of a backend that is not there; JSON it is not."""

LOGIN_PAGE = """\
<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>Guest Wi-Fi</title></head>
<body>
<h1>Welcome to our guest Wi-Fi</h1>
<p>Accept the terms of use to go online.</p>
<form method="post" action="http://192.0.2.1/login"><button>Connect</button></form>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """A set of rules, each with `note`, `match`, `on`, `do` and `until`."""

    name: str
    title: str
    description: str
    rules: tuple[dict[str, Any], ...]

    def ids(self) -> list[str]:
        """The ids of its rules, in their order."""
        return [f"{self.name}-{number}" for number, _ in enumerate(self.rules, 1)]

    def shown(self) -> dict[str, Any]:
        """The plan as the contract shows it."""
        about = {"name": self.name, "title": self.title, "description": self.description}
        return {**about, "rules": [*self.rules]}


def _rule(note: str, do: dict[str, Any], **on: Any) -> dict[str, Any]:
    return {"note": note, "match": {}, "on": on, "do": do, "until": {}}


def _html(status: int, page: str, **headers: str) -> dict[str, Any]:
    content_type = "text/html; charset=utf-8"
    answer = {"status": status, "body": page, "content_type": content_type}
    return {"status": {**answer, "headers": headers} if headers else answer}


FLAKY_WIFI = Plan(
    "flaky-wifi",
    "A flaky Wi-Fi",
    "One request in ten is lost on its way, so that the connection closes without an answer and "
    "nothing has happened on the server. Of three in a hundred only the answer is lost: the change "
    "was made, and sending the request again makes it a second time. A third of all answers takes "
    "around 600 ms, some take several seconds.",
    (
        _rule(
            "A request is lost on its way",
            {"connection": {"kind": "close", "processed": False}},
            probability=0.1,
        ),
        _rule(
            "The answer is lost on its way back",
            {"connection": {"kind": "close", "processed": True}},
            probability=0.03,
        ),
        _rule(
            "Sent again and again until it came through",
            {
                "delay": {
                    "distribution": "lognormal",
                    "median_ms": 600,
                    "sigma": 0.8,
                    "max_ms": 5000,
                }
            },
            probability=0.33,
        ),
    ),
)

SLOW_BACKEND = Plan(
    "slow-backend",
    "A slow backend",
    "Every answer is right, and late: half of them take longer than one and a half seconds, one in "
    "a hundred takes five, none more than ten. Whatever the application asks for one after the "
    "other adds up.",
    (
        _rule(
            "Every call",
            {
                "delay": {
                    "distribution": "lognormal",
                    "median_ms": 1500,
                    "sigma": 0.5,
                    "max_ms": 10000,
                }
            },
        ),
    ),
)

OUTAGE = Plan(
    "outage",
    "An outage of the backend",
    "Every request is answered 503 by the proxy in front of the backend, with a page of HTML where "
    "the application expects JSON, and Retry-After: 30. Nothing reaches the backend: nothing "
    "changes, tokens are not looked at, and refreshing them fails as well.",
    (_rule("The proxy answers alone", _html(503, MAINTENANCE, **{"Retry-After": "30"})),),
)

CAPTIVE_PORTAL = Plan(
    "captive-portal",
    "A captive portal",
    "Every request is answered 200 with the log-in page of a guest Wi-Fi, in HTML. Portals answer "
    "302 first, with the address of their page; Qt follows that by itself since version 6, as "
    "browsers do, so that this page and its 200 are what the application gets to see. It looks "
    "like success until somebody reads it as JSON.",
    (_rule("The portal answers in place of the backend", _html(200, LOGIN_PAGE)),),
)

PLANS = {plan.name: plan for plan in (CAPTIVE_PORTAL, FLAKY_WIFI, OUTAGE, SLOW_BACKEND)}
"""All plans, by name."""

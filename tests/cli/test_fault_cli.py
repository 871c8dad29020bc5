"""`understudy fault`."""

from __future__ import annotations

import pytest

from understudy import contract
from understudy.cli import rule


def test_list_nothing(done):
    assert done("fault", "list").out == "There are no rules: the network is whole.\n"
    assert done("fault", "list", "--json").json == {"faults": []}


def test_list(done, s):
    s.faults.add(operation="auth.login", first=1, error=401, id="first", note="Once")
    s.faults.add(connection="close", id="gone")
    s.faults.disable("gone")
    heading, first, gone = done("fault", "list").lines
    assert heading.split() == ["Id", "Calls", "What", "happens", "So", "far", "Note"]
    assert first.startswith(
        "first  auth.login, the first 1  answers 401            seen 0, struck 0 "
    )
    assert first.endswith("  seen 0, struck 0                Once")
    assert gone.startswith("gone   every call               closes the connection  seen")
    assert gone.endswith("  seen 0, struck 0, switched off")


@pytest.mark.parametrize(
    ("options", "made"),
    [
        (
            "--operation auth.login --method post --path /api/v1/auth/* --user admin@acme.test "
            "--call 3 --call 5 --after 2 --error 401:invalid_credentials --times 2 --for 5m",
            {
                "match": {
                    "operation": "auth.login",
                    "method": "POST",
                    "path": "/api/v1/auth/*",
                    "user": "admin@acme.test",
                },
                "on": {"calls": [3, 5], "after": 2},
                "do": {"error": {"status": 401, "code": "invalid_credentials"}},
                "until": {"times": 2, "for": "5m"},
            },
        ),
        ("--every 5 --error 401", {"on": {"every": 5}, "do": {"error": {"status": 401}}}),
        ("--first 2 --delay 300ms", {"on": {"first": 2}, "do": {"delay": {"ms": 300}}}),
        (
            "--probability 0.5 --delay 1s",
            {"on": {"probability": 0.5}, "do": {"delay": {"ms": 1000}}},
        ),
        (
            "--delay 100ms..2s",
            {"do": {"delay": {"distribution": "uniform", "min_ms": 100, "max_ms": 2000}}},
        ),
        (
            "--delay lognormal:1500ms",
            {"do": {"delay": {"distribution": "lognormal", "median_ms": 1500, "sigma": 0.5}}},
        ),
        (
            "--delay lognormal:1s,sigma=0.8,min=10ms,max=10s",
            {"do": {"delay": {"median_ms": 1000, "sigma": 0.8, "min_ms": 10, "max_ms": 10000}}},
        ),
        (
            "--delay normal:1s,deviation=200ms",
            {"do": {"delay": {"distribution": "normal", "mean_ms": 1000, "deviation_ms": 200}}},
        ),
        (
            "--status 503 --body maintenance --content-type text/html --header Retry-After:60",
            {
                "do": {
                    "status": {
                        "status": 503,
                        "body": "maintenance",
                        "content_type": "text/html",
                        "headers": {"Retry-After": "60"},
                    }
                }
            },
        ),
        ('--status 200 --body {"a":[1]}', {"do": {"status": {"status": 200, "body": {"a": [1]}}}}),
        ("--status 200 --body 7", {"do": {"status": {"status": 200, "body": "7"}}}),
        ("--off-contract truncated", {"do": {"off_contract": {"kind": "truncated"}}}),
        (
            "--off-contract wrong_type --field user_id",
            {"do": {"off_contract": {"kind": "wrong_type", "field": "user_id"}}},
        ),
        ("--connection close", {"do": {"connection": {"kind": "close"}}}),
        (
            "--connection reset --after-bytes 10 --processed",
            {"do": {"connection": {"kind": "reset", "after_bytes": 10, "processed": True}}},
        ),
        (
            "--connection close --not-processed",
            {"do": {"connection": {"kind": "close", "processed": False}}},
        ),
        (
            "--connection trickle --bytes-per-second 50",
            {"do": {"connection": {"kind": "trickle", "bytes_per_second": 50}}},
        ),
        (
            "--connection hang --seconds 0.5",
            {"do": {"connection": {"kind": "hang", "seconds": 0.5}}},
        ),
        ("--rate-limit 30", {"do": {"rate_limit": {"retry_after": 30}}}),
        ("--rate-limit 0 --note Why", {"do": {"rate_limit": {"retry_after": 0}}, "note": "Why"}),
    ],
)
def test_add(done, s, options, made):
    answer = done("fault", "add", "--id", "mine", "--json", *options.split()).json
    for name, part in {"match": {}, "on": {}, "until": {}, **made}.items():
        assert _has(answer[name], part), (name, answer[name])
    assert s.faults.get("mine").raw == answer


def _has(whole, part):
    if not part or not isinstance(part, dict):
        return whole == part
    return all(_has(whole.get(name), value) for name, value in part.items())


def test_add_tells_in_a_line(done):
    ran = done("fault", "add", "--call", "3", "--connection", "close", "--note", "Lost")
    assert ran.out == "fault-1  call 3: closes the connection; seen 0, struck 0  (Lost)\n"


def test_a_long_body_does_not_make_a_long_line(done, s):
    s.faults.add(status=503, body="<html>\n" + "x" * 2000, note="y" * 500, probability=0.1)
    line = done("fault", "list").lines[1]
    assert "  p=0.1  answers 503: <html> xxxxxxxx" in line
    assert len(line) < 160
    assert max(map(len, done("fault", "apply", "captive-portal").lines)) < 160


def test_a_rule_strikes(done, application):
    done("fault", "add", "--operation", "auth.me", "--first", "1", "--error", "500")
    statuses = [application.get("/auth/me").status_code for _ in range(2)]
    assert statuses == [500, 401]
    assert "seen 2, struck 1" in done("fault", "list").lines[1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            "",
            "say what happens: --delay, --error, --status, --rate-limit, --off-contract or "
            "--connection",
        ),
        ("--error 401 --connection close", "--error and --connection do not go together: "),
        ("--delay 5s..1s", "--delay: 5s is longer than 1s"),
        ("--delay lognormal:1s,min=3s,max=2s", "--delay: 3s is longer than 2s"),
        ("--off-contract missing_field --field a..b", "--field: "),
        ("--off-contract empty --field x", "--field: is not for empty"),
        ("--status 500 --header Date:x", "--header: "),
        ("--operation auth.lgin --error 401", "--operation: names no operation; is auth.login"),
        ("--operation auth.me --error 418", "--error: is not documented for auth.me"),
        ("--error 401 --call 0", "--call: must be at least 1"),
        ("--error 401 --probability 2", "--probability: must be at most 1"),
        ("--error 401 --times 0", "--times: must be at least 1"),
        ("--error 401 --for 0s", "--for: must be longer than nothing"),
        ("--error 401 --for soon", "--for: 'soon' is not a length of time such as 50m"),
        ("--error 401 --id a/b", "--id: is not a name of 1 to 63 letters"),
        ("--error what", "--error: 'what' is not STATUS or STATUS:CODE, such as 402"),
        ("--delay soon", "--delay: 'soon' is not a length of time such as 50m"),
        ("--delay 1s..soon", "--delay: 'soon' is not a length of time such as 50m"),
        ("--delay gauss:1s", "--delay: there is no distribution 'gauss'; there are normal, "),
        ("--delay normal:1s", "--delay: normal needs its deviation, such as "),
        ("--delay normal:1s,dev=1s", "--delay: there is no 'dev'; there are deviation, sigma"),
        ("--delay lognormal:1s,sigma=nan", "--delay: 'nan' is no number"),
        ("--delay 20m", "--delay: 20m is longer than 10m, the most there is"),
        ("--body x", "--body says more of --status, which is missing"),
        ("--status 200 --header x", "--header: 'x' is not NAME: VALUE, such as"),
        ("--field x", "--field says more of --off-contract, which is missing"),
        ("--after-bytes 3", "--after-bytes says more of --connection, which is missing"),
        ("--not-processed", "--processed says more of --connection, which is missing"),
        ("--connection trickle --after-bytes 3", "--after-bytes: is not for trickle"),
    ],
)
def test_add_refused(refused, s, options, told):
    assert told in refused("fault", "add", *options.split())
    assert s.faults.list() == []


def test_all_fields_at_fault_are_named(refused):
    line = refused("fault", "add", "--error", "401", "--call", "0", "--times", "0")
    assert line == (
        "The request has missing or invalid fields. "
        "--call: must be at least 1; --times: must be at least 1"
    )


def test_show_switch_remove(done, refused, s):
    s.faults.add(status=503, id="mine")
    assert done("fault", "show", "mine").out == "mine  every call: answers 503; seen 0, struck 0\n"
    assert done("fault", "disable", "mine").out.endswith(", switched off\n")
    assert s.faults.get("mine").is_enabled is False
    assert done("fault", "enable", "mine", "--json").json["is_enabled"] is True
    assert done("fault", "remove", "mine").out == "Removed mine.\n"
    for command in ("show", "enable", "disable", "remove"):
        assert refused("fault", command, "mine") == "There is no rule 'mine'; there are none"


def test_clear(done, s):
    s.faults.add(status=503)
    assert done("fault", "clear").out == "Removed all rules.\n"
    assert s.faults.list() == []


def test_plans(done, server):
    lines = done("fault", "plans").lines
    for plan in server.fault_plans():
        assert f"{plan.name}  {plan.title}" in lines
    assert "  3 rules" in lines
    assert max(map(len, lines)) <= 100
    names = [one["name"] for one in done("fault", "plans", "--json").json["plans"]]
    assert "captive-portal" in names


def test_apply(done, refused, s):
    lines = done("fault", "apply", "flaky-wifi").lines
    assert lines[1].startswith("flaky-wifi-1  p=0.1   closes the connection   ")
    assert "  waits around 600 ms  " in lines[3]
    assert max(map(len, lines)) <= 120
    assert len(s.faults.list()) == 3
    told = refused("fault", "apply", "flaky-wify")
    assert told.startswith("There is no plan 'flaky-wify'; the plans are captive-portal, ")


@pytest.mark.parametrize(
    ("choices", "schema", "field"),
    [
        (rule.METHODS, "FaultMatch", "method"),
        (rule.KINDS, "FaultOffContract", "kind"),
        (rule.ENDS, "FaultConnection", "kind"),
    ],
)
def test_the_choices_are_the_contract_s(choices, schema, field):
    schemas = contract.control().public_document()["components"]["schemas"]
    assert schemas[schema]["properties"][field]["enum"] == [*choices]

"""`understudy shortcut`."""

from __future__ import annotations

import shlex

import pytest


def test_list(done):
    lines = done("shortcut", "list").lines
    start = lines.index("expire-access-token  Expire a user's access tokens")
    assert lines[start + 1].startswith("  user     The e-mail of an account")
    assert lines[start + 2].startswith("  [after]  How long until then")
    example = "  understudy shortcut run expire-access-token user=admin@acme.test after=5m"
    assert lines[start + 3] == example
    assert "  outcome           CONNECTED | AUTH_FAILED | UNREACHABLE | PERMISSION_DENIED" in lines


def test_every_example_that_is_listed_is_one(done, login, shell):
    login()
    lines = done("shortcut", "list").lines
    examples = [shlex.split(line)[1:] for line in lines if line.startswith("  understudy ")]
    assert len(examples) > 10
    for example in examples:
        ran = shell(*example)
        assert ran.code == 0 or "missing or invalid" not in ran.err, ran


def test_run(done, s, login):
    login()
    ran = done("shortcut", "run", "end-sessions", "user=admin@acme.test")
    assert ran.out == "Ended: 1 session of admin@acme.test.\n"
    assert s.state.list("sessions")[0]["ended_at"] == "2026-01-26T09:00:00.000Z"


def test_run_as_json(done, login):
    login()
    ran = done(
        "shortcut", "run", "expire-access-token", "user=admin@acme.test", "after=5m", "--json"
    )
    assert ran.json["shortcut"] == "expire-access-token"
    assert ran.json["message"].startswith(
        "Refused from 2026-01-26T09:05:00.000Z on: 1 access token"
    )


def test_values_are_of_the_kind_that_is_wanted(done, s):
    done("shortcut", "run", "switch-account", "user=admin@acme.test", "is_active=false")
    [account] = s.state.list("users", field="email", value="admin@acme.test")
    assert account["is_active"] is False
    done("shortcut", "run", "limit-settings-updates", "per_minute=3")


def test_a_text_stays_one(done, s):
    name = "organization_name=123"
    done("shortcut", "run", "require-password-change", "user=admin@acme.test", name)
    [account] = s.state.list("users", field="email", value="admin@acme.test")
    assert account["organization_name"] == "123"


def test_lists_are_shown(done, login):
    login()
    message, _, heading, row, _ = done("shortcut", "run", "sessions").lines
    assert message == "Live: 1 session."
    assert heading.split() == ["id", "user", "created_at"]
    assert row.split()[1:] == ["admin@acme.test", "2026-01-26T09:00:00.000Z"]


def test_no_list_is_no_table(done):
    assert done("shortcut", "run", "sessions").lines == ["Live: 0 sessions."]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["end-sessions"], "user: is required"),
        (["end-sessions", "usr=x"], "end-sessions has no argument 'usr'; did you mean user=…?"),
        (["end-sessions", "zzz=x"], "end-sessions has no argument 'zzz'; there are user"),
        (["end-sessions", "user=nobody@acme.test"], "No account has the e-mail nobody@acme.test."),
        (["end-session", "user=admin@acme.test"], "There is no shortcut 'end-session'; there are "),
        (["switch-account", "user=admin@acme.test", "is_active=off"], "is_active: "),
        (["limit-settings-updates", "per_minute=NaN"], "per_minute: must be an integer"),
        (["end-sessions", "admin@acme.test"], "is not KEY=VALUE: write user=admin@acme.test"),
        (["nope", "admin@acme.test"], "'admin@acme.test' is not KEY=VALUE"),
        (["end-sessions", "=admin@acme.test"], "'=admin@acme.test' is not KEY=VALUE"),
        (["end-sessions", "user=a", "user=b"], "'user' is given twice"),
    ],
)
def test_refusals(refused, arguments, told):
    assert told in refused("shortcut", "run", *arguments)

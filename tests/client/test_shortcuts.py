"""`s.shortcuts`: a scene set in one step."""

from __future__ import annotations

import pytest

import understudy


def test_they_are_listed_with_the_schema_of_their_arguments(s):
    shortcuts = {one.name: one for one in s.shortcuts.list()}
    shortcut = shortcuts["expire-access-token"]
    assert "user" in shortcut.parameters["properties"]
    assert shortcut.summary


def test_one_is_run(s, login):
    client = login(s)
    outcome = s.shortcuts.run("expire-access-token", user="admin@acme.test", after=None)
    assert outcome.shortcut == "expire-access-token"
    assert "admin@acme.test" in outcome.message
    assert outcome.result
    assert client.get("/auth/me").status_code == 401


def test_what_is_not_there_is_refused(s):
    with pytest.raises(understudy.ControlError, match="expire-access-token") as raised:
        s.shortcuts.run("expire-nothing")
    assert (raised.value.status, raised.value.code) == (404, "no_such_shortcut")
    with pytest.raises(understudy.ControlError) as raised:
        s.shortcuts.run("expire-access-token", usr="admin@acme.test")
    assert {"usr", "user"} <= raised.value.details.keys()

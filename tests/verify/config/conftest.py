"""A configuration of a suite that has a few names, in a folder of the test's own."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from understudy.errors import UsageError
from understudy.verify.config.known import Known
from understudy.verify.config.read import read
from understudy.verify.spec import Account, PersonaSpec

URL = "https://staging.example.com/api/v1"


@pytest.fixture
def known() -> Known:
    account = Account("somebody@example.com", "secret")
    rules = [
        SimpleNamespace(id="AUTH-01", features=()),
        SimpleNamespace(id="AUTH-02", features=("register", "time")),
    ]
    return Known(
        base_path="/api/v1",
        personas={
            "active": PersonaSpec("an ADMIN of a team", account, is_needed=True),
            "colleague": PersonaSpec("a MEMBER of the same team", account),
            "other_tenant": PersonaSpec("an ADMIN of another team", account),
        },
        profiles=("core", "full"),
        tags=("auth", "defects"),
        operations=("auth.login", "defects.get_defect"),
        find_rules=lambda: rules,
    )


@pytest.fixture
def reads(tmp_path, monkeypatch, known):
    """Reads a configuration: the text of verify.toml, flags by name, variables."""
    monkeypatch.chdir(tmp_path)

    def run(text=None, environment=None, file=None, **flags):
        if text is not None:
            (tmp_path / "verify.toml").write_text(text, encoding="utf-8")
        return read(flags, file, environment or {}, lambda _: known)

    return run


@pytest.fixture
def settings(reads):
    """What a text comes to, with a target unless it names one."""

    def run(text="", environment=None, **flags):
        return reads(text, environment, **{"url": URL, **flags}).settings

    return run


@pytest.fixture
def refused(reads):
    """The lines that refuse a text, which has a target unless another one is given."""

    def run(text="", environment=None, **flags):
        with pytest.raises(UsageError) as caught:
            reads(text, environment, **{"url": URL, **flags})
        return str(caught.value).splitlines()

    return run

"""What `understudy verify --init` writes is understood by whoever reads it: us."""

from __future__ import annotations

import re

import pytest

from understudy.errors import UsageError
from understudy.verify.config import example
from understudy.verify.config.settings import Outputs, Settings

URL = "https://staging.example.com/api/v1"
EXAMPLE = re.compile(r"^# (?=\[|[A-Za-z_-]+(-[0-9]+)? = )", re.MULTILINE)
"""What somebody takes away who needs it all."""

FILES = ("ca.pem", "client.pem", "client.key")


@pytest.fixture
def written(known, tmp_path):
    """The text of a file that was written."""
    file = tmp_path / "verify.toml"
    example.write(file, URL, known)
    return file.read_text("utf-8")


def variables(text):
    return {name: name.lower() for name in re.findall(r"\$\{(\w+)\}", text)}


def test_as_it_is_it_names_the_target(reads, written):
    found = reads(written)
    assert found.settings.url == URL
    assert found.settings.personas == {}
    assert (found.outputs, found.advice) == (Outputs(), ())


def test_all_of_it_is_understood(reads, written, tmp_path, known):
    for name in FILES:
        (tmp_path / name).touch()
    text = EXAMPLE.sub("", written).replace("verify_tls = false", "verify_tls = true")
    found = reads(text, variables(text))
    settings = found.settings
    assert [*settings.personas] == [*known.personas]
    assert settings.personas["active"].password == "verify_active_password"
    assert settings.personas["active"].expired_refresh_token
    assert (settings.profile, settings.levels, settings.seed) == ("core", ("must",), 7)
    assert settings.headers == {"X-Gateway-Key": "gateway_key"}
    assert settings.set_up == ("python", "seed.py")
    assert settings.waivers[0].rule == "AUTH-01"
    assert [*settings.disabled_rules] == ["AUTH-01"]
    assert all(getattr(found.outputs, name) for name in ("json", "junit", "html", "har"))
    assert found.advice == ()


def test_it_names_every_setting(written):
    """Those that are told otherwise on the command line, or told in other words, aside."""
    renamed = {"has_control": "control", "levels": "level", "disabled_rules": "disabled"}
    for name in Settings.__dataclass_fields__:
        if name not in ("file", "contract", "replay"):
            assert re.search(rf"\b{renamed.get(name, name)}\b", written), name


def test_it_says_what_is_possible(written):
    assert '# profile = "core"           # core, full, or a tag' in written
    assert "# [personas.active]  # an ADMIN of a team; always needed" in written
    assert max(map(len, written.splitlines())) <= 100


def test_nothing_is_overwritten(known, tmp_path):
    file = tmp_path / "verify.toml"
    file.write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is there already; name another file"):
        example.write(file, URL, known)
    assert file.read_text("utf-8") == "mine"
    with pytest.raises(UsageError, match="cannot be written"):
        example.write(tmp_path / "no" / "x.toml", URL, known)

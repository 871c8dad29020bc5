"""`verify.toml`, variables and flags become settings; each counts more than the one before."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from understudy.errors import UsageError
from understudy.verify.config.settings import LEVELS, Outputs, Persona, Waiver

FULL = """\
[target]
url = "https://staging.example.com/api/v1/"
ca_file = "ca.pem"
timeout = 5
rate = 12.5
proxy = "http://proxy.local:3128"
control = false
control_token = "${TOKEN}"
features_off = ["register"]

[target.headers]
X-Gateway-Key = "${KEY}"

[run]
profile = "core"
level = "should"
tags = ["auth"]
keyword = "login"
effort = "deep"
seed = 0
workers = 2
fail_fast = true
read_only = true

[commands]
set_up = ["python", "${SCRIPT}"]
tear_down = ["python", "undo.py"]
time_limit = 60

[reports]
json = "out/verify.json"

[personas.active]
email = "active@example.com"
password = "pa${WORD}$${x}"
expired_access_token = "abc"

[[waivers]]
rule = "AUTH-01"
operation = "auth.login"
reason = "PAY-1"
expires = 2026-12-31

[[waivers]]
rule = "AUTH-01"
operation = "-"
reason = "PAY-2"
expires = 2026-12-30

[disabled]
AUTH-02 = "the gateway"
"""
VARIABLES = {"TOKEN": "t0ken", "KEY": "k3y", "SCRIPT": "seed.py", "WORD": "ss", "CI": "true"}


def test_everything(reads, tmp_path):
    (tmp_path / "ca.pem").touch()
    found = reads(FULL, VARIABLES)
    s = found.settings
    assert (s.url, s.file) == ("https://staging.example.com/api/v1", Path("verify.toml"))
    assert (s.ca_file, s.timeout, s.rate) == (Path("ca.pem"), 5.0, 12.5)
    assert (s.proxy, s.has_control, s.control_token) == ("http://proxy.local:3128", False, "t0ken")
    assert (s.features_off, s.headers) == (frozenset({"register"}), {"X-Gateway-Key": "k3y"})
    assert (s.profile, s.levels, s.tags) == ("core", ("must", "should"), ("auth",))
    assert (s.keyword, s.effort, s.seed, s.workers) == ("login", "deep", 0, 2)
    assert (s.fail_fast, s.read_only, s.time_limit) == (True, True, 60.0)
    assert (s.set_up, s.tear_down) == (("python", "seed.py"), ("python", "undo.py"))
    assert s.personas == {"active": Persona("active@example.com", "pass${x}", "abc")}
    assert s.waivers == (
        Waiver("AUTH-01", "auth.login", "PAY-1", date(2026, 12, 31), 38),
        Waiver("AUTH-01", None, "PAY-2", date(2026, 12, 30), 44),
    )
    assert s.disabled_rules == {"AUTH-02": "the gateway"}
    assert found.outputs == Outputs(json=Path("out/verify.json"))


def test_nothing_at_all(reads):
    found = reads()
    assert found.settings.url == "http://127.0.0.1:8000/api/v1"
    assert (found.settings.file, found.settings.levels) == (None, LEVELS)
    assert (found.outputs, found.advice) == (Outputs(), ())


def test_our_own_server_is_where_all_commands_find_it(reads):
    elsewhere = {"UNDERSTUDY_URL": "http://127.0.0.1:8123/"}
    assert reads(environment=elsewhere).settings.url == "http://127.0.0.1:8123/api/v1"
    said = reads(environment=elsewhere, url="http://127.0.0.1:1")
    assert said.settings.url == "http://127.0.0.1:1/api/v1"


def test_seeds_differ_unless_one_is_given(reads):
    assert reads().settings.seed != reads().settings.seed
    assert reads(seed=0).settings.seed == 0


def test_an_address_without_a_path_gets_that_of_the_contract(reads):
    assert reads(url="http://h:81").settings.url == "http://h:81/api/v1"
    assert reads(url="http://h:81/").settings.url == "http://h:81/api/v1"
    assert reads(url="http://h:81/v2/").settings.url == "http://h:81/v2"


def test_a_flag_counts_more_than_a_variable_and_a_variable_more_than_the_file(settings):
    text = '[run]\nseed = 1\nprofile = "${NOT_SET}"\n'
    variables = {"UNDERSTUDY_VERIFY_SEED": "2", "UNDERSTUDY_VERIFY_PROFILE": "core"}
    assert settings(text, variables).seed == 2
    assert settings(text, variables).profile == "core"
    assert settings(text, variables, seed=3).seed == 3


def test_variables(reads):
    variables = {
        "UNDERSTUDY_VERIFY_URL": "http://h/v2",
        "UNDERSTUDY_VERIFY_LEVEL": "must",
        "UNDERSTUDY_VERIFY_EFFORT": "quick",
        "UNDERSTUDY_VERIFY_WORKERS": "2",
        "UNDERSTUDY_VERIFY_READ_ONLY": "true",
        "UNDERSTUDY_CONTROL_TOKEN": "t",
        "UNDERSTUDY_VERIFY_SEED": "",
    }
    s = reads(None, variables).settings
    assert (s.url, s.levels, s.effort, s.workers) == ("http://h/v2", ("must",), "quick", 2)
    assert (s.read_only, s.control_token) == (True, "t")


def test_a_variable_can_switch_off_what_the_file_switches_on(settings):
    text = "[run]\nread_only = true\n"
    assert settings(text).read_only
    assert not settings(text, {"UNDERSTUDY_VERIFY_READ_ONLY": "0"}).read_only


def test_paths_of_a_file_begin_at_its_folder(reads, tmp_path):
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci" / "ca.pem").touch()
    file = tmp_path / "ci" / "staging.toml"
    file.write_text('[target]\nurl = "https://h/"\nca_file = "ca.pem"\n[reports]\nhar = "x.har"\n')
    found = reads(file=file, json=Path("here.json"))
    assert found.settings.ca_file == tmp_path / "ci" / "ca.pem"
    assert found.outputs.har == tmp_path / "ci" / "x.har"
    assert found.outputs.json == Path("here.json")


def test_secrets_that_stand_in_the_file(reads):
    text = (
        '[target]\nurl = "https://h/v1"\ncontrol_token = "t"\n[personas.active]\n'
        'email = "a@example.com"\npassword = "p"\nexpired_access_token = "${T}"\n'
    )
    right = 'write "${NAME}" to take it from the environment'
    assert reads(text, {"T": "t"}).advice == (
        f"verify.toml:3: control_token is a secret that stands in the file; {right}",
        f"verify.toml:6: password is a secret that stands in the file; {right}",
    )
    assert reads(text, {"T": "t"}, url="http://localhost:8000").advice == ()


def test_a_byte_order_mark_and_windows_line_ends(reads, tmp_path):
    (tmp_path / "verify.toml").write_bytes(b'\xef\xbb\xbf[target]\r\nurl = "https://h/v1"\r\n')
    assert reads().settings.url == "https://h/v1"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[target]\nurl = http://h\n", r":2: no valid TOML: Invalid value; a line is .*"),
        (b"[target\n", r":1: no valid TOML: .*"),
        (b'[target]\n\nurl = "', r":3: no valid TOML: .*"),
        (b"a = 1\na = 2", r":2: no valid TOML: .*"),
        (b"a = 1\nb = '\xff'\n", r":2: no UTF-8; save the file as UTF-8"),
    ],
)
def test_what_is_no_toml(reads, tmp_path, content, told):
    (tmp_path / "verify.toml").write_bytes(content)
    with pytest.raises(UsageError) as caught:
        reads()
    assert re.fullmatch(rf"verify\.toml{told}", str(caught.value))


def test_a_named_file_that_is_not_there(reads):
    with pytest.raises(UsageError) as caught:
        reads(file=Path("ci/x.toml"))
    told = str(caught.value)
    assert told.startswith("ci")
    assert "cannot be read: No such file" in told
    assert told.endswith("x.toml` writes one")

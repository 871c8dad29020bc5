"""Every mistake with its line and its remedy, all of them at once."""

from __future__ import annotations

import pytest


def test_all_at_once_in_the_order_of_their_lines(refused):
    text = """\
url = "https://h"
[target]
tiemout = 3
rate = 0
[run]
seed = "x"
[persona.active]
"""
    assert refused(text, {"UNDERSTUDY_VERIFY_WORKERS": "many"}, level="most") == [
        "--level: 'most' is not possible; did you mean 'must'?",
        "UNDERSTUDY_VERIFY_WORKERS: 'many' is not possible; write a whole number, 1 or more",
        "verify.toml:1: there is no table 'url'; it belongs below [target]",
        "verify.toml:3: 'tiemout' is no key of [target]; did you mean 'timeout'?",
        "verify.toml:4: rate: 0 is not possible; write a number above 0, such as 30",
        "verify.toml:6: seed: 'x' is not possible; write a whole number, 0 or more",
        "verify.toml:7: there is no table 'persona'; did you mean 'personas'?",
    ]


ADDRESS = "such as https://staging.example.com/api/v1"
NUMBER = "write a number above 0, such as 30"
TABLE = "write a table: its name in brackets, then `key = value` lines"
UNSET = "not set in the environment, or empty; give it a value there"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("timeout = true", f"timeout: true is not possible; {NUMBER}"),
        ("timeout = nan", f"timeout: nan is not possible; {NUMBER}"),
        ("rate = '5'", f"rate: '5' is not possible; {NUMBER}"),
        ("verify_tls = 1", "verify_tls: 1 is not possible; write true or false"),
        (
            'ca_file = "no.pem"',
            "ca_file: there is no file no.pem; write the path of one that is there",
        ),
        (
            'client_key = "verify.toml"',
            "client_key has no certificate; name client_certificate, too",
        ),
        (
            'proxy = "proxy:3128"',
            "proxy: this is no address of a proxy; write one such as http://proxy.local:3128",
        ),
        (
            'control_token = "a\\u0007b"',
            "control_token: this is no text of printable characters; write one in quotes",
        ),
        (
            'control_token = "é"',
            "control_token: a token is of printable ASCII characters; copy it without anything "
            "around it",
        ),
        (
            'features_off = "time"',
            'features_off: \'time\' is not possible; write a list of texts, such as ["one", "two"]',
        ),
        ('features_off = ["tim"]', "there is no feature 'tim'; did you mean 'time'?"),
        ('headers = "x"', f"headers: 'x' is not possible; {TABLE}"),
        (
            'headers.authorization = "x"',
            "authorization: authorization is what rules are about; leave it out: the suite sends "
            "it",
        ),
        (
            'headers."a b" = "x"',
            "a b: 'a b' is no name of a header; write one such as X-Gateway-Key",
        ),
        (
            'url = "staging/api"',
            f"url: 'staging/api' is not possible; write the address of the API, {ADDRESS}",
        ),
        (
            'url = "https://h:99999/"',
            f"url: 'https://h:99999/' is not possible; write the address of the API, {ADDRESS}",
        ),
        (
            'url = "https://me:s3cret@h/"',
            f"url: the address holds a name or a password; write it without, {ADDRESS}",
        ),
        (
            'url = "https://h/?a=1"',
            "url: 'https://h/?a=1' is not possible; write the address without `?` and `#`, "
            + ADDRESS,
        ),
        ('url = "${HOST}/v1"', f"url: HOST is {UNSET}"),
        ('url = "${HOST}${EMPTY}"', f"url: HOST, EMPTY are {UNSET}"),
        (
            'url = "${no name}"',
            "url: `${` begins the name of a variable; write ${NAME}; `$${` stands for `${`",
        ),
    ],
)
def test_of_the_target(refused, line, told):
    given = {"url": None} if line.startswith("url") else {}
    assert refused(f"[target]\n{line}", {"EMPTY": ""}, **given) == [f"verify.toml:2: {told}"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('profile = "cor"', "there is no profile or tag 'cor'; did you mean 'core'?"),
        ('tags = ["auth", "defect"]', "there is no tag 'defect'; did you mean 'defects'?"),
        ('effort = "fast"', "effort: 'fast' is not possible; there are: quick, normal, deep"),
        ("workers = 0", "workers: 0 is not possible; write a whole number, 1 or more"),
        ("seed = 1.5", "seed: 1.5 is not possible; write a whole number, 0 or more"),
        ('keyword = ""', "keyword: '' is not possible; write a text in quotes, which is not empty"),
        ('level = ["must"]', "level: a list is not possible; there are: must, should, may"),
        ('replay = "x"', "'replay' is no key of [run]; there are: profile, level, tags, keyword, "
         "effort, seed, workers, fail_fast, read_only"),
    ],
)  # fmt: skip
def test_of_the_run(refused, line, told):
    assert refused(f"[run]\n{line}") == [f"verify.toml:2: {told}"]


def test_of_commands_and_reports(refused, tmp_path):
    text = """\
[commands]
set_up = "python seed.py"
[reports]
json = "verify.toml/x.json"
html = "."
"""
    assert refused(text) == [
        "verify.toml:2: set_up: 'python seed.py' is not possible; write its words as a list, such "
        'as ["python", "seed.py"]: no shell reads it',
        "verify.toml:4: json: verify.toml is no folder; write to another one",
        "verify.toml:5: html: . is a folder; write the path of a file",
    ]


def test_of_personas(refused):
    text = """\
[personas.activ]
email = "x"
[personas.active]
email = "somebody"
pasword = "p"
[personas.colleague]
email = "a@example.com"
password = "p"
[personas.other_tenant]
email = "A@example.com"
password = "p"
"""
    assert refused(text) == [
        "verify.toml:1: 'activ' is no key of [personas]; did you mean 'active'?",
        "verify.toml:3: [personas.active] has no password; it wants email, password",
        "verify.toml:4: email: 'somebody' is no e-mail address; write what the account logs in "
        "with",
        "verify.toml:5: 'pasword' is no key of [personas.active]; did you mean 'password'?",
        "verify.toml:10: other_tenant has the account of colleague; each persona is an account of "
        "its own",
    ]


def test_somebody_has_to_be_there(refused):
    text = '\n[personas.colleague]\nemail = "a@example.com"\npassword = "p"\n'
    assert refused(text) == [
        "verify.toml:2: [personas] has no active; without that one nothing can be verified"
    ]


def test_an_unset_password_names_its_line_and_variable(refused):
    text = '[personas.active]\nemail = "a@example.com"\npassword = "${STAGING_PASSWORD}"\n'
    assert refused(text) == [f"verify.toml:3: password: STAGING_PASSWORD is {UNSET}"]


def test_a_wrong_secret_is_not_shown(refused):
    text = '[personas.active]\nemail = "a@example.com"\npassword = 12345678\n'
    assert "12345678" not in refused(text)[0]


def test_of_waivers(refused):
    text = """\
[[waivers]]
rule = "AUTH-11"
operation = "*"
reason = ""
expires = "2026-12-31"
[[waivers]]
rule = "AUTH-01"
operation = "auth.log"
[[waivers]]
rule = "AUTH-01"
operation = "auth.login"
reason = "x"
expires = 2026-12-31
[[waivers]]
rule = "AUTH-01"
operation = "auth.login"
reason = "y"
expires = 2026-12-30T10:00:00
[[waivers]]
rule = "AUTH-01"
operation = "auth.login"
reason = "y"
expires = 2026-12-30
"""
    day = "write a date without quotes, such as 2026-12-31"
    assert refused(text) == [
        "verify.toml:2: rule: there is no rule 'AUTH-11'; did you mean 'AUTH-01'?",
        "verify.toml:3: operation: a waiver waives one thing; name one operation, or '-' for a "
        "finding that belongs to none",
        "verify.toml:4: reason: '' is not possible; write a text in quotes, which is not empty",
        f"verify.toml:5: expires: '2026-12-31' is not possible; {day}",
        "verify.toml:6: [[waivers]] has no reason and no expires; it wants rule, operation, "
        "reason, expires",
        "verify.toml:8: operation: there is no operation 'auth.log'; did you mean 'auth.login'?",
        f"verify.toml:18: expires: a time is not possible; {day}",
        "verify.toml:19: the same is waived in line 9; keep one of them",
    ]


def test_waivers_are_a_list(refused):
    assert refused("[waivers]\nrule = 'AUTH-01'\n") == [
        "verify.toml:1: [waivers] is one table; write [[waivers]] for each waiver"
    ]
    assert refused("\nwaivers = [1]\n") == [
        f"verify.toml:2: [[waivers]]: 1 is not possible; {TABLE}"
    ]


def test_of_disabled_rules(refused):
    assert refused("[disabled]\nAUTH-2 = 'x'\nAUTH-01 = true\n") == [
        "verify.toml:2: there is no rule 'AUTH-2'; did you mean 'AUTH-02'?",
        "verify.toml:3: AUTH-01: true is not possible; write a text in quotes, which is not empty",
    ]


def test_tables_that_are_none(refused):
    assert refused("target = 1\npersonas = 2\ndisabled = 'x'\n") == [
        f"verify.toml:1: [target]: 1 is not possible; {TABLE}",
        f"verify.toml:2: [personas]: 2 is not possible; {TABLE}",
        f"verify.toml:3: [disabled]: 'x' is not possible; {TABLE}",
    ]


def test_a_file_names_the_target(refused):
    assert refused("[run]\n\n[target]\ntimeout = 3\n", url=None) == [
        'verify.toml:3: [target] has no url; write url = "https://…", or give it as an argument'
    ]


def test_both_kinds_of_trust(refused, tmp_path):
    text = '[target]\nca_file = "verify.toml"\nverify_tls = false\n'
    assert refused(text) == [
        "verify.toml:3: verify_tls = false trusts every server, ca_file only some; keep one of them"
    ]


def test_of_flags(refused):
    assert refused(None, tags=("auth", "defect"), replay=".", keyword=" ") == [
        "-k: ' ' is not possible; write a text in quotes, which is not empty",
        "--replay: there is no file .; write the path of one that is there",
        "--tag: there is no tag 'defect'; did you mean 'defects'?",
    ]

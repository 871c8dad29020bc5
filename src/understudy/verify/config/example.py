"""`verify.toml` as `understudy verify --init` writes it: each key with a value and a word on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from understudy.clock import Clock
from understudy.contract.source import shown
from understudy.errors import UsageError
from understudy.verify.config.known import Known
from understudy.verify.spec import PersonaSpec

WAIVED = timedelta(days=90)

BEFORE = """\
# What `understudy verify` is told. Only the url is set; take the `# ` away from what you need.
# "${NAME}" in a text is the environment variable NAME, where secrets belong.
# Relative paths begin at the folder of this file. Flags and variables count more than a line here:
# `understudy verify --help` names them.

[target]
url = "<url>"
# timeout = 30               # seconds that an answer may take
# rate = 20                  # requests per second; left out: as fast as may be
# ca_file = "ca.pem"         # whom to trust, where it is no public authority
# client_certificate = "client.pem"
# client_key = "client.key"
# verify_tls = false         # trust anybody: in a closed network alone
# proxy = "http://proxy.local:3128"
# control = false            # true: one of our own servers; left out: only this machine is asked
# control_token = "${UNDERSTUDY_CONTROL_TOKEN}"
# features_off = ["<feature>"]

# [target.headers]           # sent with every request
# X-Gateway-Key = "${GATEWAY_KEY}"

[run]
# profile = "<profile>"           # <profiles>
# level = "must"             # must; should: must and should; may: all
# tags = ["<tag>"]           # these alone
# keyword = "password"       # rules with this in id, group or promise
# effort = "quick"           # quick, normal, deep
# seed = 7                   # the same requests each time; left out: others
# workers = 2
# fail_fast = true
# read_only = true           # nothing is sent but GET and the log-in

[commands]                   # without a shell; UNDERSTUDY_VERIFY_URL tells them the target
# set_up = ["python", "seed.py"]
# tear_down = ["python", "seed.py", "--undo"]
# time_limit = 300           # seconds for each

[reports]
# json = "verify.json"
# junit = "verify.xml"
# html = "verify.html"
# markdown = "verify.md"
# badge = "verify.svg"
# har = "verify.har"

# Personas: accounts that you made for this and nobody uses. Rules that want a missing one are not
# demonstrated. Tokens that have expired already show what is refused then: no need to wait.
"""

AFTER = """
# A waiver accepts one failure: of this rule, in this operation ("-": in none), up to this day.
# [[waivers]]
# rule = "<rule>"
# operation = "<operation>"
# reason = "PAY-1234 will mend it"
# expires = <expires>

[disabled]                   # rules that are not to run, and why
# <rule> = "the gateway answers before us"
"""


def write(file: Path, url: str, known: Known) -> None:
    """Write the example to a file. Raises UsageError where there is one already, or none can be."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text(url, known))
    except FileExistsError:
        raise UsageError(f"{shown(file)} is there already; name another file") from None
    except OSError as error:
        told = f"{shown(file)}: cannot be written: {error.strerror or error}"
        raise UsageError(told) from None


def text(url: str, known: Known) -> str:
    """The example for a target, with the names of its suite."""
    clock = Clock()
    names = {
        "url": url,
        "feature": known.features[0],
        "profile": known.profiles[0],
        "profiles": f"{', '.join(known.profiles)}, or a tag",
        "tag": known.tags[0],
        "rule": known.rules[0],
        "operation": known.operations[0],
        "expires": str(date.fromisoformat(clock.now()[:10]) + WAIVED),
    }
    before, after = BEFORE, AFTER
    for name, value in names.items():
        before, after = before.replace(f"<{name}>", value), after.replace(f"<{name}>", value)
    return before + "\n".join(_personas(known.personas)) + "\n" + after


def _personas(personas: Mapping[str, PersonaSpec]) -> Iterator[str]:
    has_tokens = False
    for name, one in personas.items():
        variable = f"VERIFY_{name.upper()}"
        yield f"\n# [personas.{name}]  # {one.what}{'; always needed' if one.is_needed else ''}"
        yield f'# email = "{name}@example.com"'
        yield f'# password = "${{{variable}_PASSWORD}}"'
        if not has_tokens:
            yield f'# expired_access_token = "${{{variable}_EXPIRED_ACCESS_TOKEN}}"'
            yield f'# expired_refresh_token = "${{{variable}_EXPIRED_REFRESH_TOKEN}}"'
            has_tokens = True

"""`understudy verify`: what its flags come to, its exit codes, and one run from begin to end."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from understudy.cli import extra
from understudy.cli import understudy as command_line
from understudy.verify.config.settings import LEVELS, Outputs
from understudy.verify.config.variables import VARIABLES

OWN = "http://127.0.0.1:8000/api/v1"
URL = "https://staging.example.com/api/v1"
SEEN = "import sys; open('seen', 'a').write(sys.argv[1])"


@pytest.fixture
def verify(tmp_path, monkeypatch):
    """Runs `understudy verify …` in an empty folder, with none of its variables set."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, **environment):
        env = {**dict.fromkeys(VARIABLES), "COLUMNS": "100", **environment}
        return CliRunner().invoke(command_line, ["verify", *arguments], env=env)

    return run


@pytest.fixture
def begun(monkeypatch):
    """The runs that were begun: nothing is sent. `ends` is what each comes to."""

    class Runs(list):
        ends = 0

        def begin(self, settings, outputs, *, out, **shown):
            self.append((settings, outputs, shown))
            if callable(self.ends):
                return self.ends()
            return self.ends

    runs = Runs()
    monkeypatch.setattr("understudy.verify.command.run", runs.begin)
    return runs


def config(text, file="verify.toml"):
    Path(file).write_text(f'[target]\nurl = "{URL}"\n{text}', "utf-8")


def commands(**words):
    lines = [f"{name} = {json.dumps([sys.executable, '-c', *one])}" for name, one in words.items()]
    return "\n".join(["[commands]", *lines])


def test_with_nothing_it_is_our_own_server(verify, begun):
    result = verify()
    assert (result.exit_code, result.output) == (0, "")
    [(settings, outputs, shown)] = begun
    assert (settings.url, settings.profile, settings.levels) == (OWN, "full", LEVELS)
    assert (settings.effort, settings.workers, settings.personas) == ("normal", 1, {})
    assert outputs == Outputs()
    assert shown == {"is_coloured": False, "is_quiet": False}


def test_every_flag_arrives(verify, begun):
    Path("last.json").touch()
    line = (
        f"{URL}/ --profile core --level should -k token --tag auth --tag defects --read-only "
        "--effort deep --seed 0 --workers 2 --fail-fast --replay last.json --control-token t0ken "
        "--contract testr --no-color --quiet --json a --junit b --html c --markdown d --badge e "
        "--har f"
    )
    assert verify(*line.split()).exit_code == 0
    [(settings, outputs, shown)] = begun
    assert (settings.url, settings.profile, settings.levels) == (URL, "core", LEVELS[:2])
    assert (settings.keyword, settings.tags) == ("token", ("auth", "defects"))
    assert (settings.read_only, settings.fail_fast) == (True, True)
    assert (settings.effort, settings.seed, settings.workers) == ("deep", 0, 2)
    assert (settings.replay, settings.control_token) == (Path("last.json"), "t0ken")
    assert settings.contract == "testr"
    assert outputs == Outputs(*map(Path, "abcdef"))
    assert shown == {"is_coloured": False, "is_quiet": True}


def test_the_file_in_this_folder_and_another_one(verify, begun):
    config("[run]\nseed = 1\n")
    config("[run]\nseed = 2\n", "other.toml")
    verify()
    verify("--config", "other.toml")
    verify("--config", "other.toml", UNDERSTUDY_VERIFY_SEED="3")
    verify("--seed", "4", UNDERSTUDY_VERIFY_SEED="3")
    assert [settings.seed for settings, _, _ in begun] == [1, 2, 3, 4]


@pytest.mark.parametrize("code", [0, 1, 3])
def test_exit_codes(verify, begun, code):
    begun.ends = code
    assert verify().exit_code == code


def test_mistakes_are_all_told_and_nothing_runs(verify, begun):
    config("[run]\nprofil = 'core'\nworkers = 0\n")
    result = verify("--tag", "auht")
    assert (result.exit_code, result.stdout, begun) == (2, "", [])
    assert result.stderr.splitlines() == [
        "understudy: --tag: there is no tag 'auht'; did you mean 'auth'?",
        "verify.toml:4: 'profil' is no key of [run]; did you mean 'profile'?",
        "verify.toml:5: workers: 0 is not possible; write a whole number, 1 or more",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--contract", "nope"], "--contract: there is no contract 'nope'"),
        (["--contract", "control"], "--contract: there is no suite for the contract 'control'"),
        (["staging"], "URL: 'staging' is not possible; write the address of the API"),
        (["--config", "x.toml"], "x.toml: cannot be read: No such file"),
        (["--replay", "x.json"], "--replay: there is no file x.json"),
        (["--workers", "-1"], "--workers: -1 is not possible; write a whole number, 1 or more"),
    ],
)
def test_a_wrong_flag(verify, begun, arguments, told):
    result = verify(*arguments)
    assert (result.exit_code, begun) == (2, [])
    assert result.stderr.startswith(f"understudy: {told}")
    assert "Traceback" not in result.stderr


def test_a_secret_in_the_file_is_told_on_stderr(verify, begun):
    config('[personas.active]\nemail = "a@example.com"\npassword = "pa55"\n')
    result = verify()
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("understudy: verify.toml:5: password is a secret that stands")
    assert "pa55" not in result.stderr


def test_without_the_extra_one_line_says_what_to_install(verify, begun, monkeypatch):
    there = {one: find_spec(one) for one in extra.MODULES if one not in ("pytest", "hypothesis")}
    monkeypatch.setattr(extra, "find_spec", there.get)
    result = verify()
    assert (result.exit_code, begun) == (2, [])
    assert result.stderr == (
        "understudy: pytest, hypothesis: not installed; say: pip install 'understudy[verify]'\n"
    )


def test_commands_before_and_after(verify, begun):
    config(commands(set_up=(SEEN, "up "), tear_down=(SEEN, "down ")))
    begun.ends = lambda: Path("seen").write_text(Path("seen").read_text() + "run ") and 1
    assert verify().exit_code == 1
    assert Path("seen").read_text() == "up run down "


def test_a_set_up_that_fails(verify, begun):
    config(commands(set_up=("import sys; sys.exit('no database')",)))
    result = verify()
    assert (result.exit_code, begun) == (2, [])
    assert "exit code 1; this is what it printed:\n  no database\n" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_is_torn_down(verify, begun, number):
    config(commands(tear_down=(SEEN, "down")))
    begun.ends = lambda: signal.raise_signal(number)
    before = signal.getsignal(number)
    assert verify().exit_code == 2
    assert Path("seen").read_text() == "down"
    assert signal.getsignal(number) is before


@pytest.mark.parametrize(
    ("arguments", "file", "url"),
    [
        (["--init"], "verify.toml", OWN),
        (["--init", "ci.toml"], "ci.toml", OWN),
        (["--init", URL], "verify.toml", URL),
        ([URL, "--init"], "verify.toml", URL),
        (["--init", "ci.toml", "http://h:81"], "ci.toml", "http://h:81/api/v1"),
    ],
)
def test_init_writes_a_file_that_is_understood(verify, begun, arguments, file, url):
    result = verify(*arguments)
    assert result.output == f"wrote {file}; fill in what you need, then: understudy verify\n"
    assert begun == []
    assert verify("--config", file).exit_code == 0
    assert begun[0][0].url == url


def test_init_overwrites_nothing(verify):
    Path("verify.toml").write_text("mine", "utf-8")
    result = verify("--init")
    told = "understudy: verify.toml is there already; name another file\n"
    assert (result.exit_code, result.stderr) == (2, told)
    result = verify("--init", "ftp://h")
    assert result.exit_code == 2
    assert result.stderr.startswith("understudy: URL: 'ftp://h' is not possible; write the address")


def test_the_help_names_exit_codes_variables_and_examples_that_work(verify, begun):
    text = verify("--help").output
    assert re.findall(r"^    ([0-3])  ", text, re.MULTILINE) == ["0", "1", "2", "3"]
    assert {name for name in VARIABLES if name not in text} == set()
    found = re.findall(r"^    understudy (verify.*?)(?:  .*)?$", text, re.MULTILINE)
    lines = [shlex.split(one) for one in found]
    assert len(lines) == 5
    Path("verify.json").write_text("{}", "utf-8")
    for words in lines:
        assert verify(*words[1:]).exit_code == 0, words


def test_it_verifies(server, tmp_path):
    """The one run here that sends anything."""
    report = tmp_path / "verify.json"
    words = ["--tag", "auth", "-k", "wrong", "--effort", "quick", "--seed", "7"]
    command = [sys.executable, "-m", "understudy", "verify", server.url, "--json", report, *words]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    assert "seed 7, effort quick" in ran.stdout
    assert json.loads(report.read_text("utf-8"))["run"]["seed"] == 7


def test_nothing_answers(tmp_path):
    command = [sys.executable, "-m", "understudy", "verify", "http://127.0.0.1:9", "-q"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 3, ran.stdout + ran.stderr
    assert "nothing answers at http://127.0.0.1:9/api/v1" in ran.stdout + ran.stderr

"""`understudy journal`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import httpx
import pytest


@pytest.fixture
def past(s, login):
    """Three exchanges: a log-in with an undocumented field, a wrong one, a wrong address."""
    login(colour="red")
    login(password="no")
    with s.http() as stranger:
        stranger.get("/nothing", params={"x": "1"})


def test_list_nothing(done):
    assert done("journal", "list").out == "There are no such exchanges.\n"


def test_list(done, past):
    first, second, third = done("journal", "list").lines
    assert first.startswith("    #1  09:00:00.000  200  ")
    assert first.endswith(
        "  POST    /api/v1/auth/login  auth.login  admin@acme.test"
        "  warning: field 'colour' is not documented"
    )
    assert second.startswith("    #2  09:00:00.000  401  ")
    assert "  invalid_credentials: " in second
    assert "  GET     /api/v1/nothing?x=1  not_found: Nothing " in third
    assert "  warning: no operation answers" in third


def test_list_some(done, past):
    first, rest = done("journal", "list", "-n", "1").lines
    assert first.startswith("    #1  ")
    assert rest == "1 of 3; --since 1 goes on."
    assert len(done("journal", "list", "-n", "2", "--since", "1").lines) == 2


def test_list_as_json(done, past):
    answer = done("journal", "list", "--json").json
    assert [one["sequence"] for one in answer["exchanges"]] == [1, 2, 3]
    assert (answer["total"], answer["last"], answer["lost"]) == (3, 3, 0)


@pytest.mark.parametrize(
    ("options", "sequences"),
    [
        ("--operation auth.*", [1, 2]),
        ("--method get", [3]),
        ("--path /nothing", [3]),
        ("--user admin@acme.test", [1, 2]),
        ("--status 4xx", [2, 3]),
        ("--status 401", [2]),
        ("--has-warnings", [1, 3]),
        ("--no-warnings", [2]),
        ("--has-fault", []),
        ("--no-fault --since 1", [2, 3]),
    ],
)
def test_filters(done, past, options, sequences):
    for command in ("list", "tail"):
        answer = done("journal", command, "--json", *options.split()).json
        assert sorted(one["sequence"] for one in answer["exchanges"]) == sequences
    entries = done("journal", "har", *options.split()).json["log"]["entries"]
    assert [one["_sequence"] for one in entries] == sequences
    assert len(done("journal", "curl", *options.split()).out.split("curl ")) == len(sequences) + 1


def test_what_is_kept_no_longer_is_counted(done, s, login):
    login()
    done("journal", "clear")
    login()
    assert "#2" in done("journal", "list").lines[0]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("--status 4x", "--status: is not a status such as 402 or 4xx"),
        ("--since -1", "--since: must be at least 0"),
        ("--method G-T", "--method: is not a method such as GET"),
    ],
)
def test_a_filter_that_is_none(refused, options, told):
    assert told in refused("journal", "list", *options.split())


def test_tail(done, past):
    assert [line.split()[0] for line in done("journal", "tail", "-n", "2").lines] == ["#2", "#3"]
    newest_first = done("journal", "tail", "-n", "2", "--json").json["exchanges"]
    assert [one["sequence"] for one in newest_first] == [3, 2]


def test_follow(shell, server, past, application):
    """It goes on until the sandbox is gone."""
    made = server.sandbox(name="shell-followed")
    client = made.http()
    client.get("/auth/me")
    end = threading.Timer(0.5, made.delete)
    more = threading.Timer(0.2, client.get, ["/auth/me"])
    other = threading.Timer(0.2, client.get, ["/nothing"])
    for timer in (other, more, end):
        timer.start()
    about = ["--operation", "auth.me", "-s", "shell-followed"]
    ran = shell("journal", "tail", "-f", "--json", *about)
    for timer in (other, more, end):
        timer.join()
    client.close()
    assert [json.loads(line)["path"] for line in ran.lines] == ["/api/v1/auth/me"] * 2
    assert (ran.code, ran.err) == (0, "The stream has ended: the sandbox or the server is gone.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_follow_ends_with_ctrl_c(server, s, past):
    command = [sys.executable, "-m", "understudy", "journal", "tail", "-f", "-n", "1"]
    environment = {**os.environ, "UNDERSTUDY_URL": server.url, "UNDERSTUDY_SANDBOX": s.name}
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as following:
        assert following.stdout
        lines = [following.stdout.readline()]
        with s.http() as client:
            client.get("/auth/me")
        lines.append(following.stdout.readline())
        following.send_signal(signal.SIGINT)
        rest = following.communicate(timeout=10)
    assert [line.split()[0] for line in lines] == ["#3", "#4"]
    assert (following.returncode, rest) == (0, ("", ""))


def test_show(done, past):
    lines = done("journal", "show", "1").lines
    assert lines[0].startswith("#1  09:00:00.000  200  ")
    assert "  at          2026-01-26T09:00:00.000Z" in lines
    assert "  operation   auth.login" in lines
    assert any(line.startswith("  + sessions ") for line in lines)
    assert (
        lines.index("Request") < lines.index('    "password": "***",') < lines.index("Answer 200")
    )
    assert '    "access_token": "***",' in lines
    assert done("journal", "show", "1", "--json").json["sequence"] == 1


def test_show_where_nothing_was_answered(done, s, application):
    s.faults.add(connection="close", id="gone")
    with pytest.raises(httpx.TransportError):
        application.post("/nothing", content=b"x", headers={"X-Odd": "a\tb"})
    lines = done("journal", "show", "1").lines
    assert "fault gone: " in lines[0]
    assert "  operation   none answers" in lines
    assert "  x-odd: a?b" in lines
    assert "  the body was not read" in lines
    assert lines[-1] == "No answer"


def test_show_what_is_not_there(refused, past):
    assert refused("journal", "show", "9") == "There is no exchange 9; the journal has 1 to 3."


def test_wait_finds(done, past):
    ran = done("journal", "wait", "--operation", "auth.login", "--count", "2")
    assert [line.split()[0] for line in ran.lines] == ["#1", "#2"]


def test_wait_until_it_comes(done, application):
    asking = threading.Timer(0.1, application.get, ["/auth/me"])
    asking.start()
    answer = done("journal", "wait", "--path", "/auth/me", "--timeout", "10s", "--json").json
    asking.join()
    assert answer["found"] is True


def test_wait_in_vain(shell, past):
    ran = shell("journal", "wait", "--operation", "auth.me", "--timeout", "20ms")
    assert (ran.code, ran.out) == (1, "")
    first, nearest, *_ = ran.err.splitlines()
    assert first.endswith(" auth.me, saw 0. Nearest:")
    assert nearest.startswith("  #")
    ran = shell("journal", "wait", "--operation", "auth.me", "--timeout", "20ms", "--json")
    assert (ran.code, ran.json["found"], ran.err) == (1, False, "")


@pytest.mark.parametrize("timeout", ["soon", "90s", "-1s"])
def test_wait_for_a_length_of_time(refused, timeout):
    told = refused("journal", "wait", f"--timeout={timeout}")
    assert "--timeout: is not a length of time of at most 60s" in told


@pytest.mark.parametrize(
    "options",
    [
        ["--operation", "auth.login"],
        ["--operation", "auth.login", "--exactly", "2"],
        ["--operation", "auth.login", "--at-least", "1", "--at-most", "2"],
        ["--operation", "auth.me", "--never"],
        ["--body", '{"colour": "red"}', "--exactly", "1"],
        ["--query", "x=1", "--exactly", "1"],
        ["--order", "auth.login", "--order", "GET /nothing 404"],
        ["--order", "auth.login admin@acme.test 200", "--order", "4xx", "--no-fault"],
        ["--user", "admin@acme.test", "--order", "200", "--order", "POST 401"],
    ],
)
def test_verify(done, past, options):
    assert done("journal", "verify", *options).out.startswith("expected ")


@pytest.mark.parametrize(
    "options",
    [
        ["--operation", "auth.me"],
        ["--operation", "auth.login", "--exactly", "1"],
        ["--operation", "auth.login", "--at-least", "3"],
        ["--operation", "auth.login", "--at-most", "1"],
        ["--never"],
        ["--body", '{"colour": "blue"}'],
        ["--query", "x=2"],
        ["--order", "GET /nothing 404", "--order", "auth.login"],
        ["--user", "admin@acme.test", "--order", "auth.login", "--order", "GET /nothing 404"],
    ],
)
def test_verify_fails(shell, past, options):
    ran = shell("journal", "verify", *options)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("expected ")
    ran = shell("journal", "verify", "--json", *options)
    assert (ran.code, ran.json["verified"], ran.err) == (1, False, "")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--never", "--exactly", "1"], "--never is --exactly 0: give one of them"),
        (["--exactly", "1", "--at-most", "2"], "--at-most: does not go with `exactly`"),
        (["--exactly", "-1"], "--exactly: must be at least 0"),
        (["--order", "auth.me", "--exactly", "1"], "--exactly: belongs to `match`"),
        (["--order", "GET POST"], "'GET POST' has two words for the method: GET and POST"),
        (["--body", "{title"], '--body: is no JSON such as \'{"title": "x"}\': '),
        (["--query", "x"], "'x' is not KEY=VALUE"),
    ],
)
def test_verify_refused(refused, options, told):
    assert told in refused("journal", "verify", *options)


@pytest.mark.parametrize("command", ["har", "curl"])
def test_output(done, shell, refused, past, tmp_path, command):
    file = tmp_path / "out"
    what = "3 exchanges" if command == "har" else "3 requests"
    ran = shell("journal", command, "--output", str(file))
    assert ran == (0, "", f"wrote {file}, {what}\n")
    assert file.read_text(encoding="utf-8") == done("journal", command).out
    told = refused("journal", command, "--output", str(tmp_path / "no" / "out"))
    assert told.endswith("out: cannot be written: No such file or directory")


def test_clear(done, past, s):
    assert done("journal", "clear").out == "Forgot 3 exchanges.\n"
    assert done("journal", "clear", "--json").json == {"cleared": 0}
    assert s.journal.list() == []


def test_coverage(done, past):
    lines = done("journal", "coverage").lines
    assert len(lines) == 65
    [login] = (line for line in lines if line.startswith("auth.login "))
    assert login.split(maxsplit=3)[1:] == ["POST", "/auth/login", "200 (1), 401 (1)"]
    [listing] = (line for line in lines if line.startswith("defects.list_defects "))
    assert listing.endswith("never called")
    assert lines[-2] == "1 of 63 operations called"
    assert lines[-1] == "1 exchange went where no operation answers: 404 (1)"


def test_coverage_of_what_was_never_called(done, past):
    lines = done("journal", "coverage", "--uncalled").lines
    assert not [line for line in lines if line.startswith("auth.login ")]
    assert len([line for line in lines if line.endswith("never called")]) == 62


def test_coverage_marks_what_is_not_documented(done, past, s):
    done("fault", "add", "--operation", "auth.me", "--status", "599")
    # The tests' own client would object to such an answer.
    with pytest.raises(urllib.error.HTTPError, match="599"):
        urllib.request.urlopen(urllib.request.Request(f"{s.api_url}/auth/me", headers=s.headers))
    [me] = (line for line in done("journal", "coverage").lines if line.startswith("auth.me "))
    assert me.endswith("599! (1)")
    assert done("journal", "coverage", "--json").json["called"] == 2


def test_text_and_the_first_ones_only(done, past):
    assert len(done("journal", "list", "--text", "COLOUR").lines) == 1
    entries = done("journal", "har", "-n", "1", "--since", "1").json["log"]["entries"]
    assert [one["_sequence"] for one in entries] == [2]
    assert done("journal", "curl", "-n", "2").out.count("curl ") == 2

"""Set-up and tear-down: run without a shell, told when they fail, and the latter in any case."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from understudy.errors import UsageError
from understudy.verify.config.commands import stage
from understudy.verify.config.settings import Settings

WRITE = "import os, sys; open('seen', 'a').write(sys.argv[1] + os.environ['UNDERSTUDY_VERIFY_URL'])"


@pytest.fixture
def settings(tmp_path):
    """Settings from a file in a folder of the test's own."""
    return Settings(url="|", seed=0, file=tmp_path / "verify.toml")


@pytest.fixture
def seen(tmp_path):
    """What the commands wrote."""
    return lambda: (tmp_path / "seen").read_text("utf-8")


def python(code, *arguments):
    return (sys.executable, "-c", code, *arguments)


def test_before_and_after_in_the_folder_of_the_file(settings, seen):
    both = replace(settings, set_up=python(WRITE, "up"), tear_down=python(WRITE, "down"))
    told = []
    with stage(both, told.append):
        assert seen() == "up|"
    assert seen() == "up|down|"
    assert [line.partition(":")[0] for line in told] == ["Set-up", "Tear-down"]


def test_none(settings):
    with stage(settings, pytest.fail):
        pass


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit(1), ValueError])
def test_tear_down_runs_whatever_ends_the_run(settings, seen, end):
    both = replace(settings, tear_down=python(WRITE, "down"))
    with pytest.raises(BaseException), stage(both, str):  # noqa: B017, PT011
        raise end
    assert seen() == "down|"


def test_a_set_up_that_fails_stops_the_run_and_shows_what_it_printed(settings, seen):
    code = "import sys; print('no route'); print('to staging', file=sys.stderr); sys.exit(4)"
    both = replace(settings, set_up=python(code), tear_down=python(WRITE, "down"))
    with pytest.raises(UsageError) as caught, stage(both, str):
        pytest.fail("it ran")
    first, *printed = str(caught.value).splitlines()
    assert first.startswith("set_up: ")
    assert first.endswith(": exit code 4; this is what it printed:")
    assert sorted(printed) == ["  no route", "  to staging"]
    assert seen() == "down|"


def test_a_tear_down_that_fails_is_told_and_changes_nothing(settings):
    told = []
    with stage(replace(settings, tear_down=python("raise SystemExit(2)")), told.append):
        pass
    assert told[-1].endswith("exit code 2; it printed nothing")


def test_a_command_that_takes_too_long(settings):
    slow = replace(settings, set_up=python("import time; time.sleep(60)"), time_limit=0.2)
    with pytest.raises(UsageError, match=r"it took more than 0\.2 s"), stage(slow, str):
        pytest.fail("it ran")


@pytest.mark.parametrize("word", ["no-such-program-here", "./seed"])
def test_a_program_that_is_not_there(settings, word):
    lost = replace(settings, set_up=(word, "x"))
    with pytest.raises(UsageError) as caught, stage(lost, str):
        pytest.fail("it ran")
    wanted = f"set_up: there is no program {word!r}; write its name or its path"
    assert str(caught.value) == wanted


def test_a_file_that_is_no_program(settings, tmp_path):
    (tmp_path / "seed").write_bytes(b"\x00")
    (tmp_path / "seed").chmod(0o755)
    with (
        pytest.raises(UsageError, match="set_up: "),
        stage(replace(settings, set_up=("./seed",)), str),
    ):
        pytest.fail("it ran")

"""The set-up and tear-down commands of a team: run without a shell, in the folder of the file."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from understudy.errors import UsageError
from understudy.verify.config.settings import Settings

TARGET = "UNDERSTUDY_VERIFY_URL"
"""The variable in which a command finds the address of the target."""


@contextmanager
def stage(settings: Settings, tell: Callable[[str], None]) -> Iterator[None]:
    """What runs between set-up and tear-down. The latter runs in any case: when the set-up failed,
    and after Ctrl-C, too.

    tell: takes what is to be said on the way. Raises UsageError where the set-up fails; of a
    tear-down that fails it only tells, because the verdict stands.
    """
    try:
        if settings.set_up:
            tell(f"Set-up: {_shown(settings.set_up)}")
            run(settings.set_up, "set_up", settings)
        yield
    finally:
        if settings.tear_down:
            tell(f"Tear-down: {_shown(settings.tear_down)}")
            try:
                run(settings.tear_down, "tear_down", settings)
            except UsageError as error:
                tell(str(error))


def run(words: tuple[str, ...], name: str, settings: Settings) -> None:
    """Run a command to its end. Raises UsageError, with what it printed, where it fails or takes
    too long.
    """
    folder = (settings.file.parent if settings.file else Path()).resolve()
    found = _program(words[0], folder)
    if found is None:
        raise UsageError(f"{name}: there is no program {words[0]!r}; write its name or its path")
    environment = {**os.environ, TARGET: settings.url}
    with tempfile.TemporaryFile() as output:
        try:
            code = subprocess.run(
                [found, *words[1:]],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=settings.time_limit,
                check=False,
            ).returncode
            what = f"exit code {code}"
        except subprocess.TimeoutExpired:
            code, what = -1, f"it took more than {settings.time_limit:g} s"
        except OSError as error:
            code, what = -1, str(error.strerror or error)
        if code:
            output.seek(0)
            printed = output.read().decode("utf-8", "replace").strip()
            raise UsageError(_failure(f"{name}: {_shown(words)}: {what}", printed))


def _program(word: str, folder: Path) -> str | None:
    """The program that a command begins with; None where there is none."""
    is_path = "/" in word or "\\" in word
    return shutil.which(str(folder / word) if is_path else word)


def _failure(what: str, printed: str) -> str:
    return (
        "\n  ".join([f"{what}; this is what it printed:", *printed.splitlines()])
        if printed
        else (f"{what}; it printed nothing")
    )


def _shown(words: tuple[str, ...]) -> str:
    return " ".join(f'"{word}"' if " " in word else word for word in words)

"""The documentation names what exists: files, links between pages, commands and their options, make
targets.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from click import Command, Context, Group

from understudy.cli import understudy as command_line

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\n]+)`|^    (.+)$|^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"(?<![\w/.-])understudy((?: +[\w./:@=-]+)+)")
MAKE = re.compile(r"\bmake ([a-z][a-z-]*)\b")
FOLDERS = (
    "openapi/",
    "handlers/",
    "fixtures/",
    "src/",
    "tests/",
    "benchmarks/",
    "docs/",
    "examples/",
    "requirements/",
    ".ci/",
)


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    listed = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    pages = [ROOT / name for name in listed.stdout.split()]
    wrong = [f"{page.relative_to(ROOT)}: {what}" for page in pages for what in check(page)]
    print("\n".join(wrong) or f"{len(pages)} pages name nothing that is not there")
    return 1 if wrong else 0


def check(page: Path) -> list[str]:
    """What a page names that does not exist."""
    text = page.read_text(encoding="utf-8")
    code = ["".join(found) for found in CODE.findall(text)]
    links = [link for link in LINK.findall(text) if "://" not in link]
    wrong = [
        f"link to {link}, which does not exist"
        for link in links
        if not (page.parent / link).exists()
    ]
    paths = {
        part for one in code for part in one.split() if part.startswith(FOLDERS) and "<" not in part
    }
    wrong += [
        f"{path} does not exist"
        for path in sorted(paths)
        if not any(ROOT.glob(path.rstrip("/.,;:")))
    ]
    targets = set(
        re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    wrong += [
        f"make {name} does not exist"
        for one in code
        for name in MAKE.findall(one)
        if name not in targets
    ]
    wrong += [
        problem
        for one in code
        for words in COMMAND.findall(one)
        for problem in _command(words.split())
    ]
    return wrong


def _command(words: list[str]) -> list[str]:
    """What is wrong with the words after `understudy`."""
    command: Command = command_line
    path = ["understudy"]
    while isinstance(command, Group) and words and not words[0].startswith("-"):
        found = command.get_command(Context(command), words[0])
        if found is None:
            return [f"{' '.join([*path, words[0]])} is no command"]
        command = found
        path.append(words.pop(0))
    known = {
        name
        for parameter in command.params
        for name in [*parameter.opts, *parameter.secondary_opts]
    }
    known |= {"--help", "--version"}
    options = [word.partition("=")[0] for word in words if word.startswith("--")]
    return [f"{' '.join(path)} has no option {option}" for option in options if option not in known]


if __name__ == "__main__":
    sys.exit(main())

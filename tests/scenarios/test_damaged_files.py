"""Whatever is done to a file, it is read or refused line by line: never anything else."""

from __future__ import annotations

import random

import pytest

from understudy.errors import UsageError
from understudy.scenarios import load, rehearse

STAGE = """\
scenario: stage
title: A stage
description: |
  Two branches
  and a few books.
defaults: {branch: main}
collections:
  branches:
    main: {name: Main}
    'east-{1..3}': {name: 'East {n}'}
  members:
    ann: {email: ann@lib.test, password: S3cret, about: Reads}
  shelves:
    sf: {name: "SF", parent: fiction}
    fiction: {name: Fiction, branch: east-2}
  books:
    - title: Dune
      shelf: sf
      created_at: -2d4h
      members: [ann]
      notes:
        - {page: 1, text: Sand, at: now}
      loan: {member: ann, due_at: 2026-03-01}
    - {title: Emma, copies: 3, state: OUT, extra: {any: [thing, 1.5, null]}}
"""
BITS = [
    *"{}[]'\"|#%@&*?!-:\t\x00é~",
    "- ",
    ": ",
    ", ",
    "---\n",
    "&a ",
    "*a",
    "{1..9}",
    "{n}",
    "null",
    "1e9",
]


def damaged(text, chance):
    lines = text.split("\n")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(lines))
        line = lines[at]
        place = chance.randrange(len(line) + 1)
        lines[at] = chance.choice(
            [
                line[:place],
                line[place:],
                f"  {line}",
                line.lstrip(),
                f"{line}\n{chance.choice(lines)}",
                *[line[:place] + chance.choice(BITS) + line[place:]] * 4,
            ]
        )
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file(contract, write, rules, seed):
    chance = random.Random(seed)
    told = []
    for _ in range(60):
        try:
            rehearse(contract, load(contract, write(damaged(STAGE, chance))))
        except UsageError as error:
            told += str(error).split("\n")
    assert told
    assert [line for line in told if not line.startswith("stage.yaml:")] == []
    assert [line for line in told if "Error in rules." in line] == []


def test_the_file_is_fine_before(contract, write, rules):
    rehearse(contract, load(contract, write(STAGE)))

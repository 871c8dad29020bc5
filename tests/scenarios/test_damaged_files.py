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
STORED = """\
scenario: stage
title: A stage
stored:
  issued: 7
  numbers: {books: {branches: {main: 12}, '00000005-0000-4000-8000-000000000000': 3}}
collections:
  books:
    dune:
      id: 00000003-0000-4000-8000-000000000000
      title: Dune
      state: OUT
      copies: 1
      shelf: null
      members: [ann, 00000005-0000-4000-8000-000000000000]
      loan: {member: ann, due_at: -2d3ms}
      notes:
        - {page: 1, text: Sand, at: 2026-01-26T10:00:00Z}
      extra: {any: [thing, 1.5, null]}
      created_at: 2026-01-25T09:00:00.123Z
      branch: main
  members:
    ann:
      id: 00000004-0000-4000-8000-000000000000
      email: ann@lib.test
      _password_hash: scrypt$2048$000102030405060708090a0b0c0d0e0f
      password: S3cret!
      _card: '***'
  branches:
    main: {id: 00000001-0000-4000-8000-000000000000, name: Main}
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


@pytest.mark.parametrize("stage", [STAGE, STORED], ids=["told", "stored"])
@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_file(contract, write, rules, seed, stage):
    chance = random.Random(seed)
    told = []
    for _ in range(60):
        try:
            rehearse(contract, load(contract, write(damaged(stage, chance))))
        except UsageError as error:
            told += str(error).split("\n")
    assert told
    assert [line for line in told if not line.startswith("stage.yaml:")] == []
    assert [line for line in told if "Error in rules." in line] == []


@pytest.mark.parametrize("stage", [STAGE, STORED], ids=["told", "stored"])
def test_the_file_is_fine_before(contract, write, rules, stage):
    rehearse(contract, load(contract, write(stage)))

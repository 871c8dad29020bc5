"""The beginning of a new scenario file, with what one may write in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from understudy.scenarios.writing import one_line

if TYPE_CHECKING:
    from understudy.contract.model import Contract

_HEAD = """\
# yaml-language-server: $schema=scenario.schema.json
# The schema for your editor: understudy scenario schema --output scenario.schema.json
# To check this file:         understudy scenario check {file}
# To play it:                 understudy serve --scenario {file}
scenario: {name}
title: What it is, in one line
description: |
  Who logs in, what the application meets, and what to look for.
"""
_EXTENDS = """\
# All of that is here, too: an object of the same name changes its fields, `name: null` removes it.
extends: {parent}
"""
_MORE = """\
# Values that may be told at the start, --set count=50, and are written ${count} below.
# parameters:
#   count: {default: 10, minimum: 0, about: how many there are}
# A clock that stands at that time; with `factor: 60` it runs from there, a minute in each second.
# clock: {at: '2026-01-26T09:00:00Z'}
# What goes wrong from the start; `understudy fault add --help` tells what there is.
# faults:
#   - plan: flaky-wifi
#   - {match: {path: '*'}, on: {every: 10}, do: {delay: {ms: 500}}}
"""
_COLLECTIONS = """\
# Objects by name; they refer to each other by it. Times are from now: -2d, +1h30m.
# Many objects: NAME-{{n}}: {{$count: 50, …}}, with values such as {{$fake: sentence}},
#   {{$pick: {{LOW: 5, HIGH: 1}}}}, {{$any: COLLECTION}} and {{$between: [-60d, now]}}.
# There are: {known}.
collections: {{}}
"""


def start(contract: Contract, name: str, file: str, parent: str | None = None) -> str:
    """The text of a file that can be loaded as it is. `parent`: what it extends."""
    extends = _EXTENDS.format(parent=one_line(parent)) if parent else ""
    known = ",\n#   ".join(_lines(list(contract.collections)))
    head = _HEAD.format(name=one_line(name), file=file)
    return f"{head}{extends}{_MORE}{_COLLECTIONS.format(known=known)}"


def _lines(names: list[str]) -> list[str]:
    """The names, six in a line."""
    return [", ".join(names[first : first + 6]) for first in range(0, len(names), 6)]

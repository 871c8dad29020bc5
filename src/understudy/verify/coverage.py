"""Which sentences of a contract no rule covers.

A sentence is covered by a quote of a rule that lies in it or reaches into it, and by an entry of
the suite's `clauses/<tag>.yaml`, which names the rules that show it, or says why no client can
observe it:

    - sentence: "The three secrets are kept apart, encrypted at rest"
      not_observable: "no answer tells how something is stored"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from understudy.contract.source import Source, read, shown
from understudy.verify import rules, spec
from understudy.verify.report.model import Operation
from understudy.verify.sentences import Paragraph, Sentence, normal, paragraphs, raw_texts

CLAUSES = "clauses"
SHORTEST = 8
"""Characters of a quote: fewer are found everywhere."""
KEYS = ({"sentence", "rules"}, {"sentence", "not_observable"})


def uncovered(
    contract: str, tag: str | None = None, quotes: Iterable[str] | None = None
) -> list[Sentence]:
    """The sentences that nothing covers, each once, wherever else it is repeated.

    quotes: what covers; None: the rules' clauses and the suite's entries. Raises UsageError for an
    entry that is none.
    """
    if quotes is None:
        quotes = [quote for _, quote in [*_quotes(contract), *_entries(contract)]]
    quotes = {normal(quote) for quote in quotes}
    found: dict[str, Sentence] = {}
    for paragraph in paragraphs(contract):
        if tag is None or paragraph.tag == tag:
            for sentence in _open(paragraph, quotes):
                found.setdefault(sentence.text.rstrip(".;"), sentence)
    return list(found.values())


def problems(contract: str) -> list[str]:
    """What is wrong with the quotes and entries: `where: what`."""
    texts = [*raw_texts(contract), *(one.text for one in paragraphs(contract))]
    found = []
    for where, quote in [*_quotes(contract), *_entries(contract)]:
        if len(normal(quote)) < SHORTEST:
            found.append(f"{where}: {quote!r} is too short: quote {SHORTEST} characters or more")
        elif not any(normal(quote) in text for text in texts):
            found.append(f"{where}: {quote!r} is neither in the contract nor in its decisions")
    return found


def unshown(operations: Iterable[Operation]) -> list[str]:
    """The documented statuses that a run did not show, 5xx aside: `auth.login 403`.

    operations: those of its report.
    """
    return [
        f"{one['operation']} {status}"
        for one in operations
        for status, shown in one["statuses"].items()
        if shown["is_documented"] and not shown["shown"] and status < "5"
    ]


def _open(paragraph: Paragraph, quotes: set[str]) -> Iterator[Sentence]:
    """The sentences of a paragraph that no quote reaches into."""
    covered = [
        (begin, begin + len(quote))
        for quote in quotes
        if len(quote) >= SHORTEST
        for begin in _places(quote, paragraph.text)
    ]
    for (begin, end), sentence in paragraph.sentences():
        if not any(start < end and begin < stop for start, stop in covered):
            yield sentence


def _places(quote: str, text: str) -> Iterator[int]:
    place = text.find(quote)
    while place >= 0:
        yield place
        place = text.find(quote, place + 1)


def _quotes(contract: str) -> Iterator[tuple[str, str]]:
    """Each quote of each rule, with where it stands."""
    for one in rules.collect(contract):
        for quote in one.clauses:
            yield f"{one.id} ({one.group}.py)", quote


def _entries(contract: str) -> Iterator[tuple[str, str]]:
    """Each sentence of the files of clauses, with where it stands."""
    known = {one.id for one in rules.collect(contract)}
    package = import_module(f"{spec.SUITES}.{contract}")
    for folder in package.__path__:
        for file in sorted(Path(folder, CLAUSES).glob("*.yaml")):
            source = read(file)
            for index, entry in enumerate(source.data):
                _check(source, index, entry, known)
                yield f"{shown(file)}:{source.line((index,))}", entry["sentence"]


def _check(source: Source, index: int, entry: Any, known: set[str]) -> None:
    """Raises UsageError for an entry that does not say what it covers, and how."""
    line = source.line((index,))
    if not isinstance(entry, dict) or set(entry) not in KEYS:
        raise source.error(line, "an entry has `sentence` and either `rules` or `not_observable`")
    if any(not isinstance(entry.get(key, ""), str) for key in ("sentence", "not_observable")):
        raise source.error(line, "`sentence` and `not_observable` are texts: quote them")
    named = entry.get("rules", [])
    if not isinstance(named, list) or ("rules" in entry and not named):
        raise source.error(line, "`rules` is a list such as [PLAN-03]")
    if unknown := sorted(map(str, set(named) - known)):
        raise source.error(line, f"there is no rule {', '.join(unknown)}")

"""What a contract and its decisions say, sentence by sentence.

A unit is what can be true or false by itself: a sentence, or the part of one that a semicolon ends.
Markdown is kept. Parentheses and code are never split, and one word belongs to what it follows.
In the description of an operation or of a refusal, and in a decision, everything is a unit. In that
of a schema, a property or a parameter, what only names a thing (`A test case.`) is none: a server
could not break it. That of a success names what is answered and is left out: what it promises, its
operation says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from understudy.contract import loader
from understudy.contract.bundle import Bundle
from understudy.contract.compile import contract_of
from understudy.contract.model import METHODS
from understudy.contract.source import shown

DECISIONS = "DECISIONS.md"
SHORTCUTS = "Shortcuts"
"""The section of the decisions about `x-shortcuts`, which are no part of an API."""
GENERAL = "general"
"""The tag of what belongs to no tag of the contract."""

END = re.compile(r"[.;?!](?=\s)")
CELL = re.compile(r"(?<!\\)\|")
CLAIM = re.compile(
    r"(?!(how|when|where|whether|whom?)\b).*([0-9`]|\b(is|are|was|were|be|has|have|may|must|can|null"
    r"|never|always|not|no|nobody|only|each|every|all|at least|at most|by default|left out|keeps?"
    r"|kept|counts?|stays?|outlives?|removes?|refused|stored|inclusive|in the order|first|last"
    r"|newest|oldest|else|without|whatever|any|changes?|lower case|wins|sort by|chooses|sent)\b)",
    re.IGNORECASE,
)
"""What tells a statement from a name."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One unit. `where`: `file:line`; `subject`: the operation, component or section it is from."""

    where: str
    tag: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A description or a decision as a whole, white space made one blank; its units in order."""

    where: str
    tag: str
    subject: str
    text: str
    units: tuple[tuple[int, int], ...]
    """Where in the text each unit begins and ends."""

    def sentences(self) -> Iterator[tuple[tuple[int, int], Sentence]]:
        """Each unit with its place in the text."""
        for begin, end in self.units:
            yield (begin, end), Sentence(self.where, self.tag, self.subject, self.text[begin:end])


def paragraphs(contract: str) -> list[Paragraph]:
    """All that a contract says, its descriptions first, then its decisions."""
    bundle = Bundle(loader.root_of(contract))
    document = contract_of(contract, bundle).public_document()
    tags = [tag["name"] for tag in document.get("tags", [])]
    return [*_descriptions(document, bundle, tags), *_decisions(decisions_of(bundle), tags)]


def raw_texts(contract: str) -> list[str]:
    """The whole files, white space made one blank: where a quote may be from."""
    bundle = Bundle(loader.root_of(contract))
    files = [*bundle.files, decisions_of(bundle)]
    return [normal(file.read_text("utf-8")) for file in files if file.is_file()]


def decisions_of(bundle: Bundle) -> Path:
    """The decisions of a contract lie next to its root."""
    return bundle.files[0].with_name(DECISIONS)


def normal(text: str) -> str:
    """A text with each run of white space made one blank."""
    return " ".join(text.split())


def units(text: str) -> tuple[tuple[int, int], ...]:
    """Where each unit of a normal text begins and ends, without the blanks around it."""
    ends = [found.end() for found in END.finditer(text) if not _is_inside(text[: found.start()])]
    found: list[tuple[int, int]] = []
    begin = 0
    for end in [*ends, len(text)]:
        part = text[begin:end].lstrip()
        if " " not in part and found:
            found[-1] = found[-1][0], end
        elif part:
            found.append((end - len(part), end))
        begin = end
    return tuple(found)


def _is_inside(before: str) -> bool:
    """Whether the place after this text is inside code or parentheses."""
    return before.count("`") % 2 == 1 or before.count("(") > before.count(")")


def _descriptions(document: dict[str, Any], bundle: Bundle, tags: list[str]) -> Iterator[Paragraph]:
    for pointer, text in _described(document, ()):
        file, line = bundle.place(pointer)
        tag = file.stem if file.stem in tags else GENERAL
        subject, is_free = _subject(document, pointer)
        if subject:
            yield _paragraph(f"{shown(file)}:{line}", tag, subject, text, only_claims=not is_free)


def _described(node: Any, pointer: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every description of a document with its place."""
    if isinstance(node, list):
        node = {str(index): item for index, item in enumerate(node)}
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key == "description" and isinstance(value, str):
            yield (*pointer, key), value
        elif key not in ("example", "examples", "links", "tags", "servers"):
            yield from _described(value, (*pointer, key))


def _subject(document: dict[str, Any], pointer: tuple[str, ...]) -> tuple[str, bool]:
    """What a description is about, and whether each sentence of it counts."""
    match pointer:
        case ("info", *_):
            return "the contract", True
        case ("paths", _, method, "responses", status, *_) if method in METHODS and status < "4":
            return "", False
        case ("paths", path, method, *rest) if method in METHODS:
            name = document["paths"][path][method]["operationId"]
            status = rest[1] if rest[0] == "responses" else ""
            return f"{name} {status}".strip(), bool(status) or rest == ["description"]
        case ("paths", path, *_):
            return path, False
        case ("components", kind, name, *rest):
            inner = [part for part in rest[:-1] if part not in ("properties", "schema")]
            return ".".join([name, *inner]), kind in ("responses", "securitySchemes")
    return "", False


def _decisions(file: Path, tags: list[str]) -> Iterator[Paragraph]:
    """The decision of each row of each table; the section is the heading above it."""
    section, is_table = "", False
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            section = line.lstrip("# ")
        if not line.startswith("|"):
            is_table = False
        elif set(line) <= set("|-: "):
            is_table = True
        elif is_table and section != SHORTCUTS:
            cell = CELL.split(line)[1].replace("\\|", "|")
            yield _paragraph(f"{shown(file)}:{number}", _tag_of(section, tags), section, cell)


def _tag_of(section: str, tags: list[str]) -> str:
    """The tag whose name a heading begins with, or has in parentheses."""
    heading = section.lower()
    for tag in tags:
        if heading.startswith(tag.replace("_", " ")) or f"({tag})" in heading:
            return tag
    return GENERAL


def _paragraph(
    where: str, tag: str, subject: str, text: str, *, only_claims: bool = False
) -> Paragraph:
    text = normal(text)
    found = units(text)
    if only_claims:
        found = tuple((a, b) for a, b in found if CLAIM.match(text, a, b))
    return Paragraph(where, tag, subject, text, found)

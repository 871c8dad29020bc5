"""`docs/quality.md` and `docs/quality.json`: what the suite notices, and what it raises a false
alarm about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from understudy.verify.rules import Rule

from .harness import Outcome
from .matrix import Matrix, not_alone, without_mutant
from .registry import Mutant

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "quality.md"
FIGURES = DOCS / "quality.json"

SUMMARY = DOCS.parent / "conformance" / "testr" / "quality.json"

STOCK = {"noticed": 18, "of": 35}
"""Stock Schemathesis 4.32, all phases, on a small API of its own with 35 broken servers."""


def sound_servers() -> list[Outcome]:
    """What the suite said of servers that keep the contract, as it was written down last."""
    figures = json.loads(FIGURES.read_text("utf-8"))
    alarms: dict[str, dict[str, str]] = {}
    for one in figures["false_alarms"]:
        alarms.setdefault(one["server"], {})[one["rule"]] = one["message"]
    return [Outcome(name, 0.0, failed=alarms.get(name, {})) for name in figures["sound_servers"]]


def write(
    rules: Sequence[Rule], mutants: Sequence[Mutant], matrix: Matrix, sound: Sequence[Outcome]
) -> None:
    """Write both files, and the summary that goes into every report. sound: what the suite said of
    servers that keep the contract.
    """
    figures = figures_of(rules, mutants, matrix, sound)
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    SUMMARY.write_text(json.dumps({"summary": _summary(figures)}, indent=1) + "\n", "utf-8")
    PAGE.write_text("\n".join(_page(figures, mutants)) + "\n", "utf-8")


def figures_of(
    rules: Sequence[Rule], mutants: Sequence[Mutant], matrix: Matrix, sound: Sequence[Outcome]
) -> dict[str, Any]:
    """All that is known, for programs."""
    score = matrix.score()
    return {
        "format": 1,
        "digests": sound[0].digests,
        "rules": len(rules),
        "mutants": len(matrix.rows),
        "killed": sum(killed for killed, _ in score.values()),
        "measured_whole": sum(one.is_whole for one in matrix.rows),
        "by_kind": {kind: list(found) for kind, found in score.items()},
        "survivors": [one.mutant for one in matrix.survivors()],
        "missed_by_own_rule": [one.mutant for one in matrix.missed_by_own()],
        "must_rules_without_mutant": without_mutant(rules, mutants),
        "must_rules_that_kill_none_alone": not_alone(rules, matrix),
        "sound_servers": [one.mutant for one in sound],
        "false_alarms": [
            {"server": one.mutant, "rule": id, "message": message}
            for one in sorted(sound, key=lambda one: one.mutant)
            for id, message in one.failed.items()
        ],
        "matrix": matrix.to_json(),
    }


def _summary(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "mutants": figures["mutants"],
        "killed": figures["killed"],
        "false_alarms": len(figures["false_alarms"]),
        "measured_at_digest": figures["digests"]["suite"],
    }


def _page(figures: dict[str, Any], mutants: Iterable[Mutant]) -> Iterator[str]:
    what = {one.name: one.what for one in mutants}
    stock = f"{STOCK['noticed']} of {STOCK['of']}"
    yield from _opening(figures, stock)
    yield "## By kind"
    yield ""
    yield "| kind | mutants | noticed | |"
    yield "| --- | ---: | ---: | ---: |"
    for kind, (killed, count) in figures["by_kind"].items():
        yield f"| {kind} | {count} | {killed} | {_share(killed, count)} |"
    total = figures["mutants"]
    yield f"| all | {total} | {figures['killed']} | {_share(figures['killed'], total)} |"
    yield ""
    yield from _list("Survivors", figures["survivors"], "Nobody notices these.", what)
    yield from _list(
        "Missed by their own rule",
        figures["missed_by_own_rule"],
        "Noticed, if at all, by rules of other promises.",
        what,
    )
    yield from _list(
        "MUST rules without a mutant",
        figures["must_rules_without_mutant"],
        "No server breaks them.",
    )
    yield from _list(
        "MUST rules that notice no mutant alone",
        figures["must_rules_that_kill_none_alone"],
        "Other rules notice each of their mutants, too.",
    )
    yield "## False alarms"
    yield ""
    for one in figures["false_alarms"]:
        yield f"- {one['server']}: {one['rule']}: {one['message']}"
    if not figures["false_alarms"]:
        yield f"None, on {len(figures['sound_servers'])} servers that keep the contract."


def _opening(figures: dict[str, Any], stock: str) -> Iterator[str]:
    digests = figures["digests"]
    yield "# How good the suite is"
    yield ""
    yield "A suite that has never failed proves nothing. Each *mutant* is a server that breaks one"
    yield "promise of the contract; each *permitted variant* differs in a way that the contract"
    yield "leaves open. `make mutants` runs the quick suite over all of them and writes this page,"
    yield "and [quality.json](quality.json) for programs. Over a mutant it runs every test that"
    yield "reaches what the mutant changes, as a traced run tells: no other test can notice it."
    yield ""
    yield f"- **{figures['killed']} of {figures['mutants']} mutants are noticed**, with"
    yield f"  {figures['rules']} rules."
    if figures["measured_whole"] < figures["mutants"]:
        whole = figures["measured_whole"]
        yield f"- {whole} of them met every rule that can notice them, the others their own rule"
        yield "  only: of those nobody knows yet who else notices."
    if not figures["must_rules_that_kill_none_alone"]:
        yield "- Each MUST rule has a mutant that it alone notices: none could be left out."
    yield f"- **{len(figures['false_alarms'])} false alarms** on {len(figures['sound_servers'])}"
    yield "  servers that keep the contract: our own and the permitted variants."
    yield f"- Contract `{digests['contract'][:12]}`, suite `{digests['suite'][:12]}`."
    yield f"- For comparison: stock Schemathesis 4.32, all phases, noticed {stock} broken servers"
    yield "  on a small API: all 13 of schema, status, auth and persistence, 2 of 18 of behaviour,"
    yield "  3 of 4 that answer everything alike. Those were other servers of another API: a mark,"
    yield "  not a race."
    yield ""


def _list(
    title: str, names: list[str], meaning: str, what: dict[str, str] | None = None
) -> Iterator[str]:
    yield f"## {title}"
    yield ""
    if not names:
        yield "None."
    else:
        yield meaning
        yield ""
    for name in names:
        yield f"- `{name}`: {what[name]}" if what else f"- {name}"
    yield ""


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"

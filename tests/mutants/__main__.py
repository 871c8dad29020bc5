"""`python -m tests.mutants`: broken servers, and whether the suite notices them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence

from understudy.contract import loader
from understudy.verify import rules

from . import quality
from .harness import Harness, Outcome
from .kept import Kept
from .matrix import Matrix, Row, fingerprints, not_alone, out_of_date, without_mutant
from .reach import Reach
from .registry import HEALTHY, VARIANT, Mutant, mutants, names, subjects, variants

TOLD = 5
"""So many rules that a sound server did not let be shown are told with the reason."""


Select = Callable[[Mutant], list[str] | None]


def main() -> int:
    """Run what was asked for; 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--api", default=loader.default(), help="the contract (%(default)s)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--rule", metavar="ID", help="a rule against its own mutants")
    what.add_argument("--group", metavar="NAME", help="the mutants of a module, by their own rules")
    what.add_argument(
        "--mutant", metavar="NAME", help="the whole quick suite over one mutant or variant"
    )
    what.add_argument("--own", action="store_true", help="every mutant by its own rule")
    what.add_argument("--variants", action="store_true", help="the suite over permitted variants")
    what.add_argument(
        "--all", action="store_true", help="the suite over every mutant; writes docs/quality.*"
    )
    what.add_argument(
        "--changed",
        action="store_true",
        help="the same over those that are not as they were measured, or were not measured",
    )
    parser.add_argument("--resume", action="store_true", help="go on with what was interrupted")
    given = parser.parse_args()
    session = Session(given.api, given.processes)
    if given.variants:
        return session.check_variants()
    if given.all:
        return session.measure(resume=given.resume)
    if given.changed:
        return session.measure_changed(resume=given.resume)
    if given.own:
        return session.check_own()
    return session.look_at(given.rule, given.group, given.mutant)


class Session:
    """The mutants and rules of an API, and the commands over them."""

    def __init__(self, api: str, processes: int) -> None:
        self._harness = Harness(api)
        self._processes = processes
        self._rules = rules.collect(api)
        self._mutants = mutants(api)
        self._api = api
        known = {one.id for one in self._rules}
        if unknown := [one for one in self._mutants if one.rule and one.rule not in known]:
            told = ", ".join(f"{one.name} ({one.rule})" for one in unknown)
            raise SystemExit(f"mutants of rules that are not there: {told}")

        musts = {one.id for one in self._rules if one.level == rules.MUST}
        if strict := [one.name for one in variants() if one.leaves & musts]:
            raise SystemExit(f"variants that leave a MUST rule: {', '.join(strict)}")

    def look_at(self, rule: str | None, group: str | None, name: str | None) -> int:
        """Some mutants, by their own rules, or one server by all."""
        wanted = {one for one in (rule, group, name) if one}
        among = subjects(self._api) if name else self._mutants
        chosen = [one for one in among if wanted & {one.rule, one.group, *names(one)}]
        if not chosen:
            print("there is no such mutant")
            return 1
        if name is not None:
            self._run(chosen, None)
            return 0
        ids = sorted({one.rule for one in chosen if one.rule})
        unsound = self._run([HEALTHY], ids)[0] if ids else Outcome("healthy", 0.0)
        left = [one for one in chosen if one.rule not in (*unsound.failed, *unsound.others)]
        rows = self._rows(left, self._run(left, ()))
        for id in {one.rule for one in chosen if one not in left}:
            print(f"{id} does not pass on our own server, so its mutants show nothing")
        is_fine = all(row.is_killed_by_its_own for row in rows) and len(rows) == len(chosen)
        return 0 if is_fine else 1

    def check_own(self) -> int:
        """Every mutant by its own rule, and the matrix that was written down by what there is."""
        outcomes = self._run([one for one in self._mutants if one.rule], ())
        rows = self._rows(self._mutants, outcomes)
        wrong = [f"{row.mutant} is not noticed by {row.rule}" for row in rows
                 if not row.is_killed_by_its_own]  # fmt: skip
        wrong += [f"{one.mutant}: {one.error}" for one in outcomes if one.error]
        wrong += [f"{id} has no mutant" for id in without_mutant(self._rules, self._mutants)]
        matrix = Matrix.read(quality.FIGURES)
        stale = out_of_date(self._rules, self._mutants, matrix)
        wrong += [f"{quality.FIGURES}: {one}; run make mutants" for one in stale]
        wrong += self._sharing(matrix)
        print(*wrong, sep="\n")
        return 1 if wrong else 0

    def _sharing(self, matrix: Matrix) -> list[str]:
        found = not_alone(self._rules, matrix)
        return [f"{id} has no mutant that only it notices" for id in found]

    def check_variants(self) -> int:
        """Our own server and each permitted variant by the whole suite."""
        outcomes = self._run([HEALTHY, *variants()], None)
        return 1 if any(one.failed or one.others or one.error for one in outcomes) else 0

    def measure(self, *, resume: bool) -> int:
        """All of it, written down."""
        sound = self._run([HEALTHY, *variants()], None)
        sound.sort(key=lambda one: one.mutant != HEALTHY.name)
        return self._measure(self._mutants, Matrix(()), sound, resume=resume)

    def measure_changed(self, *, resume: bool) -> int:
        """What was written down, with the mutants that are new, changed or not measured wholly."""
        prints = fingerprints(self._rules, self._mutants)
        known = tuple(
            row
            for row in Matrix.read(quality.FIGURES).rows
            if row.is_whole and prints.get(row.mutant) == row.fingerprint
        )
        names = {row.mutant for row in known}
        left = [one for one in self._mutants if one.name not in names]
        (healthy,) = self._run([HEALTHY], None)
        sound = [healthy, *quality.sound_servers()[1:]]
        return self._measure(left, Matrix(known), sound, resume=resume)

    def _measure(
        self, mutants: list[Mutant], known: Matrix, sound: list[Outcome], *, resume: bool
    ) -> int:
        """Measure these, and write them down beside what is known."""
        prints = fingerprints(self._rules, self._mutants)
        kept = Kept(prints, resume=resume)
        left = [one for one in mutants if one.name not in kept.found]
        reach = Reach(self._api, self._harness.healthy, left) if left else None
        outcomes = [one for name, one in kept.found.items() if name in {m.name for m in mutants}]
        if reach is not None:
            outcomes += self._run(left, reach.tests, kept)
        noticed = {row.mutant: row.noticed_by for row in known.rows}
        noticed |= {one.mutant: tuple(one.failed) for one in outcomes if not one.error}
        matrix = Matrix.of(self._mutants, noticed, prints)
        quality.write(self._rules, self._mutants, matrix, sound)
        wrong = [f"{one.mutant}: {one.error}" for one in (*outcomes, *sound) if one.error]
        wrong += [f"{row.mutant} is not noticed by {row.rule}" for row in matrix.missed_by_own()]
        wrong += [f"{one.mutant}: false alarm of {id}" for one in sound for id in one.failed]
        wrong += [f"{one.mutant}: {id} is not shown" for one in sound for id in one.others]
        wrong += self._sharing(matrix)
        print(*wrong, sep="\n")
        return 1 if wrong else 0

    def _run(
        self,
        servers: Sequence[Mutant],
        chosen: Sequence[str] | Select | None,
        kept: Kept | None = None,
    ) -> list[Outcome]:
        """Their outcomes, each told as it comes. chosen: the rules; empty: each one's own; None:
        the whole quick suite; or what gives the tests of each.
        """
        by_name = {one.name: one for one in servers}

        def select(one: Mutant) -> list[str] | None:
            if callable(chosen):
                return chosen(one)
            if chosen is None or not (chosen or one.rule):
                return None
            return [*chosen] or [str(one.rule)]

        found = []
        for outcome in self._harness.run(servers, select, self._processes):
            found.append(outcome)
            _tell(by_name[outcome.mutant], outcome, f"[{len(found)}/{len(servers)}]")
            if kept is not None:
                kept.keep(outcome)
        return found

    def _rows(self, subjects: Iterable[Mutant], outcomes: Iterable[Outcome]) -> tuple[Row, ...]:
        failed = {one.mutant: one.failed for one in outcomes}
        return Matrix.of(subjects, failed).rows


def _tell(mutant: Mutant, outcome: Outcome, place: str) -> None:
    """A line for people, and what they need to know where it is not as it should be."""
    others = [id for id in outcome.failed if id != mutant.rule]
    noticed = [mutant.rule] if mutant.rule in outcome.failed else []
    if outcome.error:
        verdict = f"ERROR {outcome.error}"
    elif mutant.kind == VARIANT:
        verdict = f"FALSE ALARM {', '.join(others)}" if others else f"{outcome.passed} rules pass"
        verdict += f", NOT SHOWN {', '.join(outcome.others)}" if outcome.others else ""
    elif not outcome.failed:
        verdict = f"SURVIVES {outcome.others.get(mutant.rule or '', '')}"
    else:
        verdict = "killed" if noticed or not mutant.rule else "MISSED BY ITS OWN RULE"
        verdict += f", also by {', '.join(others)}" if others and mutant.rule else ""
    label = f"{mutant.rule or ''} {mutant.name}".strip()
    print(f"{place} {label}: {verdict} ({outcome.seconds:.1f} s)", flush=True)
    if outcome.error is None and (noticed or mutant.kind == VARIANT):
        for id in noticed or others:
            print(f"      {id}: {outcome.failed[id]}", flush=True)
    if mutant.kind == VARIANT:
        for id, why in list(outcome.others.items())[:TOLD]:
            print(f"      {id}: {why}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

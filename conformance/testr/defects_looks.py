"""What lists, pages, counts, files and folders show of defects, held against the model of them."""

from __future__ import annotations

from typing import Any

from understudy.verify import Answer, Broken, Persona

from . import defects
from .defects_model import RULES, Model
from .documented import documented

Body = dict[str, Any]
LIST, EXPORT = "defects.list_defects", "defects.export_defects"
SAVED = "filter_id"


class Looks:
    """Every place that shows defects. What each raises names the rule that is broken there.

    sent: a query, as it goes to the server; meant: the same, with what its saved filter adds.
    """

    def __init__(self, persona: Persona, model: Model) -> None:
        self._persona = persona
        self._model = model

    def at(self, place: str, sent: Body, meant: Body, size: int) -> None:
        """Look at one place: the list, its pages of a size, the statistics or the export."""
        if place == "statistics":
            self._statistics(sent, meant)
            return
        operation = EXPORT if place == "export" else LIST
        found = self._compare(operation, sent, meant)
        if place == "pages":
            self._pages(sent, found, size)

    def folders(self, folder_ids: list[str]) -> None:
        """Look at how many defects each folder says that it has."""
        for folder_id in folder_ids:
            expected = self._model.filed_in(folder_id)
            found = defects.folder(self._persona, folder_id)["defect_count"]
            if found != expected:
                raise Broken(
                    "a folder counts its defects wrongly",
                    expected=expected,
                    got=found,
                    rule="DFLD-07",
                )

    def _ask(self, operation: str, query: Body) -> Answer:
        paging = {"per_page": 200} if operation == LIST else {}
        return self._persona.call(operation, query={**query, **paging})

    def _compare(self, operation: str, sent: Body, meant: Body) -> list[str]:
        """The ids that a query gives. Raises Broken where they are not what the model selects, in
        its order, or a defect is not as in the model.
        """
        answer = self._ask(operation, sent)
        found = [defects.plain(self._persona, one) for one in answer.expect(200)["defects"]]
        expected = self._model.select(meant)
        ids, wanted = defects.ids(found), defects.ids(expected)
        if sorted(ids) != sorted(wanted):
            rule = self._rule_of_selection(operation, sent, meant)
            message = "a query selects other defects than it says"
            raise answer.broken(message, expected=wanted, got=ids, rule=rule)
        if ids != wanted:
            rule = self._rule_of_order(operation, ids, sent, meant)
            message = "defects come in another order than was asked for"
            raise answer.broken(message, expected=wanted, got=ids, rule=rule)
        for one, other in zip(found, expected, strict=True):
            same(one, other)
        holds(answer, {"total": len(ids)}, "PAGE-02" if operation == LIST else "DEXP-03")
        return ids

    def _pages(self, sent: Body, whole: list[str], size: int) -> None:
        for number in range(1, len(whole) // size + 2):
            query = {**sent, "per_page": size, "page": number}
            answer = self._persona.call(LIST, query=query)
            ids = defects.ids(answer.expect(200)["defects"])
            wanted = whole[(number - 1) * size : number * size]
            if ids != wanted:
                message = f"page {number} is not its part of the list"
                raise answer.broken(message, expected=wanted, got=ids, rule="PAGE-01")
            holds(answer, {"total": len(whole)}, "PAGE-02")

    def _statistics(self, sent: Body, meant: Body) -> None:
        query = {name: value for name, value in sent.items() if not name.startswith("sort_")}
        answer = self._persona.call("defects.get_statistics", query=query)
        answer.expect(200)
        counts = self._model.count(meant)
        holds(answer, {"total": counts["total"]}, "DSTA-05" if SAVED in sent else "DSTA-03")
        found = documented(self._persona, "DefectStatistics", answer.body)
        if found != counts:
            message = "a property is counted wrongly"
            raise answer.broken(message, expected=counts, got=found, rule="DSTA-01")

    def _is_right(self, operation: str, query: Body) -> bool:
        """Whether a query without a saved filter selects what it says."""
        found = self._ask(operation, query).expect(200)["defects"]
        wanted = defects.ids(self._model.select(query))
        return sorted(defects.ids(found)) == sorted(wanted)

    def _rule_of_selection(self, operation: str, sent: Body, meant: Body) -> str:
        """The rule that is broken by what a query selects: filter by filter, asked again."""
        if SAVED in sent and self._is_right(operation, meant):
            names = {LIST: "DFIL-32" if "status" in sent else "DFIL-29", EXPORT: "DEXP-05"}
            return names[operation]
        if operation == EXPORT:
            return "DEXP-03"
        tags = {"tags": meant["tags"]}
        if not self._is_right(operation, tags):
            return "DFIL-04"
        for name, rule in RULES.items():
            if name in meant and not self._is_right(operation, {**tags, name: meant[name]}):
                return rule
        return "DFIL-15"

    def _rule_of_order(self, operation: str, ids: list[str], sent: Body, meant: Body) -> str:
        is_saved = SAVED in sent and "sort_by" not in sent
        if operation == EXPORT:
            return "DEXP-05" if is_saved else "DEXP-04"
        return "DFIL-31" if is_saved else self._model.rule_of_order(ids, meant)


def holds(answer: Answer, expected: Body, rule: str) -> None:
    """Raises Broken of this rule where an answer has other values in these fields."""
    found = {name: answer.body.get(name) for name in expected}
    if found != expected:
        wrong = ", ".join(name for name in expected if found[name] != expected[name])
        message = f"the answer has another {wrong}"
        raise answer.broken(message, expected=expected, got=found, rule=rule)


def same(found: Body, expected: Body, rules: Body | None = None) -> None:
    """Raises Broken where a defect is not as in the model. rules: by the field that differs."""
    wrong = [name for name in found if found[name] != expected.get(name)]
    if wrong:
        raise Broken(
            f"a defect has another {', '.join(wrong)} than what was done to it makes",
            expected={name: expected.get(name) for name in wrong},
            got={name: found[name] for name in wrong},
            rule=(rules or {}).get(wrong[0]),
        )

"""What can be done with defects, step by step, on the server and in the model of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition
from hypothesis.stateful import rule as step

from understudy.verify import Persona, Suite

from . import defects
from .defects_looks import Looks, holds, same
from .defects_model import Model

Body = dict[str, Any]
WORDS = ("alpha", "bravo", "charlie")
SORT_FIELDS = ("created_at", "updated_at", "defect_number", "title", *defects.VALUES)
VIEWS = ("list", "pages", "statistics", "export")
PLACES = st.sampled_from((None, 0, 1))
"""No folder, or one of the two."""

FIELDS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in defects.VALUES.items()}
).map(lambda drawn: dict([*drawn.items()][:2]))
"""At most two of the fields with a closed list of values."""
CHANGED_BY = {"status": "DBAT-07", "tags": "DBAT-02", "updated_at": "DBAT-06"}
"""The rule of a batch that changes these fields wrongly; of all others but one it is DBAT-01."""

NEW = st.fixed_dictionaries(
    {
        "fields": FIELDS,
        "word": st.sampled_from(WORDS),
        "place": PLACES,
        "marks": st.sets(st.sampled_from("ab")),
    }
)
ORDERS = st.fixed_dictionaries(
    {},
    optional={
        "sort_by": st.sampled_from(SORT_FIELDS),
        "sort_order": st.sampled_from(("asc", "desc")),
    },
)
FEW = st.sets(st.integers(0, 30), min_size=1, max_size=3)
"""Which of the defects, counted around."""


@dataclass(frozen=True)
class Stage:
    """What every run of the machine works with. `folders`: two; `saved`: a filter of `CRITERIA`."""

    CRITERIA: ClassVar[Body] = {"status": "OPEN", "sort_by": "severity", "sort_order": "asc"}

    persona: Persona
    folders: list[str]
    saved: str
    suite: Suite

    def folder(self, place: int | None) -> str | None:
        """The folder of a place."""
        return None if place is None else self.folders[place]


class DefectsMachine(RuleBasedStateMachine):
    """Defects with a tag of this run's own."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.persona = stage.persona
        self.tag = stage.persona.name("tag")
        self.title = stage.persona.name("defect")
        self.model = Model()
        self.looks = Looks(stage.persona, self.model)
        self.highest = 0
        self.used: set[int] = set()

    def teardown(self) -> None:
        """Leave the folders empty for the next run."""
        if self.model.kept:
            body = {"defect_ids": [*self.model.kept]}
            self.persona.call("defects.delete_defects", body=body)

    def some(self, places: set[int]) -> list[Body]:
        """Defects of the model."""
        kept = [*self.model.kept.values()]
        return [kept[at] for at in sorted({place % len(kept) for place in places})]

    @initialize(drawn=st.lists(NEW, min_size=2, max_size=5))
    def begin(self, drawn: list[Body]) -> None:
        """There are some from the start."""
        for one in drawn:
            self.file(**one)

    @step(one=NEW)
    def create(self, one: Body) -> None:
        """File a defect."""
        self.file(**one)

    def file(self, fields: Body, word: str, place: int | None, marks: set[str]) -> None:
        """File a defect."""
        given = {"title": f"{self.title} {word}", "summary": word.upper(), **fields}
        given |= {"tags": [self.tag, *self.marks(marks)], "folder_id": self.stage.folder(place)}
        answer = self.persona.call("defects.create_defect", body=given)
        defect = defects.plain(self.persona, answer.expect(201))
        holds(answer, given, "DEF-07")
        number = defects.number(defect)
        if number <= self.highest:
            raise answer.broken(
                "a number was given away twice, or backwards",
                expected=f"more than {self.highest}",
                got=defect["defect_number"],
                rule="DBAT-17" if number in self.used else "DEF-01",
            )
        self.highest = number
        self.used.add(number)
        self.model.kept[defect["id"]] = defect

    def marks(self, names: set[str]) -> list[str]:
        """The tags beside the one that all have."""
        return [f"{self.tag}-{name}" for name in sorted(names)]

    @precondition(lambda self: self.model.kept)
    @step(few=FEW, fields=FIELDS, place=PLACES, data=st.data())
    def update(self, few: set[int], fields: Body, place: int | None, data: st.DataObject) -> None:
        """Set fields on several defects."""
        some = self.some(few)
        change = {**fields, "folder_id": self.stage.folder(place)}
        if data.draw(st.booleans()):
            change["tags"] = [self.tag, *self.marks(data.draw(st.sets(st.sampled_from("ab"))))]
        answer = self.persona.call(
            "defects.update_defects", body={"defect_ids": defects.ids(some), **change}
        )
        answer.expect(200, rule="DBAT-07" if "status" in change else "DBAT-01")
        holds(answer, {"updated_count": len(some)}, "DBAT-14")
        rules = {**dict.fromkeys(self.model.kept[some[0]["id"]], "DBAT-01"), **CHANGED_BY}
        rules["folder_id"] = "DBAT-05" if change["folder_id"] else "DBAT-04"
        for now in self.all():
            before = self.model.kept.get(now["id"], {})
            if now["id"] in defects.ids(some):
                before = {**before, **change, "updated_at": now["updated_at"]}
            same(now, before, rules)
            self.model.kept[now["id"]] = now
        same(defects.read(self.persona, some[0]), self.model.kept[some[0]["id"]])

    def all(self) -> list[Body]:
        """Every defect of this run, as the server lists it."""
        return defects.listed(self.persona, tags=self.tag)

    @precondition(lambda self: self.model.kept)
    @step(few=FEW, operation=st.sampled_from(("update", "delete")))
    def fail(self, few: set[int], operation: str) -> None:
        """Try a batch with an id that nobody has: nothing may come of it."""
        body: Body = {"defect_ids": [*defects.ids(self.some(few)), self.stage.suite.unknown_id()]}
        if operation == "update":
            body["status"] = "DEFERRED"
        answer = self.persona.call(f"defects.{operation}_defects", body=body)
        answer.refused(404, rule="DBAT-12")
        if {one["id"]: one for one in self.all()} != self.model.kept:
            raise answer.broken("a batch that was refused changed something", rule="DBAT-12")

    @precondition(lambda self: self.model.kept)
    @step(few=FEW)
    def delete(self, few: set[int]) -> None:
        """Delete several defects."""
        some = self.some(few)
        answer = self.persona.call("defects.delete_defects", body={"defect_ids": defects.ids(some)})
        answer.expect(200, rule="DBAT-11")
        holds(answer, {"deleted_count": len(some)}, "DBAT-14")
        for gone in some:
            del self.model.kept[gone["id"]]
        left = {one["id"] for one in self.all()} & {*defects.ids(some)}
        if left:
            raise answer.broken("deleted defects are still there", got=left, rule="DBAT-11")

    @precondition(lambda self: self.model.kept)
    @step(few=FEW)
    def read(self, few: set[int]) -> None:
        """Read defects one by one."""
        for expected in self.some(few):
            same(defects.read(self.persona, expected), expected)

    @step(
        data=st.data(), place=st.sampled_from(VIEWS), size=st.integers(1, 3), is_saved=st.booleans()
    )
    def look(self, data: st.DataObject, place: str, size: int, is_saved: bool) -> None:
        """Look at what a query selects, in one of the places that show it."""
        filters = self.filters(data)
        sent = {**filters, **data.draw(ORDERS)}
        meant = {**Stage.CRITERIA, **sent} if is_saved else sent
        self.looks.at(
            place, {**sent, "filter_id": self.stage.saved} if is_saved else sent, meant, size
        )

    @step()
    def count(self) -> None:
        """Look at the numbers of the folders."""
        self.looks.folders(self.stage.folders)

    def filters(self, data: st.DataObject) -> Body:
        """Filters for this run's defects: by tag, and by what else is drawn."""
        tags = data.draw(st.sampled_from(([self.tag], self.marks({"a"}), self.marks({"a", "b"}))))
        filters = {**data.draw(FIELDS), "tags": ",".join(tags)}
        folder_id = self.stage.folder(data.draw(PLACES))
        word = data.draw(st.sampled_from((None, *WORDS)))
        filters |= {} if folder_id is None else {"folder_id": folder_id}
        return filters | ({} if word is None else {"search": word.title()})

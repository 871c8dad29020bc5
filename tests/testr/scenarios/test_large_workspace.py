"""A workspace in which years of work have piled up; here of months."""

from __future__ import annotations

from typing import Any


def test_there_is_as_much_as_is_asked_for(begin: Any) -> None:
    stage = begin("large-workspace", cases=300, runs=120, defects=250)
    stage.login()
    assert stage.get("/workspace/limits")["current_test_cases"] == 300
    assert stage.get("/test-runs")["total"] == 120
    assert stage.get("/defects")["total"] == 250
    statistics = stage.get("/defects/statistics")
    assert sum(statistics["by_status"].values()) == 250
    assert min(statistics["by_severity"].values()) > 0
    assert len(stage.get("/test-plans")["test_plans"]) == 20


def test_its_pages_neither_drop_nor_repeat(begin: Any) -> None:
    stage = begin("large-workspace", cases=0, runs=0, defects=250)
    stage.login()
    pages = [stage.get("/defects", page=page, per_page=100)["defects"] for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [100, 100, 50, 0]
    numbers = {one["defect_number"] for page in pages for one in page}
    assert numbers == {f"DEF-{number:03}" for number in range(1, 251)}


def test_a_seed_makes_the_same_again(begin: Any) -> None:
    seen = []
    for _ in range(2):
        stage = begin("large-workspace", cases=20, runs=5, defects=30)
        stage.login()
        seen.append(stage.get("/defects")["defects"])
    assert seen[0] == seen[1]
    assert len({one["title"] for one in seen[0]}) > 20

"""What is asked of the servers: every script, stub and name that a run will need."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import httpx
import pytest
from benchmarks import equivalents, plan, settings, tools, workloads
from benchmarks.__main__ import settings_of
from benchmarks.others import in_json_server
from benchmarks.process import MeasurementError
from benchmarks.server import API
from benchmarks.servers import KINDS
from benchmarks.workloads import ALL, BY_NAME, Call, Workload
from benchmarks.wrk import Destination, script
from tests.conftest import World

HERE = Destination("http://127.0.0.1:1/api/v1", {"Authorization": "Bearer t"}, "one-id", ["r1"])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_every_server_has_a_script_for_each_workload_it_takes(kind: Any) -> None:
    for name in kind.takes:
        text = script(HERE, BY_NAME[name])
        assert "done = function" in text
        assert "{one}" not in text
        assert "/api/v1/" in text


def test_a_single_call_is_a_fixed_request() -> None:
    text = script(HERE, BY_NAME["post"])
    assert 'wrk.headers["Authorization"] = "Bearer t"' in text
    assert "wrk.method = [==[POST]==]" in text
    assert "wrk.path = [==[/api/v1/defects]==]" in text
    assert "request = function" not in text


def test_a_mix_sends_each_call_as_often_as_its_weight() -> None:
    mix = BY_NAME["mix"]
    order = mix.order()
    assert [order.count(number) for number in range(len(mix.calls))] == [
        call.weight for call in mix.calls
    ]
    assert len(order) == 100
    runs = "".join("x" if number == 0 else " " for number in order).split()
    assert max(map(len, runs)) <= 2, "the most frequent call is spread"


def test_refreshing_hands_tokens_on() -> None:
    text = script(HERE, BY_NAME["refresh"])
    assert "local tokens = {[==[r1]==]}" in text
    assert "response = function" in text
    assert "wrk.body" not in text


def test_the_contract_takes_every_call(default_world: World) -> None:
    admin = default_world.client()
    one = admin.get("/defects").json()["defects"][0]["id"]
    answers = equivalents.recorded(admin, ALL, one)
    assert {answer.status for answer in answers} == {200, 201}
    assert len(answers) == len({(call.method, call.path) for w in ALL for call in w.calls})


def test_all_defects_are_read_page_by_page(default_world: World) -> None:
    admin = default_world.client()
    data = equivalents.data(admin)
    assert len(data["defects"]) == admin.get("/defects").json()["total"]


def test_a_stub_matches_method_path_and_query(tmp_path: Path) -> None:
    call = Call("GET", "/defects?status=OPEN&page=1")
    made = equivalents.stub(equivalents.Recorded(call, 200, "{}"), API)
    assert made["request"] == {
        "method": "GET",
        "urlPath": "/api/v1/defects",
        "queryParameters": {"status": {"equalTo": "OPEN"}, "page": {"equalTo": "1"}},
    }
    one = equivalents.stub(equivalents.Recorded(workloads.GET, 200, "{}"), API)
    assert one["request"]["urlPathPattern"] == "/api/v1/defects/[^/]+"
    assert made["priority"] < one["priority"], "what asks for more is looked at first"
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/old.json").touch()
    equivalents.write_stubs([equivalents.Recorded(call, 200, "{}")], API, tmp_path)
    assert [file.name for file in (tmp_path / "mappings").iterdir()] == ["00.json"]


def test_json_server_is_asked_in_its_own_words() -> None:
    call = in_json_server(Call("GET", workloads.FILTERED))
    assert call.path == (
        "/defects?status=OPEN&severity=HIGH&_sort=updated_at&_order=desc&_page=1&_limit=50"
    )
    assert in_json_server(workloads.POST) == workloads.POST


def options(**given: Any) -> argparse.Namespace:
    usual = {"quick": False, "only": None, "servers": None, "rounds": None, "seconds": None}
    return argparse.Namespace(**usual | {"write": False} | given)


def test_what_is_asked_for_is_chosen() -> None:
    chosen = settings_of(options(only="sizes, get", servers="prism,understudy", rounds=7))
    assert chosen.only == ("get", "sizes")
    assert chosen.servers == ("understudy", "prism")
    assert (chosen.rounds, chosen.size_rounds) == (7, 7)
    assert [one.title for one in plan.chosen(chosen)] == [
        "side by side",
        "by the number of defects",
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"only": "gets"}, "--only knows no gets; it takes get, post"),
        ({"servers": "nginx"}, "--servers knows no nginx; it takes understudy, state"),
        ({"write": True, "quick": True}, "--write wants everything"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(given: dict[str, Any], message: str) -> None:
    with pytest.raises(MeasurementError, match=message):
        settings_of(options(**given))


@pytest.mark.parametrize("program", tools.NEEDS)
def test_a_missing_program_is_told_in_one_line(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == program else name)
    with pytest.raises(MeasurementError, match=f"^{program} is missing; install .*$"):
        tools.need([program])


def test_every_name_leads_to_a_section_that_says_how_long_it_takes() -> None:
    known = {name for section in plan.PLAN for name in section.names}
    assert known == set(settings.SECTIONS)
    keys = tuple(kind.key for kind in KINDS)
    whole = settings.Settings(servers=keys)
    assert 15 * 60 < sum(one.expected(whole) for one in plan.chosen(whole)) < 27 * 60
    quick = sum(one.expected(settings.QUICK) for one in plan.chosen(settings.QUICK))
    assert quick < 150


def test_a_refused_call_stops_the_recording(default_world: World) -> None:
    refused = Workload("none", "none", (Call("GET", "/defects/{one}"),))
    with pytest.raises(httpx.HTTPStatusError):
        equivalents.recorded(default_world.client(), [refused], "no-id")

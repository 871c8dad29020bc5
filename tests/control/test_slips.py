"""What the control contract does not know is refused: a slip of the pen must not widen a match."""

from __future__ import annotations

import httpx
import pytest

import understudy
from understudy import contract

BODIES = {
    "/clock/freeze": {"att": "2026-01-26T09:00:00Z"},
    "/clock/advance": {"by": "1h", "too": 1},
    "/faults": {"match": {"opertion": "auth.me"}, "do": {"status": {"status": 503}}},
    "/journal/verify": {"match": {"opertion": "auth.me"}, "exactly": 0},
    "/journal/wait": {"match": {"usr": "x"}, "timeout": "1ms"},
    "/snapshots": {"nmae": "x"},
    "/fork": {"nmae": "x"},
}


@pytest.mark.parametrize(("path", "body"), [*BODIES.items()], ids=[*BODIES])
def test_a_misspelt_field_is_refused(own, control, world, path, body):
    before = control.get(f"/sandboxes/{world.name}").json()
    answer = own.post(path, json=body)
    assert answer.status_code == 422, answer.text
    slip = next(iter(answer.json()["details"])).rpartition(".")[2]
    assert slip in str(body)
    after = control.get(f"/sandboxes/{world.name}").json()
    for name in ("clock", "faults", "snapshots"):
        assert after[name] == before[name]


def operations():
    for spec in contract.control().operations:
        path = spec.path.replace("{sandbox}", "default").replace("{collection}", "users")
        if "{" not in path and spec.request_media == "application/json":
            yield pytest.param(spec.method, path, id=spec.operation_id)


@pytest.mark.parametrize(("method", "path"), [*operations()])
def test_a_misspelt_parameter_is_refused_everywhere(control, method, path):
    answer = control.request(method, f"{path}?limmit=1", json={})
    assert answer.status_code in (400, 422), answer.text  # 422: what is wrong with the body
    if answer.status_code == 400:
        assert answer.json()["details"] == {"limmit": ["is no parameter of this operation"]}


def test_strictness_is_about_the_served_contract():
    with understudy.run(scenario="empty", strict=True) as server:
        answer = httpx.get(f"{server.url}/_control/server", params={"x": "1"})
        assert answer.status_code == 400

"""Any changes between a snapshot and now: the comparison tells all of them, and a restore undoes
them.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FOLDERS = [f"0b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e{number:02d}" for number in range(6)]
RECORDINGS = [f"1b6e6f0a-3a49-4c9e-8d2a-5f3b1c7d9e{number:02d}" for number in range(3)]

Step = tuple[Any, ...]

data = st.recursive(
    st.sampled_from([None, True, 0, 1, 1.0, "", "x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
folder_steps = st.tuples(
    st.just("defect_folders"),
    st.sampled_from(FOLDERS),
    st.sampled_from(["a", "b"]),
    st.sampled_from([None, *FOLDERS]),
)
recording_steps = st.tuples(st.just("test_recordings"), st.sampled_from(RECORDINGS), data)
removals = st.tuples(
    st.just("delete"),
    st.sampled_from(
        [("defect_folders", each) for each in FOLDERS]
        + [("test_recordings", each) for each in RECORDINGS]
    ),
    st.booleans(),
)
steps = st.lists(folder_steps | recording_steps | removals, max_size=8)


@pytest.fixture
def run(own):
    """Does steps; those that a rule forbids do nothing."""
    workspaces = own.get("/state/workspaces", params={"field": "name", "value": "Acme QA"}).json()
    workspace = workspaces["objects"][0]["id"]
    case = own.get("/state/test_cases", params={"limit": 1}).json()["objects"][0]

    def do(step: Step) -> None:
        kind, *rest = step
        if kind == "delete":
            (collection, object_id), cascade = rest
            answer = own.delete(
                f"/state/{collection}/{object_id}", params={"cascade": str(cascade).lower()}
            )
            assert answer.status_code in (200, 404, 409), answer.text
            return
        object_id = rest[0]
        if kind == "defect_folders":
            body = {"name": rest[1], "parent_id": rest[2], "_workspace_id": workspace}
        else:
            body = {
                "test_case_id": case["id"],
                "recording_data": rest[1],
                "created_at": "2026-01-26T09:00:00.000Z",
                "_workspace_id": workspace,
                "_test_plan_id": case["test_plan_id"],
            }
        answer = own.put(f"/state/{kind}/{object_id}", json=body)
        assert answer.status_code in (200, 201, 422), answer.text

    def run(steps: list[Step]) -> None:
        for step in steps:
            do(step)

    return run


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def apply(document: Any, fields: list[dict[str, Any]]) -> Any:
    """The document with the changes that a comparison tells."""
    result = copy.deepcopy(document)
    for change in fields:
        *path, last = change["field"].split(".")
        holder = result
        for part in path:
            holder = holder[int(part) if isinstance(holder, list) else part]
        key = int(last) if isinstance(holder, list) else last
        if "before" in change:
            assert text(holder[key]) == text(change["before"])
        else:
            assert key not in holder
        if "after" in change:
            assert text(change["after"]) != text(change.get("before", "nothing"))
            holder[key] = change["after"]
        else:
            del holder[key]
    return result


def check(found: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    """The comparison is what a look at each object gives."""
    told = {one["collection"]: one for one in found["collections"]}
    for name in ("defect_folders", "test_recordings"):
        one = told.pop(name, {"added": [], "removed": [], "changed": []})
        earlier, later = before[name], after[name]
        assert one["added"] == [later[each] for each in later if each not in earlier]
        assert one["removed"] == [earlier[each] for each in earlier if each not in later]
        differing = {
            each for each in earlier if each in later and text(earlier[each]) != text(later[each])
        }
        assert {each["id"] for each in one["changed"]} == differing
        assert len(one["changed"]) == len(differing)
        for change in one["changed"]:
            applied = apply(earlier[change["id"]], change["fields"])
            assert text(applied) == text(later[change["id"]])
    assert not told


def test_a_comparison_tells_everything_and_a_restore_undoes_it(own, world, run):
    store = world.sandbox.store
    own.post("/snapshots", json={"name": "pristine"})

    def snapshot(name: str) -> dict[str, Any]:
        own.delete(f"/snapshots/{name}")
        assert own.post("/snapshots", json={"name": name}).status_code == 201
        return copy.deepcopy(store.dump())

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps, steps, steps)
    def play(first: list[Step], second: list[Step], third: list[Step]) -> None:
        own.post("/snapshots/pristine/restore")
        run(first)
        start = snapshot("start")
        run(second)
        later = snapshot("later")
        run(third)
        now = copy.deepcopy(store.dump())
        check(own.get("/snapshots/start/compare").json(), start, now)
        check(own.get("/snapshots/later/compare").json(), later, now)
        check(own.get("/snapshots/start/compare?to=later").json(), start, later)
        check(own.get("/snapshots/later/compare?to=start").json(), later, start)
        for name, held in (("start", start), ("later", later)):
            assert own.post(f"/snapshots/{name}/restore").status_code == 200
            assert [*map(text, store.dump().items())] == [*map(text, held.items())]
            for collection, documents in held.items():
                assert list(store.dump()[collection]) == list(documents)
                assert [each["id"] for each in store[collection].select().items] == list(documents)

    play()

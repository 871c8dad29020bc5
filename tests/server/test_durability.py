"""Nothing that was acknowledged is lost, and nothing is half there, whenever the process is killed.

Workers load a real `understudy serve --state` from several threads. Each makes things under names
of its own, so it knows what the server must show: its model, in which every acknowledged request
has happened, or the same with the one request that was under way when the process was killed.
"""

from __future__ import annotations

import contextlib
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import httpx
import pytest

import understudy

SEED = 20260126
KILLS = 21
WORKERS = 3
SECONDS = 30

# The same command, but its journal is made into a snapshot after some ten requests, in a thread.
SHORT_JOURNAL = """
import sys, understudy.store.database, understudy.store.directory_keeper as module
understudy.store.database.MANY = 0
module.DirectoryKeeper.is_full = property(lambda self: self._journal.size > 10_000)
"""
# And then one that kills itself at the so many-th thing it does to a file, which it may half do.
MORTAL = (
    SHORT_JOURNAL
    + """
import os, signal
left, write = int(sys.argv.pop(1)), os.write
def mortal(call):
    def called(*args):
        global left
        left -= 1
        if left == 0:
            if call is write:
                write(args[0], args[1][: len(args[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args)
    return called
for name in ("write", "ftruncate", "fsync", "replace", "link"):
    setattr(os, name, mortal(getattr(os, name)))
"""
)
MAIN = "from understudy.cli import main; main()"

Model = dict[str, dict[str, Any]]
"""What there is by kind (defects, plans, runs) and name."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


class Move(NamedTuple):
    """A request, and what there is once it has happened."""

    method: str
    path: str
    body: Any
    after: Model


class NotNow(Exception):
    """There is nothing yet that the move could be made with."""


class Worker:
    """Somebody who makes, changes and deletes things, and remembers what was acknowledged.

    `seen`: which name every id and number belongs to, for all workers and for ever.
    """

    def __init__(self, name: str, seen: dict[Any, Any]) -> None:
        self.name = name
        self.seen = seen
        self.random = random.Random(f"{SEED}/{name}")
        self.model: Model = {"defects": {}, "plans": {}, "runs": {}}
        self.pending: Model | None = None
        self.ids: dict[Any, str] = {}
        self._names = 0

    def work(self, client: httpx.Client, acknowledged: threading.Semaphore) -> None:
        """Send one request after the other until the server is gone."""
        moves = [move for move, weight in self.weights.items() for _ in range(weight)]
        try:
            while True:
                with contextlib.suppress(NotNow):
                    self.send(client, self.random.choice(moves)(self))
                    acknowledged.release()
        except httpx.TransportError:
            pass
        finally:
            acknowledged.release(1000)  # nobody is to wait for more of them

    def send(self, client: httpx.Client, move: Move) -> None:
        self.pending = move.after
        answer = client.request(move.method, move.path, json=move.body)
        assert answer.is_success, f"{move.method} {move.path}: {answer.text}"
        self.note(answer.json())
        self.model, self.pending = move.after, None

    def settle(self, client: httpx.Client) -> None:
        """Hold what the server shows against the model, and go on from there."""
        shown = self.look(client)
        if shown != self.pending:
            assert shown == self.model
        self.model, self.pending = shown, None

    def look(self, client: httpx.Client) -> Model:
        """What the server shows of this worker's things."""

        def get(path: str, **query: Any) -> Any:
            return client.get(path, params=query).raise_for_status().json()

        mine = f"{self.name}-"
        shown: Model = {"defects": {}, "plans": {}, "runs": {}}
        for defect in get("/defects", search=mine, per_page=200)["defects"]:
            self.note(defect)
            fields = ("severity", "description", "status", "owner")
            shown["defects"][defect["title"]] = {name: defect[name] for name in fields}
        for plan in get("/test-plans")["test_plans"]:
            if plan["name"].startswith(mine):
                cases = get(f"/test-plans/{plan['id']}/tree")["root_test_cases"]
                for one in (plan, *cases):
                    self.note(one)
                names = [case["name"] for case in cases]
                shown["plans"][plan["name"]] = {"description": plan["description"], "cases": names}
        for run in get("/test-runs", search=mine, limit=200)["items"]:
            items = get(f"/test-runs/{run['id']}/items")
            for one in (run, items):
                self.note(one)
            statuses = {item["test_case_name"]: item["status"] for item in items["items"]}
            assert_totals(run, Counter(statuses.values()))
            kept = {"plan": run["test_plan_id"], "status": run["status"], "items": statuses}
            shown["runs"][run["run_name"]] = kept
        return shown

    def note(self, answer: Any) -> None:
        """Learn ids and numbers, none of which may ever belong to two things."""
        for item in answer.get("items", ()):
            self.learn((item["test_run_id"], item["test_case_name"]), item["id"])
        name = answer.get("title") or answer.get("run_name") or answer.get("name")
        if name:
            self.learn(name, answer["id"])
        for number in {"defect_number", "run_number"} & {*answer}:
            assert self.seen.setdefault(answer[number], name) == name, f"{answer[number]} again"

    def learn(self, name: Any, id_: str) -> None:
        assert self.seen.setdefault(id_, name) == name, f"the id {id_} again"
        assert self.ids.setdefault(name, id_) == id_, f"another id for {name}"

    def new_name(self) -> str:
        self._names += 1
        return f"{self.name}-{self._names:05}"

    def some(self, kind: str, most: int, least_left: int = 0, **wanted: Any) -> list[str]:
        """Names of up to so many things of a kind whose fields have these values."""
        names = [
            name
            for name, fields in self.model[kind].items()
            if all(fields[field] == value for field, value in wanted.items())
        ]
        most = min(most, len(names) - least_left)
        if most < 1:
            raise NotNow
        return self.random.sample(names, self.random.randint(1, most))

    def put(self, kind: str, *names: str, **fields: Any) -> Model:
        """The model with these fields of some things set."""
        things = dict(self.model[kind])
        for name in names:
            things[name] = {**things.get(name, {}), **fields}
        return {**self.model, kind: things}

    def drop(self, kind: str, names: list[str]) -> Model:
        things = {name: fields for name, fields in self.model[kind].items() if name not in names}
        return {**self.model, kind: things}

    def create_defect(self) -> Move:
        title, text = self.new_name(), "long " * self.random.randint(0, 1000)
        fields = {"severity": self.random.choice(["LOW", "HIGH"]), "description": text}
        after = self.put("defects", title, **fields, status="OPEN", owner=None)
        return Move("POST", "/defects", {"title": title, **fields}, after)

    def change_defects(self) -> Move:
        titles = self.some("defects", 5)
        changes = {"status": self.random.choice(["OPEN", "CLOSED"]), "owner": self.new_name()}
        body = {"defect_ids": [self.ids[title] for title in titles], **changes}
        return Move("PATCH", "/defects/batch", body, self.put("defects", *titles, **changes))

    def delete_defects(self) -> Move:
        titles = self.some("defects", 5, least_left=20)
        body = {"defect_ids": [self.ids[title] for title in titles]}
        return Move("DELETE", "/defects/batch", body, self.drop("defects", titles))

    def create_plan(self) -> Move:
        name = self.new_name()
        after = self.put("plans", name, description=None, cases=[])
        return Move("POST", "/test-plans", {"name": name}, after)

    def change_plan(self) -> Move:
        [plan], text = self.some("plans", 1), self.new_name()
        path = f"/test-plans/{self.ids[plan]}"
        return Move("PUT", path, {"description": text}, self.put("plans", plan, description=text))

    def create_case(self) -> Move:
        [plan], name = self.some("plans", 1), self.new_name()
        after = self.put("plans", plan, cases=[*self.model["plans"][plan]["cases"], name])
        return Move("POST", "/test-cases", {"name": name, "test_plan_id": self.ids[plan]}, after)

    def delete_plan(self) -> Move:
        [plan] = self.some("plans", 1, least_left=3)
        return Move("DELETE", f"/test-plans/{self.ids[plan]}", None, self.drop("plans", [plan]))

    def create_run(self) -> Move:
        [plan], name = self.some("plans", 1), self.new_name()
        after = self.put("runs", name, plan=self.ids[plan], status="PENDING", items={})
        body = {"run_name": name, "test_plan_id": self.ids[plan]}
        return Move("POST", "/test-runs", body, after)

    def fill_run(self) -> Move:
        [run] = self.some("runs", 1, status="PENDING", items={})
        plans = {self.ids[name]: plan["cases"] for name, plan in self.model["plans"].items()}
        cases = plans.get(self.model["runs"][run]["plan"])
        if not cases:
            raise NotNow
        body = {"test_case_ids": [self.ids[case] for case in cases]}
        after = self.put("runs", run, items=dict.fromkeys(cases, "PENDING"))
        return Move("POST", f"/test-runs/{self.ids[run]}/items/bulk", body, after)

    def start_run(self) -> Move:
        return self.move_run("PENDING", "start", "RUNNING")

    def stop_run(self) -> Move:
        return self.move_run("RUNNING", "stop", "COMPLETED")

    def move_run(self, old: str, verb: str, new: str) -> Move:
        [run] = self.some("runs", 1, status=old)
        path = f"/test-runs/{self.ids[run]}/{verb}"
        return Move("POST", path, None, self.put("runs", run, status=new))

    def record(self) -> Move:
        [run] = self.some("runs", 1, status="RUNNING")
        items = self.model["runs"][run]["items"]
        waiting = [case for case, status in items.items() if status == "PENDING"]
        if not waiting:
            raise NotNow
        case = self.random.choice(waiting)
        status = self.random.choice(["PASSED", "FAILED", "SKIPPED", "ERROR"])
        body = {
            "test_run_id": self.ids[run],
            "test_run_item_id": self.ids[self.ids[run], case],
            "test_case_id": self.ids[case],
            "status": status,
        }
        after = self.put("runs", run, items={**items, case: status})
        return Move("POST", "/test-run-results", body, after)

    def delete_run(self) -> Move:
        [run] = self.some("runs", 1, least_left=5)
        return Move("DELETE", f"/test-runs/{self.ids[run]}", None, self.drop("runs", [run]))

    weights = {
        create_defect: 6,
        change_defects: 4,
        delete_defects: 2,
        create_plan: 1,
        change_plan: 2,
        create_case: 5,
        delete_plan: 1,
        create_run: 2,
        fill_run: 3,
        start_run: 1,
        record: 10,
        stop_run: 1,
        delete_run: 2,
    }


def assert_totals(run: dict[str, Any], statuses: Counter[str]) -> None:
    passed, failed = statuses["PASSED"], statuses["FAILED"] + statuses["ERROR"]
    assert {name: run[name] for name in run if name.endswith("_tests") or name == "pass_rate"} == {
        "total_tests": statuses.total(),
        "passed_tests": passed,
        "failed_tests": failed,
        "skipped_tests": statuses["SKIPPED"],
        "pass_rate": pytest.approx(100 * passed / ((passed + failed) or 1), abs=0.05),
    }


def assert_whole(tables: dict[str, dict[str, Any]]) -> None:
    """What belongs together is there together, also where no operation shows it."""
    parents = {
        "test_cases": ("test_plan_id", "test_plans"),
        "test_run_items": ("test_run_id", "test_runs"),
        "test_run_results": ("test_run_item_id", "test_run_items"),
    }
    for children, (field, collection) in parents.items():
        missing = {one[field] for one in tables[children].values()} - {*tables[collection]}
        assert not missing, f"{children} without their {collection}"
    results = Counter(one["test_run_item_id"] for one in tables["test_run_results"].values())
    for item in tables["test_run_items"].values():
        assert results[item["id"]] == (item["status"] != "PENDING"), item


@pytest.mark.long
def test_what_was_acknowledged_survives_every_kill(serve, tmp_path):
    chance = random.Random(SEED)
    options = ("--scenario", "empty", "--state", str(tmp_path), "--log-level", "warning")
    seen: dict[Any, str] = {}
    workers = [Worker(f"worker{number}", seen) for number in range(WORKERS)]
    with serve(*options) as process, process.client("admin@acme.test") as client:
        headers = {"Authorization": client.headers["Authorization"]}  # good for all that follows
    for kill in range(KILLS):
        moment = chance.randint(30, 100)
        commands = {
            0: {},
            1: {"command": (sys.executable, "-c", SHORT_JOURNAL + MAIN)},
            2: {"command": (sys.executable, "-c", MORTAL + MAIN, str(moment))},
        }
        with serve(*options, **commands[kill % 3]) as process:
            with clients(process.api_url, headers) as (each, pool):
                list(pool.map(Worker.settle, workers, each))
                acknowledged = threading.Semaphore(0)
                work = [
                    pool.submit(worker.work, client, acknowledged)
                    for worker, client in zip(workers, each, strict=True)
                ]
                if kill % 3 < 2:
                    for _ in range(moment):
                        acknowledged.acquire(timeout=SECONDS)
                    threading.Event().wait(chance.random() / 200)
                    process.kill()
                for one in work:
                    one.result(SECONDS)
            assert process.ends() == -9
            assert "Traceback" not in process.stderr
    with (
        understudy.run(scenario="empty", state=tmp_path) as server,
        clients(server.api_url, headers) as (each, pool),
    ):
        list(pool.map(Worker.settle, workers, each))
        assert_whole(server.sandboxes.default.store.dump())


@contextlib.contextmanager
def clients(
    api_url: str, headers: dict[str, str]
) -> Iterator[tuple[list[httpx.Client], ThreadPoolExecutor]]:
    """A client and a thread for each worker."""
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(WORKERS))
        each = [httpx.Client(base_url=api_url, headers=headers) for _ in range(WORKERS)]
        yield [stack.enter_context(client) for client in each], pool


@pytest.mark.parametrize("moment", [1, 4, 7, 9, 11])
def test_a_kill_while_it_first_starts_does_no_harm(serve, tmp_path, moment):
    command = (sys.executable, "-c", MORTAL + MAIN, str(moment))
    options = ("--scenario", "empty", "--state", str(tmp_path))
    with serve(*options, command=command) as process:
        assert process.ends() == -9
    with understudy.run(scenario="empty", state=tmp_path) as server:
        body = {"email": "admin@acme.test", "password": "Passw0rd!"}
        assert httpx.post(f"{server.api_url}/auth/login", json=body).status_code == 200


@pytest.mark.long
@pytest.mark.parametrize("moment", range(14, 40, 3))
def test_a_kill_while_a_snapshot_is_restored_leaves_what_was_before_or_after(
    serve, tmp_path, moment
):
    command = (sys.executable, "-c", MORTAL + MAIN, str(moment))
    options = ("--scenario", "empty", "--state", str(tmp_path), "--log-level", "warning")
    titles, pending = [], []
    with understudy.run(scenario="empty", state=tmp_path):
        pass
    with serve(*options, command=command) as process:
        with contextlib.suppress(httpx.TransportError), process.client("admin@acme.test") as http:
            snapshots = f"{process.url}/_control/sandboxes/default/snapshots"
            for number in range(moment):
                for name in (f"{number}-stays", f"{number}-goes"):
                    pending = [*titles, name]
                    http.post("/defects", json={"title": name}).raise_for_status()
                    titles = pending
                    if name.endswith("stays"):
                        http.post(snapshots, json={"name": name}).raise_for_status()
                pending = titles[:-1]
                http.post(f"{snapshots}/{number}-stays/restore").raise_for_status()
                titles = pending
                log_in(http)
        assert process.ends() == -9
    with understudy.run(scenario="empty", state=tmp_path) as server:
        with httpx.Client(base_url=server.api_url) as http:
            log_in(http)
            found = [one["title"] for one in http.get("/defects").json()["defects"]]
        assert sorted(found) in (sorted(titles), sorted(pending))


def log_in(client: httpx.Client) -> None:
    """Tokens of before a restore are unknown after it."""
    body = {"email": "admin@acme.test", "password": "Passw0rd!"}
    token = client.post("/auth/login", json=body).raise_for_status().json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"

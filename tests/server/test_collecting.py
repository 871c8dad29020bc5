"""What survives a full garbage collection is set aside, and much that was made while the collector
rested: so nothing that ends may be in a circle.
"""

from __future__ import annotations

import gc
import subprocess
import sys

import httpx

import understudy
from understudy.sandbox import Sandbox
from understudy.store import Store

IN_A_PROCESS_OF_ITS_OWN = """
import gc
from understudy.collecting import set_aside_what_stays
set_aside_what_stays()
began = gc.get_freeze_count()
kept = [[] for _ in range(10_000)]
gc.collect()
assert gc.get_freeze_count() > began + 9_000, "what survived is not set aside"
kept.clear()
assert gc.get_freeze_count() < began + 1_000, "what is set aside is not freed"
"""

AFTER_A_REST = """
import gc, weakref
from understudy.background import resting

class Knot:
    pass

def seen(work):
    # how many new objects a rest has set aside, and whether a collection came after it
    passes = []
    gc.callbacks.append(lambda phase, info: passes.append(gc.isenabled()))
    before = gc.get_freeze_count()
    with resting():
        kept.append(work())
    gc.callbacks.clear()
    return gc.get_freeze_count() - before, any(passes[2:])

kept = []
gc.collect()
record = {}
few = seen(lambda: [[record] for _ in range(1_500)])
assert few[0] == 0, few
knot = Knot()
knot.itself = knot
knot, gone = None, weakref.ref(knot)
much = seen(lambda: [[record] * 400 for _ in range(5_000)])
assert much[0] >= 5_000, much
assert not much[1], "the collector has followed all these references"
assert gone() is None, "garbage was set aside"
many = seen(lambda: [[] for _ in range(30_000)])
assert many[0] >= 30_000, many
assert not many[1]
"""


def test_the_collector_does_not_look_at_much_that_was_made_while_it_rested():
    done = subprocess.run(
        [sys.executable, "-c", AFTER_A_REST], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_survives_a_full_collection_is_set_aside_and_freed_nevertheless():
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_sandbox_that_is_deleted_is_gone_without_a_collection():
    with understudy.run() as server:
        use(server, "warm-up")
        gc.collect()
        gc.disable()
        try:
            before = held(Sandbox), held(Store)
            use(server, "one")
            assert (held(Sandbox), held(Store)) == before
        finally:
            gc.enable()


def use(server, name):
    """Make a sandbox, do in it what might tie a knot, and delete it."""
    sandbox = f"{server.url}/_control/sandboxes/{name}"
    credentials = {"email": f"admin+{name}@acme.test", "password": "Passw0rd!"}
    with httpx.Client(base_url=server.api_url) as client:
        token = client.post("/auth/login", json=credentials).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.get("/defects").status_code == 200
        assert client.post("/defects", json={"title": "One"}).status_code == 201
        assert client.get("/defects/no-id").status_code == 400
        assert client.get("/nothing").status_code == 404
        broken = {"content": b"{", "headers": {"Content-Type": "application/json"}}
        assert client.post("/defects", **broken).status_code == 400
        forged = {"Authorization": f"Bearer {token[:-4]}AAAA"}
        assert client.get("/defects", headers=forged).status_code == 401
        for path, body in (
            ("snapshots", {"name": "first"}),
            ("snapshots/first/restore", {}),
            ("fork", {"name": f"{name}-fork"}),
            ("reset", {}),
        ):
            assert httpx.post(f"{sandbox}/{path}", json=body).is_success, path
        assert httpx.delete(f"{sandbox}-fork").is_success
        assert httpx.delete(sandbox).is_success


def held(kind):
    """How many objects of a kind there are."""
    return sum(isinstance(one, kind) for one in gc.get_objects())

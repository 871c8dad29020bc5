"""Servers that go wrong only after several steps with defects."""

from __future__ import annotations

from typing import Any

from tests.mutants.patient import Patient
from tests.mutants.registry import mutant

from .defects_tools import Body


@mutant("MOD-21", kind="persistence")
def batches_leave_what_was_read(server: Patient) -> None:
    """A defect that was read before is read as it was then, after a batch of several."""
    read: dict[str, Any] = {}

    @server.handler("defects.get_defect")
    def get(original: Any, ctx: Any, defect_id: str) -> Any:
        return read.setdefault(defect_id, original(ctx, defect_id))

    @server.handler("defects.update_defects")
    def update(original: Any, ctx: Any, body: Body) -> Any:
        if len(body["defect_ids"]) == 1:
            read.pop(body["defect_ids"][0], None)
        return original(ctx, body)

    @server.handler("defects.delete_defects")
    def delete(original: Any, ctx: Any, body: Body) -> Any:
        for one in body["defect_ids"]:
            read.pop(one, None)
        return original(ctx, body)

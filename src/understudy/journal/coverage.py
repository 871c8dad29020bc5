"""What of a contract was called, and what was answered, in the form of the control contract."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from understudy.contract.model import Contract, OperationSpec
    from understudy.journal.ring import Journal

Counts = dict[str, int]


def coverage(contract: Contract, journal: Journal) -> dict[str, Any]:
    """Every operation of the contract with its counts, and those of everything else."""
    found = _by_operation(journal.counts)
    operations = [
        _operation(spec, found.pop(spec.operation_id, {})) for spec in contract.operations
    ]
    return {
        "called": sum(one["exchanges"] > 0 for one in operations),
        "exchanges": sum(journal.counts.values()),
        "operations": operations,
        "elsewhere": _together(found),
    }


def _by_operation(counts: Mapping[tuple[str, int], int]) -> dict[str, Counts]:
    """Operation → status → how many, the statuses in order."""
    found: dict[str, Counts] = defaultdict(dict)
    for (operation, status), count in sorted(counts.items()):
        found[operation][str(status)] = count
    return found


def _together(counts: Mapping[str, Counts]) -> Counts:
    """What is left over: calls of no operation, and of those that a reload took away."""
    found: Counts = {}
    for statuses in counts.values():
        for status, count in statuses.items():
            found[status] = found.get(status, 0) + count
    return found


def _operation(spec: OperationSpec, statuses: Counts) -> dict[str, Any]:
    return {
        "operation": spec.operation_id,
        "tag": spec.tag,
        "method": spec.method.upper(),
        "path": spec.path,
        "summary": spec.raw.get("summary", ""),
        "documented": [*spec.responses],
        "exchanges": sum(statuses.values()),
        "statuses": statuses,
    }

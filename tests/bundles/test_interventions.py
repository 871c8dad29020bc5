"""What is kept of that which was done through the control API has its bounds."""

from __future__ import annotations

import pytest

from understudy.interventions import LONGEST_BODY, MOST, MOST_BYTES, Intervention, Interventions


@pytest.mark.parametrize(
    ("length", "count", "kept"),
    [
        (10, MOST + 5, MOST),
        (LONGEST_BODY + 1, 1, 0),
        (LONGEST_BODY, MOST, MOST_BYTES // (LONGEST_BODY + 1)),
    ],
)
def test_they_do_not_grow_without_end(length, count, kept):
    interventions = Interventions()
    for _ in range(2):
        for after in range(count):
            interventions.note(Intervention(after, 0, "POST", "x", b"x" * length))
        assert (len(interventions.kept), interventions.lost) == (kept, count - kept)
        interventions.clear()
        assert (interventions.kept, interventions.lost) == ([], 0)

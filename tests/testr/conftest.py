"""What the tests of Testr share besides the world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def shortcut(world: Any) -> Callable[..., Any]:
    """Runs a shortcut of Testr through the control API: its answer, which must have that status."""

    def run(name: str, status: int = 200, **arguments: Any) -> Any:
        url = f"{world.server.url}/_control/sandboxes/{world.name}/shortcuts/{name}"
        answer = world.anonymous.post(url, json=arguments)
        assert answer.status_code == status, answer.text
        return answer.json()

    return run

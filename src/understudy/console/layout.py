"""What is on every page of a sandbox: the tabs that lead to its page groups."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for


@dataclass(frozen=True)
class Tab:
    """A tab. `endpoint` takes the sandbox's `name`; `key` is the shortcut that leads there."""

    endpoint: str
    label: str
    key: str
    others: tuple[str, ...] = ()
    """Further page groups that belong to it."""


TABS = (
    Tab("sandbox.show", "Sandbox", "g s"),
    Tab("journal.index", "Journal", "g j", ("exchange",)),
    Tab("state.index", "State", "g d"),
    Tab("snapshots.index", "Snapshots", "g n"),
    Tab("traffic.index", "Traffic", "g t"),
    Tab("faults.index", "Faults", "g f"),
    Tab("scenarios.index", "Scenarios", "g c"),
)


def tabs(name: str) -> list[dict[str, str | bool]]:
    """The tabs of a sandbox as the template shows them; the one of this page is the current one."""
    group = (request.endpoint or "").partition(".")[0]
    return [
        {
            "url": url_for(tab.endpoint, name=name),
            "label": tab.label,
            "key": tab.key,
            "is_current": group in (tab.endpoint.partition(".")[0], *tab.others),
        }
        for tab in TABS
    ]

"""The API as the windows see it: one method for each thing they ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .call import Call, Send
from .qt import QObject
from .session import Session
from .transport import Transport


class Api(QObject):
    """The defects of whoever is logged in. Each method gives a Call that is on its way:

    call = api.create_defect("The card form loses its focus")
    call.succeeded.connect(window.show_defect)
    call.failed.connect(window.show_failure)
    """

    def __init__(
        self, transport: Transport, session: Session, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._transport = transport
        self._session = session
        self._under_way: set[Call] = set()

    def list_defects(self, **filters: Any) -> Call:
        """One page, `{defects, total, page, per_page}`; filters: `status`, `search`, `page`, …"""
        return self._get("/defects", filters)

    def create_defect(self, title: str, **fields: Any) -> Call:
        """File a defect; fields: `severity`, `description`, … The answer is the defect."""
        return self._post("/defects", {"title": title, **fields})

    def _get(self, path: str, query: Mapping[str, Any]) -> Call:
        return self._call(lambda token: self._transport.get(path, query, token=token))

    def _post(self, path: str, body: Mapping[str, Any]) -> Call:
        return self._call(lambda token: self._transport.post(path, body, token=token))

    def _call(self, send: Send) -> Call:
        call = Call(self._session, send, self._under_way)
        call.start()
        return call

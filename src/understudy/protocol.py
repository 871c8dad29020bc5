"""HTTP as uvicorn reads it, with refusals in the contract's form and no upgrades."""

from __future__ import annotations

import re

import orjson
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from understudy.errors import MalformedRequest
from understudy.pipeline import envelopes

# An offer to upgrade, as Java's client makes it, changes nothing: there is nothing to upgrade to.
# But the parser would take such a request for one without a body. JSON has no line like this.
UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


class HttpProtocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's HTTP, whichever parser it found, with JSON for what its parser refuses."""

    def data_received(self, data: bytes) -> None:
        """Read on (called by uvicorn)."""
        if b"pgrade:" in data:
            data = UPGRADE.sub(b"\r\nx-upgrade:", data)
        super().data_received(data)

    def send_400_response(self, _msg: str) -> None:
        """Answer what no application sees, and close the connection (called by uvicorn)."""
        _, body = envelopes.common(MalformedRequest())
        payload = orjson.dumps(body)
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"content-length: {len(payload)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + payload)
        self.transport.close()

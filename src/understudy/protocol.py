"""What cannot be read as HTTP at all is refused in the contract's form, too."""

from __future__ import annotations

import orjson
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from understudy.errors import MalformedRequest
from understudy.pipeline import envelopes


class HttpProtocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
    """uvicorn's HTTP, whichever parser it found, with JSON for what its parser refuses."""

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

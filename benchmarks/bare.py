"""The limit: uvicorn with an application that only answers, prepared bytes on GET and POST.

python -m benchmarks.bare PORT FILE
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import uvicorn


def application(body: bytes) -> Any:
    """An ASGI application that reads what it is sent and answers with these bytes."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        status = 200
        if scope["method"] == "POST":
            status = 201
            while (await receive()).get("more_body"):
                pass
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(Path(sys.argv[2]).read_bytes()),
        port=int(sys.argv[1]),
        access_log=False,
        log_level="warning",
        lifespan="off",
    )

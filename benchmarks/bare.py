"""The limit: uvicorn with an application that only answers, a prepared defect on GET and POST."""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn

BODY = Path(sys.argv[2]).read_bytes()
HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(BODY))]


async def app(scope, receive, send):
    """Read the body, send the prepared one."""
    if scope["type"] != "http":
        return
    status = 200
    if scope["method"] == "POST":
        status = 201
        while (await receive()).get("more_body"):
            pass
    await send({"type": "http.response.start", "status": status, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning", lifespan="off")

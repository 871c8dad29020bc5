"""Cross-origin requests: any page may call the fake with a token it holds; cookies play no part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from understudy.pipeline.exchange import Headers

ANSWER: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Disposition, Retry-After, X-Request-ID"),
]


def preflight(headers: Mapping[bytes, bytes], allowed: Iterable[str], *, is_open: bool) -> Headers:
    """The headers that answer an OPTIONS request, preflight or not; `is_open`: to other origins."""
    methods = ", ".join(sorted(allowed)).encode()
    if not is_open:
        return [(b"allow", methods)]
    wanted = headers.get(b"access-control-request-headers", b"authorization, content-type")
    return [
        (b"allow", methods),
        (b"access-control-allow-methods", methods),
        (b"access-control-allow-headers", wanted),
        (b"access-control-max-age", b"600"),
    ]

"""An exchange in a line or two: what was sent, what came back."""

from __future__ import annotations

from understudy.cli.text import cut
from understudy.verify.report.model import Exchange
from understudy.verify.report.text import address, one_line

WIDEST = 160


def sent(exchange: Exchange, base_url: str, widest: int = WIDEST) -> str:
    """`POST /test-plans {"name": ""}`."""
    where = address(exchange["url"], base_url)
    return cut(one_line(f"{exchange['method']} {where} {exchange['request_body'] or ''}"), widest)


def answered(exchange: Exchange, widest: int = WIDEST) -> str:
    """`201 {"id": …}`; or why no answer came."""
    if exchange["status"] is None:
        return cut(one_line(f"no answer: {exchange['reason'] or 'nobody knows why'}"), widest)
    body = exchange["response_body"]
    return cut(one_line(f"{exchange['status']} {body or 'without a body'}"), widest)

"""An operation that takes long: its handler has a twin of the sandbox, in a thread.

All that stands before the handler has happened by then, once and on the event loop: fault,
authentication, admission, parameters. What it changes takes effect in one step, as ever.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from understudy.background import drop
from understudy.errors import ApiError, Unauthorized
from understudy.journal.entry import Told, differences
from understudy.longwork import Done, done_aside
from understudy.pipeline.exchange import Reply, Request, encoded
from understudy.pipeline.operation import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from understudy.context import Context
    from understudy.pipeline.answers import Answers
    from understudy.sandbox import Sandbox
    from understudy.store import Change


@dataclass(slots=True)
class Answered:
    """What a handler's call came to: a reply or a refusal, and what it changed."""

    reply: Reply | ApiError
    told: Told
    user_name: str


async def reply_in_time(
    request: Request,
    ctx: Context,
    handler: Callable[..., Any],
    arguments: Mapping[str, Any],
    answers: Answers,
) -> Reply:
    """The reply of a handler that takes long. Raises ApiError for a refusal."""
    sandbox, life = ctx.sandbox, ctx.sandbox.life

    def require_same() -> None:
        if sandbox.life != life or sandbox.journal.is_closed:
            raise Unauthorized("The sandbox of this request was deleted or begun anew meanwhile.")

    answered = await done_aside(
        sandbox,
        partial(_answer, ctx, handler, arguments, answers),
        only_looks=ctx.operation.method == "GET",
        require=require_same,
    )
    request.changes, ctx.user_name = (
        answered.told if answered.told.objects else (),
        answered.user_name,
    )
    if isinstance(answered.reply, ApiError):
        raise answered.reply
    return answered.reply


def _answer(
    given: Context,
    handler: Callable[..., Any],
    arguments: Mapping[str, Any],
    answers: Answers,
    twin: Sandbox,
) -> Done[Answered]:
    """Call the handler. What it changed before it refused is forgotten together with the twin."""
    ctx = copy(given)
    changes: list[Change] = []
    ctx.sandbox, ctx.store = twin, twin.store
    reply: Reply | ApiError
    twin.store.begin()
    try:
        reply = _called(ctx, handler, arguments, answers)
        changes = twin.store.commit()
    except ApiError as error:
        reply = error
        if error.keeps_changes:
            changes = twin.store.commit()
    return Done(Answered(reply, differences(changes), ctx.user_name), changes)


def _called(
    ctx: Context, handler: Callable[..., Any], arguments: Mapping[str, Any], answers: Answers
) -> Reply:
    status, body, headers = unpack(handler(ctx, **arguments))
    payload = answers.encode_bit_by_bit(status, body)
    box = [body]
    del body
    drop(box)
    return Reply(status, payload, encoded(headers) if headers else [])

"""From an ASGI request to a channel's webhook and back, with as little in between as can be.

Nothing but reading, verifying, parsing and appending happens before a provider is acknowledged.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import structlog

from bridge.errors import StoreUnavailable
from bridge.model import Answer, Call
from bridge.ports import Clock, Webhook

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 64 * 1024
"""Bytes; no provider sends more."""

SLOWEST_BODY = 10.0
"""Seconds in which a body must have arrived: a trickle must not hold a connection."""

RETRY_AFTER = "5"
"""Seconds after which a provider may come back when nothing could be stored."""

log = structlog.get_logger("rempart.web")

_TOO_LARGE = Answer(413, b"The body is larger than 64 KiB.")
_TOO_SLOW = Answer(408, b"The body did not arrive in time.")
_NOT_POST = Answer(405, b"Only POST is answered here.", headers={"Allow": "POST"})
_UNAVAILABLE = Answer(503, b"It could not be stored; try again.", headers={"Retry-After": RETRY_AFTER})
_BROKEN = Answer(500, b"An error of ours; it was recorded.")


class _Unreadable(Exception):
    """The request cannot be read to its end."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Webhooks:
    """Sends each webhook path to its channel, and every other path on to `other`."""

    def __init__(self, webhooks: Mapping[str, Webhook], clock: Clock, other: App) -> None:
        """`webhooks` maps paths to what receives them."""
        self._webhooks = webhooks
        self._clock = clock
        self._other = other
        self.answers: dict[int, int] = {}
        """How often each status was answered; for metrics."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        webhook = self._webhooks.get(scope["path"]) if scope["type"] == "http" else None
        if webhook is None:
            await self._other(scope, receive, send)
            return
        answer = await self._answer(webhook, scope, receive)
        self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
        await _send(send, answer)

    async def _answer(self, webhook: Webhook, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            return _NOT_POST
        try:
            return await webhook(await _read(scope, receive, self._clock()))
        except _Unreadable as unreadable:
            return unreadable.answer
        except StoreUnavailable as error:
            log.warning("a call could not be stored", path=scope["path"], why=str(error))
            return _UNAVAILABLE
        except Exception:
            log.exception("a call could not be received", path=scope["path"])
            return _BROKEN


async def _read(scope: Scope, receive: Receive, now: int) -> Call:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if int(headers.get("content-length", "0")) > LARGEST_BODY:
        raise _Unreadable(_TOO_LARGE)
    return Call(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=await _body(receive),
        arrived_at=now,
    )


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False) and len(body) <= LARGEST_BODY:
        return body
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            return await _rest(receive, body, more=message.get("more_body", False))
    except TimeoutError:
        raise _Unreadable(_TOO_SLOW) from None


async def _rest(receive: Receive, start: bytes, *, more: bool) -> bytes:
    chunks, size = [start], len(start)
    while more and size <= LARGEST_BODY:
        message = await receive()
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        more = message.get("more_body", False)
    if size > LARGEST_BODY:
        raise _Unreadable(_TOO_LARGE)
    return b"".join(chunks)


async def _send(send: Send, answer: Answer) -> None:
    headers = [(b"content-type", answer.content_type.encode()), (b"content-length", b"%d" % len(answer.body))]
    headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})

"""From an ASGI request to a channel's webhook and back, with as little in between as can be.

Nothing but reading, verifying, parsing and appending happens before a provider is acknowledged.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import structlog

from bridge.errors import StoreUnavailable
from bridge.model import Answer, Call
from bridge.ports import Clock, Guarded, Webhook

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 64 * 1024
"""Bytes; no provider sends more."""

RETRY_AFTER = "5"
"""Seconds after which a provider may come back when nothing could be stored."""

log = structlog.get_logger("rempart.web")

_TOO_LARGE = Answer(413, b"The body is larger than 64 KiB.")
_MALFORMED = Answer(400, b"The request is malformed, or broke off.")
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
        self._glances = {path: hook.glance for path, hook in webhooks.items() if isinstance(hook, Guarded)}
        self._clock = clock
        self._other = other
        self.answers: dict[int, int] = {}
        """How often each status was answered; for metrics."""
        self._lately: dict[tuple[str, int], int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        webhook = self._webhooks.get(scope["path"]) if scope["type"] == "http" else None
        if webhook is None:
            await self._other(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        early = self._glance(scope, headers)
        if early is None:
            answer = await self._answer(webhook, scope, headers, receive)
        elif "transfer-encoding" in headers:  # how long the body is shows only as it comes
            answer = _TOO_LARGE if await _passed_over(receive) > LARGEST_BODY else early
        else:
            await self._refuse(early, scope["path"], receive, send)
            return
        self._count(answer, scope["path"])
        await _send(send, answer)

    def answered(self) -> dict[tuple[str, int], int]:
        """How often each path was answered with each status, since this was asked last."""
        lately, self._lately = self._lately, {}
        return lately

    async def _refuse(self, answer: Answer, path: str, receive: Receive, send: Send) -> None:
        """Answers unread, then waits for the end: whoever still writes would miss the answer."""
        self._count(answer, path)
        await _send(send, answer, more=True)
        await _passed_over(receive)
        await send({"type": "http.response.body", "body": b""})

    def _count(self, answer: Answer, path: str) -> None:
        self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
        self._lately[path, answer.status] = self._lately.get((path, answer.status), 0) + 1

    def _glance(self, scope: Scope, headers: Mapping[str, str]) -> Answer | None:
        """What to answer by the headers alone; `None` where the body must be read."""
        if scope["method"] != "POST":
            return _NOT_POST
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            return _MALFORMED
        if int(length[:20]) > LARGEST_BODY:
            return _TOO_LARGE
        glance = self._glances.get(scope["path"])
        return glance(headers) if glance else None

    async def _answer(
        self, webhook: Webhook, scope: Scope, headers: dict[str, str], receive: Receive
    ) -> Answer:
        try:
            return await webhook(await _read(scope, headers, receive, self._clock()))
        except _Unreadable as unreadable:
            return unreadable.answer
        except StoreUnavailable as error:
            log.warning("a call could not be stored", path=scope["path"], why=str(error))
            return _UNAVAILABLE
        except asyncio.CancelledError:  # the service stops, and the call was not stored in time
            return _UNAVAILABLE
        except Exception:
            log.exception("a call could not be received", path=scope["path"])
            return _BROKEN


async def _read(scope: Scope, headers: dict[str, str], receive: Receive, now: int) -> Call:
    return Call(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=await _body(receive),
        arrived_at=now,
    )


async def _body(receive: Receive) -> bytes:
    body, more = await _chunk(receive)
    if more or len(body) > LARGEST_BODY:
        return await _rest(receive, body, more=more)
    return body


async def _rest(receive: Receive, start: bytes, *, more: bool) -> bytes:
    chunks, size = [start], len(start)
    while more and size <= LARGEST_BODY:
        chunk, more = await _chunk(receive)
        chunks.append(chunk)
        size += len(chunk)
    if size > LARGEST_BODY:
        raise _Unreadable(_TOO_LARGE)
    return b"".join(chunks)


async def _chunk(receive: Receive) -> tuple[bytes, bool]:
    """The next part of the body, and whether there is more. A caller who hung up has said nothing whole."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise _Unreadable(_MALFORMED)
    return message.get("body", b""), message.get("more_body", False)


async def _passed_over(receive: Receive) -> int:
    """Waits for the end of a body that nobody reads, or until it is too large; returns how much came."""
    size, more = 0, True
    while more and size <= LARGEST_BODY:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    return size


async def _send(send: Send, answer: Answer, *, more: bool = False) -> None:
    headers = [(b"content-type", answer.content_type.encode()), (b"content-length", b"%d" % len(answer.body))]
    headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": more})

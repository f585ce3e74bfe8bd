"""From an ASGI request to a channel's webhook and back, with as little in between as can be.

Nothing but reading, verifying, parsing and appending happens before a provider is acknowledged.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any

import structlog

from bridge.errors import StoreUnavailable
from bridge.model import Answer, Call, Happening
from bridge.noun import Noun
from bridge.ports import Clock, Guarded, Told, Webhook
from bridge.web.knock import is_knock

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Appending = Callable[[Sequence[Happening]], asyncio.Future[None]]
"""Begins to store; what it returns is done once everything is committed, or tells why nothing was stored."""

App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 64 * 1024
"""Bytes of a body that tells one text. Some providers repeat more than that in a call: their webhooks say how
much (`Guarded.largest`)."""

LARGE_AT_ONCE = 16
"""How many larger bodies are read at a time: they may be strangers', and are held until whole."""

RETRY_AFTER = "5"
"""Seconds after which a provider may come back when nothing could be stored."""


log = structlog.get_logger("rempart.web")

_NOT_POST = Answer(405, b"Only POST is answered here.", headers={"Allow": "POST"})
_TOO_LARGE = Answer(413, b"The body is too large.")
_MALFORMED = Answer(400, b"The request is malformed, or broke off.")
_UNAVAILABLE = Answer(503, b"It could not be stored; try again.", headers={"Retry-After": RETRY_AFTER})
_BROKEN = Answer(500, b"An error of ours; it was recorded.")


_NO_HEADERS: Mapping[str, str] = {}


class _Unreadable(Exception):
    """The request cannot be read to its end."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


class Promise(Noun):
    """What a call told is being stored."""

    path: str
    stored: asyncio.Future[None]
    answer: Answer
    """Once it is."""


class Webhooks:
    """Sends each webhook path to its channel, and every other path on to `other`."""

    def __init__(
        self,
        webhooks: Mapping[str, Webhook],
        clock: Clock,
        other: App,
        appending: Appending | None = None,
        doctor: bytes | None = None,
    ) -> None:
        """`webhooks` maps paths to what receives them; `appending` opens the short way; by the key `doctor`
        we know ourselves."""
        self._webhooks = webhooks
        guarded = {path: hook for path, hook in webhooks.items() if isinstance(hook, Guarded)}
        self._glances = {path: hook.glance for path, hook in guarded.items()}
        self._reads = {path: hook.read for path, hook in guarded.items() if hook.read and appending}
        self._largest = {path: hook.largest for path, hook in guarded.items()}
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._appending = appending
        self._clock = clock
        self._other = other
        self._doctor = doctor
        self.answers: dict[int, int] = {}
        """How often each status was answered; for metrics."""
        self._lately: dict[tuple[str, int], int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application."""
        webhook = self._webhooks.get(scope["path"]) if scope["type"] == "http" else None
        if webhook is None:
            await self._other(scope, receive, send)
            return
        headers = _headers(scope)
        early = self._glance(scope, headers)
        if early is None:
            answer = await self._answer(webhook, scope, headers, receive)
        elif "transfer-encoding" in headers:  # how long the body is shows only as it comes
            answer = _TOO_LARGE if await _passed_over(receive) > LARGEST_BODY else early
        else:
            self._count(early, scope["path"], headers)
            await _refuse(early, receive, send)
            return
        self._count(answer, scope["path"], headers)
        await _send(send, answer)

    def short_way(self, scope: Scope) -> dict[str, str] | None:
        """The headers of a call that may go it: nothing to be said before its body is here; else `None`."""
        if scope["path"] not in self._reads:
            return None
        headers = _headers(scope)
        odd = "transfer-encoding" in headers or "expect" in headers
        if odd or self._glance(scope, headers) is not None or _length(headers) > LARGEST_BODY:
            return None
        return headers

    def receive(self, scope: Scope, headers: dict[str, str], body: bytes) -> Answer | Promise:
        """Reads a whole call that goes the short way, and begins to store what it tells."""
        path = scope["path"]
        try:
            read = self._reads[path](_call(scope, headers, body, self._clock()))
            if isinstance(read, Told) and self._appending is not None:
                return Promise(path, self._appending(read.happenings), read.answer)
        except Exception as error:  # noqa: BLE001 - told apart, and told
            read = _amiss(path, error)
        answer = read.answer if isinstance(read, Told) else read
        self._count(answer, path, headers)
        return answer

    def kept(self, promise: Promise) -> Answer:
        """What to answer now that it is stored, or is not."""
        stored = promise.stored
        error = None if stored.cancelled() else stored.exception()
        if stored.cancelled():
            answer = _UNAVAILABLE
        else:
            answer = promise.answer if error is None else _amiss(promise.path, error)
        self._count(answer, promise.path)
        return answer

    def answered(self) -> dict[tuple[str, int], int]:
        """How often each path was answered with each status, since this was asked last."""
        lately, self._lately = self._lately, {}
        return lately

    def _count(self, answer: Answer, path: str, headers: Mapping[str, str] = _NO_HEADERS) -> None:
        if is_knock(headers, self._doctor):
            return
        self.answers[answer.status] = self.answers.get(answer.status, 0) + 1
        self._lately[path, answer.status] = self._lately.get((path, answer.status), 0) + 1

    def _glance(self, scope: Scope, headers: Mapping[str, str]) -> Answer | None:
        """What to answer by the headers alone; `None` where the body must be read."""
        if scope["method"] != "POST":
            return _NOT_POST
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            return _MALFORMED
        if _length(headers) > self._most(scope):
            return _TOO_LARGE
        glance = self._glances.get(scope["path"])
        return glance(headers) if glance else None

    async def _answer(
        self, webhook: Webhook, scope: Scope, headers: dict[str, str], receive: Receive
    ) -> Answer:
        now = self._clock()
        try:
            return await webhook(_call(scope, headers, await self._body(receive, self._most(scope)), now))
        except _Unreadable as unreadable:
            return unreadable.answer
        except asyncio.CancelledError:  # the service stops, and the call was not stored in time
            return _UNAVAILABLE
        except Exception as error:  # noqa: BLE001 - told apart, and told
            return _amiss(scope["path"], error)

    def _most(self, scope: Scope) -> int:
        """How many bytes the body of a call to its path may have."""
        return self._largest.get(scope["path"], LARGEST_BODY)

    async def _body(self, receive: Receive, most: int) -> bytes:
        body, more = await _chunk(receive)
        if not more and len(body) <= LARGEST_BODY:
            return body
        start, more = await _gathered(receive, body, more=more, most=LARGEST_BODY)
        if more and len(start) <= most:
            async with self._large:
                start, more = await _gathered(receive, start, more=True, most=most)
        if len(start) > most:
            raise _Unreadable(_TOO_LARGE)
        return start


def _amiss(path: str, error: BaseException) -> Answer:
    """What to answer where a call could not be received, or not be stored."""
    if isinstance(error, StoreUnavailable):
        log.warning("a call could not be stored", path=path, why=str(error))
        return _UNAVAILABLE
    log.error("a call could not be received", path=path, exc_info=error)
    return _BROKEN


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _call(scope: Scope, headers: dict[str, str], body: bytes, now: int) -> Call:
    query = scope["query_string"].decode("latin-1")
    return Call(scope["method"], scope["path"], query, headers, body, now)


def _length(headers: Mapping[str, str]) -> int:
    """As long as the headers say that the body is; digits are looked for elsewhere."""
    return int(headers.get("content-length", "0")[:20])


async def _gathered(receive: Receive, start: bytes, *, more: bool, most: int) -> tuple[bytes, bool]:
    """What comes after `start`, with it, until it ends or passes `most` bytes; and whether there is more."""
    chunks, size = [start], len(start)
    while more and size <= most:
        chunk, more = await _chunk(receive)
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks), more


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


async def _refuse(answer: Answer, receive: Receive, send: Send) -> None:
    """Answers unread, then waits for the end: whoever still writes would miss the answer."""
    await _send(send, answer, more=True)
    await _passed_over(receive)
    await send({"type": "http.response.body", "body": b""})


async def _send(send: Send, answer: Answer, *, more: bool = False) -> None:
    headers = [(b"content-type", answer.content_type.encode()), (b"content-length", b"%d" % len(answer.body))]
    headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": more})

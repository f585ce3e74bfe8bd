"""From the wire to a channel's webhook and back: whole calls or none, and a plain answer to everything."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from bridge.errors import StoreUnavailable
from bridge.model import Answer, Call
from bridge.ports import Guarded
from bridge.web import patience
from bridge.web.server import Server, listen
from bridge.web.webhooks import LARGE_AT_ONCE, LARGEST_BODY, Webhooks
from tests.support.house import free_port

PROSE = "une phrase que personne ne doit lire"
NOW = 1_790_000_000_000_000
THANKS = Answer(200, b"thanks")


class Hook:
    """Receives calls, keeps them, and answers as it is told."""

    def __init__(self, told: Answer | BaseException | Callable[[], Any] = THANKS) -> None:
        self.calls: list[Call] = []
        self.told = told

    async def __call__(self, call: Call) -> Answer:
        self.calls.append(call)
        if isinstance(self.told, BaseException):
            raise self.told
        if isinstance(self.told, Answer):
            return self.told
        answer: Answer = await self.told()
        return answer


async def elsewhere(_scope: Any, _receive: Any, send: Any) -> None:
    """Everything that is no webhook."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def webhooks(hook: Hook) -> Webhooks:
    return Webhooks({"/hook": hook}, lambda: NOW, elsewhere)


@pytest.fixture(autouse=True)
def log() -> Iterator[list[Any]]:
    """What was reported."""
    with capture_logs() as lines:
        yield lines


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}
WHOLE = [part(b"salut")]


async def told(
    app: Webhooks,
    parts: list[dict[str, Any]],
    headers: list[tuple[bytes, bytes]] | None = None,
    **scope: Any,
) -> tuple[int, dict[bytes, bytes], bytes]:
    """What a server would answer that received these parts of a body, and then nothing more."""
    coming, sent = iter(parts), []

    async def receive() -> MutableMapping[str, Any]:
        return next(coming, GONE)

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    plain = {"type": "http", "method": "POST", "path": "/hook", "query_string": b"a=1&b=%C3%A9"}
    await app({**plain, "headers": headers or [], **scope}, receive, send)
    start, body, *_end = sent
    return start["status"], dict(start["headers"]), body["body"]


async def test_a_webhook_gets_the_call_as_it_came() -> None:
    hook = Hook()
    headers = [(b"x-sign", b"first"), (b"x-sign", b"\xe9 last"), (b"content-length", b"5")]
    assert await told(webhooks(hook), WHOLE, headers) == (
        200, {b"content-type": b"text/plain; charset=utf-8", b"content-length": b"6"}, b"thanks"
    )  # fmt: skip
    assert hook.calls == [
        Call("POST", "/hook", "a=1&b=%C3%A9", {"x-sign": "é last", "content-length": "5"}, b"salut", NOW)
    ]


BODIES = [
    ([part(b"")], b""),
    ([part(b"a", more=True), part(b"b", more=True), part(b"c")], b"abc"),
    ([part(b"", more=True), part(b"", more=True), part(b"abc")], b"abc"),
    ([part(b"a", more=True), part(b"")], b"a"),
    ([part(b"a" * LARGEST_BODY)], b"a" * LARGEST_BODY),
    ([part(b"a" * (LARGEST_BODY - 1), more=True), part(b"a")], b"a" * LARGEST_BODY),
    ([{"type": "http.request"}], b""),
]


@pytest.mark.parametrize(("parts", "body"), BODIES)
async def test_a_body_may_come_in_parts(parts: list[dict[str, Any]], body: bytes) -> None:
    hook = Hook()
    assert (await told(webhooks(hook), parts))[0] == 200
    assert [call.body for call in hook.calls] == [body]


UNREADABLE: list[tuple[list[dict[str, Any]], list[tuple[bytes, bytes]], int]] = [
    ([GONE], [], 400),
    ([part(b"a", more=True), GONE], [], 400),
    ([part(b"a", more=True), part(b"b", more=True)], [], 400),
    ([part(b"a" * (LARGEST_BODY + 1))], [], 413),
    ([part(b"a" * (LARGEST_BODY + 1), more=True)], [], 413),
    ([part(b"a" * 1000, more=True)] * 66, [], 413),
    (WHOLE, [(b"content-length", b"65537")], 413),
    (WHOLE, [(b"content-length", b"9" * 5000)], 413),
    (WHOLE, [(b"content-length", b"five")], 400),
    (WHOLE, [(b"content-length", b"-5")], 400),
    (WHOLE, [(b"content-length", "\u0665".encode())], 400),
    (WHOLE, [(b"content-length", b"")], 400),
]


@pytest.mark.parametrize(("parts", "headers", "status"), UNREADABLE)
async def test_what_did_not_come_whole_reaches_nobody(
    parts: list[dict[str, Any]], headers: list[tuple[bytes, bytes]], status: int
) -> None:
    hook = Hook()
    app = webhooks(hook)
    assert (await told(app, parts, headers))[0] == status
    assert hook.calls == []
    assert app.answers == {status: 1}


ROOMY = 5 * LARGEST_BODY
"""What a provider may send whose calls repeat more than one text."""

ROOMIER: list[tuple[list[dict[str, Any]], list[tuple[bytes, bytes]], int]] = [
    ([part(b"a" * ROOMY)], [], 200),
    ([part(b"a" * 1000, more=True)] * 300 + [part(b"a")], [(b"content-length", b"300001")], 200),
    ([part(b"a" * ROOMY, more=True), part(b"a")], [], 413),
    (WHOLE, [(b"content-length", b"%d" % (ROOMY + 1))], 413),
    ([part(b"a" * LARGEST_BODY * 2, more=True), GONE], [], 400),
]


@pytest.mark.parametrize(("parts", "headers", "status"), ROOMIER)
async def test_a_webhook_says_itself_how_large_its_calls_may_be(
    parts: list[dict[str, Any]], headers: list[tuple[bytes, bytes]], status: int
) -> None:
    hook = Hook()
    roomy = Guarded(hook, lambda _: None, largest=ROOMY)
    app = Webhooks({"/hook": roomy}, lambda: NOW, elsewhere)
    assert (await told(app, parts, headers))[0] == status
    assert [call.body for call in hook.calls] == (
        [b"".join(one["body"] for one in parts)] if status == 200 else []
    )


async def test_only_so_many_large_bodies_are_held_at_once_and_small_ones_do_not_wait_for_them() -> None:
    app = Webhooks({"/hook": Guarded(Hook(), lambda _: None, largest=ROOMY)}, lambda: NOW, elsewhere)
    held = 0

    async def trickle() -> AsyncIterator[MutableMapping[str, Any]]:
        nonlocal held
        yield part(b"a" * (LARGEST_BODY + 1), more=True)
        held += 1
        await asyncio.Event().wait()

    async def unheard(_message: MutableMapping[str, Any]) -> None:
        pass

    scope = {"type": "http", "method": "POST", "path": "/hook", "query_string": b"", "headers": []}
    strangers = [
        asyncio.create_task(app(dict(scope), trickle().__anext__, unheard)) for _ in range(LARGE_AT_ONCE)
    ]
    await asyncio.sleep(0)
    assert (await told(app, WHOLE))[0] == 200
    waiting = asyncio.create_task(told(app, [part(b"a" * (LARGEST_BODY + 1), more=True), part(b"a")]))
    await asyncio.sleep(0.02)
    assert (held, waiting.done()) == (LARGE_AT_ONCE, False)
    for stranger in strangers:
        stranger.cancel()
    assert (await waiting)[0] == 200
    await asyncio.gather(*strangers, return_exceptions=True)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS", "TRACE"])
async def test_only_post_is_answered(method: str) -> None:
    hook = Hook()
    status, headers, _ = await told(webhooks(hook), WHOLE, method=method)
    assert (status, headers[b"allow"], hook.calls) == (405, b"POST", [])


@pytest.mark.parametrize("path", ["/", "/hook/", "/hook2", "//hook", "/HOOK", ""])
async def test_other_paths_go_elsewhere(path: str) -> None:
    app = webhooks(hook := Hook())
    assert (await told(app, WHOLE, path=path))[0] == 404
    assert (hook.calls, app.answers) == ([], {})


FAILURES = [
    (StoreUnavailable("It is locked."), 503, "warning"),
    (ValueError(PROSE), 500, "error"),
    (asyncio.CancelledError(), 503, None),
]


@pytest.mark.parametrize(("failure", "status", "level"), FAILURES)
async def test_a_webhook_that_fails_is_answered_for_and_its_prose_is_told_to_nobody(
    log: list[Any], failure: BaseException, status: int, level: str | None
) -> None:
    app = webhooks(Hook(failure))
    answered, headers, body = await told(app, WHOLE)
    assert (answered, app.answers) == (status, {status: 1})
    assert (b"retry-after" in headers) == (status == 503)
    assert "phrase" not in body.decode()
    assert [line["log_level"] for line in log] == ([level] if level else [])


@asynccontextmanager
async def serving(app: Webhooks, goodbye: int = 1) -> AsyncIterator[int]:
    """The real server on a port."""
    port = free_port()
    async with Server(app, listen("127.0.0.1", port), goodbye):
        yield port


async def wire(port: int, *sent: bytes, close: bool = False) -> bytes:
    """Everything that comes back for these bytes, until the server closes the connection, or we do."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for some in sent:
        writer.write(some)
        await writer.drain()
        await asyncio.sleep(0.02)
    if close:
        writer.close()
    async with asyncio.timeout(20):
        back = b"" if close else await reader.read()
    writer.close()
    return back


POST = b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n"


async def test_over_a_real_wire_a_body_in_pieces_is_put_together() -> None:
    hook = Hook()
    async with serving(webhooks(hook)) as port:
        back = await wire(port, POST[:20], POST[20:], b"\r\n", b"sa", b"lut")
    assert back.startswith(b"HTTP/1.1 200")
    assert back.endswith(b"thanks")
    assert [call.body for call in hook.calls] == [b"salut"]


async def test_over_a_real_wire_a_caller_who_hangs_up_halfway_has_said_nothing() -> None:
    app = webhooks(hook := Hook())
    async with serving(app) as port:
        await wire(port, POST + b"\r\n", b"sa", close=True)
        await wire(port, POST + b"\r\n", close=True)
        await wire(port, POST, close=True)
        assert (await wire(port, POST + b"\r\nsalut")).startswith(b"HTTP/1.1 200")
    assert [call.body for call in hook.calls] == [b"salut"]
    assert app.answers == {400: 2, 200: 1}


async def test_over_a_real_wire_head_is_answered_without_a_body() -> None:
    async with serving(webhooks(Hook())) as port:
        back = await wire(port, b"HEAD /hook HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert back.startswith(b"HTTP/1.1 405")
    assert back.endswith(b"\r\n\r\n")


async def test_over_a_real_wire_two_lengths_are_refused() -> None:
    hook = Hook()
    async with serving(webhooks(hook)) as port:
        back = await wire(port, POST + b"Content-Length: 3\r\n\r\nsalut")
        chunked = await wire(port, POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nsalut\r\n0\r\n\r\n")
    assert back.startswith(b"HTTP/1.1 400")
    assert chunked.startswith(b"HTTP/1.1 400")
    assert hook.calls == []


SLOW = [b"", b"POST", POST, POST + b"\r\n", POST + b"\r\nsa"]


@pytest.mark.parametrize("begun", SLOW, ids=["nothing", "a word", "headers", "no body", "half a body"])
async def test_a_request_that_does_not_arrive_holds_no_connection(
    begun: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SLOWEST_REQUEST", 0.1)
    app = webhooks(hook := Hook())
    async with serving(app) as port:
        await wire(port, *([begun] if begun else []))
    assert hook.calls == []


async def test_a_webhook_that_takes_its_time_is_not_taken_for_a_slow_caller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "SLOWEST_REQUEST", 0.05)

    async def slow() -> Answer:
        await asyncio.sleep(0.3)
        return Answer(200, b"at last")

    async with serving(webhooks(Hook(slow))) as port:
        assert (await wire(port, POST + b"\r\nsalut")).endswith(b"at last")


async def test_a_connection_may_rest_between_two_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SLOWEST_REQUEST", 0.05)
    hook = Hook()
    async with serving(webhooks(hook)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(POST.replace(b"Connection: close\r\n", b"") + b"\r\nsalut")
            assert (await reader.readuntil(b"thanks")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.2)
        writer.close()
    assert len(hook.calls) == 2


RESTED = {
    "answered": (POST.replace(b"Connection: close\r\n", b"") + b"\r\nsalut", b"thanks"),
    "refused before it was whole": (b"PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nsalut", b""),
}


@pytest.mark.parametrize(("asked", "end"), RESTED.values(), ids=RESTED)
async def test_a_connection_that_rests_for_too_long_is_closed(
    asked: bytes, end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "LONGEST_REST", 0.2)
    monkeypatch.setattr(patience, "SLOWEST_REQUEST", 0.4)  # so often is looked
    async with serving(webhooks(Hook())) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(asked)
        async with asyncio.timeout(10):
            assert (await reader.read()).endswith(end)
        writer.close()


async def test_when_the_service_stops_whoever_cannot_be_served_in_time_may_come_back() -> None:
    begun = asyncio.Event()

    async def never() -> Answer:
        begun.set()
        await asyncio.Event().wait()
        return Answer(200)

    async with serving(webhooks(Hook(never)), goodbye=0) as port:
        calling = asyncio.create_task(wire(port, POST + b"\r\nsalut"))
        await begun.wait()
    back = await calling
    assert back.startswith(b"HTTP/1.1 503")
    assert b"retry-after" in back.lower()

"""The short way answers as the long one does, and leaves to it whatever is out of the ordinary."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from bridge.errors import StoreUnavailable
from bridge.model import Answer, Call, Happening
from bridge.noun import replace
from bridge.ports import Guarded, Told, Webhook
from bridge.web.server import Server, listen
from bridge.web.webhooks import Webhooks
from tests.support.events import message
from tests.support.house import free_port
from tests.web.test_webhooks import NOW, PROSE, THANKS, Hook, elsewhere, wire

WHOLE = b"POST /hook?a=1 HTTP/1.1\r\nHost: x\r\nX-Sign: yes\r\nContent-Length: 5\r\n\r\nsalut"
SAID = message()
LAST = WHOLE.replace(b"Host: x", b"Connection: close")


def open_to_all(_headers: Mapping[str, str]) -> Answer | None:
    return None


def as_read(hook: Hook) -> Webhook:
    """The hook as one that tells without waiting, where it can."""
    if not isinstance(hook.told, Answer):
        return hook
    answer = hook.told

    def read(call: Call) -> Answer | Told:
        hook.calls.append(call)
        return Told((), answer)

    return Guarded(hook, open_to_all, read)


def soon(_happenings: Sequence[Happening]) -> asyncio.Future[None]:
    """Stores at the next opportunity."""
    loop = asyncio.get_running_loop()
    stored = loop.create_future()
    loop.call_soon(_succeed, stored)
    return stored


def _succeed(stored: asyncio.Future[None]) -> None:
    if not stored.done():
        stored.set_result(None)


@dataclass
class Door:
    """A webhook whose storing is in the test's hands; the long way fails."""

    read: Callable[[Call], Answer | Told] = lambda _: Told((SAID,), THANKS)
    refused: Answer | None = None
    calls: list[Call] = field(default_factory=list)
    storing: list[asyncio.Future[None]] = field(default_factory=list)
    begun: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    def app(self) -> Webhooks:
        return Webhooks({"/hook": self.hook()}, lambda: NOW, elsewhere, self.appending)

    def hook(self) -> Guarded:
        return Guarded(self._receive, lambda _: self.refused, self._read)

    def _read(self, call: Call) -> Answer | Told:
        self.calls.append(call)
        return self.read(call)

    async def _receive(self, _call: Call) -> Answer:
        return Answer(200, b"the long way")

    def appending(self, happenings: Sequence[Happening]) -> asyncio.Future[None]:
        assert list(happenings) == [SAID]
        self.storing.append(asyncio.get_running_loop().create_future())
        self.begun.release()
        return self.storing[-1]


@asynccontextmanager
async def serving(app: Webhooks, goodbye: int = 1) -> AsyncIterator[int]:
    port = free_port()
    async with Server(app, listen("127.0.0.1", port), goodbye):
        yield port


async def answered(door: Door, settle: Callable[[asyncio.Future[None]], object]) -> tuple[bytes, Webhooks]:
    """What comes back for a call whose storing ends like this."""
    app = door.app()
    async with serving(app) as port:
        calling = asyncio.create_task(wire(port, LAST))
        await door.begun.acquire()
        await asyncio.sleep(0.02)
        assert not calling.done()
        settle(door.storing[0])
        return await calling, app


async def test_a_call_is_answered_once_it_is_stored() -> None:
    back, app = await answered(door := Door(), lambda stored: stored.set_result(None))
    head, _, body = back.partition(b"\r\n\r\n")
    assert (head[:15], body, app.answers) == (b"HTTP/1.1 200 OK", b"thanks", {200: 1})
    assert b"connection: close" in head
    headers = {"connection": "close", "x-sign": "yes", "content-length": "5"}
    assert door.calls == [Call("POST", "/hook", "a=1", headers, b"salut", NOW)]


ENDS: list[tuple[Callable[[asyncio.Future[None]], object], int, str | None]] = [
    (lambda stored: stored.set_exception(StoreUnavailable("It is locked.")), 503, "warning"),
    (lambda stored: stored.set_exception(ValueError(PROSE)), 500, "error"),
    (lambda stored: stored.cancel(), 503, None),
]


@pytest.mark.parametrize(("settle", "status", "level"), ENDS, ids=["unavailable", "broken", "cancelled"])
async def test_a_call_that_is_not_stored_is_not_thanked(
    settle: Callable[[asyncio.Future[None]], object], status: int, level: str | None
) -> None:
    with capture_logs() as lines:
        back, app = await answered(Door(), settle)
    assert back.startswith(b"HTTP/1.1 %d" % status)
    assert (b"retry-after" in back) == (status == 503)
    assert (app.answers, b"phrase" in back) == ({status: 1}, False)
    told = [line["log_level"] for line in lines if "call" in line["event"]]
    assert told == ([level] if level else [])


def too_many(_call: Call) -> Answer | Told:
    raise StoreUnavailable("Too much is waiting.")


def broken(_call: Call) -> Answer | Told:
    raise ValueError(PROSE)


AT_ONCE: list[tuple[Callable[[Call], Answer | Told], bytes]] = [
    (lambda _: Answer(403, b"forged"), b"403"),
    (lambda _: THANKS, b"200"),
    (too_many, b"503"),
    (broken, b"500"),
]


@pytest.mark.parametrize(("read", "status"), AT_ONCE, ids=["refused", "nothing to store", "full", "broken"])
async def test_what_needs_no_storing_is_answered_at_once(
    read: Callable[[Call], Answer | Told], status: bytes
) -> None:
    door = Door(read)
    with capture_logs():
        async with serving(door.app()) as port:
            back = await wire(port, WHOLE + WHOLE + LAST)
    assert back.count(b"HTTP/1.1 " + status) == 3
    assert (len(door.calls), door.storing) == (3, [])


LONG = {
    "another method": (LAST.replace(b"POST", b"PUT"), b"405"),
    "in chunks": (LAST.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked").replace(
        b"salut", b"5\r\nsalut\r\n0\r\n\r\n"), b"200"),
    "waits to be told to go on": (LAST.replace(b"X-Sign: yes", b"Expect: 100-continue"), b"100"),
    "too large": (LAST.replace(b"Length: 5", b"Length: 70000"), b"413"),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "status"), LONG.values(), ids=LONG)
async def test_what_is_out_of_the_ordinary_goes_the_long_way(sent: bytes, status: bytes) -> None:
    door = Door()
    async with serving(door.app()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        back = await reader.readuntil(b"\r\n")
        writer.close()
    assert back.startswith(b"HTTP/1.1 " + status)
    assert door.calls == []


async def test_a_body_that_is_longer_than_a_text_goes_the_long_way() -> None:
    door = Door()
    roomy = replace(door.hook(), largest=512 * 1024)
    app = Webhooks({"/hook": roomy}, lambda: NOW, elsewhere, door.appending)
    body = b"a" * 300_000
    async with serving(app) as port:
        back = await wire(port, LAST.replace(b"Length: 5", b"Length: 300000").replace(b"salut", body))
    assert back.endswith(b"the long way")


async def test_what_the_headers_give_away_is_not_read() -> None:
    door = Door(refused=Answer(403, b"no signature"))
    async with serving(door.app()) as port:
        assert (await wire(port, LAST)).endswith(b"no signature")
    assert door.calls == []


async def test_requests_that_come_together_are_answered_in_their_order() -> None:
    door = Door()
    app = door.app()
    async with serving(app) as port:
        calling = asyncio.create_task(wire(port, WHOLE + WHOLE[:30], WHOLE[30:] + LAST))
        for place in range(3):
            await door.begun.acquire()
            await asyncio.sleep(0.02)
            assert len(door.storing) == place + 1
            door.storing[place].set_result(None)
        back = await calling
    assert back.count(b"thanks") == 3
    assert app.answers == {200: 3}


async def test_a_caller_who_left_is_not_answered_and_what_it_told_stays_stored() -> None:
    door = Door()
    app = door.app()
    async with serving(app) as port:
        await wire(port, LAST, close=True)
        await door.begun.acquire()
        door.storing[0].set_result(None)
        await asyncio.sleep(0.02)
        calling = asyncio.create_task(wire(port, LAST))
        await door.begun.acquire()
        door.storing[1].set_result(None)
        assert (await calling).endswith(b"thanks")


async def test_a_stop_waits_for_what_is_being_stored() -> None:
    door = Door()
    async with serving(door.app(), goodbye=5) as port:
        calling = asyncio.create_task(wire(port, WHOLE))
        await door.begun.acquire()
        asyncio.get_running_loop().call_later(0.3, door.storing[0].set_result, None)
    back = await calling
    assert back.endswith(b"thanks")
    assert b"connection: close" in back


async def test_a_stop_tells_whoever_cannot_be_served_in_time_to_come_back() -> None:
    door = Door()
    async with serving(door.app(), goodbye=0) as port:
        calling = asyncio.create_task(wire(port, WHOLE))
        await door.begun.acquire()
    back = await calling
    assert back.startswith(b"HTTP/1.1 503")
    assert b"retry-after" in back


async def test_who_does_not_read_what_it_is_answered_is_not_answered_without_end() -> None:
    door = Door(lambda _: Answer(403, b"x" * 100_000))
    async with serving(door.app()) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        for _ in range(400):
            writer.write(WHOLE)
        await asyncio.sleep(0.5)
        assert len(door.calls) < 200
        writer.transport.abort()

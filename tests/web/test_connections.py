"""What strangers do to connections: it is bounded in bytes and in number, and shuts nobody else out."""

import asyncio
import logging
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from structlog.testing import capture_logs

from bridge.model import Answer
from bridge.observability import Seldom
from bridge.ports import Webhook
from bridge.service.descriptors import places, raise_limit
from bridge.web import crowd as crowds
from bridge.web import measure, patience
from bridge.web.crowd import Crowd, peer_of
from bridge.web.measure import LARGEST_HEAD
from bridge.web.server import Server, listen
from bridge.web.webhooks import Webhooks
from tests.support.house import free_port
from tests.web.test_short_way import as_read, soon
from tests.web.test_webhooks import Hook, elsewhere, wire

POST = b"POST /hook HTTP/1.1\r\nHost: x\r\n"
WHOLE = POST + b"Content-Length: 5\r\n\r\nsalut"
LAST = POST + b"Content-Length: 5\r\nConnection: close\r\n\r\nsalut"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture(params=["the long way", "the short way"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds on one way through the server holds on the other."""
    if request.param == "the short way":
        monkeypatch.setattr(sys.modules[__name__], "as_received", as_read)


def as_received(hook: Hook) -> Webhook:
    return hook


@asynccontextmanager
async def serving(hook: Hook, crowd: Crowd | None = None) -> AsyncIterator[int]:
    app = Webhooks({"/hook": as_received(hook)}, lambda: 0, elsewhere, soon)
    port = free_port()
    async with Server(app, listen("127.0.0.1", port), 1, crowd):
        yield port


async def poured(port: int, begin: bytes, pattern: bytes, most: int) -> tuple[bytes, int]:
    """What comes back while `pattern` is sent again and again, and how many bytes were sent by then."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    reading = asyncio.create_task(reader.read())
    writer.write(begin)
    sent, more = 0, pattern * (8192 // len(pattern) + 1)
    try:
        while sent < most and not reading.done():
            writer.write(more)
            await writer.drain()
            await asyncio.sleep(0)
            sent += len(more)
        return await asyncio.wait_for(reading, 20), sent
    except ConnectionError:
        return b"", sent
    finally:
        reading.cancel()
        writer.close()


ENDLESS = {
    "value of a header": (POST + b"X: ", b"a"),
    "name of a header": (POST, b"a"),
    "headers": (POST, b"X: a\r\n"),
    "empty headers": (POST, b"X:\r\n"),
    "address": (b"POST /hook?", b"a"),
    "empty lines": (b"", b"\r\n"),
    "spaces before a value": (POST + b"X:", b" "),
    "trailers": (CHUNKED + b"1\r\na\r\n0\r\n", b"X: a\r\n"),
    "value of a trailer": (CHUNKED + b"1\r\na\r\n0\r\nX: ", b"a"),
    "extension of a chunk": (CHUNKED + b"1;", b"a"),
    "extensions of chunks": (CHUNKED, b"1;aaaaaaaaaaaa\r\na\r\n"),
    "tiny chunks": (CHUNKED, b"1\r\na\r\n"),
    "size of a chunk": (CHUNKED, b"0"),
    "second request": (WHOLE + POST + b"X: ", b"a"),
}


@pytest.mark.parametrize(("begin", "pattern"), ENDLESS.values(), ids=ENDLESS)
async def test_what_never_ends_is_refused_and_its_connection_closed(begin: bytes, pattern: bytes) -> None:
    hook = Hook()
    async with serving(hook) as port:
        back, sent = await poured(port, begin, pattern, 64 * LARGEST_HEAD)
    if begin.startswith(WHOLE):
        back = back.partition(b"thanks")[2]
    assert back.startswith((b"HTTP/1.1 431", b"HTTP/1.1 400")) or sent > LARGEST_HEAD
    assert [call.body for call in hook.calls] == [b"salut"] * begin.startswith(WHOLE)


@pytest.mark.parametrize(("begin", "pattern"), ENDLESS.values(), ids=ENDLESS)
async def test_once_the_limit_is_passed_one_is_told_so(begin: bytes, pattern: bytes) -> None:
    async with serving(Hook()) as port:
        back, _ = await poured(port, begin, pattern, LARGEST_HEAD + 20_000)
    assert b"HTTP/1.1 431" in back
    assert back.endswith(b"larger than 32 KiB.\n")


HEADS = [
    (b"X: %s\r\n", 31_000, b"200"),
    (b"X: %s\r\n", 33_000, b"431"),
    (b"X: a\r\n" * 10 + b"Y: %s\r\n", 32_700, b"431"),
    (b"X: a\r\n" * 6_000 + b"Y: %s\r\n", 1, b"431"),
    (b"X: a\r\n" * 2_000 + b"Y: %s\r\n", 1, b"200"),
]


@pytest.mark.parametrize(("headers", "length", "status"), HEADS, ids=range(len(HEADS)))
async def test_a_head_that_comes_at_once_is_measured_too(headers: bytes, length: int, status: bytes) -> None:
    hook = Hook()
    begin, _, end = LAST.partition(b"\r\n")
    async with serving(hook) as port:
        back = await wire(port, begin + b"\r\n" + headers % (b"a" * length) + end)
    assert back.startswith(b"HTTP/1.1 " + status)
    assert len(hook.calls) == (status == b"200")


async def test_the_largest_body_counts_for_nothing() -> None:
    hook = Hook()
    request = LAST.replace(b"Length: 5", b"Length: 65536").replace(b"salut", b"a" * 65_536)
    chunks = (
        CHUNKED.replace(b"Host: x", b"Connection: close")
        + b"400\r\n%b\r\n" % (b"b" * 1024) * 60
        + b"0\r\n\r\n"
    )
    async with serving(hook) as port:
        assert (await wire(port, request)).startswith(b"HTTP/1.1 200")
        assert (await wire(port, chunks)).startswith(b"HTTP/1.1 200")
    assert [len(call.body) for call in hook.calls] == [65_536, 61_440]


async def test_a_trailer_is_no_header() -> None:
    hook = Hook()
    trailer = CHUNKED.replace(b"Host: x", b"Connection: close") + b"1\r\na\r\n0\r\nX-Signature: yes\r\n\r\n"
    async with serving(hook) as port:
        await wire(port, trailer)
    assert [set(call.headers) for call in hook.calls] == [{"connection", "transfer-encoding"}]


@pytest.mark.parametrize("sent", [WHOLE, WHOLE * 3, WHOLE * 2 + LAST, CHUNKED + b"5\r\nsalut\r\n0\r\n\r\n"])
async def test_who_has_said_all_and_still_listens_is_answered(sent: bytes) -> None:
    hook = Hook()
    async with serving(hook) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        writer.write_eof()
        back = await asyncio.wait_for(reader.read(), 20)
        writer.close()
    assert back.count(b"HTTP/1.1 200") == len(hook.calls) == sent.count(b"POST")


@pytest.mark.parametrize("sent", [b"", POST, WHOLE[:-1]])
async def test_who_hangs_up_in_the_middle_of_it_is_not_waited_for(sent: bytes) -> None:
    hook = Hook()
    async with serving(hook) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()
    assert hook.calls == []


async def test_requests_are_not_gathered_behind_one_that_is_being_answered() -> None:
    hook = Hook()
    async with serving(hook) as port:
        await poured(port, b"", WHOLE, 200_000)
    assert len(hook.calls) < 20


async def test_an_early_answer_waits_for_no_body_and_reaches_whoever_still_writes_one() -> None:
    begin = LAST.replace(b"POST", b"PUT").replace(b"Length: 5", b"Length: 60000").removesuffix(b"salut")
    async with serving(Hook()) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begin)
        assert (await reader.readuntil(b"here.")).startswith(b"HTTP/1.1 405")
        writer.write(b"a" * 60_000)
        assert await reader.read() == b""
        writer.close()


async def test_a_body_that_nobody_reads_comes_to_an_end() -> None:
    endless = POST.replace(b"POST", b"PUT") + b"Transfer-Encoding: chunked\r\n\r\n"
    async with serving(Hook()) as port:
        _, sent = await poured(port, endless, b"400\r\n%b\r\n" % (b"b" * 1024), 64 * 1024 * 1024)
    assert sent < 16 * measure._MOST_UNWANTED


class Guest:
    """Somebody who is connected."""

    def __init__(self) -> None:
        self.gone = False

    def leave(self) -> None:
        self.gone = True


def guests(crowd: Crowd, number: int, peer: str = "") -> list[Guest]:
    """Those who were let in, of so many who came one after the other."""
    coming = [Guest() for _ in range(number)]
    return [one for one in coming if crowd.enter(one, peer, now=0)]


def test_the_longest_idle_makes_room() -> None:
    crowd = Crowd(4)
    first, second, third, fourth = guests(crowd, 4)
    crowd.is_served(first)
    crowd.is_served(second)
    crowd.waits(second)
    (newcomer, other) = guests(crowd, 2)
    assert [one.gone for one in (first, second, third, fourth, newcomer, other)] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    guests(crowd, 1)
    assert (first.gone, second.gone, len(crowd)) == (False, True, 4)


def test_nobody_who_is_served_makes_room() -> None:
    crowd = Crowd(4)
    served = guests(crowd, 4)
    for one in served:
        crowd.is_served(one)
    assert guests(crowd, 3) == []
    crowd.left(served[0])
    assert len(guests(crowd, 1)) == 1
    assert not any(one.gone for one in served)


def test_one_peer_has_its_share_and_a_proxy_near_us_all_of_it() -> None:
    crowd = Crowd(8)
    assert len(guests(crowd, 8, "198.51.100.7")) == 2
    assert len(guests(crowd, 8, "198.51.100.8")) == 2
    assert len(guests(crowd, 8)) == 8
    assert len(crowd) == 8


def test_who_left_leaves_nothing_behind() -> None:
    crowd = Crowd(4)
    for _ in range(3):
        for one in guests(crowd, 4, "198.51.100.7"):
            crowd.holds(one, 1000)
            crowd.left(one)
            crowd.left(one)
    stranger = Guest()
    for told in (crowd.left, crowd.waits, crowd.is_served):
        told(stranger)
    assert len(crowd) == 0
    assert (crowd._waiting, crowd._held, crowd._unfinished) == ({}, {}, 0)


def test_unfinished_requests_are_bounded_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowds, "LARGEST_UNFINISHED", 10_000)
    crowd = Crowd()
    idle, first, second, served = guests(crowd, 4)
    crowd.holds(served, 6_000)
    crowd.is_served(served)
    crowd.holds(first, 6_000)
    crowd.holds(second, 4_000)
    assert not first.gone
    crowd.holds(second, 1)
    assert [one.gone for one in (idle, first, second, served)] == [False, True, False, False]


def test_a_full_house_is_told_once_a_minute() -> None:
    crowd = Crowd(2)
    with capture_logs() as lines:
        for now in range(121):
            crowd.enter(Guest(), "", now)
    assert len(lines) == 2


PEERS = [
    (("198.51.100.7", 4000), ""),  # an address of documentation is nobody's
    (("8.8.8.8", 4000), "8.8.8.8"),
    (("::ffff:8.8.8.8", 4000, 0, 0), "8.8.8.8"),
    (("2a01:e0a:1:2:3:4:5:6", 4000, 0, 0), "2a01:0e0a:0001:0002"),
    (("2a01:e0a:1:2:ffff::1", 4000, 0, 0), "2a01:0e0a:0001:0002"),
    (("127.0.0.1", 4000), ""),
    (("172.17.0.1", 4000), ""),
    (("::1", 4000, 0, 0), ""),
    (("fe80::1%eth0", 4000, 0, 2), ""),
    (("fd00::1", 4000, 0, 0), ""),
    ("", ""),
    (b"", ""),
    (None, ""),
]


@pytest.mark.parametrize(("address", "peer"), PEERS, ids=str)
def test_a_peer_is_who_can_be_told_apart(address: object, peer: str) -> None:
    assert peer_of(address) == peer


IDLE = [
    b"",
    b"POST",
    POST,
    POST + b"Content-Length: 5\r\n\r\n",
    CHUNKED,
    b"\r\n",
    WHOLE,
    b"GET / HTTP/1.1\r\n\r\n",
]


@pytest.mark.parametrize("begun", IDLE, ids=range(len(IDLE)))
async def test_idle_connections_shut_nobody_out(begun: bytes) -> None:
    crowd, hook = Crowd(20), Hook()
    async with serving(hook, crowd) as port:
        idle = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
        for _, writer in idle:
            writer.write(begun)
        await asyncio.sleep(0.05)
        assert 10 < len(crowd) <= 20
        for _ in range(3):
            assert (await wire(port, LAST)).startswith(b"HTTP/1.1 200")
        for _, writer in idle:
            writer.close()


async def test_those_being_answered_are_answered_however_many_come() -> None:
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def slow() -> Answer:
        begun.release()
        await go_on.wait()
        return Answer(200, b"at last")

    async with serving(Hook(slow), Crowd(5)) as port:
        asking = [asyncio.create_task(wire(port, LAST)) for _ in range(5)]
        for _ in asking:
            await begun.acquire()
        strangers = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
        for reader, _ in strangers:
            with suppress(ConnectionError):
                assert await reader.read() == b""
        go_on.set()
        assert [(await one)[-7:] for one in asking] == [b"at last"] * 5
        for _, writer in strangers:
            writer.close()


SLOW = {
    "empty lines": (WHOLE, b"\r"),
    "body after the answer": (POST.replace(b"POST", b"PUT") + b"Content-Length: 50\r\n\r\n", b"a"),
    "trailer": (CHUNKED + b"0\r\nX: ", b"a"),
}


@pytest.mark.parametrize(("begin", "trickle"), SLOW.values(), ids=SLOW)
async def test_a_trickle_holds_no_connection(
    begin: bytes, trickle: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SLOWEST_REQUEST", 0.2)
    crowd = Crowd()
    async with serving(Hook(), crowd) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begin)
        for _ in range(200):
            writer.write(trickle)
            await asyncio.sleep(0.02)
            if not len(crowd):
                break
        assert len(crowd) == 0
        writer.close()


def test_a_line_that_strangers_cause_is_written_once_a_minute() -> None:
    seldom, written = Seldom(), []
    for second in range(121):
        for message in (
            "socket.accept() out of system resource\nsocket: 1",
            "Invalid HTTP request received.",
        ):
            record = logging.LogRecord("asyncio", logging.ERROR, "", 0, message, (), None)
            record.created = float(second)
            written += [(second, message)] * bool(seldom.filter(record))
    assert [second for second, _ in written] == [0, 0, 60, 60, 120, 120]


@pytest.mark.parametrize(
    ("limit", "room"), [(256, 192), (1024, 768), (4096, 3840), (20_000, 8192), (65_536, 8192), (0, 1)]
)
def test_descriptors_are_kept_for_what_must_never_lack_one(limit: int, room: int) -> None:
    assert places(limit) == room


def test_the_limit_of_descriptors_is_raised() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1000), hard))
    try:
        assert raise_limit() == resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(hard, 65_536)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

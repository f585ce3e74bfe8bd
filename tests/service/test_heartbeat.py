"""Whoever watches from outside is called every minute while the service can store, and never otherwise."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bridge.errors import Misconfigured, StoreUnavailable
from bridge.loops.pulse import Pulse
from bridge.model import DAY, HOUR, MINUTE, SECOND
from bridge.service import heartbeat
from bridge.service.heartbeat import Heartbeat
from bridge.settings import read_settings
from bridge.store.books import signs
from bridge.store.books.signs import Refused, Sign
from bridge.store.engine.store import Store
from bridge.store.engine.tables import facts
from bridge.views import Trouble
from tests.support.clock import NOON, TestClock


class Watcher:
    """A monitor that takes note of who calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = 200
        self.hangs = False
        self.released = asyncio.Event()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        """Any GET."""
        self.calls.append(request.path_qs)
        if self.hangs:
            await self.released.wait()
        elsewhere = {"Location": f"{self.url}/elsewhere"} if self.status == 302 else {}
        return web.Response(status=self.status, headers=elsewhere)


@asynccontextmanager
async def watching() -> AsyncIterator[Watcher]:
    watcher, app = Watcher(), web.Application()
    app.router.add_get("/{path:.*}", watcher.take)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    watcher.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield watcher
    finally:
        watcher.released.set()
        await runner.cleanup()


async def beating(store: Store, clock: TestClock, beats: Heartbeat, length: int) -> None:
    """The pulse of so long a time."""
    pulse = Pulse(store, clock, dict, tuple, beats)
    until = clock() + length
    while clock() < until:
        with suppress(StoreUnavailable):
            await pulse.turn()
        clock.pass_(30 * SECOND)


def take_away(sqlite_url: str) -> None:
    """What is written from now on would be lost."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    file.rename(file.with_suffix(".gone"))


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = Store(sqlite_url)
    yield opened
    await opened.close()


async def test_it_is_called_once_a_minute_with_its_query(store: Store) -> None:
    async with watching() as watcher:
        clock = TestClock()
        beats = Heartbeat(f"{watcher.url}/api/push/x?status=up&msg=OK", clock)
        await beating(store, clock, beats, 10 * MINUTE)
    assert watcher.calls == ["/api/push/x?status=up&msg=OK"] * 10
    assert beats.told == "on"


async def test_it_is_called_on_once_the_clock_is_set_back(store: Store) -> None:
    async with watching() as watcher:
        clock = TestClock(NOON + 3 * DAY)
        beats = Heartbeat(watcher.url, clock)
        await beating(store, clock, beats, 2 * MINUTE)
        clock.now = NOON
        assert beats.told == "not_called"
        await beating(store, clock, beats, 2 * MINUTE)
        assert beats.told == "on"
    assert len(watcher.calls) == 4


async def test_a_service_that_cannot_store_calls_nobody(sqlite_url: str) -> None:
    async with watching() as watcher:
        clock, gone = TestClock(), Store(sqlite_url)
        beats = Heartbeat(watcher.url, clock)
        await beating(gone, clock, beats, 2 * MINUTE)
        assert beats.told == "on"
        take_away(sqlite_url)
        await beating(gone, clock, beats, 10 * MINUTE)
        await gone.close()
    assert len(watcher.calls) == 2
    assert beats.told == "not_called", "the watcher has heard nothing for ten minutes"


async def test_before_it_was_called_nobody_knows_whether_it_goes_well() -> None:
    async with watching() as watcher:
        beats = Heartbeat(watcher.url, TestClock())
        assert beats.told == "not_called"


async def test_a_service_that_has_no_room_for_a_message_calls_nobody(store: Store) -> None:
    async def message(connection: AsyncConnection) -> None:
        await connection.exec_driver_sql("PRAGMA max_page_count = 1")
        await connection.execute(facts.insert().values(name="message", value="a" * 40_000))

    async with watching() as watcher:
        clock = TestClock()
        with pytest.raises(StoreUnavailable):
            await store.transact(message)
        await beating(store, clock, Heartbeat(watcher.url, clock), 5 * MINUTE)
        assert watcher.calls == []


@pytest.mark.parametrize(("status", "code"), [(500, "http_500"), (404, "http_404"), (302, "http_302")])
async def test_a_bad_answer_is_harmless_said_once_and_told(store: Store, status: int, code: str) -> None:
    async with watching() as watcher:
        clock = TestClock()
        beats = Heartbeat(watcher.url, clock)
        watcher.status = status
        with capture_logs() as lines:
            await beating(store, clock, beats, 5 * MINUTE)
        assert beats.told == code
        assert [line["code"] for line in lines] == [code]
        assert len(watcher.calls) == 5
        watcher.status = 200
        await beating(store, clock, beats, MINUTE)
    assert beats.told == "on"


async def test_a_watcher_that_hangs_or_is_not_there_is_given_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "_PATIENCE", 0.2)
    async with watching() as watcher:
        clock = TestClock()
        beats = Heartbeat(watcher.url, clock)
        watcher.hangs = True
        await beating(store, clock, beats, MINUTE)
        assert beats.told == "timeout"
    await beating(store, clock, beats, MINUTE)
    assert beats.told == "unreachable"


@pytest.mark.parametrize("url", ["watch.example.net", "ftp://watch.example.net", "http://", "not a url"])
def test_a_heartbeat_url_that_is_none_is_refused_by_its_name(url: str) -> None:
    with pytest.raises(Misconfigured, match="REMPART_HEARTBEAT_URL") as refused:
        read_settings({"REMPART_HEARTBEAT_URL": url})
    assert url not in str(refused.value)


async def test_the_last_sign_of_life_is_that_of_whichever_process_gave_it(database_url: str) -> None:
    store, clock = Store(database_url), TestClock()
    trouble = Trouble("sms", "out", "http_500", NOON)
    first = Pulse(store, clock, dict, lambda: [trouble], Heartbeat(None, clock))
    second = Pulse(store, clock, dict, tuple, Heartbeat(None, clock))
    await first.turn()
    clock.pass_(MINUTE)
    await second.sign(stopped=True)
    assert await store.read(signs.last_sign) == Sign(NOON + MINUTE, stopped=True)
    for passed, known in ((0, [trouble]), (HOUR, [])):
        now = clock() + passed
        assert await store.read(lambda found, at=now: signs.troubles(found, at)) == known  # type: ignore[misc]
    await store.close()


async def test_a_process_that_died_while_the_clock_was_ahead_tells_of_nothing_once_it_is_set_back(
    database_url: str,
) -> None:
    """As after a start without network, and so without its time."""
    store, clock = Store(database_url), TestClock(NOON + 3 * DAY)
    trouble = Trouble("sms", "out", "unreachable", clock())
    await Pulse(store, clock, dict, lambda: [trouble], Heartbeat(None, clock)).turn()
    clock.now = NOON
    assert await store.read(lambda found: signs.troubles(found, NOON)) == []
    await Pulse(store, clock, dict, tuple, Heartbeat(None, clock)).turn()
    assert await store.read(signs.last_sign) == Sign(NOON, stopped=False)
    await store.close()


async def test_refused_calls_are_counted_for_an_hour_whoever_counts(database_url: str) -> None:
    store, clock = Store(database_url), TestClock()
    answered = {("/twilio/sms", 403): 2, ("/slack/events", 200): 7, ("/slack/events", 401): 1}
    pulses = [Pulse(store, clock, lambda: answered, tuple, Heartbeat(None, clock)) for _ in range(2)]
    for pulse in pulses:
        await pulse.turn()
    now = clock()
    assert await store.read(lambda found: signs.refused(found, now)) == [
        Refused("/slack/events", 401, 2, all_were=False),
        Refused("/twilio/sms", 403, 4, all_were=True),
    ]
    for wrong in (HOUR, -HOUR - MINUTE):  # an hour later; and once a clock that was ahead is set back
        assert await store.read(lambda found, at=now + wrong: signs.refused(found, at)) == []  # type: ignore[misc]
    await store.close()

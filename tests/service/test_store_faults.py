"""A database that is locked, full or read-only: 503 to the provider, nothing sent that is not recorded.

It heals by itself as soon as the cause is gone, and then nobody has been lost and nobody answered twice.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from random import Random
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from twilio.request_validator import RequestValidator

from bridge.model import EventId
from bridge.privacy.pseudonym import event_id
from bridge.store.engine import connecting
from channels.twilio import looks
from tests.chaos import counts
from tests.support.disks import full, small_disk
from tests.support.house import House, opened, until
from tests.support.locks import locked, locked_by_a_process

MAN = "+33612345678"


def long(person: str) -> str:
    """A text that no page has room for by chance, in words of one's own: copies would be a raid."""
    letters = Random(person)
    return " ".join("".join(letters.choices("abcdefghijklmnop", k=6)) for _ in range(170))


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test need not wait as long as a provider would, nor for the next look at its log."""
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_MS", 100)
    monkeypatch.setattr(looks, "_SELDOM", 0.5)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as running:
        yield running


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as place:
        yield place


def file_of(house: House) -> Path:
    database = connecting.database_file(house.service.store.url)
    assert database is not None
    return database


async def pragma(house: House, statement: str) -> None:
    """Sets something on the writing connection."""
    async with house.service.store._turn, house.service.store._writer.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute(statement)


@asynccontextmanager
async def on_a_full_disk(house: House) -> AsyncIterator[None]:
    with full(file_of(house).parent):
        yield


@asynccontextmanager
async def with_no_page_left(house: House) -> AsyncIterator[None]:
    await pragma(house, "PRAGMA max_page_count = 1")
    yield
    await pragma(house, "PRAGMA max_page_count = 1000000")


@asynccontextmanager
async def read_only(house: House) -> AsyncIterator[None]:
    await pragma(house, "PRAGMA query_only = ON")
    yield
    await pragma(house, "PRAGMA query_only = OFF")


Trouble = Callable[[House], AbstractAsyncContextManager[None]]
TROUBLES: dict[str, tuple[Trouble, str]] = {
    "a process holds the lock": (lambda house: locked_by_a_process(file_of(house)), "locked"),
    "the disk is full": (on_a_full_disk, "full"),
    "no page is left": (with_no_page_left, "full"),
    "read-only": (read_only, "read-only"),
}
"""With the word in which `/readyz` tells it."""


@pytest.fixture(params=TROUBLES)
async def troubled(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[House, Trouble, str]]:
    """A house, what will befall it, and the word by which it must be told."""
    trouble, word = TROUBLES[request.param]
    folder = request.getfixturevalue("disk") if trouble is on_a_full_disk else tmp_path
    async with opened(f"sqlite:///{folder / 'rempart.db'}", tmp_path) as house:
        yield house, trouble, word


async def ready(house: House) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{house.url}/readyz") as response:
        return response.status, await response.text()


async def texts(house: House, *numbers: int) -> list[tuple[int | None, str]]:
    """People write, all at once."""
    people = (f"+336123450{number:02}" for number in numbers)
    return await asyncio.gather(*(house.provider.text(person, long(person)) for person in people))


async def refuses(house: House) -> list[str]:
    """The texts that it took to fill what room was left in the log: the last of them was refused."""
    sids = []
    for number in range(50, 80):
        ((status, sid),) = await texts(house, number)
        sids.append(sid)
        if status == 503:
            return sids
    raise AssertionError("It took everything.")


async def recorded(house: House) -> None:
    """Whatever the provider was given is known to have been, at least as *sending*."""
    rows = {row.id: row for row in await house.outbox()}
    for record in house.provider.sent:
        (reply,) = parse_qs(urlsplit(record.status_callback or "").query)["reply"]
        assert rows[reply].progress != "held"


async def answered(house: House, count: int) -> None:
    """So many replies are with the provider. How far they came there may have been told while nobody could
    write it down: that is made up for within an hour, from the provider's log.
    """

    async def done() -> bool:
        seen = [row.progress for row in await house.outbox()]  # one look: between two, some move on
        return sum(progress in ("accepted", "sent", "delivered") for progress in seen) == count

    await until(done, f"{count} replies were taken")


async def test_how_things_stand_is_told_also_while_nothing_can_be_stored(
    troubled: tuple[House, Trouble, str],
) -> None:
    """On the one night on which somebody needs it: what was stored, and that no channel works."""
    house, trouble, word = troubled
    (line,) = house.service.lines
    await texts(house, *range(3))
    assert (await line.counter.standing.status())["not_stored"] is None
    async with trouble(house):
        await refuses(house)
        told = await line.counter.standing.status()
    assert word in str(told["not_stored"])
    assert told["channels"]["sms"] == "failing"
    assert told["newest_message"] is not None
    assert (await line.counter.standing.status())["not_stored"] is None


async def test_whatever_befalls_the_database_nobody_is_lost_and_nobody_is_answered_twice(
    troubled: tuple[House, Trouble, str],
) -> None:
    house, trouble, word = troubled
    before = await texts(house, *range(10))
    assert {status for status, _ in before} == {200}
    async with trouble(house):
        waiting = await refuses(house)
        status, why = await ready(house)
        assert status == 503, why
        assert word in why
        await asyncio.sleep(1)
        await recorded(house)
    sids = [sid for _, sid in before] + waiting
    for sid in waiting:
        await taken(house, sid)
    await answered(house, len(sids))
    assert (await ready(house))[0] == 200
    acknowledged = [EventId(event_id("sms", "message", sid)) for sid in sids]

    async def count(connection: AsyncConnection) -> counts.Counts:
        return await counts.count(connection, acknowledged, house.provider.sent, 0)

    counted = await house.service.store.read(count)
    assert counted.harmless, str(counted)


async def taken(house: House, sid: str) -> None:
    async def done() -> bool:
        return await house.provider.redeliver(sid) == [200]

    await until(done, "it took what it had refused")


async def test_the_answer_to_a_provider_names_when_to_come_back(house: House, tmp_path: Path) -> None:
    async with locked(tmp_path / "rempart.db"):
        fields = {"MessageSid": "SM1", "From": MAN, "To": "+33639980000", "Body": "Salut"}
        url = f"{house.url}/twilio/sms"
        validator = RequestValidator(house.environment["TWILIO_AUTH_TOKEN"])
        headers = {"X-Twilio-Signature": validator.compute_signature(url, fields)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=fields, headers=headers) as response,
        ):
            assert response.status == 503
            assert int(response.headers["Retry-After"]) > 0

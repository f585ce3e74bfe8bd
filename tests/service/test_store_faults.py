"""A database that is locked, full or read-only: 503 to the provider, nothing sent that is not recorded."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from twilio.request_validator import RequestValidator

from bridge.store import dialect
from tests.support.house import House, opened, until

MAN = "+33612345678"


@pytest.fixture
async def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr(dialect, "BUSY_TIMEOUT_MS", 100)  # a test need not wait as long as a provider would
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as running:
        yield running


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the file."""
    other = sqlite3.connect(database)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


async def pragma(house: House, statement: str) -> None:
    """Sets something on the writing connection."""
    async with house.service.store._turn, house.service.store._writer.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute(statement)


async def ready(house: House) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{house.url}/readyz") as response:
        return response.status, await response.text()


async def delivered(house: House) -> None:
    async def done() -> bool:
        return len(await house.replies("delivered")) == 1

    await until(done, "the reply was delivered")


async def test_a_locked_database_answers_503_and_heals_by_itself(house: House, tmp_path: Path) -> None:
    with locked(tmp_path / "rempart.db"):
        status, sid = await house.provider.text(MAN, "Salut")
        assert status == 503
        assert (await ready(house))[0] == 503
        assert "locked" in (await ready(house))[1]
    assert await house.provider.redeliver(sid) == [200]
    assert (await ready(house))[0] == 200
    await delivered(house)


async def test_a_full_database_answers_503_and_heals_by_itself(house: House) -> None:
    await pragma(house, "PRAGMA max_page_count = 1")
    await until(lambda: _refused(house), "the database was full")
    assert house.provider.sent == []
    await pragma(house, "PRAGMA max_page_count = 1000000")
    assert (await house.provider.text("+33698765432", "Salut"))[0] == 200
    await delivered(house)


async def _refused(house: House) -> bool:
    status, _ = await house.provider.text(MAN, "Salut " * 200)
    return status == 503


async def test_a_database_that_became_read_only_answers_503(house: House) -> None:
    await pragma(house, "PRAGMA query_only = ON")
    assert (await house.provider.text(MAN, "Salut"))[0] == 503
    await pragma(house, "PRAGMA query_only = OFF")
    assert (await house.provider.text(MAN, "Salut"))[0] == 200


async def test_the_answer_to_a_provider_names_when_to_come_back(house: House, tmp_path: Path) -> None:
    with locked(tmp_path / "rempart.db"):
        port = int(house.url.rpartition(":")[2])
        form = b"MessageSid=SM1&From=%2B33612345678&To=%2B33639980000&Body=Salut"
        fields = {"MessageSid": "SM1", "From": MAN, "To": "+33639980000", "Body": "Salut"}
        token = house.environment["TWILIO_AUTH_TOKEN"]
        headers = {
            "X-Twilio-Signature": RequestValidator(token).compute_signature(
                f"{house.url}/twilio/sms", fields
            ),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{port}/twilio/sms"
            async with session.post(url, data=form, headers=headers) as response:
                assert response.status == 503
                assert int(response.headers["Retry-After"]) > 0


async def test_nothing_is_sent_while_nothing_can_be_recorded(house: House, tmp_path: Path) -> None:
    assert (await house.provider.text(MAN, "Salut"))[0] == 200
    with locked(tmp_path / "rempart.db"):
        await asyncio.sleep(1.5)
        sent_while_locked = len(house.provider.sent)
        recorded = len(await house.replies("accepted")) + len(await house.replies("sending"))
        assert sent_while_locked <= recorded + len(await house.replies("delivered"))
    await delivered(house)
    assert len(house.provider.sent) == 1

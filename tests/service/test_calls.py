"""Calls end to end: through the door, into the chain, on the card, in `status`, in the dossier, forgotten."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.dossier.checking import check
from bridge.dossier.exporting import Exporter, Wanted
from bridge.evidence.signing import Signer
from bridge.model import SECOND
from bridge.store.books import pins
from bridge.store.engine.tables import decisions, events, outbox, pot
from tests.dossier.world import files, lines
from tests.support.events import keys
from tests.support.house import QUICK, House, opened, until
from tests.support.raiding import number

CALLERS, EACH = 8, 25
MAN = "+33612345678"


@pytest.fixture
async def house(tmp_path: Path, empty_sqlite_url: str) -> AsyncIterator[House]:
    async with opened(empty_sqlite_url, tmp_path) as running:
        yield running


async def look(house: House, query: object) -> object:
    async def work(connection: AsyncConnection) -> object:
        return await connection.scalar(query)  # type: ignore[call-overload]

    return await house.service.store.read(work)


async def test_a_flood_of_calls_is_answered_for_nothing_and_stands_everywhere(
    house: House, tmp_path: Path
) -> None:
    told = [await house.provider.ring(number(one)) for one in range(CALLERS) for _ in range(EACH)]
    assert set(told) == {(200, False)}
    await house.folded()
    rang = CALLERS * EACH
    placed = select(func.count()).select_from(events).where(events.c.kind == "call", events.c.place > 0)
    assert await look(house, placed) == rang
    assert await look(house, select(func.sum(decisions.c.cost))) == 0
    assert await look(house, select(pot.c.inbound)) == 0
    assert await look(house, select(func.count()).select_from(outbox)) == 0
    status = await house.service.counter.standing.status()
    (raid,) = status["raids"]
    assert (status["calls"], raid["calls"], raid["senders"]) == (rang, rang, CALLERS)
    assert (await house.metrics())["rempart_incoming_calls"] == rang
    cards = {card.key: card for card in await house.service.board.cards()}
    for card in cards.values():
        facts = {fact.label: fact.value for fact in card.facts}
        assert facts["Calls"] == str(rang)
    await in_a_dossier(house, raid["id"], rang, tmp_path / "raid.zip")


async def in_a_dossier(house: House, raid: str, rang: int, file: Path) -> None:
    """Every call is there, proved, with the request that told it; and the figures say that they are calls."""
    signer = Signer(keys().evidence)
    pinned = await house.service.store.transact(lambda found: pins.pin(found, signer, "asked", SECOND))
    assert pinned is not None
    exporter = Exporter(
        store=house.service.store,
        journal=house.service.pipeline.journal,
        signer=signer,
        note=pinned.note,
        made_at=SECOND,
    )
    made = await exporter.export(Wanted(raid=raid), file)
    status, _ = check(file)
    assert status == 0
    assert (made.plain["messages"], made.plain["calls"], made.plain["kinds"]["call"]) == (rang, rang, rang)
    assert sum(made.plain["bars"]["messages"]) == rang
    held = files(file)
    entries = [one for one in lines(held["data/entries.jsonl"]) if one["entry"]["kind"] == "call"]
    assert len(entries) == len(lines(held["data/webhooks.jsonl"])) == rang


async def test_the_same_call_told_again_is_one_call(house: House) -> None:
    sid = "CA" + "7" * 32
    for _ in range(3):
        assert await house.provider.ring(MAN, sid=sid) == (200, False)
    await house.folded()
    assert await look(house, select(func.count()).select_from(decisions)) == 1


async def test_who_rings_and_then_writes_is_answered_as_anybody_is(house: House) -> None:
    await house.provider.ring(MAN)
    await house.provider.text(MAN, "Salut")

    async def sent() -> bool:
        return len(house.provider.sent) == 1

    await until(sent, "the text was answered")
    (reply,) = house.provider.sent
    assert reply.to == MAN


async def test_where_the_rules_say_so_a_call_is_answered_by_sms_once(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    async with opened(empty_sqlite_url, tmp_path, QUICK + b"reply_to_calls: true\n") as house:
        await house.provider.ring(MAN)
        await house.provider.ring("anonymous")

        async def sent() -> bool:
            return len(house.provider.sent) == 1

        await until(sent, "the call was answered")
        await house.provider.ring(MAN)
        await house.provider.text(MAN, "Salut")
        await house.folded()
        await house.provider.settled()
        assert [(one.to, one.from_) for one in house.provider.sent] == [(MAN, house.provider.line)]


async def test_where_they_ring_out_each_is_booked_and_the_caller_is_not_told_that_it_is_busy(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    rules = QUICK + b"calls: {ring_out: true, minute: 0.01}\n"
    async with opened(empty_sqlite_url, tmp_path, rules) as house:
        assert await house.provider.ring(MAN) == (200, True)
        await house.folded()
        assert await look(house, select(pot.c.inbound)) == 10_000

"""An SMS in, one considered reply out: the real SDK over HTTP, on SQLite and on PostgreSQL."""

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.clock import system_clock
from bridge.store.engine.tables import events
from channels.standins.faults import Fault
from channels.standins.twilio.faults import CallbackFaults
from tests.support.house import SLOW, House, opened, until

MAN = "+33612345678"
OTHER = "+33698765432"


async def delivered(house: House, count: int = 1) -> None:
    async def all_there() -> bool:
        return len(await house.replies("delivered")) >= count

    await until(all_there, f"{count} replies were delivered")


async def journalled(house: House) -> int:
    async def work(connection: AsyncConnection) -> int:
        query = select(func.count()).select_from(events).where(events.c.kind == "message")
        return await connection.scalar(query) or 0

    return await house.service.store.read(work)


async def test_a_text_is_answered_once_and_the_reply_is_followed_to_the_end(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path) as house:
        assert (await house.provider.text(MAN, "Salut, c'est moi"))[0] == 200
        await delivered(house)
        (sent,) = house.provider.sent
        assert (sent.to, sent.body in {"Un mot.", "Deux mots.", "Trois mots."}) == (MAN, True)
        status = await house.service.counter.standing.status()
        assert status["replies"] == {"held": 0, "sent": 1, "in_doubt": 0, "failed": 0}
        assert status["pot"] == {"total": 3300.0, "spent": 0.0763, "reserved": 0.0, "inbound": 0.0075}


async def test_repeats_of_a_message_change_nothing_in_parallel_too(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path) as house:
        _, sid = await house.provider.text(MAN, "Salut")
        assert set(await house.provider.redeliver(sid, 20, at_once=True)) == {200}
        await delivered(house)
        assert set(await house.provider.redeliver(sid, 3)) == {200}
        await house.folded()
        assert await journalled(house) == 1
        assert len(house.provider.sent) == 1


async def test_a_second_text_is_recorded_and_not_answered_again(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path) as house:
        await house.provider.text(MAN, "Salut")
        await delivered(house)
        await house.provider.text(MAN, "Tu reponds ?")
        await house.provider.text(OTHER, "Bonsoir")
        await delivered(house, 2)
        await house.folded()
        assert await journalled(house) == 3
        assert sorted(record.to for record in house.provider.sent) == [MAN, OTHER]


async def test_stop_during_the_hold_withdraws_the_reply(database_url: str, tmp_path: Path) -> None:
    async with opened(database_url, tmp_path, SLOW) as house:
        await house.provider.text(MAN, "Salut")
        await house.folded()
        assert len(await house.replies("held")) == 1
        await house.provider.text(MAN, "ARRÊT")
        await house.folded()
        assert len(await house.replies("cancelled")) == 1
        assert house.provider.sent == []


@pytest.mark.parametrize("seed", range(3))
async def test_receipts_in_any_order_and_number_end_in_the_same_state(
    database_url: str, tmp_path: Path, seed: int
) -> None:
    async with opened(database_url, tmp_path) as house:
        house.provider.faults.callbacks = CallbackFaults(repeat=3, shuffle=random.Random(seed))
        await house.provider.text(MAN, "Salut")
        await delivered(house)
        await house.provider.settled()
        await house.folded()
        assert [row.progress for row in await house.outbox()] == ["delivered"]


async def test_a_rate_limit_is_waited_out_and_the_reply_sent_once(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        house.provider.faults.next(Fault.RATE_LIMITED)
        await house.provider.text(MAN, "Salut")
        await delivered(house)
        assert len(house.provider.sent) == 1
        assert (await house.outbox())[0].attempts == 2


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.ERROR_500_AFTER, Fault.GARBLED_AFTER])
async def test_when_the_answer_is_lost_the_receipt_settles_the_reply_and_nothing_is_sent_twice(
    tmp_path: Path, fault: Fault
) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        house.provider.faults.next(fault)
        await house.provider.text(MAN, "Salut")
        await delivered(house)
        assert len(house.provider.sent) == 1


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.ERROR_500_BEFORE, Fault.EMPTY_AFTER])
async def test_without_a_receipt_a_lost_answer_stays_in_doubt_and_is_not_sent_again(
    tmp_path: Path, fault: Fault
) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        house.provider.faults.callbacks = CallbackFaults(
            drop=frozenset({"queued", "sending", "sent", "delivered"})
        )
        house.provider.faults.next(fault)
        await house.provider.text(MAN, "Salut")

        async def doubted() -> bool:
            return (await house.metrics())["rempart_replies_in_doubt"] == 1

        await until(doubted, "the reply was in doubt")
        await asyncio.sleep(1.5)
        assert len(house.provider.sent) == int(fault.after)
        assert (await house.service.counter.standing.status())["channels"]["sms"] == "failing"


async def test_someone_who_told_the_provider_stop_is_not_tried_again(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        house.provider.account.obey(MAN, "STOP")
        await house.provider.text(MAN, "Salut")

        async def refused() -> bool:
            return len(await house.replies("failed")) == 1

        await until(refused, "the reply was refused")
        assert (await house.outbox())[0].error == "opted_out"


async def test_replies_that_were_held_are_sent_after_a_restart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'rempart.db'}"
    async with opened(url, tmp_path, SLOW) as house:
        for n in range(5):
            await house.provider.text(f"+3361234000{n}", "Salut")
        await house.folded()

    def an_hour_later() -> int:
        return system_clock() + 2 * 3_600_000_000

    async with opened(url, tmp_path, SLOW, an_hour_later) as house:
        await delivered(house, 5)
        assert len(house.provider.sent) == 5


async def test_an_edit_of_the_rules_is_in_force_at_once_and_a_bad_one_is_refused(tmp_path: Path) -> None:
    async with opened(f"sqlite:///{tmp_path / 'rempart.db'}", tmp_path) as house:
        file = tmp_path / "responses.yaml"
        good = file.read_bytes()

        async def refused() -> str | None:
            return (await house.service.counter.standing.status())["rules_refused"]

        file.write_bytes(good + b"\nhold: {min: 1h}\n")
        sentence = await until(refused, "the bad edit was refused")
        assert "responses.yaml:" in sentence
        assert "hold" in sentence
        await house.provider.text(MAN, "Salut")
        await delivered(house)

        file.write_bytes(good.replace(b"Un mot.", b"Nouveau.").replace(b', "Deux mots.", "Trois mots."', b""))

        async def adopted() -> bool:
            return await refused() is None

        await until(adopted, "the good edit was adopted")
        await house.provider.text(OTHER, "Salut")
        await delivered(house, 2)
        assert house.provider.sent[-1].body == "Nouveau."

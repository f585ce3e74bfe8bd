"""Whoever takes replies and money takes them in one order: nobody waits for somebody in a circle."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import HOUR, Progress, ReplyId
from bridge.ports import Accepted
from bridge.store.books import sending
from bridge.store.engine.store import Store
from tests.loops.sending import held
from tests.support.clock import TestClock
from tests.support.events import Bridge, message, receipt, rules

PEOPLE = 24
ROUNDS = 4


def numbers(turn: int) -> list[str]:
    return [f"+336{turn:02}5{person:05}" for person in range(PEOPLE)]


async def deadlocks(url: str) -> int:
    connection = await asyncpg.connect(url)
    counted = await connection.fetchval(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    await connection.close()
    return int(counted)


async def claimed(bridge: Bridge) -> list[ReplyId]:
    """Every reply that is due, now *sending*."""

    async def work(connection: AsyncConnection) -> list[sending.Claimed]:
        return await sending.claim(connection, "sms", bridge.clock(), PEOPLE, rules())

    return [one.reply.id for one in await bridge.store.transact(work)]


async def crossing(bridge: Bridge, turn: int) -> None:
    """Receipts are folded, together with new messages, while the calls that they tell of are settled."""
    await held(bridge, *(message(address=number) for number in numbers(turn)))
    replies = await claimed(bridge)
    assert len(replies) == PEOPLE
    told = (receipt(f"SM{reply}", Progress.SENT, reply=reply) for reply in replies)
    asked = (message("encore", address=number) for number in numbers(turn))
    for pair in zip(asked, told, strict=True):
        await bridge.tell(*pair)
    now = bridge.clock()

    def settling(reply: ReplyId) -> Callable[[AsyncConnection], Awaitable[None]]:
        return lambda connection: sending.settle(connection, reply, Accepted(f"SM{reply}"), now, now)

    await asyncio.gather(
        bridge.fold(),
        *(bridge.store.transact(settling(reply)) for reply in reversed(replies)),
        *(bridge.store.transact(lambda connection: sending.expire(connection, now)) for _ in range(4)),
        *(bridge.store.transact(lambda connection: sending.doubt(connection, now, now)) for _ in range(4)),
    )


async def test_folding_and_settling_never_deadlock(postgresql_url: str) -> None:
    store = Store(postgresql_url)
    bridge = Bridge(store, TestClock())
    for turn in range(ROUNDS):
        await crossing(bridge, turn)
        bridge.clock.pass_(HOUR)
    await store.close()
    assert await deadlocks(postgresql_url) == 0

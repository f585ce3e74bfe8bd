"""Lets virtual time pass on a bridge that is driven by hand: what is due leaves, as far as the pot pays."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import MINUTE, Micros
from bridge.ports import Accepted
from bridge.store.books import sending
from tests.support.events import Bridge


async def pass_(bridge: Bridge, length: Micros, step: Micros = MINUTE) -> int:
    """Minute by minute; the provider takes every reply at once. Returns how many left."""
    left, end = 0, bridge.clock() + length
    while bridge.clock() < end:
        bridge.clock.pass_(min(step, end - bridge.clock()))
        left += await leave(bridge)
    return left


async def leave(bridge: Bridge) -> int:
    """What can leave at this instant leaves, all of it in one transaction; returns how many."""
    now, responses = bridge.clock(), bridge.folding.responses

    async def work(connection: AsyncConnection) -> int:
        left = 0
        await sending.expire(connection, now)
        await sending.let_rest(connection, ["sms"], now, responses)
        while claimed := await sending.claim(connection, "sms", now, 100, responses):
            for one in claimed:
                await sending.settle(connection, one.reply.id, Accepted(f"SM-{one.reply.id}"), now, now)
            left += len(claimed)
        return left

    return await bridge.store.transact(work)

"""Lets virtual time pass on a bridge that is driven by hand: what is due leaves, as far as the pot pays."""

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
    """What can leave at this instant leaves; returns how many."""
    left, now, responses = 0, bridge.clock(), bridge.folding.responses
    await bridge.store.transact(lambda connection: sending.expire(connection, now))
    while claimed := await bridge.store.transact(
        lambda connection: sending.claim(connection, "sms", now, 100, responses)
    ):
        for one in claimed:
            taken = Accepted(f"SM-{one.reply.id}")
            await bridge.store.transact(
                lambda connection, id_=one.reply.id, taken=taken: sending.settle(  # type: ignore[misc]
                    connection, id_, taken, now, now
                )
            )
        left += len(claimed)
    return left

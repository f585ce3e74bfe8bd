"""Writes down what the heart decided, in the transaction that gives the events their places."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.effects import Advance, Cancel, Decide, Effect, Hold, Remember
from bridge.model import Decision, Micros
from bridge.store import outbox, people
from bridge.store.tables import decisions


async def record(connection: AsyncConnection, effects: Sequence[Effect], now: Micros) -> None:
    """Stores effects. Withdrawals and receipts keep their order among the replies they concern."""
    await people.remember(connection, [effect.sender for effect in effects if isinstance(effect, Remember)])
    await _decide(connection, [effect.decision for effect in effects if isinstance(effect, Decide)])
    waiting: list[Hold] = []
    for effect in effects:
        if isinstance(effect, Hold):
            waiting.append(effect)
        elif isinstance(effect, Cancel):
            await _hold(connection, waiting)
            await outbox.cancel(connection, effect, now)
        elif isinstance(effect, Advance):
            await outbox.advance(connection, effect, now)
    await _hold(connection, waiting)


async def _hold(connection: AsyncConnection, waiting: list[Hold]) -> None:
    await outbox.hold(connection, [hold.reply for hold in waiting])
    waiting.clear()


async def _decide(connection: AsyncConnection, made: Sequence[Decision]) -> None:
    rows = [{name: getattr(decision, name) for name in Decision.__slots__} for decision in made]
    if rows:
        await connection.execute(decisions.insert(), rows)

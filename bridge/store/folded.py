"""Writes down what the heart decided, in the transaction that gives the events their places."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.effects import (
    Advance,
    BeginMute,
    BeginPause,
    Cancel,
    CorrectPot,
    Decide,
    Effect,
    EndMute,
    EndPause,
    EndRaid,
    Gather,
    Hold,
    Judge,
    Learn,
    Pose,
    Remember,
    ReopenRaid,
    SetPot,
    Tell,
    Unlearn,
    Warn,
    Withhold,
)
from bridge.model import Decision, Micros
from bridge.store import ledger, lessons, outbox, people, raids, team
from bridge.store.tables import decisions


async def record(connection: AsyncConnection, effects: Sequence[Effect], now: Micros) -> None:
    """Stores effects. Withdrawals and receipts keep their order among the replies they concern."""
    await people.remember(connection, [effect.sender for effect in effects if isinstance(effect, Remember)])
    await _decide(connection, [effect.decision for effect in effects if isinstance(effect, Decide)])
    await raids.gather(connection, [effect for effect in effects if isinstance(effect, Gather)])
    waiting: list[Hold] = []
    for effect in effects:
        match effect:
            case Hold():
                waiting.append(effect)
            case Cancel():
                await _hold(connection, waiting)
                await outbox.cancel(connection, effect, now)
            case Judge():
                await _hold(connection, waiting)
                await raids.judge(connection, effect)
            case Advance():
                await outbox.advance(connection, effect, now)
            case _:
                await _of_the_team(connection, effect, now)
    await _hold(connection, waiting)
    withheld = [effect.reply for effect in effects if isinstance(effect, Withhold)]
    await raids.withhold(connection, withheld, now)


async def _of_the_team(connection: AsyncConnection, effect: Effect, now: Micros) -> None:
    match effect:
        case BeginMute():
            await team.begin_mute(connection, effect)
        case EndMute():
            await team.end_mute(connection, effect)
        case BeginPause():
            await team.begin_pause(connection, effect)
        case EndPause():
            await team.end_pause(connection, effect)
        case Tell(done=done):
            await team.tell(connection, done)
        case _:
            await _of_raids(connection, effect, now)


async def _of_raids(connection: AsyncConnection, effect: Effect, now: Micros) -> None:
    match effect:
        case Pose(stance=stance):
            await raids.pose(connection, stance)
        case EndRaid():
            await raids.end(connection, effect)
        case ReopenRaid(raid=raid, at=at):
            await raids.reopen(connection, raid, at)
        case Learn():
            await lessons.learn(connection, effect)
        case Unlearn():
            await lessons.unlearn(connection, effect)
        case _:
            await _of_money(connection, effect, now)


async def _of_money(connection: AsyncConnection, effect: Effect, now: Micros) -> None:
    match effect:
        case SetPot(total=total):
            await ledger.set_total(connection, total)
        case CorrectPot(amount=amount):
            await ledger.move(connection, spent=amount)
        case Warn(steps=steps):
            await ledger.warn(connection, steps, now)


async def _hold(connection: AsyncConnection, waiting: list[Hold]) -> None:
    await outbox.hold(connection, [hold.reply for hold in waiting])
    waiting.clear()


async def _decide(connection: AsyncConnection, made: Sequence[Decision]) -> None:
    rows = [{name: getattr(decision, name) for name in Decision.__slots__} for decision in made]
    if rows:
        await connection.execute(decisions.insert(), rows)
        await ledger.move(connection, inbound=sum(decision.cost for decision in made))

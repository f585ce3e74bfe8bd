"""A raid once it is over, as its summary and its picture tell it: from decisions and replies."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts.shared import stretch
from bridge.model import HOUR, MINUTE, Micros, Raid
from bridge.store.books.outbox import ANSWERS
from bridge.store.engine.tables import decisions, members, outbox
from bridge.store.looks.bars import in_bars
from bridge.store.looks.people import arrived, pace, served
from bridge.views import Ending, Hour, Hours

_LENGTHS = (*(n * MINUTE for n in (1, 2, 5, 10, 15, 30)), *(n * HOUR for n in (1, 2, 3, 6, 12, 24)))
_MOST = 96
"""Bars in a picture."""


async def ending(connection: AsyncConnection, raid: Raid, now: Micros) -> Ending:
    """What happened from an hour before it was seen until an hour after it last grew, or until now."""
    begin, end = hours_of(raid, now)
    cost = await pace(connection, begin, end)
    return Ending(
        arrived=await arrived(connection, begin, end),
        served=await served(connection, begin, end),
        replies=cost.replies,
        receiving=cost.receiving,
        hours=await hours(connection, raid, now),
    )


def hours_of(raid: Raid, now: Micros) -> tuple[Micros, Micros]:
    """From when to when a raid's hours last."""
    begin, end = stretch(raid)
    return begin, min(end, max(now, begin + MINUTE))


async def hours(connection: AsyncConnection, raid: Raid, now: Micros) -> Hours:
    """Messages of its members and of others, and replies that left, in bars of equal length."""
    begin, end = hours_of(raid, now)
    length = next((one for one in _LENGTHS if end - begin <= _MOST * one), _LENGTHS[-1])
    begin -= begin % length
    within = decisions.c.decided_at.between(begin, end)
    who = select(members.c.sender).where(members.c.raid == raid.id)
    left = ANSWERS, outbox.c.attempted_at.between(begin, end)
    everybody = await in_bars(connection, decisions.c.decided_at, length, within)
    hostile = await in_bars(connection, decisions.c.decided_at, length, within, decisions.c.sender.in_(who))
    replies = await in_bars(connection, outbox.c.attempted_at, length, *left)
    return Hours(begin, length, tuple(_bars(range(begin, end + 1, length), everybody, hostile, replies)))


def _bars(
    begins: Iterable[Micros], everybody: Counter[Micros], hostile: Counter[Micros], replies: Counter[Micros]
) -> Iterable[Hour]:
    for at in begins:
        yield Hour(hostile[at], everybody[at] - hostile[at], replies[at])

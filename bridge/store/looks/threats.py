"""Threats that were noted, and who of the team read texts: looks; and that somebody did, is noted here."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, desc, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import threats as looking
from bridge.model import MINUTE, EventId, Micros
from bridge.noun import Noun
from bridge.store.books.journal import ENTRY
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import acts, events, exposures, senders, threats
from bridge.views import Readers, Threatened, ThreatsView

AT_ONCE: Micros = 10 * MINUTE
"""Threats of the same ten minutes by the clock are told in one note: the first of them at once."""


async def threats_since(connection: AsyncConnection, begin: Micros) -> tuple[ThreatsView, ...]:
    """What was noted since, a stretch of time after the other."""
    query = select(threats.c.at, threats.c.sender).where(threats.c.at >= begin).order_by(threats.c.at)
    found: dict[Micros, list[tuple[Micros, str]]] = {}
    for row in (await connection.execute(query)).all():
        found.setdefault(row.at // AT_ONCE, []).append((row.at, row.sender))
    views = [ThreatsView(told[0][0], len(told), len({who for _, who in told})) for told in found.values()]
    return tuple(views)


async def threatened(connection: AsyncConnection, date: str, begin: Micros, end: Micros) -> Threatened | None:
    """A day's threats in numbers, where there are any."""
    day = threats.c.at >= begin, threats.c.at < end
    counts = select(func.count(), func.count(threats.c.sender.distinct()), func.max(threats.c.at)).where(*day)
    messages, people, newest_at = (await connection.execute(counts)).one()
    if not messages:
        return None
    by_sign = select(threats.c.sign, func.count().label("count")).where(*day).group_by(threats.c.sign)
    signs = await connection.execute(by_sign.order_by(desc("count"), threats.c.sign))
    return Threatened(date, messages, people, newest_at, tuple((one.sign, one[1]) for one in signs))


async def readers(connection: AsyncConnection, begin: Micros, end: Micros) -> Readers | None:
    """Who opened threats since a day's begin, and how many of the day's came afterwards; nobody did: none."""
    texts, last_at = func.sum(exposures.c.texts), func.max(exposures.c.at)
    query = (
        select(exposures.c.actor, texts, last_at)
        .join(acts, acts.c.event == exposures.c.act)
        .where(acts.c.verb == looking.VERB.name, exposures.c.at >= begin)
        .group_by(exposures.c.actor)
        .order_by(texts.desc(), exposures.c.actor)
    )
    rows = (await connection.execute(query)).all()
    if not rows:
        return None
    last = max(rows, key=lambda one: one[2])
    after = select(func.count()).where(threats.c.at > last[2], threats.c.at < end)
    newer = await connection.scalar(after)
    return Readers(tuple((one[0], int(one[1])) for one in rows), last[0], last[2], newer or 0)


async def threat_entries(connection: AsyncConnection, limit: int) -> Sequence[Row[Any]]:
    """The newest threats: what opens them, and the handle."""
    query: Select[Any] = (
        select(*ENTRY, senders.c.handle)
        .join(threats, threats.c.event == events.c.id)
        .join(senders, senders.c.id == threats.c.sender)
        .order_by(threats.c.at.desc(), events.c.seq.desc())
        .limit(limit)
    )
    return list(await connection.execute(query))


class Exposed(Noun):
    """Somebody of the team, and what they have read."""

    actor: str
    texts: int
    times: int
    last_at: Micros


async def expose(connection: AsyncConnection, act: EventId, actor: str, at: Micros, texts: int) -> None:
    """Notes how many texts an act has shown to whoever did it; once for each act."""
    row = {"act": act, "actor": actor, "at": at, "texts": texts}
    await connection.execute(insert_new(connection, exposures, "act"), row)


async def exposed(connection: AsyncConnection, since: Micros) -> list[Exposed]:
    """Who read how much since, whoever read most first."""
    texts = func.sum(exposures.c.texts)
    query = (
        select(exposures.c.actor, texts, func.count(), func.max(exposures.c.at))
        .where(exposures.c.at > since)
        .group_by(exposures.c.actor)
        .order_by(texts.desc(), exposures.c.actor)
    )
    return [Exposed(row[0], int(row[1]), row[2], row[3]) for row in await connection.execute(query)]

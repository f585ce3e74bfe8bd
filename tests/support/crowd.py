"""A raid of any size, put into a store by a few statements: to fold it would take minutes."""

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.evidence.canonical import Entry
from bridge.evidence.chain import GENESIS, extend
from bridge.store.books.journal import ENTRY
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, raids
from tests.support.clock import NOON

RAID = "0123abcd"

NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(:size AS INT))"

SENDERS = """
INSERT INTO senders (id, handle, messages, first_at, last_at, verdict, raid)
{numbers} SELECT 's' || i, 'h' || i, 1, CAST(:noon AS BIGINT), CAST(:noon AS BIGINT), 'raider', :raid FROM n
"""
EVENTS = """
INSERT INTO events (id, channel, kind, sender, received_at, sealed, place, digest)
{numbers} SELECT 'e' || i, 'sms', 'message', 's' || i, CAST(:noon AS BIGINT), :sealed, i, :sealed FROM n
"""
MEMBERS = """
INSERT INTO members (raid, kind, key, sender) {numbers} SELECT :raid, 'copies', 'paste', 's' || i FROM n
"""
OUTBOX = """
INSERT INTO outbox (id, event, sender, channel, line, name, language, text, segments, price, due_at,
    expires_at, progress, error)
{numbers} SELECT 'r' || i, 'e' || i, 's' || i, 'sms', '+33600000000', 'first', 'fr', 'Un mot.', 1, 1000,
    CAST(:noon AS BIGINT) - i, CAST(:noon AS BIGINT) + 86400000000, 'cancelled', 'raid' FROM n
"""


async def chained(connection: AsyncConnection) -> None:
    """Makes the evidence chain of what was put in by statements."""
    rows = await connection.execute(
        select(*ENTRY).where(events.c.place.is_not(None)).order_by(events.c.place)
    )
    links, head = [], GENESIS
    for row in rows:
        head = extend(head, Entry(*row))
        links.append({"event": row.id, "link": head.digest})
    statement = update(events).where(events.c.id == bindparam("event")).values(digest=bindparam("link"))
    await connection.execute(statement, links)


async def crowd(store: Store, size: int) -> None:
    """So many senders who each wrote once, are taken for raiders, and whose replies are kept back.

    Whoever has the highest number was due first.
    """
    values = {"size": size, "noon": NOON, "raid": RAID, "sealed": b""}

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(raids.insert(), {"id": RAID, "opened_at": NOON, "grown_at": NOON})
        for statement in (SENDERS, EVENTS, MEMBERS, OUTBOX):
            filled = text(statement.replace("{numbers}", NUMBERS))
            wanted = {name: value for name, value in values.items() if f":{name}" in filled.text}
            await connection.execute(filled, wanted)

    await store.transact(work)

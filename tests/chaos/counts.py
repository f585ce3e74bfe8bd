"""What came of a run: the journal, the outbox and the pot, held against what the provider knows."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.evidence.canonical import Entry
from bridge.evidence.chain import GENESIS, extend
from bridge.model import IN_FLIGHT, UNSETTLED, EventId, MicroEuros, Progress
from bridge.store.books import ledger
from bridge.store.books.journal import ENTRY
from bridge.store.engine.tables import events, outbox
from channels.standins.twilio.messages import Record


@dataclass(frozen=True, slots=True)
class Counts:
    """Each figure should be nothing."""

    lost: int
    """Messages that were acknowledged and are not in the journal."""
    doubled: int
    """Replies beyond the first to somebody; nobody writes twice."""
    in_doubt: int
    over_the_limit: MicroEuros
    unrecorded: int
    """Messages that the provider took from us and the outbox does not know."""
    unbalanced: MicroEuros
    """By how much the pot differs from the sum of the replies."""

    @property
    def harmless(self) -> bool:
        """Whether nothing was lost, doubled, left open, overspent or forgotten."""
        return not any(getattr(self, name) for name in self.__slots__)

    def __str__(self) -> str:
        return (
            f"acknowledged messages lost {self.lost}, double sends {self.doubled}, rows in doubt at the end "
            f"{self.in_doubt}, money over the limit {self.over_the_limit / 1_000_000:g}; "
            f"sent but not recorded {self.unrecorded}, books unbalanced {self.unbalanced / 1_000_000:g}"
        )


async def still_open(connection: AsyncConnection) -> int:
    """How many events wait to be folded, and replies to be settled."""
    waiting = select(func.count()).where(outbox.c.progress.in_(UNSETTLED))
    unfolded = select(func.count()).where(events.c.place.is_(None))
    return (await connection.scalar(waiting) or 0) + (await connection.scalar(unfolded) or 0)


async def broken_links(connection: AsyncConnection) -> int:
    """How many links of the evidence chain do not follow from what stands before them."""
    rows = await connection.execute(
        select(*ENTRY, events.c.place, events.c.digest)
        .where(events.c.place.is_not(None))
        .order_by(events.c.place)
    )
    head, broken = GENESIS, 0
    for row in rows:
        head = extend(head, Entry(*row[: len(ENTRY)]))
        broken += (head.place, head.digest) != (row.place, row.digest)
    return broken


async def overspent(connection: AsyncConnection, limit: MicroEuros) -> MicroEuros:
    """What is spent and reserved beyond the limit."""
    purse = await ledger.load(connection, 0)
    return max(0, purse.spent + purse.reserved - limit)


async def count(
    connection: AsyncConnection,
    acknowledged: Collection[EventId],
    taken: Sequence[Record],
    over_the_limit: MicroEuros,
) -> Counts:
    """Holds the store against what was acknowledged, and against what the provider took."""
    stored = set(await connection.scalars(select(events.c.id)))
    known = set(await connection.scalars(select(outbox.c.message_id)))
    doubt = outbox.c.progress.in_((Progress.IN_DOUBT, Progress.SENDING))
    return Counts(
        lost=len(set(acknowledged) - stored),
        doubled=sum(times - 1 for times in Counter(record.to for record in taken).values()),
        in_doubt=await connection.scalar(select(func.count()).where(doubt)) or 0,
        over_the_limit=over_the_limit,
        unrecorded=len({record.sid for record in taken} - known),
        unbalanced=await _unbalanced(connection),
    )


async def _unbalanced(connection: AsyncConnection) -> MicroEuros:
    purse = await ledger.load(connection, 0)
    booked, price = func.sum(ledger.BOOKED), func.sum(outbox.c.price)
    paid = await connection.scalar(select(booked).where(outbox.c.message_id.is_not(None)))
    reserved = await connection.scalar(select(price).where(outbox.c.progress.in_(IN_FLIGHT)))
    return abs(purse.spent - int(paid or 0)) + abs(purse.reserved - int(reserved or 0))

"""The ledger: one row of money, moved in the same transaction as what moves it. Micro-euros."""

from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy import Select, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY, HOUR, MicroEuros, Micros, Progress
from bridge.pot import Purse
from bridge.store.dialect import insert_new, skip_locked
from bridge.store.tables import facts, outbox, pot

COMMITTED = tuple(p for p in Progress if p not in (Progress.FAILED, Progress.CANCELLED, Progress.EXPIRED))
"""What may have cost something, or may still."""

BOOKED = func.coalesce(outbox.c.cost, outbox.c.price)
"""What a reply counts for: what its provider charged, else the worst case."""

_WARNED = "warned "

RESERVED = (Progress.HELD, Progress.SENDING, Progress.IN_DOUBT)


async def load(connection: AsyncConnection, now: Micros) -> Purse:
    """Where the money stands."""
    row = (await connection.execute(select(pot))).one()
    due = (await connection.execute(_due(now))).one()
    return Purse(
        spent=row.spent,
        reserved=row.reserved,
        inbound=row.inbound,
        total=row.total,
        last_hour=int(due.hour or 0),
        last_day=int(due.day or 0),
        suspects=int(due.suspects or 0),
    )


async def lock(connection: AsyncConnection) -> None:
    """Takes the pot until the transaction ends. Whoever moves replies and money takes the pot first:
    two transactions that took them in opposite orders would wait for each other in a circle.
    """
    if skip_locked(connection):
        await connection.execute(select(pot.c.spent).with_for_update())


async def move(
    connection: AsyncConnection, *, reserved: MicroEuros = 0, spent: MicroEuros = 0, inbound: MicroEuros = 0
) -> None:
    """Moves money; the schema refuses what would fall below zero."""
    if not (reserved or spent or inbound):
        return
    await connection.execute(
        update(pot).values(
            reserved=pot.c.reserved + reserved, spent=pot.c.spent + spent, inbound=pot.c.inbound + inbound
        )
    )


async def settle(connection: AsyncConnection, booked: MicroEuros, cost: MicroEuros) -> None:
    """Books what a reply has cost in place of what it was taken to cost at worst.

    A correction by hand may have taken the difference back already: then nothing is left to give back.
    """
    after = pot.c.spent + (cost - booked)
    await connection.execute(update(pot).values(spent=case((after < 0, 0), else_=after)))


async def set_total(connection: AsyncConnection, total: MicroEuros) -> None:
    """What may be spent in all, whatever the rules file says; warnings begin anew."""
    await connection.execute(update(pot).values(total=total))
    await connection.execute(delete(facts).where(facts.c.name.startswith(_WARNED)))


async def warn(connection: AsyncConnection, steps: Iterable[Fraction], now: Micros) -> None:
    """Writes down when the pot passed a step, the first time it did."""
    rows = [{"name": f"{_WARNED}{round(100 * step)}", "value": str(now)} for step in steps]
    if rows:
        await connection.execute(insert_new(connection, facts, "name"), rows)


async def warned(connection: AsyncConnection, since: Micros) -> list[int]:
    """The steps, in percent, that the pot has passed since an instant."""
    rows = await connection.execute(select(facts).where(facts.c.name.startswith(_WARNED)))
    return sorted(int(row.name.removeprefix(_WARNED)) for row in rows if int(row.value) >= since)


def leaves_reserve(before: Progress, after: Progress) -> bool:
    """Whether a step forward ends a reservation."""
    return before in RESERVED and after not in RESERVED


def _due(now: Micros) -> Select[tuple[int, int, int]]:
    """What was due in the last day and hour, and of the hour's what the starved lane took."""
    hour = outbox.c.due_at > now - HOUR
    suspects = hour & (outbox.c.lane == "suspect")
    sums = [
        func.sum(BOOKED).label("day"),
        func.sum(case((hour, BOOKED), else_=0)).label("hour"),
        func.sum(case((suspects, BOOKED), else_=0)).label("suspects"),
    ]
    return select(*sums).where(outbox.c.progress.in_(COMMITTED), outbox.c.due_at > now - DAY)

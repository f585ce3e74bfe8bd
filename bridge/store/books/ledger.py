"""The ledger as it is kept: one row of money, and what falls due. In the caller's transaction."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.ledger import Ledger, Window
from bridge.model import COMMITTED, DAY, HOUR, Micros
from bridge.pot import Purse
from bridge.store.engine.dialect import skip_locked
from bridge.store.engine.tables import facts, outbox, pot

BOOKED = func.coalesce(outbox.c.cost, outbox.c.price)
"""What a reply counts for: what its provider charged, else the worst case."""

WARNED = "warned "

_WINDOWS: dict[str, tuple[Micros, ColumnElement[bool] | None]] = {
    "hour": (HOUR, None),
    "day": (DAY, None),
    "suspects": (HOUR, outbox.c.lane == "suspect"),
}


async def load(connection: AsyncConnection, now: Micros) -> Purse:
    """Where the money stands, for whoever only looks."""
    return _ledger((await connection.execute(_totals(now))).one()).purse(now)


async def take(connection: AsyncConnection, now: Micros, until: Micros) -> Ledger:
    """Takes the pot until the transaction ends: where it stands at `now`, and what leaves before `until`.

    Whoever moves replies and money takes the pot first: two transactions that took them in opposite orders
    would wait for each other in a circle.
    """
    query = _totals(now)
    locked = query.with_for_update(of=pot) if skip_locked(connection) else query
    found = _ledger((await connection.execute(locked)).one())
    await _leaving(connection, found, now, until)
    found.purse(now)
    return found


async def lock(connection: AsyncConnection) -> Ledger:
    """Takes the pot until the transaction ends, for whoever asks nothing of hours and days."""
    query = select(pot).with_for_update() if skip_locked(connection) else select(pot)
    row = (await connection.execute(query)).one()
    return Ledger(row.spent, row.reserved, row.inbound, row.total)


async def put_back(connection: AsyncConnection, ledger: Ledger) -> None:
    """Writes the pot down as it is now: it was taken, and nobody else has moved it."""
    names = ("spent", "reserved", "inbound", "total")
    await connection.execute(update(pot).values({name: getattr(ledger, name) for name in names}))


async def warned(connection: AsyncConnection, since: Micros) -> list[int]:
    """The steps, in percent, that the pot has passed since an instant."""
    rows = await connection.execute(select(facts).where(facts.c.name.startswith(WARNED)))
    return sorted(int(row.name.removeprefix(WARNED)) for row in rows if int(row.value) >= since)


def _ledger(row: Any) -> Ledger:
    windows = {name: Window(length, int(getattr(row, name) or 0)) for name, (length, _) in _WINDOWS.items()}
    return Ledger(row.spent, row.reserved, row.inbound, row.total, **windows)


def _totals(now: Micros) -> Select[Any]:
    """The pot; what was due in the last day and hour, and of the hour's what the starved lane took."""
    return select(pot, *(_sum(now - length, only).label(name) for name, (length, only) in _WINDOWS.items()))


def _sum(since: Micros, only: ColumnElement[bool] | None) -> Any:
    counted = BOOKED if only is None else case((only, BOOKED), else_=0)
    due = outbox.c.progress.in_(COMMITTED), outbox.c.due_at > since
    return select(func.sum(counted)).where(*due).scalar_subquery()


async def _leaving(connection: AsyncConnection, ledger: Ledger, now: Micros, until: Micros) -> None:
    """What leaves the hour, or the day, while the events at hand are folded."""
    stretches = [
        (outbox.c.due_at > now - length) & (outbox.c.due_at <= until - length) for length in (HOUR, DAY)
    ]
    query = select(outbox.c.due_at, outbox.c.lane, BOOKED.label("booked"))
    leaving = query.where(outbox.c.progress.in_(COMMITTED), or_(*stretches)).order_by(outbox.c.due_at)
    for row in (await connection.execute(leaving)).all():
        _leaves(ledger.hour, row, now, until)
        _leaves(ledger.day, row, now, until)
        if row.lane == "suspect":
            _leaves(ledger.suspects, row, now, until)


def _leaves(window: Window, row: Any, now: Micros, until: Micros) -> None:
    if now - window.length < row.due_at <= until - window.length:
        window.leaving.append((row.due_at, row.booked))  # in order: a sorted list is a heap

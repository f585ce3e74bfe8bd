"""The ledger as it is kept: one row of money, and what left when. In the caller's transaction."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, Update, bindparam, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.days import SET_BACK
from bridge.heart.ledger import Ledger
from bridge.model import DAY, DOUBTFUL, HOUR, Micros
from bridge.pot import Purse
from bridge.raid.posture import QUIET
from bridge.store.books.outbox import PAID
from bridge.store.engine.dialect import skip_locked
from bridge.store.engine.spelled import Put, Spelled, put_all
from bridge.store.engine.tables import facts, outbox, pot, raids

BOOKED = func.coalesce(outbox.c.cost, outbox.c.price)
"""What a reply counts for: what its provider charged, else the worst case."""

WARNED = "warned "

_KEPT = tuple(Ledger.__slots__)
"""The columns of the pot that a ledger fills."""

_LIMITED = ~outbox.c.unlimited
"""What left while an admin had the day open does not count against the hours and days that follow."""

_WINDOWS: dict[str, tuple[Micros, ColumnElement[bool]]] = {
    "last_hour": (HOUR, _LIMITED),
    "last_day": (DAY, _LIMITED),
    "doubtful": (HOUR, outbox.c.rank >= DOUBTFUL),
}


async def load(connection: AsyncConnection, now: Micros) -> Purse:
    """Where the money stands, what the last hour and day have cost included."""
    since = {name: now - length for name, (length, _) in _WINDOWS.items()} | {_GROWN: now - QUIET}
    row = (await connection.execute(_TOTALS, since | {_AHEAD: now + SET_BACK})).one()
    paid: dict[str, Any] = {name: int(getattr(row, name) or 0) for name in _WINDOWS}
    paid |= {"raid": bool(row.raid), "opened_until": _ledger(row).opened_until(now)}
    return Purse(row.spent, row.reserved, row.inbound, row.total, **paid)


async def take(connection: AsyncConnection) -> Ledger:
    """Takes the pot until the transaction ends.

    Whoever moves replies and money takes the pot first: two transactions that took them in opposite orders
    would wait for each other in a circle.
    """
    (row,) = await _taking.rows(connection)
    return _ledger(row)


@Spelled
def _taking(connection: AsyncConnection) -> Select[Any]:
    return select(pot).with_for_update() if skip_locked(connection) else select(pot)


async def put_back(connection: AsyncConnection, ledger: Ledger) -> None:
    """Writes the pot down as it is now: it was taken, and nobody else has moved it."""
    await put_all(connection, [putting_back(ledger)])


def putting_back(ledger: Ledger) -> Put:
    """The same, to be written with more."""
    return _putting_back, [{f"to_{name}": getattr(ledger, name) for name in _KEPT}]


@Spelled
def _putting_back(_connection: AsyncConnection) -> Update:
    return update(pot).values({name: bindparam(f"to_{name}") for name in _KEPT})


def _ledger(row: Any) -> Ledger:
    return Ledger(**{name: getattr(row, name) for name in _KEPT})


async def warned(connection: AsyncConnection, since: Micros) -> list[int]:
    """The steps, in percent, that the pot has passed since an instant."""
    return [step for step, at in await warnings(connection) if at >= since]


async def warnings(connection: AsyncConnection) -> list[tuple[int, Micros]]:
    """Every step that the pot has passed, in percent, lowest first, and when."""
    rows = await connection.execute(select(facts).where(facts.c.name.startswith(WARNED)))
    return sorted((int(row.name.removeprefix(WARNED)), int(row.value)) for row in rows)


def _sum(name: str, only: ColumnElement[bool]) -> Any:
    left = PAID, *_lately(outbox.c.attempted_at, name)
    total = select(func.sum(case((only, BOOKED), else_=0))).where(*left)
    return total.correlate(pot).scalar_subquery().label(name)


def _lately(at: ColumnElement[Micros], since: str) -> tuple[ColumnElement[bool], ...]:
    """As `bridge.days.lately`."""
    return at > bindparam(since, type_=BigInteger), at <= bindparam(_AHEAD, type_=BigInteger)


_GROWN, _AHEAD = "grown_since", "not_after"

_RAID = (
    select(func.count(raids.c.id))
    .where(raids.c.ended_at.is_(None), *_lately(raids.c.grown_at, _GROWN))
    .scalar_subquery()
    .label("raid")
)

_TOTALS = select(pot, *(_sum(name, only) for name, (_, only) in _WINDOWS.items()), _RAID)
"""The pot; what was handed over in the last day and hour, and of the hour's what went to the doubtful; and
whether a raid is on."""

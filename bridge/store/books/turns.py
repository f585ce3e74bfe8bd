"""By which way replies leave, turn by turn: as it is kept. In the caller's transaction."""

from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import HOUSE, Deed, Micros, Turn
from bridge.noun import asdict
from bridge.store.books.journal import Arrival, Journal
from bridge.store.engine.tables import turns

_TOLD = Turn.__struct_fields__


async def add(connection: AsyncConnection, turn: Turn, journal: Journal | None) -> None:
    """Writes a turn down, in the journal too."""
    await connection.execute(turns.insert(), asdict(turn))
    if journal is not None:
        told = tuple((name, getattr(turn, name)) for name in _TOLD)
        deed = Deed(HOUSE, f"way:{turn.channel}:{turn.at}", HOUSE, "way", turn.at, told)
        await journal.append(connection, [Arrival(deed, turn.at)])


async def current(connection: AsyncConnection) -> dict[str, str]:
    """By which way the replies of each channel leave that ever took a turn."""
    return {turn.channel: turn.way for turn in await newest(connection)}


async def newest(connection: AsyncConnection) -> list[Turn]:
    """The newest turn of each channel."""
    last = select(func.max(turns.c.seq)).group_by(turns.c.channel)
    rows = await connection.execute(select(turns).where(turns.c.seq.in_(last)).order_by(turns.c.channel))
    return [_turn(row) for row in rows]


async def since(connection: AsyncConnection, at: Micros) -> list[Turn]:
    """What was turned since an instant, oldest first."""
    rows = await connection.execute(select(turns).where(turns.c.at >= at).order_by(turns.c.seq))
    return [_turn(row) for row in rows]


def _turn(row: Row[Any]) -> Turn:
    return Turn(**{name: getattr(row, name) for name in _TOLD})

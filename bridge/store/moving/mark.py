"""Where a database stands in a move to another: of the two, only one may ever be run."""

import json
from collections.abc import Sequence
from enum import StrEnum
from secrets import token_hex

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnusable
from bridge.noun import Noun, asdict, replace
from bridge.store.engine.dialect import insert_or_replace
from bridge.store.engine.tables import facts

NAME = "move"
"""The fact by which a database tells it; it is the one row that is not moved."""

Key = Sequence[str | int]
"""The primary key of a row."""


class Stage(StrEnum):
    """How far a move is, as either side has it."""

    LEAVING = "leaving"
    """It is being copied into another."""
    STAYED = "stayed"
    """It was run since: what was copied of it is out of date."""
    GONE = "gone"
    """It was moved: another one goes on from here."""
    ARRIVING = "arriving"
    """Another one is being copied into it."""
    ARRIVED = "arrived"
    """Another one was moved into it; it may have been run since."""


class Mark(Noun):
    """Both sides of a move bear its id."""

    move: str
    stage: Stage
    table: str = ""
    """Of a database that is being filled: the table that is being copied; empty before the first."""
    after: Key = ()
    """The last row of that table that is there."""
    rows: int = 0
    """How many of that table are there."""
    to: str = ""
    """Of a database that was moved: where to, without a password."""


REFUSED = {
    Stage.GONE: "This database was moved to another one, which goes on from here: point REMPART_DATABASE_URL "
    "at that one.",
    Stage.ARRIVING: "A move into this database is not finished: run the same `rempart migrate-store` again, "
    "or point REMPART_DATABASE_URL at another one.",
}
"""Why a database is not run."""


def new() -> Mark:
    """What a database bears from the moment at which it begins to be moved."""
    return Mark(token_hex(8), Stage.LEAVING)


async def read(connection: AsyncConnection) -> Mark | None:
    """`None` where the database was never part of a move."""
    written = await connection.scalar(select(facts.c.value).where(facts.c.name == NAME))
    return None if written is None else parse(written)


def parse(written: str) -> Mark:
    """A mark as it was written down."""
    told = json.loads(written)
    return Mark(**told | {"stage": Stage(told["stage"]), "after": tuple(told["after"])})


async def write(connection: AsyncConnection, mark: Mark) -> None:
    """Puts a mark in the place of the one before."""
    statement = insert_or_replace(connection, facts, ["name"], ["value"])
    await connection.execute(statement, {"name": NAME, "value": _written(mark)})


async def advance(connection: AsyncConnection, old: Mark, new: Mark) -> bool:
    """Puts a mark in the place of `old`; whether that still stood there."""
    statement = update(facts).where(facts.c.name == NAME, facts.c.value == _written(old))
    return (await connection.execute(statement.values(value=_written(new)))).rowcount == 1


async def run_here(connection: AsyncConnection) -> None:
    """Asked before a database is run. Raises `StoreUnusable` where another one goes on from it."""
    mark = await read(connection)
    if mark is None:
        return
    if mark.stage in REFUSED:
        raise StoreUnusable(REFUSED[mark.stage])
    if mark.stage == Stage.LEAVING:
        await write(connection, replace(mark, stage=Stage.STAYED))


def _written(mark: Mark) -> str:
    return json.dumps(asdict(mark))

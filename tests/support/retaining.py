"""Retention driven by hand on a store, and what can be found of somebody in the files of a folder."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.loops.retention import Retention
from bridge.model import Micros
from bridge.store.engine.connecting import database_file
from bridge.store.engine.forgotten import list_of
from tests.support.events import Bridge


async def _no_rush() -> None:
    return


def retention(
    bridge: Bridge,
    lull: Callable[[], Awaitable[None]] = _no_rush,
    present: Callable[[], Awaitable[Micros]] | None = None,
) -> Retention:
    """As the service wires it; a clock that tests turn needs nobody's word, unless they say whose."""

    async def by_the_clock() -> Micros:
        return bridge.clock()

    database = database_file(bridge.store.url)
    beside = list_of(database) if database else None
    rules = lambda: bridge.folding.responses  # noqa: E731
    return Retention(bridge.store, bridge.journal, bridge.clock, rules, lull, present or by_the_clock, beside)


async def settle(one: Retention, bridge: Bridge) -> int:
    """Takes turns, and folds what they write down, until there is nothing to do; returns how many did."""
    turns = 0
    while await one.turn() == 0.0:
        turns += 1
        await bridge.fold()
    return turns


async def rows(bridge: Bridge, query: Select[Any]) -> list[Any]:
    """What is stored."""

    async def work(connection: AsyncConnection) -> list[Any]:
        return list((await connection.execute(query)).all())

    return await bridge.store.read(work)


def traces(folder: Path, wanted: Iterable[bytes]) -> list[str]:
    """The files of a folder that hold any of these bytes, free pages and logs included."""
    looked_for = list(wanted)
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if any(one in path.read_bytes() for one in looked_for))

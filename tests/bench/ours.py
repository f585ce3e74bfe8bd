"""Rempart as `make bench` runs it: on either engine, and with a handicap."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import asyncpg

from tests.bench.handicaps import Handicap
from tests.bench.serving import rempart
from tests.support import postgresql
from tests.support.house import free_port


class Running(NamedTuple):
    """A service that takes what is sent."""

    process: int
    counted: Callable[[], tuple[int, int]]
    """How many messages came since it started and are stored, and how many messages are decided since."""


@contextmanager
def ours(store: str, folder: Path, port: int, core: int, handicap: Handicap) -> Iterator[Running]:
    """One process on SQLite. On PostgreSQL it takes webhooks, and another on the other core, which came first
    and so leads, decides and sends; the server itself runs where there is room.
    """
    added = handicap.prepare(folder)
    if store == "sqlite":
        with rempart(port, folder, core, added) as process:
            yield _since(process, partial(_of_file, folder / "rempart.db"))
        return
    with postgresql.server(folder / "server") as url, ExitStack() as both:
        places = ("first", free_port(), os.sched_getaffinity(0).pop()), ("second", port, core)
        for name, place, where in places:
            (folder / name).mkdir()
            process = both.enter_context(
                rempart(place, folder / name, where, {**added, "REMPART_DATABASE_URL": url})
            )
        yield _since(process, lambda: asyncio.run(_of_server(url)))


def _since(process: int, counted: Callable[[], tuple[int, int]]) -> Running:
    stored, decided = counted()

    def since() -> tuple[int, int]:
        now = counted()
        return now[0] - stored, now[1] - decided

    return Running(process, since)


_COUNTED = "SELECT count(*), count(place) FROM events WHERE kind = 'message'"


def _of_file(database: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        stored, decided = connection.execute(_COUNTED).fetchone()
        return int(stored), int(decided)


async def _of_server(url: str) -> tuple[int, int]:
    connection = await asyncpg.connect(url)
    try:
        stored, decided = await connection.fetchrow(_COUNTED)
        return int(stored), int(decided)
    finally:
        await connection.close()

"""Another program that holds our database file."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def locked(database: Path) -> AsyncIterator[None]:
    """Nobody else writes to the file until the block ends."""
    other = sqlite3.connect(database, timeout=0)
    while not _begins(other):
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        other.rollback()
        other.close()


def _begins(other: sqlite3.Connection) -> bool:
    """Fails while a transaction of ours is under way, which needs the loop to come to its end."""
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    return True

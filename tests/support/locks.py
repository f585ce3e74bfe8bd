"""Another program that holds our database file."""

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE
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


_HOLDER = """
import sqlite3, sys
other = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
other.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@asynccontextmanager
async def locked_by_a_process(database: Path) -> AsyncIterator[None]:
    """Likewise, by a process of its own, which is killed in the end: what it held goes with it."""
    arguments = "-c", _HOLDER, str(database)
    holder = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.kill()
        await holder.wait()

"""Makes the dossiers that somebody asked for in the room: one at a time, in a process of its own, in which a
long raid costs the service neither memory nor time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import structlog

from bridge.clock import iso
from bridge.heart.acts.dossier import FOLDER
from bridge.model import EventId
from bridge.ports import Clock
from bridge.service.errand import NICE, run_errand
from bridge.store.books import exports
from bridge.store.engine.connecting import database_file
from bridge.store.engine.store import Store

REST = 2.0
"""Seconds between looks."""

LONGEST = 3600.0
"""Seconds that one may take."""

log = structlog.get_logger("rempart.evidence")


@dataclass(slots=True)
class Dossiers:
    """Takes turns with what was asked for."""

    patience: ClassVar[float] = REST
    nice: ClassVar[int] = NICE

    store: Store
    clock: Clock
    environment: Mapping[str, str]
    """With what the service itself was started."""

    async def turn(self) -> float:
        """Makes the oldest that is not made yet."""
        now = self.clock()
        wanted = await self.store.read(lambda connection: exports.wanted(connection, now))
        if wanted is None:
            return REST
        await self._make(*wanted)
        return 0.0

    async def _make(self, act: EventId, raid: str) -> None:
        folder = self._folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / f"raid-{raid}-{iso(self.clock())[:19].replace(':', '')}.zip"
        error = await self._run(act, raid, file)
        digest = "" if error else await asyncio.to_thread(_digest, file)
        now, named = self.clock(), "" if error else f"{FOLDER}/{file.name}"
        await self.store.transact(
            lambda found: exports.settle(found, act, now, file=named, digest=digest, error=error)
        )
        log.info("a dossier was asked for in the room", raid=raid, made=not error)

    async def _run(self, act: EventId, raid: str, file: Path) -> str:
        """What went wrong, in one sentence; empty where nothing did."""
        words = ["evidence", "export", "--raid", raid, "--out", str(file), "--asked-by", act]
        return await run_errand(words, self.environment, longest=LONGEST, nice=self.nice)

    def _folder(self) -> Path:
        database = database_file(self.store.url)
        return (database.parent if database else Path.cwd()) / FOLDER


def _digest(file: Path) -> str:
    made = sha256()
    with file.open("rb") as read:
        while block := read.read(1 << 20):
            made.update(block)
    return made.hexdigest()

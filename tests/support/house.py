"""The whole house on real parts: the service on a port, a database, and the provider's stand-in."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import select

from bridge.clock import system_clock
from bridge.environment import Environment
from bridge.ports import Clock
from bridge.service.service import Service
from bridge.settings import Settings
from bridge.standin import StandIn
from bridge.store.engine.connecting import database_file, parse_url
from bridge.store.engine.tables import outbox
from bridge.store.looks.overview import lag
from channels.standins.twilio import TwilioStandIn
from tests.support import sqlite
from tests.support.events import SECRET

QUICK = b"""
languages: [fr, en]
hold: {min: 0s, max: 1s}
replies:
  - id: first
    when: {first: true}
    say: {fr: ["Un mot.", "Deux mots.", "Trois mots."], en: ["One word."]}
"""

SLOW = QUICK.replace(b"{min: 0s, max: 1s}", b"{min: 1h, max: 2h}")

PATIENCE = 300.0
"""Seconds that a test waits for what must come; far more than it takes."""


_SHARE = 200
_FIRST = 12_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 100 * _SHARE
"""Below the ports that the system gives to whoever dials, apart from those of tests that run meanwhile."""

_PORTS = cycle(_FIRST + (os.getpid() + n) % _SHARE for n in range(_SHARE))


def free_port() -> int:
    """A port that nobody listens on or will be told of soon."""
    return next(filter(_is_free, _PORTS))


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


async def until(happened: Callable[[], Awaitable[Any]], what: str) -> Any:
    """What `happened` tells once it tells something. Fails when that takes too long.

    It is asked less and less often: to look is work for the service, too.
    """
    pause = 0.02
    try:
        async with asyncio.timeout(PATIENCE):
            while not (told := await happened()):
                await asyncio.sleep(pause)
                pause = min(1.3 * pause, 0.15)
    except TimeoutError:
        raise AssertionError(f"It never happened that {what}.") from None
    return told


class House:
    """A running service with its stand-in."""

    def __init__(
        self, service: Service, provider: TwilioStandIn, url: str, environment: Mapping[str, str]
    ) -> None:
        self.service, self.provider, self.url, self.environment = service, provider, url, environment

    async def outbox(self) -> list[Any]:
        """Every reply as it stands."""

        async def work(connection: Any) -> list[Any]:
            return list((await connection.execute(select(outbox))).all())

        return await self.service.store.read(work)

    async def replies(self, progress: str) -> list[Any]:
        """The replies that have come so far."""
        return [row for row in await self.outbox() if row.progress == progress]

    async def folded(self) -> None:
        """Returns once everything received is decided: the metrics page may show an earlier moment."""

        async def nothing_waits() -> bool:
            return (await self.service.store.read(lag)).events == 0

        await until(nothing_waits, "everything was folded")

    async def metrics(self) -> dict[str, float]:
        """The metrics page, as numbers by name."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/metrics") as response:
            lines = (await response.text()).splitlines()
        return {
            line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
            for line in lines
            if not line.startswith("#")
        }


@asynccontextmanager
async def opened(
    database_url: str,
    folder: Path,
    rules: bytes = QUICK,
    clock: Clock = system_clock,
    more: Sequence[StandIn] = (),
) -> AsyncIterator[House]:
    """A service on a free port, with a provider that dials it; and `more` of them.

    A file that is not there yet is a copy of a migrated one: to make it takes longer than to start.
    """
    file = database_file(parse_url(database_url))
    if file is not None and not file.exists():
        sqlite.migrated(file)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (folder / "responses.yaml").write_bytes(rules)
    provider = TwilioStandIn(callback_delay=0.01)
    environment = dict(await provider.start(url))
    for standin in more:
        environment |= await standin.start(url)
    settings = Settings(
        database_url=database_url,
        responses=folder / "responses.yaml",
        port=port,
        public_url=url,
        secret=SecretStr(SECRET),
    )
    service = Service(settings, Environment(environment), clock)
    await service.start()
    house = House(service, provider, url, environment)
    try:
        yield house
    finally:
        await house.service.stop()
        for standin in (provider, *more):
            await standin.close()

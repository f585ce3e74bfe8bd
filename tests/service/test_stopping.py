"""A stop takes ten seconds at the most, whatever hangs, and loses nothing that was acknowledged."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bridge.card import Card
from bridge.clock import system_clock
from bridge.ports import Polled
from bridge.service.pipeline import Duties, Pipeline
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events
from channels.standins.faults import Fault
from tests.support.events import SECRET, keys, rules
from tests.support.forks import begun
from tests.support.house import QUICK, House, free_port, opened, until
from tests.support.locks import locked

MAN = "+33612345678"
PROMISED = 10.0
"""Seconds."""


async def messages(house: House) -> int:
    async def work(connection: Any) -> int:
        query = select(func.count()).select_from(events).where(events.c.kind == "message")
        return await connection.scalar(query) or 0

    return await house.service.store.read(work)


async def test_it_stops_in_time_while_the_provider_hangs_and_the_database_is_locked(tmp_path: Path) -> None:
    database = tmp_path / "rempart.db"
    async with opened(f"sqlite:///{database}", tmp_path) as house:
        house.provider.faults.next(Fault.HANG_BEFORE)
        assert (await house.provider.text(MAN, "Salut"))[0] == 200
        await until(lambda: house.replies("sending"), "the reply was handed to the provider")
        async with locked(database):
            waiting = [asyncio.create_task(house.provider.text(f"+3361234567{n}", "Salut")) for n in range(3)]
            await asyncio.sleep(0.2)
            async with asyncio.timeout(PROMISED):
                await house.service.stop()
        assert [(await one)[0] for one in waiting] == [503, 503, 503]
    async with opened(f"sqlite:///{database}", tmp_path) as house:
        assert await messages(house) == 1
        assert [row.progress for row in await house.outbox()] == ["in_doubt"]
        assert house.provider.sent == []


async def test_what_was_acknowledged_in_the_last_moment_is_decided_after_the_next_start(
    database_url: str, tmp_path: Path
) -> None:
    async with opened(database_url, tmp_path) as house:
        told = await asyncio.gather(*(house.provider.text(f"+336123450{n:02}", "Salut") for n in range(40)))
        await house.service.stop()
    acknowledged = [status for status, _ in told].count(200)
    async with opened(database_url, tmp_path) as house:
        await house.folded()
        assert acknowledged == 40
        assert await messages(house) == acknowledged
        assert len(await house.outbox()) == acknowledged


@contextmanager
def silent_server() -> Iterator[str]:
    """The URL of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"postgresql://nobody@127.0.0.1:{listener.getsockname()[1]}/rempart"


@pytest.mark.parametrize("engine", ["a locked file", "a silent server"])
async def test_it_stops_in_time_while_it_is_still_starting(tmp_path: Path, engine: str) -> None:
    (tmp_path / "responses.yaml").write_bytes(QUICK)
    async with AsyncExitStack() as stack:
        url = stack.enter_context(silent_server())
        if engine == "a locked file":
            url = f"sqlite:///{tmp_path / 'rempart.db'}"
            await stack.enter_async_context(locked(tmp_path / "rempart.db"))
        port = free_port()
        env = {"REMPART_DATABASE_URL": url, "REMPART_SECRET": SECRET, "REMPART_PORT": str(port)}
        process = stack.enter_context(begun("run", env=env, cwd=tmp_path))
        await until(lambda: listens(port), "it took its port, which it does before it looks at the database")
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.to_thread(process.communicate, PROMISED)  # then it is killed
    assert process.returncode == 0, said
    assert all(json.loads(line)["level"] != "error" for line in said.splitlines()), said


async def listens(port: int) -> bool:
    with socket.socket() as knocking:
        return knocking.connect_ex(("127.0.0.1", port)) == 0


class Stubborn:
    """A channel of somebody else's, which will not be cancelled."""

    name = "stubborn"

    def __init__(self) -> None:
        self.asked, self.released = asyncio.Event(), asyncio.Event()

    async def poll(self, _cursor: str | None) -> Polled:
        self.asked.set()
        while not self.released.is_set():
            with suppress(asyncio.CancelledError):
                await self.released.wait()
        return Polled((), "")


async def no_cards() -> list[Card]:
    return []


async def test_a_channel_that_will_not_be_cancelled_does_not_hold_up_a_stop(store: Store) -> None:
    channel: Any = Stubborn()
    pipeline = Pipeline(store, keys(), system_clock, rules())
    pipeline.start({"stubborn": channel}, Duties(no_cards))
    await channel.asked.wait()
    async with asyncio.timeout(PROMISED):
        await pipeline.stop()
    channel.released.set()
    await asyncio.gather(*(task for crew in pipeline._crews for task in crew._asking), return_exceptions=True)


_STUCK = """
import asyncio, time
from bridge.cli.run import _leave

async def run():
    asyncio.get_running_loop().run_in_executor(None, time.sleep, 3600)
    await _leave()

asyncio.run(run())
"""
"""A thread that waits, as one does that asks a name server which does not answer: nobody can cancel it."""


def test_a_thread_that_will_not_end_does_not_hold_up_a_stop() -> None:
    """However long a busy machine takes for it: it would take the thread an hour."""
    assert subprocess.run([sys.executable, "-c", _STUCK], timeout=300, check=False).returncode == 0

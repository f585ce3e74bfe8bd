"""`make scale`: what grows with a database, and what must not, at several sizes; on SQLite.

Each size is a file of its own: senders who each wrote ten messages in a year, put in by statements; then a
few thousand real ones, through the service's own journal and fold, so that a start has something to open.
Then a raid is decided, and the service is started on it as a process of its own. Writes `docs/growth.md` and
its picture.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bridge.model import Message
from bridge.responses.load import shipped
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from bridge.store.looks.overview import lag
from tests.bench.grown import grow
from tests.bench.scale_document import PICTURE, Size, Start, document, picture
from tests.bench.weekend import weekend
from tests.support.clock import TestClock
from tests.support.events import SECRET, Bridge
from tests.support.house import free_port

DOCS = Path(__file__).parents[2] / "docs"

CALM, RAID, TOGETHER, WAITING = 3_000, 1_500, 50, 200
"""Messages that come before; whose decisions are measured; how many are decided in one batch; how many wait
at the start."""

_LONGEST_START = 300.0  # seconds


class Times(NamedTuple):
    """Seconds that each message took: by the clock, and of the processor."""

    clock: list[float]
    processor: list[float]

    @contextmanager
    def taken(self, messages: int) -> Iterator[None]:
        """Measures a block, as so many equal parts of it."""
        clock, processor = time.perf_counter(), time.process_time()
        yield
        self.clock.append((time.perf_counter() - clock) / messages)
        self.processor.append((time.process_time() - processor) / messages)


def main() -> None:
    """Measures each size, and writes the document."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--senders", default="1000,10000,100000,1000000", help="sizes, with commas between")
    parser.add_argument("--folder", type=Path, help="where there is room: 1.3 kB a message")
    options = parser.parse_args()
    sizes = []
    for senders in map(int, options.senders.split(",")):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            sizes.append(asyncio.run(measured(Path(folder, "rempart.db"), senders)))
        load = os.getloadavg()[1] / (os.cpu_count() or 1)
        (DOCS / "growth.md").write_text(document(sizes, load), encoding="utf-8")
        (DOCS / PICTURE).write_text(picture(sizes), encoding="utf-8")
        tell(f"{senders:,} senders are measured")


async def measured(database: Path, senders: int, calm: int = CALM, raid: int = RAID) -> Size:
    """What a database with so many senders costs, a weekend's messages on top of theirs."""
    coming = iter(weekend(calm))
    before = list(islice(coming, calm))
    store = Store(f"sqlite:///{database}")
    await migrate(store)
    await store.close()
    messages, size = grow(database, senders, before[0].at, lambda row: tell(f"{row:,} rows", over=True))
    bridge = Bridge(Store(f"sqlite:///{database}"), TestClock(before[0].at), shipped().read_bytes())
    await _decided(bridge, before)
    times = await _decided(bridge, islice(coming, raid))
    await _told(bridge, list(islice(coming, WAITING)))
    await bridge.store.close()
    unknown = await _started(database)
    start = await _started(database)
    return Size(senders, messages, size, sorted(times.clock), sorted(times.processor), start, unknown)


async def _decided(bridge: Bridge, messages: Iterable[Message]) -> Times:
    """Decides messages, some of them together; how long each took."""
    coming, times, count = iter(messages), Times([], []), 0
    while some := list(islice(coming, TOGETHER)):
        await _told(bridge, some)
        with times.taken(len(some)):
            await bridge.fold()
        count += len(some)
        tell(f"{count:,} decided", over=True)
    return times


async def _told(bridge: Bridge, messages: Sequence[Message]) -> None:
    bridge.clock.now = max(bridge.clock(), messages[-1].at)
    await bridge.tell(*messages)


async def _started(database: Path) -> Start:
    """Starts a service on it; measures until it answers, and what it holds once nothing waits any more."""
    port, begun = free_port(), time.monotonic()
    with _service(database, port) as process:
        await _until(lambda: _answers(port), process)
        taken, processor = time.monotonic() - begun, _processor_time(process.pid)
        store = Store(f"sqlite:///{database}")

        async def nothing_waits() -> bool:
            return (await store.read(lag)).events == 0

        await _until(nothing_waits, process)
        await store.close()
        return Start(taken, processor, _most_memory(process.pid))


@contextmanager
def _service(database: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "REMPART_DATABASE_URL": f"sqlite:///{database}",
        "REMPART_RESPONSES": str(shipped()),
        "REMPART_SECRET": SECRET,
        "REMPART_PORT": str(port),
        "PATH": os.environ["PATH"],
    }
    rempart = Path(sys.executable).with_name("rempart")
    process = subprocess.Popen([rempart, "run"], env=settings, cwd=database.parent, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


async def _until(happened: Callable[[], Awaitable[bool]], process: subprocess.Popen[bytes]) -> None:
    async with asyncio.timeout(_LONGEST_START):
        while not await happened():
            assert process.poll() is None, "the service ended by itself"
            await asyncio.sleep(0.05)


async def _answers(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: rempart\r\nconnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer.startswith(b"HTTP/1.1 200")


def _processor_time(pid: int) -> float:
    """Seconds, its threads included."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _most_memory(pid: int) -> float:
    """Megabytes that it held at most."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    (most,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(most) / 1024


def tell(line: str, *, over: bool = False) -> None:
    """Prints a line; `over`: progress, which the next line overwrites."""
    sys.stdout.write(f"\r\033[K{line}" + ("" if over else "\n"))
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""`python -m tests.bench.decisions`: what a decision costs amid a raid, with a million known senders.

A real SQLite file holds a year of senders, messages, decisions and replies. Then the weekend of 2017 comes
in through journal and fold: in batches until the detector is full, then one by one. Times are of the whole
transaction, its fsync included; `heart` is the pure step alone, on messages that follow. On a machine that
is shared, look at the processor's time: it leaves out what others made us wait for.
"""

import argparse
import asyncio
import gc
import shutil
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path

from bridge.heart.books import Books
from bridge.heart.step import step
from bridge.loops.folding import LARGEST_BATCH
from bridge.model import Event, Message
from bridge.privacy.pseudonym import event_id
from bridge.responses.load import shipped
from bridge.simulate.scenarios import make
from bridge.simulate.trace import Message as Line
from bridge.store.books.journal import Journal
from bridge.store.books.keyring import Keyring
from bridge.store.books.memory import Memory, recall
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.bench import past
from tests.support.clock import TestClock
from tests.support.events import NUMBER, Bridge, keys

BEFORE = 3_000
"""Messages of the calm before the raid that are folded too."""

KNOWN = 3
"""One in so many of the scenario's senders is among those known."""


@dataclass(slots=True)
class Times:
    """How long something took, in seconds, each time: by the clock, and of the processor."""

    name: str
    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def taken(self, messages: int = 1) -> Iterator[None]:
        """Measures a block, as so many equal parts of it."""
        clock, processor = time.perf_counter(), time.process_time()
        yield
        self.clock.append((time.perf_counter() - clock) / messages)
        self.processor.append((time.process_time() - processor) / messages)

    def report(self) -> None:
        """Prints percentiles in milliseconds."""
        tell(f"{self.name:34} {_percentiles(self.clock)}   processor {_percentiles(self.processor)}")


def _percentiles(taken: Sequence[float]) -> str:
    ordered = sorted(taken)
    at = [(share, 1000 * ordered[int(share / 100 * len(ordered))]) for share in (50, 90, 99)]
    return "  ".join(f"p{share} {took:6.2f}" for share, took in at)


def main() -> None:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.decisions", description=__doc__)
    parser.add_argument("--senders", type=int, default=1_000_000, help="known before the raid")
    parser.add_argument("--messages", type=int, default=12_000, help="folded in batches")
    parser.add_argument("--singly", type=int, default=1_500, help="folded one by one, after those")
    parser.add_argument("--past", type=Path, help="keep the year before in this file, for the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        year = options.past or Path(temporary, "past.db")
        if not year.exists():
            asyncio.run(_write_past(year, options.senders))
        tell(f"{options.senders:,} senders known, {year.stat().st_size / 2**20:,.0f} MB of database")
        database = Path(shutil.copy(year, Path(temporary, "rempart.db")))
        asyncio.run(_run(database, options.messages, options.singly))


async def _write_past(database: Path, senders: int) -> None:
    store = Store(f"sqlite:///{database}")
    await migrate(store)
    await store.close()
    among = sorted(
        {Journal(keys().senders, Keyring(b"")).sender(one.channel, one.sender) for one in _lines()[::KNOWN]}
    )
    past.write(database, senders, among, _lines()[0].at, lambda done: tell(f"{done:,} senders", over=True))


async def _run(database: Path, messages: int, singly: int) -> None:
    store, told = Store(f"sqlite:///{database}"), iter(_lines())
    await migrate(store)  # a year that was kept may be older than the newest tables
    bridge = Bridge(store, TestClock(_lines()[0].at), shipped().read_bytes())
    before = resident()
    await _batches(bridge, list(islice(told, BEFORE + messages)))
    await _singly(bridge, list(islice(told, singly)))
    await _heart(bridge, list(islice(told, singly)))
    tell(f"the process holds {resident():.0f} MB, {before:.0f} MB of it before the first message")
    await _recall(store, bridge)
    await store.close()


@cache
def _lines() -> Sequence[Line]:
    """The scenario's messages, from a while before its raid begins."""
    trace = make("weekend", seed=1)
    raid = next(n for n, one in enumerate(trace.messages) if trace.labels[one.id] == "raider")
    return trace.messages[raid - BEFORE :]


async def _batches(bridge: Bridge, lines: Sequence[Line]) -> None:
    batches, share = Times(f"a batch of {LARGEST_BATCH}"), Times("a message in a batch")
    for start in range(0, len(lines), LARGEST_BATCH):
        some = lines[start : start + LARGEST_BATCH]
        await _tell(bridge, some)
        with batches.taken(), share.taken(len(some)):
            await bridge.folding.batch()
        tell(f"{start + len(some):,} messages", over=True)
    batches.report()
    share.report()


async def _singly(bridge: Bridge, lines: Sequence[Line]) -> None:
    singly = Times("a message alone, with its commit")
    for line in lines:
        await _tell(bridge, [line])
        with singly.taken():
            await bridge.folding.batch()
    singly.report()


async def _heart(bridge: Bridge, lines: Sequence[Line]) -> None:
    """The pure step; changes the bridge's memory without its journal, so nothing may be folded after it."""
    memory, heart = bridge.folding.memory, Times("the heart: a step, and taking it in")
    assert memory is not None
    state = Books(bridge.folding.responses, keys().choices, detector=memory.detector)
    state.raid, state.stance = memory.raid, memory.stance
    for line in lines:
        sender = bridge.journal.sender(line.channel, line.sender)
        event = Event(event_id(line.channel, "message", line.id), sender, line.at, _message(line))
        with heart.taken():
            state.apply(step(state, event, line.at), line.at)
    heart.report()


async def _recall(store: Store, bridge: Bridge) -> None:
    """How long a start takes until the first decision, and what the detector weighs."""
    times = Times("recall after a restart")
    for _ in range(3):
        with times.taken():
            await _recalled(store, bridge)
    times.report()
    gc.collect()
    tracemalloc.start()
    detector = (await _recalled(store, bridge)).detector
    gc.collect()
    weight = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    tell(
        f"a detector as recalled weighs {weight / 2**20:.1f} MB: {len(detector.copies.window)} texts in"
        f" {len(detector.copies.clusters)} clusters, {len(detector.blocks.window)} numbers,"
        f" {len(detector.register.recent)} first texts, {len(detector.flood.recent)} senders of ten minutes"
    )


async def _recalled(store: Store, bridge: Bridge) -> Memory:
    bridge.journal.keyring = Keyring(keys().sealing)  # a new process remembers no keys
    now, seed = bridge.clock(), keys().choices
    return await store.read(lambda connection: recall(connection, bridge.journal, seed, 0, now))


async def _tell(bridge: Bridge, lines: Sequence[Line]) -> None:
    bridge.clock.now = max(bridge.clock(), lines[-1].at)
    await bridge.tell(*(_message(line) for line in lines))


def _message(line: Line) -> Message:
    return Message(
        line.channel, line.id, NUMBER, line.sender, line.text, line.at, metered=line.channel == "sms"
    )


def resident() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


def tell(line: str, *, over: bool = False) -> None:
    """Prints a line; `over`: progress, which the next line overwrites."""
    sys.stdout.write(f"\r\033[K{line}" + ("" if over else "\n"))
    sys.stdout.flush()


if __name__ == "__main__":
    main()

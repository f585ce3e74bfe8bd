"""`make ratios`: what a decision takes of the processor, beside a call of the bare endpoint, in one run.

The heart: a step amid the weekend's raid, and taking it in, without a store. The fold: the same with all that
it reads and writes, in batches of a hundred, on a file of SQLite or on PostgreSQL, without webhooks beside it
and without what the server of PostgreSQL takes. Texts are the weekend's, no two alike, or one that all paste.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from itertools import islice
from pathlib import Path
from statistics import median

from bridge.heart.books import Books
from bridge.heart.step import step
from bridge.litter import look_seldom
from bridge.model import Event, Message
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id, sender_id
from bridge.responses.load import read, shipped
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.bench.ingest import CONNECTIONS, PASTE, bare, requests_of
from tests.bench.load import drive
from tests.bench.weekend import weekend
from tests.support import postgresql
from tests.support.clock import TestClock
from tests.support.events import Bridge
from tests.support.house import free_port

BEFORE = 3_000
"""Messages that come before those that are measured: some of the calm, and the beginning of the raid."""

BATCH = 100
CALLS = 20_000

Texts = Callable[[], Iterator[Message]]
Taken = Callable[[int], float]
"""Microseconds of the processor for each of so many messages."""


def main() -> None:
    """Prints a line each."""
    parser = argparse.ArgumentParser(prog="make ratios", description=__doc__)
    parser.add_argument("--messages", type=int, default=3_000, help="measured, of each kind")
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    look_seldom()
    kinds = {
        "heart, different texts": _heart(different),
        "heart, one paste": _heart(pasted),
        "fold on SQLite, different texts": _fold(different, _file),
        "fold on SQLite, one paste": _fold(pasted, _file),
        "fold on PostgreSQL, different texts": _fold(different, _server),
        "fold on PostgreSQL, one paste": _fold(pasted, _server),
    }
    turns = [(_bare(), [taken(options.messages) for taken in kinds.values()]) for _ in range(options.turns)]
    _tell(f"bare: {median(called for called, _ in turns):.0f} µs a call (medians of {len(turns)})")
    for place, name in enumerate(kinds):
        micros = median(taken[place] for _, taken in turns)
        ratio = median(called / taken[place] for called, taken in turns)
        _tell(f"{name}: {micros:.0f} µs a message, {ratio:.2f} of bare")


def _bare() -> float:
    port = free_port()
    url = f"http://127.0.0.1:{port}/twilio/sms"
    with bare(port, url, 0) as server:
        return asyncio.run(drive(port, server, requests_of(url, "different", CALLS, 0), CONNECTIONS)).cost


@cache
def _weekend() -> Sequence[Message]:
    """What anybody wrote before is left out."""
    texts = dict[str, Message]()
    for one in weekend(BEFORE // 2):
        texts.setdefault(one.text, one)
    return list(texts.values())


def different() -> Iterator[Message]:
    """No two alike."""
    return iter(_weekend())


def pasted() -> Iterator[Message]:
    """The same people, who all paste one text once the raid has begun."""
    return (one if n < BEFORE else replace(one, text=PASTE) for n, one in enumerate(_weekend()))


def _heart(texts: Texts) -> Taken:
    def taken(messages: int) -> float:
        books, coming = Books(read(shipped()), b"seed"), texts()
        _step(books, islice(coming, BEFORE))
        events = list(islice(coming, messages))
        begun = time.process_time()
        _step(books, events)
        return 1e6 * (time.process_time() - begun) / len(events)

    return taken


def _step(books: Books, coming: Iterator[Message] | Sequence[Message]) -> None:
    for one in coming:
        sender = sender_id(b"key", one.channel, one.address)
        event = Event(event_id(one.channel, "message", one.provider_id), sender, one.at, one)
        books.apply(step(books, event, one.at), one.at)


def _fold(texts: Texts, opened: Callable[[], AbstractContextManager[str]]) -> Taken:
    def taken(messages: int) -> float:
        with opened() as url:
            return asyncio.run(_folded(url, texts(), messages))

    return taken


@contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/rempart.db"


@contextmanager
def _server() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, postgresql.server(Path(folder)) as url:
        yield url


async def _folded(url: str, coming: Iterator[Message], messages: int) -> float:
    store = Store(url)
    await migrate(store)
    bridge = Bridge(store, TestClock(_weekend()[0].at), shipped().read_bytes())
    await _told_and_folded(bridge, list(islice(coming, BEFORE)))
    taken = await _told_and_folded(bridge, list(islice(coming, messages)))
    await store.close()
    return 1e6 * taken / messages


async def _told_and_folded(bridge: Bridge, told: Sequence[Message]) -> float:
    taken = 0.0
    for begin in range(0, len(told), BATCH):
        some = told[begin : begin + BATCH]
        bridge.clock.now = max(bridge.clock(), some[-1].at)
        await bridge.tell(*some)
        begun = time.process_time()
        await bridge.fold()
        taken += time.process_time() - begun
    return taken


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""`make bench`: signed webhooks a second, acknowledged, durable and deduplicated, against the bare endpoint.

Both servers run on one core, the load on the other, in turns within one run; only the ratio counts.
"""

import argparse
import asyncio
import os
import random
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import asyncpg
from twilio.request_validator import RequestValidator

from bridge.simulate.habits import draw_habits
from bridge.simulate.speech import Voice
from tests.bench.load import Result, drive
from tests.bench.serving import TOKEN, rempart, request, server
from tests.support import postgresql
from tests.support.house import free_port

SENDERS = 5_000

PASTE = "Salut c'est Max, on s'est vus samedi, tu m'as donne ton numero. On se revoit ou tu veux ?"
FORMS = ("different", "pasted")
"""What is sent: what different people write, then one text that many paste."""


def main() -> None:
    """Runs the benchmark and prints its table."""
    options = _options()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    print(f"{options.requests} signed messages over {options.connections} connections, then {options.burst}")  # noqa: T201
    print(f"in a burst, each over its own; {options.store}; one core for each server;", end=" ")  # noqa: T201
    print(f"load before: {os.getloadavg()[0]:.1f}")  # noqa: T201
    for form in FORMS:
        ratios = [_turn(form, turn, cores[0], options) for turn in range(options.turns)]
        rate, cost = (statistics.median(some) for some in zip(*ratios, strict=True))
        print(f"{form}: {rate:.2f} of bare's rate, {cost:.2f} by processor time (medians of {len(ratios)})")  # noqa: T201


def _turn(form: str, turn: int, core: int, options: argparse.Namespace) -> tuple[float, float]:
    """How many times the bare endpoint we are: by the rate, and by processor time."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/twilio/sms"
    requests = requests_of(url, form, options.requests + options.burst, turn)
    with bare(port, url, core) as server:
        theirs = _drive(port, server, requests, options)
    with tempfile.TemporaryDirectory() as folder, _ours(options.store, Path(folder), port, core) as running:
        ours = _drive(port, running.process, requests, options)
        stored, decided = running.counted()
    for phase, other, own in zip(("sustained", "burst"), theirs, ours, strict=True):
        _report(f"{form:9} {turn + 1} {phase:9}", other, own)
    if stored != (acknowledged := sum(len(result.latencies) for result in ours)):
        sys.exit(f"{acknowledged} were acknowledged, but {stored} are stored.")
    print(f"{form:9} {turn + 1} decided meanwhile: {decided}")  # noqa: T201
    return ours[0].rate / theirs[0].rate, theirs[0].cost / ours[0].cost


def _drive(
    port: int, server: int, requests: Sequence[bytes], options: argparse.Namespace
) -> tuple[Result, Result]:
    """Sustained, then in a burst of new connections."""
    last = requests[options.requests :]
    sustained = asyncio.run(drive(port, server, requests[: options.requests], options.connections))
    return sustained, asyncio.run(drive(port, server, last, len(last)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--burst", type=int, default=1_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    return parser.parse_args()


def _report(what: str, bare: Result, ours: Result) -> None:
    for name, result in (("bare", bare), ("rempart", ours)):
        half, nearly_all = result.percentile(0.5), result.percentile(0.99)
        line = f"{what} {name:8} {result.rate:6.0f}/s  {result.cost:5.0f} us"
        print(f"{line}  p50 {half:6.1f} ms  p99 {nearly_all:6.1f} ms  refused {result.refused}")  # noqa: T201


def requests_of(url: str, form: str, count: int, turn: int) -> list[bytes]:
    """So many signed texts of one form; no two turns send the same."""
    validator = RequestValidator(TOKEN)
    texts = repeat(PASTE) if form == "pasted" else _different(random.Random(turn))
    return [
        request(validator, url, f"SM{turn:02x}{number:030x}", number % SENDERS, text)
        for number, text in zip(range(count), texts, strict=False)
    ]


def _different(rng: random.Random) -> Iterator[str]:
    """What people write, each in their own way."""
    voice = Voice("fr", rng)
    while True:
        yield voice.opening(draw_habits(rng))


@contextmanager
def bare(port: int, url: str, core: int) -> Iterator[int]:
    """The bare endpoint on one core; its process."""
    with server(
        [sys.executable, "-m", "tests.bench.baseline", str(port), TOKEN, url], {}, port, core
    ) as running:
        yield running


class _Running(NamedTuple):
    """A service that takes what is sent."""

    process: int
    counted: Callable[[], tuple[int, int]]
    """How many messages are stored, and how many of them are decided."""


@contextmanager
def _ours(store: str, folder: Path, port: int, core: int) -> Iterator[_Running]:
    """One process on SQLite. On PostgreSQL it takes webhooks, and another on the other core, which came first
    and so leads, decides and sends; the server itself runs where there is room.
    """
    if store == "sqlite":
        with rempart(port, folder, core) as process:
            yield _Running(process, partial(_of_file, folder / "rempart.db"))
        return
    with postgresql.server(folder / "server") as url, ExitStack() as both:
        for name, place, where in (
            ("first", free_port(), os.sched_getaffinity(0).pop()),
            ("second", port, core),
        ):
            (folder / name).mkdir()
            process = both.enter_context(rempart(place, folder / name, where, url))
        yield _Running(process, lambda: asyncio.run(_of_server(url)))


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


if __name__ == "__main__":
    main()

"""`make bench`: signed webhooks a second, acknowledged, durable and deduplicated, against the bare endpoint.

Both servers run on one core, the load on the other, in turns within one run; only the ratio counts.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

from twilio.request_validator import RequestValidator

from bridge.simulate.habits import draw_habits
from bridge.simulate.speech import Voice
from tests.bench.handicaps import NONE, Handicap, old_rows, slow_disk
from tests.bench.load import Result, drive
from tests.bench.ours import ours
from tests.bench.serving import TOKEN, request, server
from tests.support.house import free_port

SENDERS = 5_000
CONNECTIONS = 256
"""That send as soon as they are answered."""

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


class _Turn(NamedTuple):
    """What is sent to one server after the other, and how."""

    what: str
    port: int
    core: int
    requests: Sequence[bytes]
    options: argparse.Namespace


def _turn(form: str, number: int, core: int, options: argparse.Namespace) -> tuple[float, float]:
    """How many times the bare endpoint we are: by the rate, and by processor time."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/twilio/sms"
    requests = requests_of(url, form, options.requests + options.burst, number)
    turn = _Turn(f"{form:9} {number + 1}", port, core, requests, options)
    with bare(port, url, core) as server:
        theirs = _drive(turn, server)
    _report(turn.what, "bare", theirs)
    plain = _run(turn, NONE)
    for handicap in options.handicaps:
        hindered = _run(turn, handicap)
        rate, cost = hindered.rate / plain.rate, plain.cost / hindered.cost
        print(f"{turn.what} {handicap.name}: {rate:.2f} of our own rate, {cost:.2f} by processor time")  # noqa: T201
    return plain.rate / theirs[0].rate, theirs[0].cost / plain.cost


def _run(turn: _Turn, handicap: Handicap) -> Result:
    """Rempart; what came of the sustained part."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ours(turn.options.store, Path(folder), turn.port, turn.core, handicap) as running,
    ):
        own = _drive(turn, running.process)
        stored, decided = running.counted()
    _report(turn.what, "rempart", own)
    if stored != (acknowledged := sum(len(result.latencies) for result in own)):
        sys.exit(f"{acknowledged} were acknowledged, but {stored} are stored.")
    print(f"{turn.what} decided meanwhile: {decided}")  # noqa: T201
    return own[0]


def _drive(turn: _Turn, server: int) -> tuple[Result, Result]:
    """Sustained, then in a burst of new connections."""
    count = turn.options.requests
    first, last = turn.requests[:count], turn.requests[count:]
    sustained = asyncio.run(drive(turn.port, server, first, turn.options.connections))
    return sustained, asyncio.run(drive(turn.port, server, last, len(last)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--burst", type=int, default=1_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--slow", type=int, default=0, help="then with each fsync so many ms slower")
    parser.add_argument("--old", type=int, default=0, help="then with so many old messages, on SQLite")
    options = parser.parse_args()
    options.handicaps = [
        make(size) for make, size in ((slow_disk, options.slow), (old_rows, options.old)) if size
    ]
    return options


def _report(what: str, name: str, results: tuple[Result, Result]) -> None:
    for phase, result in zip(("sustained", "burst"), results, strict=True):
        half, nearly_all = result.percentile(0.5), result.percentile(0.99)
        line = f"{what} {phase:9} {name:8} {result.rate:6.0f}/s  {result.cost:5.0f} us  p50 {half:6.1f} ms"
        print(f"{line}  p99 {nearly_all:6.1f} ms  refused {result.refused}  in {result.seconds:.1f} s")  # noqa: T201


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


if __name__ == "__main__":
    main()

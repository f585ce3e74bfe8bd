"""`make bench-copies`: what it costs to keep what the provider signed, beside the same service without it.

Two ways, each in turns within one run, by the processor's time: the whole service, from the signed call over
HTTP to its acknowledgement; and channel, intake and journal alone, without HTTP and without decisions.
"""

import argparse
import asyncio
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import func, select

from bridge.cli import main as command
from bridge.loops.intake import Intake
from bridge.model import Call
from bridge.ports import Wiring
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events
from channels.sms import Sms
from channels.twilio.webhooks import SMS, Webhooks
from tests.bench.ingest import FORMS, requests_of
from tests.bench.load import drive
from tests.bench.serving import environment, server
from tests.support.clock import TestClock
from tests.support.events import Bridge
from tests.support.house import free_port

AT_ONCE = 64
"""Webhooks that are under way together."""

BARE = "--bare"
"""Serves without the copies."""

Turn = Callable[[str, int, int, bool], tuple[float, float]]
"""A form, a serial number, how many messages, whether copies are kept: a second's, and microseconds each."""


def main() -> None:
    """Runs both ways in turns, and prints a line for each form."""
    if sys.argv[1:2] == [BARE]:
        sys.argv = ["rempart", "run"]
        with _keeping(keeps=False):
            command()
        return
    options = _options()
    print(f"{options.messages} messages a turn, {options.turns} turns; load before: {os.getloadavg()[0]:.1f}")  # noqa: T201
    for name, turn in (("the service", _served), ("channel, intake, journal alone", _told)):
        for form in FORMS:
            print(f"{name}, {form}: {_compared(turn, form, options)}")  # noqa: T201


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="make bench-copies ARGS=...")
    options.add_argument("--messages", type=int, default=6_000)
    options.add_argument("--turns", type=int, default=7)
    return options.parse_args()


def _compared(turn: Turn, form: str, options: argparse.Namespace) -> str:
    """The medians; and that of how much more each turn took than the one beside it."""
    pairs = [
        tuple(turn(form, n, options.messages, keeps) for keeps in (True, False)) for n in range(options.turns)
    ]
    kept, bare = (statistics.median(cost for _, cost in some) for some in zip(*pairs, strict=True))
    more = statistics.median(one[1] / other[1] - 1 for one, other in pairs)
    slower = statistics.median(1 - one[0] / other[0] for one, other in pairs)
    return f"{kept:.0f} µs with the copy, {bare:.0f} without, {more:.1%} more; {slower:.1%} fewer a second"


def _served(form: str, serial: int, messages: int, keeps: bool) -> tuple[float, float]:
    """Over HTTP, on one core; the load on another."""
    cores, port = sorted(os.sched_getaffinity(0)), free_port()
    url = f"http://127.0.0.1:{port}/twilio/sms"
    calls = requests_of(url, form, messages, serial)
    ours = [str(Path(sys.executable).with_name("rempart")), "run"]
    bare = [sys.executable, "-m", "tests.bench.copies", BARE]
    with tempfile.TemporaryDirectory() as folder:
        told = environment(port, Path(folder))
        with server(ours if keeps else bare, told, port, cores[0]) as running:
            result = asyncio.run(drive(port, running, calls, AT_ONCE))
        asyncio.run(_checked(told["REMPART_DATABASE_URL"], messages, keeps=keeps))
    return result.rate, result.cost


def _told(form: str, serial: int, messages: int, keeps: bool) -> tuple[float, float]:
    """In this process."""
    with tempfile.TemporaryDirectory() as folder, _keeping(keeps=keeps):
        url = f"sqlite:///{Path(folder) / 'rempart.db'}"
        return asyncio.run(_appended(url, form, serial, messages, keeps=keeps))


async def _appended(url: str, form: str, serial: int, messages: int, *, keeps: bool) -> tuple[float, float]:
    store, clock = Store(url), TestClock()
    await migrate(store)
    bridge, told = Bridge(store, clock), environment(free_port(), Path(tempfile.gettempdir()))
    calls = [_call(one) for one in requests_of(f"{told['REMPART_PUBLIC_URL']}{SMS}", form, messages, serial)]
    intake = Intake(bridge._commit, clock)
    channel = Sms.connect(told, Wiring(intake.append, clock, told["REMPART_PUBLIC_URL"]))
    assert channel is not None
    receive = channel.webhooks()[SMS]
    gc.collect()
    clocked, spent = time.perf_counter(), time.process_time()
    for begin in range(0, messages, AT_ONCE):
        waiting = [asyncio.ensure_future(receive(call)) for call in calls[begin : begin + AT_ONCE]]
        while not all(one.done() for one in waiting):
            await asyncio.sleep(0)
            await intake.turn()
    clocked, spent = time.perf_counter() - clocked, time.process_time() - spent
    await store.close()
    await _checked(url, messages, keeps=keeps)
    return messages / clocked, 1e6 * spent / messages


def _call(request: bytes) -> Call:
    """The same, as the server hands it to the channel."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return Call("POST", SMS, "", {name.lower(): value for name, value in lines}, body)


async def _checked(url: str, messages: int, *, keeps: bool) -> None:
    """Each message is stored, and has its copy or none has."""
    store = Store(url)
    query = select(func.count(), func.count(events.c.original)).where(events.c.kind == "message")
    found = (await store.read(lambda connection: connection.execute(query))).one()
    await store.close()
    assert tuple(found) == (messages, messages if keeps else 0)


@contextmanager
def _keeping(*, keeps: bool) -> Iterator[None]:
    """Without it nothing of the request but its message is kept."""
    if keeps:
        yield
        return
    with patch.object(Webhooks, "_original", lambda *_: None):
        yield


if __name__ == "__main__":
    main()

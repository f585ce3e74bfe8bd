"""`make siege`: how long a genuine webhook waits while somebody besieges the door; and what that takes.

Attackers run in a process of their own. Genuine texts come one after the other, each over a new connection;
what an attack does to them is told beside what they met before it, in the same run. In the end it is the team
that takes the service's time: a dossier of many texts is made meanwhile.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from twilio.request_validator import RequestValidator

from tests.bench.load import Result, drive
from tests.bench.serving import TOKEN, environment, rempart, request
from tests.support.house import free_port

SECONDS = 20
"""How long each siege lasts."""

GENUINE = 20
"""Genuine texts a second."""

PATIENCE = 15
"""Seconds after which a provider gives a webhook up: https://www.twilio.com/docs/messaging/guides/webhook-request."""


EXPORTED = 16_000
"""Texts that a dossier of a raid holds."""


class Siege(NamedTuple):
    """What attackers do, and how often in a second."""

    name: str
    what: Callable[[int], AsyncIterator[bytes]]
    rate: float


def main() -> None:
    """Runs every siege against one service, and prints a table."""
    if sys.argv[1:]:
        asyncio.run(_attack(int(sys.argv[1]), SIEGES[int(sys.argv[2])]))
        return
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, rempart(port, Path(folder), 0) as server:
        asyncio.run(_table(port, server, Path(folder)))


async def _table(port: int, server: int, folder: Path) -> None:
    print(f"{'siege':44} {'p50':>8} {'p99':>8} {'lost':>5} {'rss':>8}   load {os.getloadavg()[0]:.1f}")  # noqa: T201
    serial = iter(range(10**9))
    for number in range(-1, len(SIEGES)):
        with _attackers(port, number):
            result = await genuine(port, server, serial)
        _row(SIEGES[number].name if number >= 0 else "nobody", result, server)
    await _written(port, server, serial)
    with _exporting(port, folder):
        _row(f"a dossier of {EXPORTED:,} texts is made", await genuine(port, server, serial), server)


def _row(name: str, result: Result, server: int) -> None:
    half, nearly_all = result.percentile(0.5), result.percentile(0.99)
    print(  # noqa: T201
        f"{name:44} {half:5.0f} ms {nearly_all:5.0f} ms {result.refused:5} {_resident(server):5.0f} MB"
    )


async def _written(port: int, server: int, serial: Iterator[int]) -> None:
    """What the dossier will hold."""
    url, validator = f"http://127.0.0.1:{port}/twilio/sms", RequestValidator(TOKEN)
    some = [next(serial) for _ in range(EXPORTED)]
    texts = [request(validator, url, f"SM{n:032x}", n, f"on sait où tu habites, fois {n}") for n in some]
    await drive(port, server, texts, 64)
    while await asyncio.to_thread(unfolded, port):
        await asyncio.sleep(1)


def unfolded(port: int) -> bool:
    """Whether the service still decides: what is measured is the dossier."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as told:
        return b"\nrempart_events_unfolded 0.0\n" not in told.read()


@contextmanager
def _exporting(port: int, folder: Path) -> Iterator[None]:
    """While it is made; says whether it was done in time, and how large it is."""
    now = datetime.now(UTC)
    since, until = ((now - ago).isoformat(timespec="seconds") for ago in (timedelta(hours=1), timedelta()))
    command = [str(Path(sys.executable).with_name("rempart")), "evidence", "export", "--no-compare"]
    asked = ["--since", since, "--until", until, "--out", str(folder / "dossier.zip")]
    told = os.environ | environment(port, folder)
    making = subprocess.Popen([*command, *asked], env=told, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        yield
        print("the dossier was", "still under way" if making.poll() is None else "done", "then")  # noqa: T201
    finally:
        making.wait()


async def genuine(port: int, server: int, serial: Iterator[int]) -> Result:
    """Texts at an even pace, each over its own connection; how long each waited."""
    whole, validator = Result(seconds=SECONDS), RequestValidator(TOKEN)
    url = f"http://127.0.0.1:{port}/twilio/sms"

    async def send(number: int) -> None:
        text = request(validator, url, f"SM{number:032x}", number, f"Bonsoir, je suis le {number}")
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(PATIENCE):
                one = await drive(port, server, [text], 1)
        except (OSError, TimeoutError):
            whole.refused += 1
            return
        whole.refused += one.refused
        whole.latencies += [time.perf_counter() - begun] * len(one.latencies)

    async with asyncio.TaskGroup() as texts:
        for _ in range(SECONDS * GENUINE):
            texts.create_task(send(next(serial)))
            await asyncio.sleep(1 / GENUINE)
    return whole


@contextmanager
def _attackers(port: int, number: int) -> Iterator[None]:
    if number < 0:
        yield
        return
    attacking = subprocess.Popen([sys.executable, "-m", "tests.bench.siege", str(port), str(number)])
    try:
        time.sleep(2)
        yield
    finally:
        attacking.kill()
        attacking.wait()


async def _attack(port: int, siege: Siege) -> None:
    """As often as asked, whatever the answers; for ever."""
    number, calls = 0, set[asyncio.Task[None]]()
    begun = time.perf_counter()
    while True:
        while number < (time.perf_counter() - begun) * siege.rate:
            call = asyncio.create_task(_call(port, siege.what(number)))
            calls.add(call)
            call.add_done_callback(calls.discard)
            number += 1
        await asyncio.sleep(0.005)


async def _call(port: int, sent: AsyncIterator[bytes]) -> None:
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            async for piece in sent:
                writer.write(piece)
                await writer.drain()
            await reader.read()
        finally:
            writer.close()


async def _form(body: bytes, _number: int) -> AsyncIterator[bytes]:
    yield (
        b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"X-Twilio-Signature: 0123456789abcdefghijklmnopq=\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )


async def _idle(_number: int) -> AsyncIterator[bytes]:
    await asyncio.sleep(3600)
    yield b""


async def _headers(_number: int) -> AsyncIterator[bytes]:
    """Headers without an end."""
    yield b"POST /twilio/sms HTTP/1.1\r\nHost: x\r\n"
    while True:
        yield b"X-A: " + b"a" * 4_000 + b"\r\n"


SIEGES = (
    Siege("forged forms of 64 KiB, 100 a second", partial(_form, b"Body=" + b"%" * 65_000), 100),
    Siege("forged forms of 9 kB, 100 a second", partial(_form, b"Body=" + b"%C3%A9" * 1_500), 100),
    Siege("forged short forms, 800 a second", partial(_form, b"Body=salut&From=%2B33612345678"), 800),
    Siege("idle connections, 100 more a second", _idle, 100),
    Siege("headers without an end, 10 more a second", _headers, 10),
)


def _resident(process: int) -> float:
    """Megabytes of memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()

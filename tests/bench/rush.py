"""`make rush`: sixteen thousand people paste one text within ten seconds, and the team acts on all of them.

Told is how long the last of them waited to be acknowledged and to be decided; then how long a genuine webhook
waits while everybody in the raid is muted, while that is undone, and while it is called a false alarm. The
service has one core, and those who write the other.
"""

import argparse
import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from twilio.request_validator import RequestValidator

from bridge.service.asking import ask
from bridge.service.descriptors import raise_limit
from bridge.service.place import socket_path
from tests.bench.ingest import PASTE
from tests.bench.load import drive
from tests.bench.serving import TOKEN, rempart, request
from tests.bench.siege import genuine, unfolded
from tests.support.house import free_port

SECONDS = 10
AT_ONCE = 512
"""Calls under way. Whoever writes on a machine that is too slow for the pace would else open all connections
before they send anything, and be taken for those who only hold them."""


def main() -> None:
    """Runs it once, and prints what it told."""
    parser = argparse.ArgumentParser(prog="make rush", description=__doc__)
    parser.add_argument("--messages", type=int, default=16_000)
    messages = parser.parse_args().messages
    raise_limit()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, rempart(port, Path(folder), cores[0]) as server:
        asyncio.run(_rush(port, server, Path(folder), messages))


async def _rush(port: int, server: int, folder: Path, messages: int) -> None:
    _tell(f"{messages:,} texts in {SECONDS} s, load before: {os.getloadavg()[0]:.1f}")
    begun = time.perf_counter()
    refused = await _paste(port, server, messages)
    told = ", ".join(f"{count} {how}" for how, count in refused.items()) or "none refused"
    _tell(f"acknowledged {time.perf_counter() - begun:.1f} s after the first was sent; {told}")
    while await asyncio.to_thread(unfolded, port):
        await asyncio.sleep(0.5)
    _tell(f"decided {time.perf_counter() - begun - SECONDS:.1f} s after the last was sent")
    raid, members = _raid(folder / "rempart.db")
    _tell(f"{members:,} people in the raid")
    serial = iter(range(10**6, 10**9))
    await _beside(port, server, serial, "nothing is done", None)
    muted = await _beside(port, server, serial, "everybody is muted", _act(folder, "mute_all", raid))
    await _beside(port, server, serial, "that is undone", _act(folder, "undo", str(muted["act"])))
    await _beside(port, server, serial, "it is a false alarm", _act(folder, "false_alarm", raid))


async def _paste(port: int, server: int, messages: int) -> Counter[str]:
    """At an even pace, each over a connection of its own; how many were refused, or broke."""
    url, validator = f"http://127.0.0.1:{port}/twilio/sms", RequestValidator(TOKEN)
    texts = [request(validator, url, f"SM{number:032x}", number, PASTE) for number in range(messages)]
    begun, room = time.perf_counter(), asyncio.Semaphore(AT_ONCE)

    async def send(number: int) -> str | None:
        await asyncio.sleep(begun + SECONDS * number / messages - time.perf_counter())
        try:
            async with room:
                result = await drive(port, server, [texts[number]], 1)
        except OSError as error:
            return str(error)
        return "refused" if result.refused else None

    return Counter(filter(None, await asyncio.gather(*map(send, range(messages)))))


def _raid(database: Path) -> tuple[str, int]:
    """The largest, and how many are in it."""
    largest = "SELECT raid, count(DISTINCT sender) FROM members GROUP BY raid ORDER BY 2 DESC LIMIT 1"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found = connection.execute(largest).fetchone()
    if found is None:
        sys.exit("There is no raid.")
    return str(found[0]), int(found[1])


async def _act(folder: Path, verb: str, target: str) -> dict[str, Any]:
    """What came of it, and after how many seconds."""
    begun = time.perf_counter()
    told = await ask(socket_path(folder / "rempart.db"), "act", {"verb": verb, "target": target})
    return {**(told or {}), "seconds": time.perf_counter() - begun}


async def _beside(port: int, server: int, serial: Iterator[int], what: str, act: Any) -> dict[str, Any]:
    """Genuine texts, while something is done; what came of that."""
    doing = asyncio.create_task(act) if act is not None else None
    result = await genuine(port, server, serial)
    half, nearly_all = result.percentile(0.5), result.percentile(0.99)
    line = f"{what}: genuine p50 {half:.0f} ms, p99 {nearly_all:.0f} ms, {result.refused} lost"
    done = await doing if doing else {}
    _tell(line + (f"; {done['told']} ({done['seconds']:.1f} s)" if done else ""))
    return done


def _tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

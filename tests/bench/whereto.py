"""`make whereto`: where the processor time of a stored and decided message goes, room by room.

The main thread is looked at every few milliseconds of its work: a look counts for the innermost of our rooms,
and for the library that it called. The other threads are those of the database. Processor time is told, which
a busy machine changes little.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.bench.ingest import FORMS, requests_of
from tests.bench.load import drive, processor_time
from tests.bench.serving import environment, server
from tests.support.house import free_port

LEAST = 0.01
"""The share below which a room stands under "the rest"."""


def main() -> None:
    """Prints the tables as they stand in docs/performance.md."""
    parser = argparse.ArgumentParser(prog="make whereto", description=__doc__)
    parser.add_argument("--messages", type=int, default=8_000)
    count = parser.parse_args().messages
    for form in FORMS:
        micros = {room: 1e6 * seconds / count for room, seconds in _run(form, count).items()}
        print(f"\n{form}: {sum(micros.values()):.0f} µs a message\n")  # noqa: T201
        print("\n".join(table(micros)))  # noqa: T201


def _run(form: str, count: int) -> Mapping[str, float]:
    """Seconds of processor time by room, while so many messages were stored and decided."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "looks.json"
        command = [sys.executable, "-m", "tests.bench.sampler"]
        with server(command, environment(port, Path(folder)) | {"LOOKS": str(out)}, port, 0) as process:
            wanted = requests_of(f"http://127.0.0.1:{port}/twilio/sms", form, count, 0)
            time.sleep(1)
            before, begun = _looks(out), _spent(process)
            if refused := asyncio.run(drive(port, process, wanted, 64)).refused:
                sys.exit(f"{refused} were refused: what is refused costs next to nothing.")
            _wait_until_folded(port)
            whole, main_thread = (now - then for now, then in zip(_spent(process), begun, strict=True))
            return _shared(_looks(out) - before, main_thread) | {
                "the database's threads": whole - main_thread
            }


def _spent(process: int) -> tuple[float, float]:
    """What the process took, and what its main thread did."""
    return processor_time(process), processor_time(process, process)


def _shared(looks: Counter[str], seconds: float) -> dict[str, float]:
    whole = looks.total()
    return {room: seconds * seen / whole for room, seen in looks.items()}


def _looks(out: Path) -> Counter[str]:
    return Counter(json.loads(out.read_text(encoding="utf-8")))


def _wait_until_folded(port: int) -> None:
    """The page is worked out once a second: the first look may show an earlier moment."""
    time.sleep(2)
    while _metrics(port)["rempart_events_unfolded"]:
        time.sleep(2)


def _metrics(port: int) -> Mapping[str, float]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as page:
        lines = page.read().decode().splitlines()
    told = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name: float(value) for name, value in told}


def table(micros: Mapping[str, float]) -> list[str]:
    """A row a room, the dearest first."""
    whole = sum(micros.values())
    rows = sorted(micros.items(), key=lambda one: -one[1])
    shown = [(room, spent) for room, spent in rows if spent >= LEAST * whole]
    rest = [("the rest", whole - sum(spent for _, spent in shown))]
    lines = [f"| {room} | {spent:.0f} | {spent / whole:.0%} |" for room, spent in shown + rest]
    return ["| room | µs | share |", "|---|---|---|", *lines]


if __name__ == "__main__":
    main()

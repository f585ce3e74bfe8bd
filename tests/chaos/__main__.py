"""`make chaos KILLS=200`: long runs on each engine, then of several processes in a raid; or one of these.

`ENGINE=sqlite` and `ENGINE=postgresql` kill one process again and again; `ENGINE=several` has three on one
PostgreSQL, of which one dies every few seconds while RAID messages come in.
"""

import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.harness import Chaos
from tests.chaos.several import Several
from tests.support import postgresql

_SEVERAL = "several"
RUNS = ("sqlite", "postgresql", _SEVERAL)

_A_SECOND = 40  # messages of the raid
_KILL_EVERY = 5.0  # seconds


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'rempart.db'}"
    else:
        with postgresql.server(folder / "server") as server:
            yield postgresql.new_database(server)


def _run(engine: str, kills: int) -> bool:
    """One run; whether it did no harm."""
    seed = random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory() as name, _database(engine, Path(name)) as url:
        if engine == _SEVERAL:
            return _several(url, Path(name), seed)
        chaos = Chaos(url, Path(name), random.Random(seed))
        counts = asyncio.run(chaos.run(kills))
    points = f"{len(chaos.reached)} of them at {len(set(chaos.reached))} named points"
    _say(f"{engine}, seed {seed}: {kills} kills, {points};")
    _say(f"  {len(chaos.acknowledged)} messages acknowledged, {len(chaos.provider.sent)} replies sent")
    _say(f"  {counts}")
    return counts.harmless


def _several(url: str, folder: Path, seed: int) -> bool:
    """Three processes on one server; whether nobody was harmed, or kept waiting."""
    messages = int(os.environ.get("RAID", "16000"))
    run = Several(url, folder / "server", folder, random.Random(seed))
    counts, waits = asyncio.run(run.run(messages, messages / _A_SECOND, _KILL_EVERY))
    ends = {how: run.ends.count(how) for how in sorted(set(run.ends))}
    _say(f"several processes, seed {seed}: {ends}")
    _say(f"  {len(run.acknowledged)} messages acknowledged, {len(run.provider.sent)} replies sent")
    _say(f"  {counts}; links of the chain broken {run.broken}")
    _say(f"  longest waits in seconds: {waits}")
    return counts.harmless and not run.broken and waits.kept


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command's output


def main() -> None:
    """Prints the counts; exit status 1 when anything was lost, doubled, left open or overspent."""
    kills, engines = int(sys.argv[1]), sys.argv[2:] or RUNS
    harmless = [_run(engine, kills) for engine in engines]
    sys.exit(0 if all(harmless) else 1)


if __name__ == "__main__":
    main()

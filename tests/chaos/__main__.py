"""`make chaos KILLS=200`: a long run on each engine, or on one (`ENGINE=sqlite`, `ENGINE=postgresql`)."""

import asyncio
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.harness import Chaos
from tests.support import postgresql

ENGINES = ("sqlite", "postgresql")


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'rempart.db'}"
    else:
        with postgresql.server(folder) as server:
            yield postgresql.new_database(server)


def _run(engine: str, kills: int) -> bool:
    """One run; whether it did no harm."""
    seed = random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory() as name, _database(engine, Path(name)) as url:
        chaos = Chaos(url, Path(name), random.Random(seed))
        counts = asyncio.run(chaos.run(kills))
    points = f"{len(chaos.reached)} of them at {len(set(chaos.reached))} named points"
    print(f"{engine}, seed {seed}: {kills} kills, {points};", end=" ")  # noqa: T201 - the command's output
    print(f"{len(chaos.acknowledged)} messages acknowledged, {len(chaos.provider.sent)} replies sent")  # noqa: T201
    print(f"  {counts}")  # noqa: T201
    return counts.harmless


def main() -> None:
    """Prints the counts; exit status 1 when anything was lost, doubled, left open or overspent."""
    kills, engines = int(sys.argv[1]), sys.argv[2:] or ENGINES
    harmless = [_run(engine, kills) for engine in engines]
    sys.exit(0 if all(harmless) else 1)


if __name__ == "__main__":
    main()

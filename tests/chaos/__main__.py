"""`make chaos KILLS=200`: a long run on SQLite."""

import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos.harness import Chaos


def main() -> None:
    """Prints the counts; exit status 1 when anything was lost, doubled, left open or overspent."""
    kills, seed = int(sys.argv[1]), random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'rempart.db'}"
        counts = asyncio.run(Chaos(url, Path(folder), random.Random(seed)).run(kills))
    print(f"seed {seed}: {counts}")  # noqa: T201 - the command's output
    sys.exit(0 if counts.harmless else 1)


if __name__ == "__main__":
    main()

"""Runs `rempart run` and looks at its main thread every few milliseconds of its work: for `make whereto`."""

import json
import os
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from bridge.cli import main

ROOT = str(Path(__file__).parents[2])

LIBRARIES = ("sqlalchemy", "aiosqlite", "uvicorn", "httptools", "starlette", "asyncio", "structlog")

IDLE = "select"
"""The function in which the main thread waits."""

EVERY = 0.002
"""Seconds of processor time."""


@dataclass
class Sampler:
    """Counts in which room the main thread is, and writes that down twice a second."""

    out: Path
    looks: Counter[str] = field(default_factory=Counter)
    written: float = 0.0

    def look(self, _signal: int, frame: FrameType | None) -> None:
        """Called by the system."""
        if frame is not None and frame.f_code.co_name != IDLE:
            self.looks[room_of(frame)] += 1
        if time.monotonic() > self.written + 0.5:
            self.written = time.monotonic()
            fresh = self.out.with_suffix(".fresh")
            fresh.write_text(json.dumps(self.looks), encoding="utf-8")
            fresh.replace(self.out)


def room_of(frame: FrameType) -> str:
    """The room of the innermost of our lines, and the library that it called."""
    library, here = "", frame
    while True:
        path = here.f_code.co_filename
        if path.startswith(ROOT) and "site-packages" not in path:
            room = "/".join(Path(path).relative_to(ROOT).with_suffix("").parts[:2])
            return f"{room}, in {library}" if library else room
        library = library or next((name for name in LIBRARIES if f"/{name}/" in path), "")
        if here.f_back is None:
            return library or "Python"
        here = here.f_back


if __name__ == "__main__":
    signal.signal(signal.SIGPROF, Sampler(Path(os.environ["LOOKS"])).look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    sys.argv = ["rempart", "run"]
    main()

"""`make benchmark ARGS="--seeds 3 --only insults,weekend"`: runs what is missing, and writes the document."""

import argparse
import gc
import signal
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

from bridge.raid.suspicion import suspicion
from bridge.responses import Responses, read
from tests.bench.raids.cache import ROOT, Cache, fingerprint
from tests.bench.raids.document import write
from tests.bench.raids.measure import Outcome, measure
from tests.bench.raids.plan import Outside, Run, Study, corpus, runs, seeds, studies

FOLDER = ROOT / ".benchmark"
WORKERS = 2
_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def main() -> None:
    """Runs, and writes; what was run before is not run again."""
    options = _options()
    outside = Outside(tuple(options.ordinary), tuple(options.hard), tuple(options.abuse))
    wanted = runs(_studies(outside, options.only), options.seeds)
    code = fingerprint()
    cache = Cache(_own(options.folder) / "outcomes.jsonl", code, outside)
    known = cache.known(wanted)
    missing = [run for run in wanted if run not in known]
    _run(missing, cache, known, options)
    if code != fingerprint():
        sys.exit("The code was changed meanwhile, so nothing was written: run it again.")
    outcomes = [known[run] for run in wanted if run in known]
    write(options.out, outcomes, outside)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make benchmark", description=__doc__)
    add = parser.add_argument
    add("--seeds", type=seeds, default={}, help="runs of each study: 3, or weekend=6,drip=4, or 20,drip=4")
    add("--only", type=lambda names: names.split(","), default=(), help="names of studies or scenarios")
    brought = partial(add, type=corpus, metavar="NAME[@LANGUAGE]=FILE", action="append", default=[])
    brought("--ordinary", help="ordinary texts from outside, one a line; one file a language")
    brought("--hard", help="harmless ones in rough words; one file a language")
    brought("--abuse", help="abusive ones; each file is run by itself")
    add("--minutes", type=float, default=float("inf"), help="begin no further run after so long")
    add("--workers", type=int, default=WORKERS)
    add("--folder", type=Path, default=FOLDER, help="where outcomes are kept until the code changes")
    add("--out", type=Path, default=ROOT / "docs", help="the folder that is written to")
    return parser.parse_args()


def _studies(outside: Outside, only: Sequence[str]) -> list[Study]:
    try:
        return studies(outside, only)
    except ValueError as unknown:
        sys.exit(str(unknown))


def _run(
    missing: Sequence[Run], cache: Cache, known: dict[Run, Outcome], options: argparse.Namespace
) -> None:
    """Runs what is missing; workers are forked, so that all of them run the code as it is now."""
    rules = read(ROOT / "responses.yaml")
    suspicion("")  # the weights are read before the fork
    until = monotonic() + 60 * options.minutes
    progress = Progress(sum(run.study.size for run in missing))
    job = partial(_one, rules=rules, outside=cache.outside, until=until)
    with get_context("fork").Pool(options.workers, _ready) as pool:
        for run, outcome in pool.imap_unordered(job, missing):
            if outcome is not None:
                cache.keep(run, outcome)
                known[run] = outcome
                progress.tell(run)


def _ready() -> None:
    """Whoever interrupts the benchmark interrupts the process that ends the workers; and what a run makes is
    kept to its end, so that to look for what is no longer needed takes time for nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)


def _one(run: Run, rules: Responses, outside: Outside, until: float) -> tuple[Run, Outcome | None]:
    return run, (measure(run, rules, outside) if monotonic() < until else None)


class Progress:
    """How far a benchmark is, and when it will end, by the pace of its messages so far."""

    def __init__(self, size: int) -> None:
        self._size, self._done, self._begin = size, 0, monotonic()

    def tell(self, run: Run) -> None:
        """One line for each run, with an estimate of what remains."""
        self._done += run.study.size
        left = (monotonic() - self._begin) / self._done * (self._size - self._done)
        share = 100 * self._done / self._size
        until = (datetime.now().astimezone() + timedelta(seconds=left)).strftime("%H:%M")
        told = f"{share:3.0f} %, {left / 60:.0f} min left, until {until}: {run.study.name} {run.seed}"
        print(told, file=sys.stderr)  # noqa: T201


def _own(folder: Path) -> Path:
    """A folder that git does not see."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted: the same command goes on from here.")

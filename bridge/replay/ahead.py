"""Texts of a long trace are read ahead by a process of its own, on another core.

What a text says depends on nothing but the text: it is a third of what a message takes, and the rest must be
done one after the other.
"""

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread

from bridge.errors import RempartError
from bridge.heart.books import Books
from bridge.heart.gist import Gist, gist_of
from bridge.litter import look_seldom
from bridge.replay.trace import Written

FEWEST = 5_000
"""Messages of a trace for which it pays: the process takes about as long to start as to read two thousand."""

Placed = tuple[int, Written]
"""A line with its place in the trace."""

_CHUNK, _AHEAD = 500, 4
"""Lines that are handed over at a time, and how many times as many are read ahead."""


def pays(lines: int) -> bool:
    """Whether so many lines are worth a process of its own, on this machine."""
    return lines >= FEWEST and (os.cpu_count() or 1) > 1


def read_ahead(lines: Iterator[Placed], books: Books) -> Iterator[Placed]:
    """The same lines; when one comes, the books hold the gist of its text. Raises `RempartError`."""
    try:
        with ProcessPoolExecutor(1, get_context("spawn"), _begin) as process:
            yield from _ahead(lines, books, process)
    except BrokenProcessPool:
        raise RempartError(
            "The process that reads texts ahead has ended, for want of memory perhaps: free some, try again."
        ) from None


def _ahead(lines: Iterator[Placed], books: Books, process: ProcessPoolExecutor) -> Iterator[Placed]:
    ahead: deque[tuple[list[Placed], Future[Mapping[str, Gist]]]] = deque()
    while (some := list(islice(lines, _CHUNK))) or ahead:
        if some:
            ahead.append((some, process.submit(_gists, {line.text for _, line in some}, books.seed)))
        if len(ahead) > _AHEAD or not some:
            oldest, gists = ahead.popleft()
            books.gists = gists.result()
            yield from oldest


def _begin() -> None:
    """It ends when the replay does, however that is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_the_replay, daemon=True).start()
    look_seldom()


def _end_with_the_replay() -> None:
    if (replay := parent_process()) is not None:
        replay.join()
    os._exit(0)


def _gists(texts: Iterable[str], key: bytes) -> Mapping[str, Gist]:
    return {text: gist_of(text, key) for text in texts}

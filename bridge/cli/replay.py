"""`rempart replay`: a trace under these rules, and what comes of it.

Touches the files it is told of, standard output and standard error.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bridge.cli.sheet import Sheet, pairs, show
from bridge.cli.terminal import put_line, put_lines
from bridge.environment import meant, read_environment
from bridge.errors import Misconfigured
from bridge.litter import look_seldom
from bridge.replay.report import page
from bridge.replay.run import Progressed, Result, replay
from bridge.replay.trace import Written, read_labels, read_trace
from bridge.responses import Responses, read
from bridge.settings import read_settings
from bridge.wording import ENGLISH

_STANDARD = Path("-")
_SECONDS_BETWEEN_LINES = 5.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written, and where; `-` is standard output."""

    out: Path | None = None
    summary: Path | None = None
    report: Path | None = None
    as_json: bool = False

    def check(self) -> None:
        """Raises `Misconfigured` when two things are to go to standard output."""
        files = [self.out, self.summary, self.report, _STANDARD if self.as_json else None]
        if files.count(_STANDARD) > 1:
            raise Misconfigured("Only one thing can go to standard output: give the others a file.")


def replay_trace(trace: Path, wanted: Wanted, *, responses: Path | None, labels: Path | None) -> None:
    """Replays a trace, and writes what is wanted. Raises `RempartError`."""
    wanted.check()
    rules = rules_of(responses)
    known = read_labels(labels) if labels else None
    lines = list(_read(trace))
    _notice_order(lines)
    look_seldom()
    with _progress() as progressed:
        result = replay(lines, rules, known, progressed=progressed)
    _deliver(result, wanted)


def rules_of(path: Path | None) -> Responses:
    """The rules in a file, else those that the environment names. Raises `RempartError`."""
    return read(path or read_settings(read_environment()).responses, line=meant.get())


def _read(trace: Path) -> Iterator[Written]:
    if trace == _STANDARD:
        return read_trace(Path("standard input"), sys.stdin.buffer)
    return read_trace(trace)


def _notice_order(lines: Sequence[Written]) -> None:
    if any(later.at < earlier.at for earlier, later in pairwise(lines)):
        put_line("The trace is not sorted by time: it is replayed in order of time.", error=True)


def _deliver(result: Result, wanted: Wanted) -> None:
    if wanted.out:
        _write(wanted.out, result.lines())
    if wanted.summary:
        _write(wanted.summary, [json.dumps(result.summary, indent=2)])
    if wanted.report:
        _write(wanted.report, [page(result)])
    if wanted.as_json:
        _write(_STANDARD, [json.dumps(result.summary)])
    elif not (wanted.out or wanted.summary or wanted.report):
        show(_table(result.summary))


def _write(path: Path, lines: Iterable[str]) -> None:
    """Writes lines to a file, or to standard output. Raises `Misconfigured`."""
    if path == _STANDARD:
        put_lines(lines)
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise Misconfigured(f"{path} cannot be written ({reason}): choose another file.") from None


@contextmanager
def _progress() -> Iterator[Progressed]:
    """A bar on a terminal; elsewhere a plain line now and then."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    columns = TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replaying", total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)


def _lines() -> Progressed:
    said_at = monotonic()

    def progressed(done: int, whole: int) -> None:
        nonlocal said_at
        if monotonic() - said_at >= _SECONDS_BETWEEN_LINES:
            said_at = monotonic()
            put_line(f"{done:,} of {whole:,} messages replayed", error=True)

    return progressed


def _table(told: Mapping[str, Any]) -> Sheet:
    table = pairs()
    for name, value in _facts(told):
        table.add_row(name, value)
    return table


def _facts(told: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    counts = ", ".join(f"{told[name]:,} {name}" for name in ("replied", "silent", "cancelled"))
    yield "messages", f"{told['messages']:,}: {counts}"
    without = ENGLISH.euros(told["spent"] + told["saved"])
    yield "replies", f"{ENGLISH.euros(told['spent'])}; without detector and team, {without}"
    yield "receiving", ENGLISH.euros(told["inbound_cost"])
    yield "feed", f"{told['feed']['posts']:,} posts, {told['feed']['edits']:,} edits"
    for raid in told["raids"]:
        size = ENGLISH("day_line", messages=raid["messages"], senders=raid["senders"]).rstrip(".")
        size = f"{size}, {ENGLISH.euros(raid['spent'])}"
        yield f"raid {raid['id']}", f"{raid['opened_at']} to {raid['closed_at'] or 'the end'}, {size}"
        yield from (("", reason) for reason in raid["reasons"])
    for name, value in told.get("labels", {}).items():
        if not isinstance(value, dict):
            yield name.replace("_", " "), _figure(name, value)


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name.endswith("cost"):
        return ENGLISH.euros(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}"

"""`rempart replay`: a trace under these rules, and what comes of it.

Touches the files it is told of, standard output and standard error.
"""

import json
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bridge.cli.outputs import STANDARD, apart, write
from bridge.cli.ruled import rules_file, rules_in
from bridge.cli.sheet import Sheet, pairs, show
from bridge.cli.terminal import put_line
from bridge.litter import look_seldom
from bridge.noun import Noun
from bridge.replay.ahead import pays
from bridge.replay.long import Labels, Lines, Progressed, replay_long
from bridge.replay.report import page
from bridge.replay.rows import Row
from bridge.replay.run import Outcome
from bridge.replay.spool import open_spool
from bridge.replay.trace import read_labels, read_trace
from bridge.responses import Responses
from bridge.wording import ENGLISH

_SECONDS_BETWEEN_LINES = 5.0


class Wanted(Noun):
    """What is to be written, and where; `-` is standard output."""

    out: Path | None = None
    summary: Path | None = None
    report: Path | None = None
    as_json: bool = False

    def check(self, *read: Path | None) -> None:
        """Raises `Misconfigured` when two things are to go to one place, or one over what is read."""
        apart(self.out, self.summary, self.report, STANDARD if self.as_json else None, read=read)


def replay_trace(trace: Path, wanted: Wanted, *, responses: Path | None, labels: Path | None) -> None:
    """Replays a trace, and writes what is wanted. Raises `RempartError`."""
    wanted.check(trace, rules_file(responses), labels)
    rules = rules_of(responses)
    with open_spool() as spool:
        known = Labels(spool) if labels else None
        if labels and known is not None:
            read_labels(labels, known)
        lines = Lines(spool)
        _read(trace, lines)
        _notice(lines, known)
        look_seldom()
        with _progress() as progressed:
            writing, ahead = partial(_write_rows, wanted.out), pays(lines.count)
            outcome = replay_long(spool, lines, rules, known, ahead=ahead, progressed=progressed, to=writing)
        _deliver(outcome, wanted)


def rules_of(path: Path | None) -> Responses:
    """The rules in a file, else those that the environment names. Raises `RempartError`."""
    return rules_in(rules_file(path))


def _read(trace: Path, lines: Lines) -> None:
    if trace == STANDARD:
        read_trace(Path("standard input"), lines, sys.stdin.buffer)
    else:
        read_trace(trace, lines)


def _notice(lines: Lines, labels: Labels | None) -> None:
    if not lines.in_order:
        put_line("The trace is not sorted by time: it is replayed in order of time.", error=True)
    left = labels.left_over() if labels is not None else 0
    if left:
        put_line(f"Labels of messages that the trace does not hold: {left:,}.", error=True)


def _write_rows(out: Path | None, rows: Iterator[Row]) -> None:
    """Where nobody wants them they are counted all the same."""
    if out:
        write(out, (row.line() for row in rows))
    else:
        deque(rows, maxlen=0)


def _deliver(outcome: Outcome, wanted: Wanted) -> None:
    if wanted.summary:
        write(wanted.summary, [json.dumps(outcome.summary, indent=2)])
    if wanted.report:
        write(wanted.report, [page(outcome)])
    if wanted.as_json:
        write(STANDARD, [json.dumps(outcome.summary)])
    elif not (wanted.out or wanted.summary or wanted.report):
        show(_table(outcome.summary))


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
            put_line(f"{done:,} of {ENGLISH.some('messages', whole)} replayed", error=True)

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
    yield "feed", ", ".join(ENGLISH.some(what, told["feed"][what]) for what in ("posts", "edits"))
    for raid in told["raids"]:
        size = ENGLISH("day_line", messages=raid["messages"], senders=raid["senders"]).rstrip(".")
        size = f"{size}, {ENGLISH.euros(raid['spent'])}"
        size += ", called a false alarm" if raid["false_alarm"] else ""
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

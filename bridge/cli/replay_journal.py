"""`rempart replay --journal`: what was decided beside what other rules would decide. Only looks."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bridge.cli.outputs import STANDARD, apart, write
from bridge.cli.replay import rules_of
from bridge.cli.ruled import rules_file
from bridge.cli.sheet import Sheet, pairs, show
from bridge.cli.terminal import put_json, put_line
from bridge.clock import parse_iso
from bridge.environment import meant, read_environment
from bridge.errors import Misconfigured
from bridge.replay.compare import Folding, folded
from bridge.replay.journal import read_journal
from bridge.replay.report import page
from bridge.service.exclusive import insist_on
from bridge.service.lines import settings_of
from bridge.settings import read_settings
from bridge.store.engine.connecting import database_file, parse_url
from bridge.wording import ENGLISH

_MOST_HANDLES = 10
_MOST_CHANGES = 40


async def replay_journal(
    *,
    responses: Path | None,
    since: str | None,
    until: str | None,
    report: Path | None = None,
    as_json: bool,
) -> None:
    """Replays the journal of this environment, and prints the comparison; `report`: where a page for people
    goes, with the raids as these rules would have met them. Raises `RempartError`."""
    apart(report, STANDARD if as_json else None, read=[rules_file(responses)])
    rules = rules_of(responses)
    begin, end = (parse_iso(since) if since else None), (parse_iso(until) if until else None)
    if begin is not None and end is not None and begin >= end:
        raise Misconfigured("--since must lie before --until.")
    settings = settings_of(read_settings(read_environment()), meant.get())
    insist_on(database_file(parse_url(settings.database_url)))
    folding: Folding = await read_journal(
        settings, lambda journal, keys: folded(journal, keys, rules, until=end)
    )
    if report != STANDARD:
        _say(folding.compared(begin or 0).plain(), as_json=as_json)
    if report is not None:
        write(report, [page(folding.result(begin or 0))])


def _say(told: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        put_json(told)
        return
    for table in (_sums(told), _people(told), _changes(told)):
        if table.row_count:
            show(table)
    left = len(told["changed"]) - _MOST_CHANGES
    if left > 0:
        put_line(f"and {left:,} more: --json lists them all")


def _sums(told: Mapping[str, Any]) -> Sheet:
    table = Sheet("", "it was", "it would be")
    was, would = told["was"], told["would_be"]
    table.add_row("messages", f"{told['messages']:,}", f"{told['messages']:,}")
    for name in ("replies", "raiders"):
        table.add_row(name, f"{was[name]:,}", f"{would[name]:,}")
    table.add_row("for replies", ENGLISH.euros(was["spent"]), ENGLISH.euros(would["spent"]))
    return table


def _people(told: Mapping[str, Any]) -> Sheet:
    table = pairs()
    for name, sentence in _GROUPS.items():
        if told[name]:
            table.add_row(f"{sentence}: {len(told[name]):,}", _some(told[name]))
    if told["unreadable"]:
        table.add_row(f"messages of people who were erased: {told['unreadable']:,}", "")
    return table


_GROUPS = {
    "ordinary_lost": "ordinary people would no longer be answered",
    "ordinary_won": "ordinary people would be answered now",
    "raiders_new": "senders would be judged raiders",
    "raiders_no_more": "senders would no longer be judged raiders",
}


def _some(handles: list[str]) -> str:
    shown, more = ", ".join(handles[:_MOST_HANDLES]), len(handles) - _MOST_HANDLES
    return f"{shown} and {more:,} more" if more > 0 else shown


def _changes(told: Mapping[str, Any]) -> Sheet:
    table = Sheet("sender", "at", "it was", "it would be", "because")
    for row in _rows(told["changed"]):
        table.add_row(*row)
    return table


def _rows(changed: list[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for one in changed[:_MOST_CHANGES]:
        yield one["sender"], one["at"], one["was"], one["would_be"], "; ".join(one["reasons"])

"""`rempart replay --journal`: what was decided beside what other rules would decide. Only looks."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bridge.cli.outputs import STANDARD, apart, write
from bridge.cli.replay import rules_of
from bridge.cli.ruled import rules_file
from bridge.cli.sheet import Sheet, pairs, show
from bridge.cli.speech import words
from bridge.cli.terminal import put_json, put_line
from bridge.cli.tongue import moment
from bridge.clock import parse_iso
from bridge.environment import meant, read_environment
from bridge.errors import Misconfigured
from bridge.model import Action
from bridge.reasons import Reason
from bridge.replay.compare import Folding, folded
from bridge.replay.journal import read_journal
from bridge.replay.report import page
from bridge.service.exclusive import insist_on
from bridge.service.lines import settings_of
from bridge.settings import read_settings
from bridge.store.engine.connecting import database_file, parse_url
from bridge.wording import Words

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
        _say(folding.compared(begin or 0).plain(), str(rules.zone), as_json=as_json)
    if report is not None:
        write(report, [page(folding.result(begin or 0))])


def _say(told: Mapping[str, Any], zone: str, *, as_json: bool) -> None:
    if as_json:
        put_json(told)
        return
    said = words().within("replay")
    for table in (_sums(told, said), _people(told, said), _changes(told, said, zone)):
        if table.row_count:
            show(table)
    left = len(told["changed"]) - _MOST_CHANGES
    if left > 0:
        put_line(said("more", number=said.count(left)))


def _sums(told: Mapping[str, Any], said: Words) -> Sheet:
    table = Sheet("", said("was"), said("would_be"))
    was, would = told["was"], told["would_be"]
    table.add_row(said("messages"), *[said.count(told["messages"])] * 2)
    for name in ("replies", "raiders"):
        table.add_row(said(name), said.count(was[name]), said.count(would[name]))
    table.add_row(said("for_replies"), said.euros(was["spent"]), said.euros(would["spent"]))
    return table


def _people(told: Mapping[str, Any], said: Words) -> Sheet:
    table = pairs()
    for name in _GROUPS:
        if told[name]:
            table.add_row(said(name, number=said.count(len(told[name]))), _some(told[name], said))
    if told["unreadable"]:
        table.add_row(said("unreadable", number=said.count(told["unreadable"])), "")
    return table


_GROUPS = "ordinary_lost", "ordinary_won", "raiders_new", "raiders_no_more"


def _some(handles: list[str], said: Words) -> str:
    shown, more = ", ".join(handles[:_MOST_HANDLES]), len(handles) - _MOST_HANDLES
    return said("and_more", shown=shown, number=said.count(more)) if more > 0 else shown


def _changes(told: Mapping[str, Any], said: Words, zone: str) -> Sheet:
    table = Sheet(*map(said, ("sender", "at", "was", "would_be", "because")))
    for one in told["changed"][:_MOST_CHANGES]:
        became = (_become(one[side], said) for side in ("was", "would_be"))
        reasons = (said.reason(Reason.read(code)) for code in one["codes"])
        table.add_row(one["sender"], moment(one["at"], zone), *became, "; ".join(reasons))
    return table


def _become(what: str, said: Words) -> str:
    """A rule of the team's by its name; else what was done."""
    return said(what) if what in _ACTIONS else what


_ACTIONS = frozenset(one.value for one in Action)

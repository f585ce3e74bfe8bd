"""Whether the service runs, and what it says of itself: the same that `rempart status` tells."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.checkup import Examined, fine, note, unknown, wrong
from bridge.clock import parse_iso, system_clock
from bridge.environment import Environment
from bridge.errors import RempartError
from bridge.model import MINUTE, SECOND
from bridge.service.asking import ask_counter
from bridge.status import FORBIDDEN

_MISSED = 2
"""Turns that a copy may be late before it is missed."""


async def running(environment: Environment) -> Sequence[Examined]:
    """What the service knows of itself, where one runs."""
    try:
        return list(_told(await ask_counter("status", environment=environment)))
    except RempartError as error:
        return [unknown("service", "refused", why=str(error))]


def _copies(status: Mapping[str, Any]) -> Iterator[Examined]:
    """A copy that nobody has made is missed on the one day that it is needed."""
    told, newest = status["backups"], status["newest_backup"]
    if status["database"] != "there" or status["down"] is not None:
        return
    if told is None:
        yield note("backup", "backup_off")
    elif told["failing"]:
        yield wrong("backup", "backup_failing", why=str(told["failing"]), since=str(told["since"]))
    elif newest is None:
        yield note("backup", "backup_none", to=str(told["to"]))
    elif system_clock() - parse_iso(newest) > _MISSED * told["every"] * SECOND:
        yield wrong("backup", "backup_old", at=str(newest), to=str(told["to"]))
    else:
        yield fine("backup", "backup_fresh", at=str(newest), to=str(told["to"]))


def _told(status: Mapping[str, Any]) -> Iterator[Examined]:
    match status["running"]:
        case True:
            yield fine("service", "runs")
        case False:
            yield note("service", "runs_not")
        case _:
            yield unknown("service", "runs_unknown")
    newest = status["newest_message"]
    if newest is not None and parse_iso(newest) > system_clock() + MINUTE:
        yield wrong("machine", "clock_behind", newest=str(newest))
    if status["rules_refused"]:
        yield wrong("rules", "edit_refused", why=str(status["rules_refused"]))
    several: Mapping[str, Any] = status.get("lines", {"": status})
    yield from dict.fromkeys(one for line in several.values() for one in _unheard(line))
    yield from _down(several)
    yield from dict.fromkeys(one for line in several.values() for one in _copies(line))
    for line in several.values():
        yield from _channels(line)


def _unheard(status: Mapping[str, Any]) -> Iterator[Examined]:
    """Webhooks that take nothing: a secret that is another one than the provider's, nobody else can know."""
    for one in status["refused_webhooks"]:
        if one["status"] in FORBIDDEN and one["all"]:
            yield note("service", "webhook_refused", path=str(one["path"]), number=int(one["count"]))


def _down(lines: Mapping[str, Any]) -> Iterator[Examined]:
    """Lines that do not run while the others do."""
    for name, one in lines.items():
        if one["down"] is not None:
            yield wrong("service", "line_down", line=name, why=str(one["down"]))


def _channels(line: Mapping[str, Any]) -> Iterator[Examined]:
    """By which others replies leave, and what does not work."""
    for one in line["ways"]:
        told = {"way": str(one["way"]), "why": str(one["code"] or "-"), "since": str(one["since"])}
        yield note(one["channel"], "leaves_by_another", **told)
    for one in line["troubles"]:
        yield wrong(one["channel"], f"trouble_{one['half']}", why=str(one["code"]), since=str(one["since"]))

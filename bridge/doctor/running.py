"""Whether the service runs, and what it says of itself: the same that `rempart status` tells."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.checkup import Examined, fine, note, unknown, wrong
from bridge.clock import parse_iso, system_clock
from bridge.environment import Environment
from bridge.errors import RempartError
from bridge.model import MINUTE
from bridge.service.asking import ask_counter


async def running(environment: Environment) -> Sequence[Examined]:
    """What the service knows of itself, where one runs."""
    try:
        return list(_told(await ask_counter("status", environment=environment)))
    except RempartError as error:
        return [unknown("service", "refused", why=str(error))]


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
    for one in (one for line in several.values() for one in line["ways"]):
        told = {"way": str(one["way"]), "why": str(one["code"] or "-"), "since": str(one["since"])}
        yield note(one["channel"], "leaves_by_another", **told)
    for one in (one for line in several.values() for one in line["troubles"]):
        yield wrong(one["channel"], f"trouble_{one['half']}", why=str(one["code"]), since=str(one["since"]))

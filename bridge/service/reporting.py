"""A raid's own report, drawn up from the journal: for the command line, whether the service runs or not."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.cards.ending import summary
from bridge.cards.raid import act_told, group_line
from bridge.clock import iso
from bridge.errors import Misconfigured
from bridge.model import Micros, Raid
from bridge.noun import Noun, replace
from bridge.replay.report.raid import raid_page
from bridge.responses import Responses
from bridge.service.names import Names
from bridge.status import euros
from bridge.store.engine.store import Store
from bridge.store.looks import cards, raids
from bridge.store.looks.ending import ending
from bridge.views import Ending, RaidView
from bridge.wording import ENGLISH, Words

_MOST_NAMED = 10
"""Raids that are named to somebody who named none."""

_LOUDEST = 20


class Report(Noun):
    """Everything that a report is drawn from."""

    seen: RaidView
    end: Ending
    loudest: Sequence[tuple[str, int]]


async def report(
    store: Store, written: str, responses: Responses, names: Names, now: Micros
) -> Mapping[str, Any]:
    """The raid that somebody calls by its id or its name: figures, sentences, and the page.

    Raises `Misconfigured`, with the raids that there are, where none or several are called that.
    """

    async def look(connection: AsyncConnection) -> Report:
        raid = await _meant(connection, written)
        seen = await cards.raid_view(connection, raid, responses, now)
        return Report(
            seen, await ending(connection, raid, now), await cards.loudest(connection, raid, _LOUDEST)
        )

    words = Words(responses.feed.language, responses.zone, now=now)
    found = await store.read(look)
    seen = replace(found.seen, acts=await names.acts(found.seen.acts, words))
    page = raid_page(seen, found.end, found.loudest, words)
    return {**_figures(seen, found.end), **_told(seen, found.end, words), "html": page}


async def _meant(connection: AsyncConnection, written: str) -> Raid:
    found = await raids.called(connection, written)
    if len(found) == 1:
        return found[0]
    if found:
        raise Misconfigured(f"Several raids are called that: write the id of one: {_named(found)}.")
    known = await raids.recent(connection, _MOST_NAMED)
    if not known:
        raise Misconfigured("There has been no raid yet, and so there is no report of one.")
    raise Misconfigured(f"No raid is called that. The newest are {_named(known)}.")


def _named(several: Sequence[Raid]) -> str:
    return "; ".join(f"{one.id} ({ENGLISH.raid(one.id)})" for one in several)


def _figures(seen: RaidView, end: Ending) -> dict[str, Any]:
    """By the names under which docs/figures.md says what they count."""
    return {
        "id": seen.id,
        "name": ENGLISH.raid(seen.id),
        "open": seen.open,
        "false_alarm": seen.false_alarm,
        "opened_at": iso(seen.opened_at),
        "grown_at": iso(seen.grown_at),
        "messages": seen.messages,
        "senders": seen.senders,
        "muted": seen.muted,
        "ordinary_before": seen.ordinary_before,
        "withheld": seen.withheld,
        "inbound": euros(seen.inbound),
        "spent": euros(seen.spent),
        "saved": euros(seen.saved),
        "arrived": end.arrived,
        "people": end.served.people,
        "answered": end.served.answered,
        "replies_cost": euros(end.replies),
        "receiving_cost": euros(end.receiving),
    }


def _told(seen: RaidView, end: Ending, words: Words) -> dict[str, Any]:
    acts = [act_told(one, words) for one in seen.acts]
    groups = [group_line(one, words) for one in seen.clusters]
    title = words("report_title", name=words.raid(seen.id), id=seen.id)
    return {"title": title, "told": list(summary(seen, end, words)), "groups": groups, "acts": acts}

"""The summary of a replay, in the shape that its readers rely on: euros, ISO 8601. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.clock import iso
from bridge.heart.acts.shared import stretch
from bridge.model import HOUR, Action, Event, Micros, Stance
from bridge.replay.episodes import Episode, episodes
from bridge.replay.feed import feed
from bridge.replay.rows import Row
from bridge.replay.saved import saved
from bridge.replay.scores import score
from bridge.replay.trace import Label
from bridge.replay.world import World
from bridge.status import euros
from bridge.wording import ENGLISH, for_json


def summarise(
    world: World, rows: Sequence[Row], events: Mapping[str, Event], labels: Mapping[str, Label] | None
) -> dict[str, Any]:
    """Everything that is counted over the rows of one replay."""
    actions = Counter(row.action for row in rows)
    found = episodes(world)
    instants = sorted(row.at for row in rows)
    zone = world.books.responses.zone
    summary = {
        "messages": len(rows),
        **_calls(rows),
        **{action.value: actions[action] for action in Action},
        "spent": euros(world.books.ledger.spent),
        "inbound_cost": euros(world.books.ledger.inbound),
        "replying_to_all": euros(sum(row.full for row in rows)),
        "saved": euros(sum(saved(world, found).values())),
        "raids": [_raid(one, rows, instants) | _saved(world, one) for one in found],
        "feed": dict(zip(("posts", "edits"), _feed(instants, found, zone), strict=True)),
        "posture": [_stance(stance) for stance in world.books.stances],
        "money": _hours(rows),
    }
    return summary if labels is None else summary | {"labels": score(world, rows, events, labels)}


def _calls(rows: Sequence[Row]) -> dict[str, int]:
    """How many of the messages were calls, where there were any."""
    calls = sum(row.call for row in rows)
    return {"calls": calls} if calls else {}


def _raid(episode: Episode, rows: Sequence[Row], instants: Sequence[Micros]) -> dict[str, Any]:
    begin, end = stretch(episode.raid)
    gathered = episode.gathered()
    mine = [row for row in rows if row.sender in gathered and begin <= row.at <= end]
    over = bool(instants) and episode.ends_at <= instants[-1]
    return {
        "id": episode.raid.id,
        "name": ENGLISH.raid(episode.raid.id),
        "opened_at": iso(episode.raid.opened_at),
        "opened_after_messages": episode.opened_after,
        "closed_at": iso(episode.ends_at) if over else None,
        "messages": len(mine),
        "senders": len(gathered),
        "spent": euros(sum(row.cost for row in mine)),
        "false_alarm": episode.false_alarm,
        **for_json(episode.raid.reasons),
        "clusters": [
            {"kind": kind, "senders": len(one.members), "messages": one.messages}
            for kind, one in sorted(episode.clusters, key=lambda found: (-found[1].messages, found[0]))
        ],
    }


def _saved(world: World, episode: Episode) -> dict[str, float]:
    return {"saved": euros(sum(saved(world, [episode]).values()))}


def _feed(instants: Sequence[Micros], found: Sequence[Episode], zone: Any) -> tuple[int, int]:
    posted = feed(instants, found, zone)
    return posted.posts, posted.edits


def _stance(stance: Stance) -> dict[str, Any]:
    why = {"reason": ENGLISH.reason(stance.reason), **stance.reason.plain()}
    return {"posture": stance.posture.value, "since": iso(stance.since), **why}


def _hours(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What each hour cost, those in which nothing happened left out."""
    spent: Counter[Micros] = Counter()
    inbound: Counter[Micros] = Counter()
    for row in rows:
        inbound[row.at // HOUR] += row.inbound
        if row.reply_at is not None:
            spent[row.reply_at // HOUR] += row.cost
    return [
        {"hour": iso(hour * HOUR), "spent": euros(spent[hour]), "inbound": euros(inbound[hour])}
        for hour in sorted({*spent, *inbound})
    ]

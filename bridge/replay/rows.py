"""The rows of a replay: one a message, written at the end, with hindsight. Pure."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.clock import iso
from bridge.model import (
    MINUTE,
    Action,
    Decision,
    Event,
    MicroEuros,
    Micros,
    OutboxRow,
    Progress,
    SenderId,
    Verdict,
)
from bridge.noun import Noun
from bridge.pot import LIMITS
from bridge.reasons import Reason
from bridge.replay.episodes import Episode, by_sender, is_false_alarm
from bridge.replay.world import World
from bridge.status import euros
from bridge.wording import for_json

_written = json.JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` would make one for every row."""


class Row(Noun):
    """What became of one message."""

    id: str
    at: Micros
    sender: SenderId
    verdict: Verdict
    action: Action
    rule: str | None
    """The id of the reply in the rules file."""
    reply: str | None
    """The text that was sent."""
    reply_at: Micros | None
    cost: MicroEuros
    """What replying cost."""
    inbound: MicroEuros
    """What receiving cost."""
    full: MicroEuros
    """What a reply of one segment would have cost, to everybody who can be answered."""
    raid: str | None
    suspicion: int
    """Per mille."""
    reasons: tuple[Reason, ...]
    call: bool = False
    """Whether somebody rang, and wrote nothing."""
    unpaid: bool = False
    """Whether it was for want of money that no reply left, or not when it was due."""

    def plain(self) -> dict[str, Any]:
        """As the row is written: money in euros, times in ISO 8601, suspicion from 0 to 1."""
        return {
            "id": self.id,
            "verdict": self.verdict.value,
            "action": self.action.value,
            "rule": self.rule,
            "reply": self.reply,
            "reply_at": None if self.reply_at is None else iso(self.reply_at),
            "cost": euros(self.cost),
            "raid": self.raid,
            "suspicion": self.suspicion / 1000,
            **for_json(self.reasons),
            **({"kind": "call"} if self.call else {}),
        }

    def line(self) -> str:
        """One line of JSON, its keys in a fixed order."""
        return _written(self.plain())


class Told(Noun):
    """One message that was taken, and when."""

    id: str
    event: Event
    at: Micros
    full: MicroEuros = 0
    """What a reply of one segment would have cost."""


class Fate(Noun):
    """What was decided about a message, and how far its reply has come."""

    id: str
    at: Micros
    full: MicroEuros
    sender: SenderId
    inbound: MicroEuros
    raid: str | None
    suspicion: int
    call: bool
    verdict: Verdict
    reasons: tuple[Reason, ...]
    kept: OutboxRow | None
    left_at: Micros | None


def fates(world: World, told: Sequence[Told]) -> Iterator[Fate]:
    """The fate of each message, in a world that holds them all."""
    outbox, left_at = world.books.outbox, world.provider.left_at
    for one in told:
        decision = world.books.decisions[one.event.id]
        reply = decision.reply
        kept, left = (outbox.get(reply), left_at.get(reply)) if reply else (None, None)
        yield Fate(one.id, one.at, one.full, *decided(decision), kept, left)


Decided = tuple[SenderId, MicroEuros, str | None, int, bool, Verdict, tuple[Reason, ...]]
"""What a row tells of a decision, in the order of `Fate`."""


def decided(it: Decision) -> Decided:
    """All else that was decided no row tells."""
    return it.sender, it.cost, it.raid, it.suspicion or 0, it.form == "call", it.verdict, it.reasons


class Hindsight(Noun):
    """What is known of raids once the clock has run out."""

    world: World
    episodes: Mapping[SenderId, Sequence[Episode]]

    def row(self, fate: Fate) -> Row:
        """The row of a message."""
        kept, left_at = fate.kept, fate.left_at
        episode = self._episode(fate)
        sent = kept.reply if kept and left_at is not None else None
        raid = None if is_false_alarm(self.world.books, fate.raid) else fate.raid
        verdict, reasons = _verdict(fate, episode, raid)
        if verdict is Verdict.RAIDER and episode is None:
            reasons = _together(reasons, self.world.person(fate.sender)[0].reasons)
        return Row(
            id=fate.id,
            at=fate.at,
            sender=fate.sender,
            verdict=verdict,
            action=_action(kept, left_at),
            rule=kept.reply.name if kept else None,
            reply=sent.text if sent else None,
            reply_at=left_at,
            cost=sent.price if sent else 0,
            inbound=fate.inbound,
            full=fate.full,
            raid=episode.raid.id if episode else raid,
            suspicion=fate.suspicion,
            reasons=reasons,
            call=fate.call,
            unpaid=_is_unpaid(reasons, kept, left_at),
        )

    def _episode(self, fate: Fate) -> Episode | None:
        mine = self.episodes.get(fate.sender, ())
        return next((one for one in mine if one.holds(fate.at)), None)


def hindsight(world: World) -> Hindsight:
    """To be called once the clock has run out."""
    return Hindsight(world, by_sender(world))


def write_rows(world: World, told: Sequence[Told]) -> list[Row]:
    """The row of each message, in a world that holds them all, once the clock has run out."""
    seen = hindsight(world)
    return [seen.row(one) for one in fates(world, told)]


def _action(kept: OutboxRow | None, left_at: Micros | None) -> Action:
    if kept is None:
        return Action.SILENT
    return Action.CANCELLED if left_at is None else Action.REPLIED


def _verdict(fate: Fate, episode: Episode | None, raid: str | None) -> tuple[Verdict, tuple[Reason, ...]]:
    """Whoever was judged in a raid is a raider in all of it; whoever was in a false alarm is not."""
    against = episode.judged.get(fate.sender) if episode else None
    if against is not None:
        return Verdict.RAIDER, _together(fate.reasons, against)
    if raid != fate.raid:
        return Verdict.ORDINARY, fate.reasons
    return fate.verdict, fate.reasons


def _together(decided: Sequence[Reason], against: Sequence[Reason]) -> tuple[Reason, ...]:
    """Why it was decided so, and what gave its sender away."""
    return (*decided, *(one for one in against if one not in decided))


def _is_unpaid(reasons: Sequence[Reason], kept: OutboxRow | None, left_at: Micros | None) -> bool:
    if not LIMITS.isdisjoint(reason.code for reason in reasons):
        return True
    if kept is None or kept.progress is Progress.CANCELLED:
        return False
    left = kept.reply.expires_at if left_at is None else left_at
    return left - kept.reply.due_at > MINUTE

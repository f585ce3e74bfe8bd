"""The journal under other rules: who would have been answered, who judged, and for how much. Handles only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.clock import iso
from bridge.heart.timing import onward
from bridge.model import Act, EventId, Message, MicroEuros, Micros, SenderId, Verdict
from bridge.noun import Noun
from bridge.privacy.secret import Keys
from bridge.replay.acts import Targets
from bridge.replay.journal import Decided, JournalReader, Recorded
from bridge.replay.rows import Row, Told, write_rows
from bridge.replay.run import Result
from bridge.replay.summary import summarise
from bridge.replay.world import World, open_world
from bridge.responses import Responses
from bridge.status import euros
from bridge.wording import for_json


class Pair(Noun):
    """One message: as it was, and as it would be."""

    handle: str
    was: Decided
    would: Row
    raider: bool
    """The sender would be judged one, then or in hindsight."""

    @property
    def answered(self) -> bool:
        """Whether it would be."""
        return self.would.reply_at is not None


@dataclass(slots=True)
class Comparison:
    """Every message in the stretch that was asked for, both ways."""

    pairs: list[Pair] = field(default_factory=list)
    unreadable: int = 0
    """Messages that cannot be opened: their senders were erased."""

    def plain(self) -> dict[str, Any]:
        """As it is printed: money in euros, senders under their handles."""
        was, would = _people(self.pairs)
        raiders = {pair.handle for pair in self.pairs if pair.raider}
        judged = {pair.handle for pair in self.pairs if pair.was.raider}
        ordinary = {pair.handle for pair in self.pairs} - raiders - judged
        return {
            "messages": len(self.pairs),
            "unreadable": self.unreadable,
            "was": _side(self._replies_before(), judged),
            "would_be": _side(self._replies_after(), raiders),
            "cheaper_by": euros(sum(self._replies_before()) - sum(self._replies_after())),
            "ordinary_lost": sorted((was - would) & ordinary),
            "ordinary_won": sorted((would - was) & ordinary),
            "raiders_new": sorted(raiders - judged),
            "raiders_no_more": sorted(judged - raiders),
            "changed": [_change(pair) for pair in self.pairs if pair.answered != pair.was.answered],
        }

    def _replies_before(self) -> list[MicroEuros]:
        return [pair.was.cost for pair in self.pairs if pair.was.answered]

    def _replies_after(self) -> list[MicroEuros]:
        return [pair.would.cost for pair in self.pairs if pair.answered]


async def compare(
    journal: JournalReader,
    keys: Keys,
    responses: Responses,
    *,
    since: Micros | None = None,
    until: Micros | None = None,
) -> Comparison:
    """Folds the whole journal up to `until` under `responses`, and compares what came `since`.

    What came before `since` is folded too, because the books would remember it.
    """
    return (await folded(journal, keys, responses, until)).compared(since or 0)


async def folded(
    journal: JournalReader, keys: Keys, responses: Responses, until: Micros | None = None
) -> "Folding":
    """The whole journal folded up to `until`; what was held by then has left, or never will."""
    folding = await fold_again(journal, keys, responses, until)
    folding.world.provider.run()
    return folding


async def fold_again(
    journal: JournalReader, keys: Keys, responses: Responses, until: Micros | None = None
) -> "Folding":
    """The whole journal folded up to `until`; what is held by then has not left yet."""
    world = open_world(responses, keys.choices, keys.senders)
    known = await journal.known()
    world.books.prices = known.prices
    world.books.provider_ids = known.provider_ids
    for sender in known.senders:
        world.books.know(sender)
    targets = Targets(world, keys.senders)
    folding = Folding(world, targets)
    targets.told = folding.told
    async for recorded in journal.events(until):
        folding.take(recorded)
    return folding


@dataclass(slots=True)
class Folding:
    """The journal under these rules, event by event."""

    world: World
    targets: Targets
    now: Micros = 0
    told: list[Told] = field(default_factory=list)
    decided: dict[str, Decided] = field(default_factory=dict)
    unreadable: list[Micros] = field(default_factory=list)

    def take(self, recorded: Recorded) -> None:
        """Folds one event as the service did."""
        event = recorded.event
        heard = event is not None and isinstance(event.what, Message)
        self.now = onward(self.now, recorded.at, heard=heard)
        if event is None:
            self.unreadable += [recorded.at] if recorded.decided else []
            return
        self.world.books.texts = {event.id: self._taught(event.what)}
        newest = self.targets.newest(event.what) if isinstance(event.what, Act) else None
        self.world.books.newest = {event.id: newest} if newest else {}
        self.world.take(event, self.now, self._about(event.what))
        if isinstance(event.what, Message) and recorded.decided is not None:
            self.told.append(Told(event.id, event, self.now))
            self.decided[event.id] = recorded.decided

    def compared(self, since: Micros) -> Comparison:
        """What came `since`, as it was and as it would be."""
        rows = write_rows(self.world, self._since(since))
        return Comparison([self._pair(row) for row in rows], sum(at >= since for at in self.unreadable))

    def result(self, since: Micros) -> Result:
        """The same as the replay of a trace tells it: for its page."""
        rows, events = write_rows(self.world, self.told), {one.id: one.event for one in self.told}
        summary = summarise(self.world, rows, events.__getitem__, None, since)
        shown = [row for row in rows if row.at >= since]
        return Result(shown, summary, self.world, None, since, events)

    def _since(self, since: Micros) -> list[Told]:
        return [one for one in self.told if one.at >= since]

    def _pair(self, row: Row) -> Pair:
        sender = self.world.books.sender(row.sender)
        raider = Verdict.RAIDER in (self.world.books.decisions[EventId(row.id)].verdict, sender.verdict)
        return Pair(sender.handle, self.decided[row.id], row, raider)

    def _about(self, what: object) -> tuple[SenderId, ...]:
        return self.targets.resolve(what) if isinstance(what, Act) else ()

    def _taught(self, what: object) -> dict[EventId, str]:
        return self.targets.texts(what, self.told) if isinstance(what, Act) else {}


def _people(pairs: Iterable[Pair]) -> tuple[set[str], set[str]]:
    """Who was answered, and who would be."""
    was, would = set(), set()
    for pair in pairs:
        if pair.was.answered:
            was.add(pair.handle)
        if pair.answered:
            would.add(pair.handle)
    return was, would


def _side(costs: Sequence[MicroEuros], raiders: set[str]) -> dict[str, Any]:
    return {"replies": len(costs), "spent": euros(sum(costs)), "raiders": len(raiders)}


def _change(pair: Pair) -> dict[str, Any]:
    return {
        "sender": pair.handle,
        "at": iso(pair.would.at),
        "was": pair.was.rule or "silent",
        "would_be": pair.would.rule if pair.answered else pair.would.action.value,
        **for_json(pair.would.reasons),
    }

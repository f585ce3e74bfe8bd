"""The feed: makes the room show the cards as they should be; posts once, then edits; newest wins.

It never stands in the way of intake, and after an absence of the room it shows the present, not the past.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import structlog
from msgspec import to_builtins

from bridge.card import Card, Note
from bridge.cards.pace import FRESH, LONGEST_REST, PACE
from bridge.model import MINUTE, SECOND, Micros
from bridge.noun import replace
from bridge.ports import Clock, Nesting, Recalling, Room, Unreachable
from bridge.store.books import posted
from bridge.store.books.posted import BEGUN, Posted
from bridge.store.engine.store import Store

EDITS = 1.25
"""Seconds after an edit: rooms allow fifty a minute."""

LATER: Micros = 30 * SECOND
"""How long a note that the room refused is not offered again."""

DOUBTS: Sequence[Micros] = (10 * SECOND, MINUTE, 5 * MINUTE)
"""How long a card that may be up rests before it is put up once more, where the room cannot be asked: after
the first doubt, the second, and each one from then on. A room that takes everything and answers too late
would else be filled with copies."""

log = structlog.get_logger("rempart.feed")


@dataclass(slots=True)
class Feed:
    """Keeps one room's cards as they should be."""

    patience: ClassVar[float] = 5.0

    store: Store
    room: Room
    clock: Clock
    desired: Callable[[], Awaitable[Sequence[Card]]]
    """The cards as they should be now, the most urgent first."""
    _edited_at: dict[str, Micros] = field(default_factory=dict)
    _refused: dict[tuple[str, str], Micros] = field(default_factory=dict)
    """Notes that the room would not take, by card and note, with the instant before which they are not
    offered again."""
    _doubts: dict[str, tuple[int, Micros]] = field(default_factory=dict)
    """How often in a row nobody knew whether a card had been put up, and until when it rests."""

    _away: str | None = None
    """Why the last call failed, where it did."""

    async def turn(self) -> float:
        """Makes at most one call; returns the seconds until the next may be made.

        Raises `Unreachable`, also without a call, until one succeeds: a room is not well because nothing was
        asked of it.
        """
        try:
            rest = await self._one_call()
        except Unreachable as fault:
            self._away = str(fault)
            raise
        if rest:
            self._away = None
        elif self._away is not None:
            raise Unreachable(self._away)
        return rest or LONGEST_REST

    async def _one_call(self) -> float:
        """A card that is not there yet comes first, then a note, which each is said once; then what changed,
        and what was looked at longest ago. A card that changes all the time keeps no other one back."""
        cards = [card for card in await self.desired() if not self._rests(card)]
        above = {card.under: (await self._seen(card.under)).where for card in cards if card.under}
        cards = [card for card in cards if not card.under or self._can_hang(above[card.under])]
        seen = {card.key: await self._seen(card.key) for card in cards}
        for step in (self._post, self._note):
            for card in cards:
                if await step(card, seen[card.key]):
                    return PACE
        behind = [card for card in cards if self._is_behind(card, seen[card.key])]
        oldest = min(behind, key=self._shown_at, default=None)
        if oldest is None:
            return 0.0
        if not await self._edit(oldest, seen[oldest.key]):
            for card in cards:
                if card.under == oldest.key:  # its thread is gone as well
                    await self._forget(card, seen[card.key])
        return EDITS

    def _is_behind(self, card: Card, seen: Posted) -> bool:
        return _digest(card) != seen.digest or not 0 <= self.clock() - self._shown_at(card) <= FRESH

    def _shown_at(self, card: Card) -> Micros:
        return self._edited_at.get(card.key, 0)

    async def _seen(self, key: str) -> Posted:
        return await self.store.read(lambda connection: posted.load(connection, self.room.name, key))

    async def _post(self, card: Card, seen: Posted) -> bool:
        """Puts a card up that is not there; says whether a call was made.

        Marked first as begun: where the room can be asked, it is, before the card is posted once more.
        """
        if seen.where not in (None, BEGUN):
            return False
        if seen.where == BEGUN and isinstance(self.room, Recalling):
            found = await self.room.recall(card)
            await self._save(card, replace(seen, where=found))
            return True
        await self._save(card, replace(seen, where=BEGUN))
        try:
            where = await self._put_up(card)
        except Unreachable as fault:
            if not fault.in_doubt:
                await self._save(card, replace(seen, where=None))
            if card.under or (fault.in_doubt and not isinstance(self.room, Recalling)):
                self._doubt(card)  # what it was to hang under may be gone: that is seen to meanwhile
            raise
        self._doubts.pop(card.key, None)
        await self._save(card, replace(seen, where=where, digest=_digest(card)))
        return True

    def _can_hang(self, above: str | None) -> bool:
        """Whether there is a thread in which a card can stand."""
        return bool(above) and isinstance(self.room, Nesting)

    async def _put_up(self, card: Card) -> str:
        """As a message of its own, or in the thread of another card."""
        if card.under and isinstance(self.room, Nesting):
            return await self.room.post_under((await self._seen(card.under)).where or "", card)
        return await self.room.post(card)

    def _doubt(self, card: Card) -> None:
        often, _ = self._doubts.get(card.key, (0, 0))
        rest = DOUBTS[min(often, len(DOUBTS) - 1)]
        self._doubts[card.key] = often + 1, self.clock() + rest

    def _rests(self, card: Card) -> bool:
        """Whether it may be up, and so is not put up again yet; nothing else can be done to it meanwhile."""
        _, until = self._doubts.get(card.key, (0, 0))
        return self.clock() < until

    async def _edit(self, card: Card, seen: Posted) -> bool:
        """False where the card is gone: it is posted again."""
        if seen.where and await self.room.edit(seen.where, card):
            await self._save(card, replace(seen, digest=_digest(card)))
            return True
        log.warning("a card is gone from the room; it is posted again", card=card.key)
        await self._forget(card, seen)
        return False

    async def _forget(self, card: Card, seen: Posted) -> None:
        """Where it stood; not what was said of it."""
        await self._save(card, Posted(notes=seen.notes, doubtful=seen.doubtful))

    async def _note(self, card: Card, seen: Posted) -> bool:
        """Says what was not said yet. What was refused is said later, and keeps nothing else back."""
        several = (*await self._left_over(card), *card.notes)
        note = next((note for note in several if self._is_to_be_said(card, note, seen)), None)
        if note is None or not seen.where:
            return False
        # Marked first as begun: a milestone said twice is worse than one that a crash swallowed, and the card
        # says that one may be missing.
        await self._save(card, replace(seen, doubtful=(*seen.doubtful, note.key)))
        try:
            await self.room.note(seen.where, note)
        except Unreachable as fault:
            if not fault.in_doubt:
                self._refused[card.key, note.key] = self.clock() + max(LATER, fault.retry_after or 0)
                await self._save(card, seen)
            raise
        await self._save(card, replace(seen, notes=(*seen.notes, note.key)))
        self._refused.pop((card.key, note.key), None)
        return True

    async def _left_over(self, card: Card) -> list[Note]:
        """What the room was not told while the card before this one stood there."""
        before = await self._seen(card.before) if card.late else Posted()
        return [note for note in card.late if before.where and not before.begun(note.key)]

    def _is_to_be_said(self, card: Card, note: Note, seen: Posted) -> bool:
        later = self._refused.get((card.key, note.key), 0)
        return not seen.begun(note.key) and later <= self.clock()

    async def _save(self, card: Card, now_shown: Posted) -> None:
        now = self.clock()
        self._edited_at[card.key] = now
        await self.store.transact(
            lambda connection: posted.save(connection, self.room.name, card.key, now_shown, now)
        )


def _digest(card: Card) -> str:
    """What the card says, apart from when it was looked at."""
    said = to_builtins(replace(card, footer="", notes=(), before="", late=()))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

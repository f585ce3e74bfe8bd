"""Raids across lines: what one line sees of a raid is told to the others, as an act in the journal of each.

What is told already stands in the other's own books, and nowhere else: a restart repeats nothing. One telling
is under way at a time, for the next bears the next number; so a raid of thousands is told in turns.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import heed, unheed
from bridge.heart.acts.verb import Verb
from bridge.model import HOUR, Act
from bridge.moderation.roles import NEIGHBOUR
from bridge.noun import Noun
from bridge.ports import Append, Clock
from bridge.raid.campaign import Campaign
from bridge.store.books import campaigns
from bridge.store.books.journal import Journal
from bridge.store.engine.store import Store

REST = 3.0
"""Seconds between looks."""


class Neighbour(Noun):
    """A line, as the others see it."""

    name: str
    store: Store
    journal: Journal
    append: Append
    leads: Callable[[], bool]
    """Whether this process decides for it: of several, one tells of its raids."""


class Across(Noun):
    """Takes turns telling each line of the others' raids."""

    lines: Sequence[Neighbour]
    seed: bytes
    """What the detectors' hashes are keyed with: the same on every line."""
    clock: Clock

    async def turn(self) -> float:
        """Tells what is new of raids that have grown, or ended, within the hour."""
        for line in self.lines:
            if line.leads():
                await self._tell_of(line)
        return REST

    async def _tell_of(self, line: Neighbour) -> None:
        since = self.clock() - HOUR
        for raid in await line.store.read(partial(campaigns.grown, since=since)):
            seen = await line.store.read(partial(self._seen, line=line, raid=raid))
            for other in self.lines:
                if other is not line:
                    await self._tell(other, line.name, seen, over=raid.ended_at is not None)

    async def _seen(self, connection: AsyncConnection, line: Neighbour, raid: Row[Any]) -> Campaign:
        """A false alarm is known by nothing but its name."""
        if raid.ended_at is not None:
            return Campaign(campaigns.named(line.name, raid.id))
        return await campaigns.of_raid(connection, line.journal, self.seed, raid.id, line.name)

    async def _tell(self, other: Neighbour, origin: str, seen: Campaign, *, over: bool) -> None:
        known, number = await other.store.read(partial(campaigns.told, journal=other.journal, name=seen.name))
        fresh = seen.without(known)
        if over and (known.pastes or known.senders):
            await other.append([self._act(unheed.VERB, origin, seen, number)])
        elif fresh.pastes or fresh.senders:
            await other.append([self._act(heed.VERB, origin, fresh, number)])

    def _act(self, verb: Verb, origin: str, campaign: Campaign, number: int) -> Act:
        id_ = f"{verb.name}:{campaign.name}:{number}"
        return Act(NEIGHBOUR, id_, origin, verb.name, campaign.written(), self.clock(), member=True)
